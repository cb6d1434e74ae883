"""Plans and coverage (巡查计划与覆盖率): who is visited how often, what is late, by area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.identity.models import Unit
from app.smallworks import words as names
from app.smallworks.patrols import coverage, words
from app.smallworks.patrols.coverage import Coverage
from app.smallworks.patrols.queries import MOST
from app.web.access import actor, requires
from app.workflow.queries.choices import units_below

bp = Blueprint("patrol_plan", __name__, url_prefix="/patrols/plan")
PERIODS = {"7": "近 7 天", "30": "近 30 天", "90": "近 90 天"}
_NEXT = {"city": "l2", "district": "l3", "township": "l4", "community": "l4"}


@bp.get("", endpoint="index")
@requires("register:read")
def show() -> ResponseReturnValue:
    """The area, its parts with their coverage, and the works by how soon they are due."""
    me, at, told = actor(), clock.now(), request.args
    areas = units_below(session(), me)
    inside = session().get(Unit, told.get("unit", ""))
    days = told.get("days", "30") if told.get("days") in PERIODS else "30"
    level = _NEXT[inside.level if inside else _widest(areas)]
    unit_id, light = inside.id if inside else "", told.get("light", "")
    found = coverage.of_areas(session(), me, level, unit_id, int(days), at=at)
    return render_template(
        "patrols/plan.html", inside=inside, days=days, periods=PERIODS,
        rows=_named(found), total=_sum(found.values()),
        works=coverage.planned(session(), me, unit_id, light, at),
        today=clock.local(at).date(), words=words, names=names, most=MOST,
        filters=_filters(areas, unit_id, days, light),
    )  # fmt: skip


def _widest(areas: Sequence[Unit]) -> str:
    order = list(_NEXT)
    return min((unit.level for unit in areas), key=order.index, default="community")


def _named(found: dict[str, Coverage]) -> list[tuple[Unit, Coverage]]:
    """The worst first: late ones, then those seldom visited."""
    rows = [(session().get(Unit, key), area) for key, area in found.items() if key]
    known = [(unit, area) for unit, area in rows if unit is not None]
    return sorted(known, key=lambda row: (-row[1].waiting_late, row[1].percent or 0, row[0].name))


def _sum(areas: Any) -> Coverage:
    whole = Coverage("")
    for area in areas:
        for name in ("works", "due", "in_time", "late", "waiting_late", "visited"):
            setattr(whole, name, getattr(whole, name) + getattr(area, name))
        whole.quiet_days = max(whole.quiet_days or 0, area.quiet_days or 0)
    return whole


def _filters(areas: Sequence[Unit], unit: str, days: str, light: str) -> list[dict[str, Any]]:
    choices = (
        ("unit", "地区", [(one.id, one.name) for one in areas], unit),
        ("days", "时段", list(PERIODS.items()), days),
        ("light", "进度", [("late", "已超期的")], light),
    )
    return [
        {"name": name, "label": label, "options": options, "value": value}
        for name, label, options, value in choices
    ]
