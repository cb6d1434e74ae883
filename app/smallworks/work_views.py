"""A work's own page (工程): facts, state, next visit, open hazards, its cases."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.smallworks import words as names
from app.smallworks import works
from app.smallworks.patrols import queries as visits
from app.smallworks.patrols import words
from app.web.access import actor, requires

bp = Blueprint("work_pages", __name__)


@bp.get("/works/<work_id>")
@requires("register:read")
def show(work_id: str) -> ResponseReturnValue:
    """One work, within scope."""
    me, at = actor(), clock.now()
    row = works.readable(session(), me, work_id)
    plan, patrols, hazards = visits.of_work(session(), row)
    return render_template(
        "works/show.html", row=row, plan=plan, visits=patrols, hazards=hazards,
        cases=works.cases_of(session(), me, row), words=words, names=names, at=at,
        today=clock.local(at).date(), may_visit=visits.may_visit(me, row),
    )  # fmt: skip
