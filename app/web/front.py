"""The front page with its two doors, the about page, and what every page's frame needs."""

from __future__ import annotations

from functools import lru_cache
from importlib import metadata

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.web.access import public
from app.web.origins import safe_next
from app.web.pages import DIST

bp = Blueprint("front", __name__)
THEMES = ("light", "dark", "auto")
A_YEAR = 365 * 24 * 3600


def theme() -> str:
    """The theme that this browser asked for; `auto` follows the system."""
    wanted = request.cookies.get("theme", "auto")
    return wanted if wanted in THEMES else "auto"


def room(endpoint: str) -> str:
    """The address of a room's first page, or nothing where that room is not in the house."""
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


@bp.app_context_processor
def frame() -> dict[str, object]:
    """What base.html asks for on every page."""
    return {"theme": theme(), "room": room}


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """The two doors: 服务中心 and 安全管控."""
    return render_template("front/index.html")


@bp.post("/theme")
@public
def set_theme() -> ResponseReturnValue:
    """Keep the chosen theme in a cookie and go back to the page."""
    wanted = request.form.get("theme", "auto")
    answer = redirect(safe_next(request.form.get("next"), "/"), 303)
    if wanted in THEMES:
        secure = bool(current_app.config.get("SESSION_COOKIE_SECURE"))
        answer.set_cookie("theme", wanted, max_age=A_YEAR, samesite="Lax", secure=secure)
    return answer


@bp.get("/about")
@public
def about() -> ResponseReturnValue:
    """What this is, and whose work it stands on."""
    kept = DIST / "licenses.txt"
    bundled = kept.read_text("utf-8") if kept.exists() else ""
    return render_template("front/about.html", packages=installed(), bundled=bundled)


@lru_cache(maxsize=1)
def installed() -> list[tuple[str, str, str]]:
    """Name, version and licence of every Python package beside us."""
    found = {dist.name.lower(): dist for dist in metadata.distributions()}
    return [(dist.name, dist.version, licence(dist)) for _, dist in sorted(found.items())]


def licence(dist: metadata.Distribution) -> str:
    """An expression where there is one, else a classifier, else the first line of the text."""
    said, text = first(dist, "License-Expression"), first(dist, "License")
    classes = dist.metadata.get_all("Classifier") or []
    approved = [one for one in classes if one.startswith("License :: OSI Approved :: ")]
    return said or (approved[0].rsplit(" :: ", 1)[-1] if approved else text[:60])


def first(dist: metadata.Distribution, header: str) -> str:
    """The first line of a header of the package's metadata, or nothing."""
    lines = "\n".join(dist.metadata.get_all(header) or [""]).strip().split("\n")
    return lines[0]
