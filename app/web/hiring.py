"""新增人员: one member of the staff; the account sheet is shown in the answer and nowhere again."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid, Refusal
from app.identity import naming, reach
from app.identity.commands import hiring
from app.identity.commands.accounts import NewStaff
from app.identity.models import Unit
from app.identity.words import POSITIONS, ROLES, post_name
from app.web.access import actor, requires

bp = Blueprint("hiring", __name__)


@bp.get("/people/new")
@requires("people:create")
def ask() -> ResponseReturnValue:
    """Who it is, and which post they get."""
    return _page()


def _page(refusal: Refusal | None = None) -> ResponseReturnValue:
    sent, words = request.form, request.args.get("find", "").strip()
    faults = refusal.fields if isinstance(refusal, Invalid) else {}
    page = render_template(
        "people/new.html",
        units=reach.units_found(session(), actor(), "people:create", words), words=words,
        roles=ROLES, positions=POSITIONS, sent=sent, faults=faults,
        readings=naming.propose(sent.get("name", "")).readings if "reading" in faults else (),
        message=refusal.message if refusal else "",
    )  # fmt: skip
    return page, 422 if isinstance(refusal, Invalid) else 409 if refusal else 200


@bp.post("/people/new")
@requires("people:create")
def hire() -> ResponseReturnValue:
    """Open the account; no redirect follows, since its first password is told only once."""
    sent = request.form
    given = NewStaff(
        name=sent.get("name", ""), unit_id=sent.get("unit", ""), phone=sent.get("phone", ""),
        reading=sent.get("reading", ""), role=sent.get("role", ""),
        position=sent.get("position", ""),
    )  # fmt: skip
    try:
        opened = hiring.hire(actor(), given, another="another" in sent, at=clock.now())
    except (Invalid, Conflict) as refusal:
        return _page(refusal)
    unit = session().get_one(Unit, given.unit_id)
    post = f"{unit.name} {post_name(given.role, given.position)}"
    return render_template("people/hired.html", opened=opened, name=given.name, post=post)
