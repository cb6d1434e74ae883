"""Today's list (今日巡查): the visits that wait for a person's desks, by their limit or the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import cos, radians, sqrt
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.clock import local
from app.identity.actor import Actor
from app.smallworks.models import Work
from app.smallworks.patrols import sites, turns, visiting, words
from app.smallworks.patrols.models import Patrol
from app.smallworks.patrols.queries import MOST
from app.workflow import calendar, desks, lights, substitutions
from app.workflow.lights import Due
from app.workflow.models import Case, Task

MINE, LATE = "mine", "late"
OVERDUE, TODAY, LATER = "已超期", "今天", "以后"


@dataclass(frozen=True, slots=True)
class Line:
    """One visit that somebody may make now."""

    patrol: Patrol
    case: Case
    task: Task
    due: Due
    place: tuple[float, float] | None  # lng, lat of the filing
    metres: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What today's list is narrowed to, and where the phone is."""

    box: str = ""  # mine, late, or everything
    reason: str = ""
    lng: float | None = None
    lat: float | None = None


def lines(work: Session, actor: Actor, asked: Asked, at: datetime) -> list[Line]:
    """The visits that wait for this person's desks: the latest first, or the nearest."""
    query = (
        select(Patrol, Task)
        .join(Case, Patrol.case_id == Case.id)
        .join(Task, Task.case_id == Case.id)
        .where(Task.status == "open", Case.process_key == visiting.KEY, _mine(work, actor))
        .options(contains_eager(Patrol.case))
        .order_by(Task.due_at, Task.id)
        .limit(MOST)
    )
    if asked.reason:
        query = query.where(Patrol.reason == asked.reason)
    found = [
        (patrol, task)
        for patrol, task in work.execute(query)
        if task.element in turns.visit_steps(work, patrol.case)
    ]
    tests = calendar.workday_tests(work, ((one.case.l2, one.case.l1) for one, _ in found))
    near = asked.lng is not None
    waiting = [
        Line(
            patrol, patrol.case, task,
            lights.due(task, at, tests[patrol.case.l2, patrol.case.l1]),
            place_of(work, patrol.work) if near else None,
        )
        for patrol, task in found
    ]  # fmt: skip
    return _sorted([one for one in waiting if _in_box(one, asked.box, actor)], asked)


def _mine(work: Session, actor: Actor) -> ColumnElement[bool]:
    left = substitutions.left_to(work, actor)
    stood = [hold for row, hold in left if substitutions.covers(row, visiting.KEY)]
    pools = [
        and_(Task.unit_id == hold.unit_id, Task.desk.in_(seats))
        for hold, seats in desks.pools(work, replace(actor, holds=(*actor.holds, *stood)))
    ]
    return or_(Task.claimed_by_id == actor.id, *pools)


def place_of(work: Session, row: Work | None) -> tuple[float, float] | None:
    """Where a filing says that its work is, if it says."""
    filed = sites.filed(work, row) if row else {}
    try:
        return float(str(filed["lng"])), float(str(filed["lat"]))
    except (KeyError, ValueError):
        return None


def _in_box(line: Line, box: str, actor: Actor) -> bool:
    if box == MINE:
        return line.task.claimed_by_id == actor.id
    if box == LATE:
        return line.due.light == lights.RED
    return True


def _sorted(lines: list[Line], asked: Asked) -> list[Line]:
    if asked.lng is None or asked.lat is None:
        return lines
    here = (asked.lng, asked.lat)
    far = [
        Line(one.patrol, one.case, one.task, one.due, one.place,
             metres(here, one.place) if one.place else None)
        for one in lines
    ]  # fmt: skip
    return sorted(far, key=lambda one: (one.metres is None, one.metres or 0))


def metres(here: tuple[float, float], there: tuple[float, float]) -> int:
    """The way between two places as the crow flies; good enough within a county."""
    north = (there[1] - here[1]) * 111_320
    east = (there[0] - here[0]) * 111_320 * cos(radians(here[1]))
    return round(sqrt(north * north + east * east))


def by_day(found: Sequence[Line], at: datetime) -> list[tuple[str, list[Line]]]:
    """Lines under the headings by which the list is read."""
    groups: dict[str, list[Line]] = {}
    for line in found:
        groups.setdefault("" if line.metres is not None else _heading(line, at), []).append(line)
    return list(groups.items())


def _heading(line: Line, at: datetime) -> str:
    if line.due.at is None:
        return LATER
    if line.due.at < at:
        return OVERDUE
    return TODAY if local(line.due.at).date() == local(at).date() else LATER


def filters(asked: Asked) -> list[dict[str, Any]]:
    """The drop-downs above the list."""
    return [
        {
            "name": "box",
            "label": "范围",
            "value": asked.box,
            "options": [(MINE, "我在巡查的"), (LATE, "已超期的")],
        },
        {
            "name": "reason",
            "label": "缘由",
            "value": asked.reason,
            "options": list(words.REASONS.items()),
        },
    ]
