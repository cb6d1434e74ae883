"""通知: what the system told me."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.web.access import actor, signed_in
from app.workflow import commands
from app.workflow.queries import notices

bp = Blueprint("notices", __name__)


@bp.get("/notices")
@signed_in
def index() -> ResponseReturnValue:
    """My notices, newest first."""
    me = actor()
    page = notices.of_person(session(), me, request.args.get("after", ""))
    following = url_for(".index", after=page.after) if page.after else ""
    side = "staff" if me.staff else "public"
    return render_template("notices/index.html", rows=page.rows, next_url=following, side=side)


@bp.post("/notices/read")
@signed_in
def read() -> ResponseReturnValue:
    """Mark them all as read."""
    commands.read_notices(actor(), at=clock.now())
    return redirect(url_for(".index"), 303)
