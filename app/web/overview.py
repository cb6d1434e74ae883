"""统计: cases counted by unit; each number opens the list that it counts."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.web.access import actor, requires
from app.workflow.queries import register

bp = Blueprint("overview", __name__)


@bp.get("/overview")
@requires("register:read")
def index() -> ResponseReturnValue:
    """Counts beneath one unit, or beneath my own."""
    me, at, work = actor(), clock.now(), session()
    above = register.unit_to_count(work, me, request.args.get("unit", ""))
    tallies = register.tallies(work, me, above, at=at)
    rows = [
        {
            "name": tally.unit.name, "total": tally.total, "in_review": tally.in_review,
            "overdue": tally.overdue, "ended": tally.ended, "approved": tally.approved,
            "url": url_for("cases.index", unit=tally.unit.id),
            "overdue_url": url_for("cases.index", unit=tally.unit.id, light="red"),
            "below_url": _below(tally.unit.level, tally.unit.id),
        }
        for tally in tallies
    ]  # fmt: skip
    sums = {
        name: sum(getattr(tally, name) for tally in tallies)
        for name in ("total", "in_review", "overdue", "ended", "approved")
    }
    path = [
        (unit.name, url_for(".index", unit=unit.id)) for unit in register.path_to(work, me, above)
    ]
    return render_template("overview/index.html", rows=rows, sums=sums, path=path, above=above)


def _below(level: str, unit_id: str) -> str:
    return url_for(".index", unit=unit_id) if level in ("district", "township") else ""
