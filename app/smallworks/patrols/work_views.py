"""A work's own page (工程): facts, state, next visit, open hazards, its cases."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.smallworks import words as names
from app.smallworks.patrols import queries, words
from app.web.access import actor, requires

bp = Blueprint("work_pages", __name__)


@bp.get("/works/<work_id>")
@requires("register:read")
def show(work_id: str) -> ResponseReturnValue:
    """One work, within scope."""
    me, at = actor(), clock.now()
    row = queries.readable_work(session(), me, work_id)
    plan, visits, hazards = queries.of_work(session(), row)
    return render_template(
        "works/show.html", row=row, plan=plan, visits=visits, hazards=hazards,
        cases=queries.cases_of(session(), me, row), words=words, names=names, at=at,
        today=clock.local(at).date(), may_visit=queries.may_visit(me, row),
    )  # fmt: skip
