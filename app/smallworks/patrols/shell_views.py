"""What a phone keeps of the patrol pages for when it has no network: a frame that names nobody."""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from app.errors import NotFound
from app.web import headers, pages
from app.web.access import public
from app.web.pages import asset

bp = Blueprint("patrol_shell", __name__, url_prefix="/patrols")
PARTS = ("app.css", "patrol.css", "app.js", "patrol.js", "favicon.svg")
"""What the frame loads."""
SCOPE = "/patrols"


@bp.get("/shell")
@public
def shell() -> ResponseReturnValue:
    """The frame in which the device draws what it holds itself."""
    answer = Response(_frame(), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = headers.AWAY_POLICY
    return answer


@bp.get("/worker.js")
@public
def worker() -> ResponseReturnValue:
    """The service worker, told what belongs to this build; another build is another worker."""
    built = asset("patrol-worker.js")
    if not built:
        raise NotFound("没有这个页面，可能尚未构建界面文件")
    program = (pages.DIST / built.rpartition("/")[2]).read_text("utf-8")
    parts = [address for name in PARTS if (address := asset(name))]
    version = hashlib.sha256("\n".join([_frame(), program, *parts]).encode()).hexdigest()[:16]
    build = {"version": version, "frame": f"{SCOPE}/shell", "parts": parts}
    answer = Response(f"self.BUILD = {json.dumps(build)};\n{program}", mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = SCOPE
    return answer


def _frame() -> str:
    return render_template("patrols/shell.html")
