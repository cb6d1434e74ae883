"""The staff of the units that an administrator keeps: finding them, and new passwords."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, vault
from app.identity import commands, reach
from app.identity.models import Grant, Person
from app.identity.words import POSITIONS, ROLES
from app.web.access import actor, requires

bp = Blueprint("people", __name__)


@bp.get("/people")
@requires("people:read")
def index() -> ResponseReturnValue:
    """One page of the staff within reach."""
    words = request.args.get("q", "").strip()
    found = reach.staff_within(actor(), words, request.args.get("after", ""))
    shown = found[: reach.PAGE]
    more = len(found) > reach.PAGE
    following = url_for(".index", q=words or None, after=shown[-1][0].id) if more else ""
    rows = [_row(person, grants) for person, grants in shown]
    return render_template("people/index.html", rows=rows, q=words, next_url=following)


def _row(person: Person, grants: tuple[Grant, ...]) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "account": person.account,
        "phone": vault.mask(vault.unseal(person.phone)),
        "posts": [(grant.unit.name, _post(grant)) for grant in grants],
        "waiting": person.must_change,
        "me": person.id == actor().id,
    }


def _post(grant: Grant) -> str:
    words = (ROLES.get(grant.role, ""), POSITIONS.get(grant.position, ""))
    return "、".join(word for word in words if word)


@bp.get("/people/<person_id>/reset")
@requires("people:reset")
def ask_reset(person_id: str) -> ResponseReturnValue:
    """Ask once more before a password is taken away."""
    person = reach.administered(actor(), person_id)
    return render_template("people/reset.html", person=person, password="")


@bp.post("/people/<person_id>/reset")
@requires("people:reset")
def reset(person_id: str) -> ResponseReturnValue:
    """Give a one-time password, shown in this answer and nowhere again: no redirect follows."""
    person = reach.administered(actor(), person_id)
    password = commands.reset_staff_password(actor(), person_id, at=clock.now())
    return render_template("people/reset.html", person=person, password=password)
