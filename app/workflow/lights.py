"""Lights (红黄绿灯): green in time, yellow on the last working day, red past it, grey paused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_

from app.clock import IsWorkday, add_workdays, local, workdays_between
from app.workflow import kinds
from app.workflow.calendar import NO_LIMIT
from app.workflow.deadlines import RED as RUNG_RED
from app.workflow.models import Case, Task

GREEN, YELLOW, RED, GREY = "green", "yellow", "red", "grey"
WORST_FIRST = (RED, YELLOW, GREEN)


@dataclass(frozen=True, slots=True)
class Due:
    """How a task stands to its limit (办理期限) at one moment."""

    at: datetime | None  # none without a limit
    light: str
    workdays: int = 0  # left, or, below nothing, past
    paused: bool = False
    held: bool = False  # with the whole case
    chased: bool = False  # 已督办: somebody was told that it is late


def due(task: Task, at: datetime, is_workday: IsWorkday) -> Due:
    """The limit of a task by the calendar of its case; grey where no clock runs."""
    if task.due_at is None or task.due_at == NO_LIMIT or task.status != "open":
        return Due(None, GREY)
    if paused(task):
        return Due(task.due_at, GREY, paused=True, held=task.case.held_at is not None)
    return _running(task, task.due_at, at, is_workday)


def of_case(case: Case, at: datetime, is_workday: IsWorkday) -> Due:
    """The limit of a whole case; a step that is late counts beside it, whatever it says."""
    if case.due_at is None or case.ended_at is not None:
        return Due(None, GREY)
    if case.held_at is not None or case.stopped_at is not None:
        return Due(case.due_at, GREY, paused=True, held=case.held_at is not None)
    return _running(case, case.due_at, at, is_workday)


def _running(row: Case | Task, due_at: datetime, at: datetime, is_workday: IsWorkday) -> Due:
    light = GREEN if due_at >= green_from(at, is_workday) else YELLOW
    days = workdays_between(at, due_at, is_workday)
    told = row.chased is not None and row.chased >= RUNG_RED
    return Due(due_at, RED if due_at < at else light, days, chased=told)


def worst(dues: Iterable[Due]) -> str:
    """The worst light of several limits."""
    lit = {one.light for one in dues}
    return next((lamp for lamp in WORST_FIRST if lamp in lit), GREY)


def green_from(at: datetime, is_workday: IsWorkday) -> datetime:
    """What is due before this moment has only the working day left that runs or comes next."""
    closing = add_workdays(at, 0, is_workday)
    if not is_workday(local(at).date()) or at >= closing:
        closing = add_workdays(at, 1, is_workday)
    midnight = local(closing).replace(hour=0, minute=0)
    return midnight + timedelta(days=1)


def paused(task: Task) -> bool:
    """While the applicant corrects, or the case is held, no clock runs; an order's always does."""
    theirs = task.person_id is not None and not kinds.of(task.case.process_key).binds_party
    return theirs or task.case.held_at is not None


def case_runs() -> ColumnElement[bool]:
    """The condition on cases whose own limit runs."""
    return and_(Case.due_at.is_not(None), Case.stopped_at.is_(None), Case.held_at.is_(None))


def runs() -> ColumnElement[bool]:
    """The condition on tasks, beside their cases, that are not paused."""
    timed = or_(Task.person_id.is_(None), Case.process_key.in_(kinds.binding()))
    return and_(timed, Case.held_at.is_(None))
