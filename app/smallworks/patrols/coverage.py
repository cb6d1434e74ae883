"""Plans and coverage of an area: how well its works are visited, and which are waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.clock import local
from app.identity.actor import Actor
from app.smallworks.models import Work
from app.smallworks.patrols.hazards import outstanding
from app.smallworks.patrols.models import Hazard, Patrol, PatrolPlan
from app.smallworks.patrols.queries import MOST, on_site
from app.workflow import calendar
from app.workflow.models import Case, Task
from app.workflow.reach import visible


@dataclass(slots=True)
class Coverage:
    """How well the works of one area are visited."""

    unit_id: str
    works: int = 0
    due: int = 0
    in_time: int = 0
    late: int = 0
    waiting_late: int = 0
    visited: int = 0
    quiet_days: int | None = None  # the longest time that a work here was not visited

    @property
    def percent(self) -> int | None:
        """Of the works in force, those that were visited in the period."""
        return round(self.visited * 100 / self.works) if self.works else None


def of_areas(
    work: Session, actor: Actor, level: str, inside: str, days: int, *, at: datetime
) -> dict[str, Coverage]:
    """By unit of a level (l3, l4) within scope: works, visits due, in time, late, not visited."""
    column = getattr(Case, level)
    since = at - timedelta(days=days)
    found: dict[str, Coverage] = {}
    for unit, filed_at, last in work.execute(_works_in_force(actor, inside, column)):
        area = found.setdefault(unit or "", Coverage(unit or ""))
        area.works += 1
        area.visited += bool(last and last >= since)
        quiet = (at - (last or filed_at)).days if (last or filed_at) else 0
        area.quiet_days = max(area.quiet_days or 0, quiet)
    for unit, due_at, concluded in work.execute(_visits(actor, inside, column, since)):
        area = found.setdefault(unit or "", Coverage(unit or ""))
        _count(area, due_at, concluded, at)
    return found


def _count(area: Coverage, due_at: datetime, concluded: datetime | None, at: datetime) -> None:
    if concluded is None and due_at > at:
        return
    area.due += 1
    if concluded is None:
        area.waiting_late += 1
    elif concluded <= due_at:
        area.in_time += 1
    else:
        area.late += 1


def _inside(actor: Actor, unit: str) -> ColumnElement[bool]:
    scope = visible(actor, "register:read")
    if not unit:
        return scope
    return and_(scope, or_(*(getattr(Case, name) == unit for name in ("l1", "l2", "l3", "l4"))))


def _works_in_force(actor: Actor, inside: str, column: Any) -> Select[Any]:
    last = (
        select(Patrol.work_id, func.max(Patrol.concluded_at).label("last"))
        .where(Patrol.concluded_at.is_not(None))
        .group_by(Patrol.work_id)
        .subquery()
    )
    return (
        select(column, Work.filed_at, last.c.last)
        .select_from(Work)
        .join(Work.case)
        .outerjoin(last, last.c.work_id == Work.id)
        .where(on_site(), _inside(actor, inside))
    )


def _visits(actor: Actor, inside: str, column: Any, since: datetime) -> Select[Any]:
    """Visits that were due in the period: concluded ones by their own note, others by the task."""
    waiting = and_(Patrol.concluded_at.is_(None), Task.status == "open")
    over = and_(Patrol.concluded_at.is_not(None), Task.id.is_not(None))
    due = func.coalesce(Patrol.due_at, Task.due_at)
    return (
        select(column, func.max(due), Patrol.concluded_at)
        .select_from(Patrol)
        .join(Case, Patrol.case_id == Case.id)
        .join(Task, Task.case_id == Case.id)
        .where(
            _inside(actor, inside),
            or_(waiting, over),
            due >= since,
            due < calendar.NO_LIMIT,
        )
        .group_by(Patrol.id, column, Patrol.concluded_at)
    )


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One work of the plan: when it was visited last, when next, what is open."""

    work: Work
    plan: PatrolPlan | None
    hazards: int
    quiet_days: int | None


def planned(work: Session, actor: Actor, inside: str, light: str, at: datetime) -> list[WorkLine]:
    """The works of an area by how long nobody was there, at most MOST."""
    open_hazards = open_hazards_of(work)
    rows = work.execute(
        select(Work, PatrolPlan)
        .join(Work.case)
        .outerjoin(PatrolPlan, PatrolPlan.work_id == Work.id)
        .where(on_site(), _inside(actor, inside), *_late_only(light, at))
        .options(contains_eager(Work.case))
        .order_by(PatrolPlan.next_on, Work.id)
        .limit(MOST)
    )
    return [
        WorkLine(row, plan, open_hazards.get(row.id, 0), _quiet(row, plan, at))
        for row, plan in rows
    ]


def _late_only(light: str, at: datetime) -> list[ColumnElement[bool]]:
    return [PatrolPlan.next_on < local(at).date()] if light == "late" else []


def _quiet(row: Work, plan: PatrolPlan | None, at: datetime) -> int | None:
    last = plan.last_at if plan else None
    since = last or row.filed_at
    return (at - since).days if since else None


def open_hazards_of(work: Session) -> Mapping[str, int]:
    """How many hazards of each work are not closed."""
    rows = select(Hazard.work_id, func.count()).where(outstanding()).group_by(Hazard.work_id)
    return {str(row): count for row, count in work.execute(rows)}
