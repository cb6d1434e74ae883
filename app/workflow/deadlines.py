"""Limits as they run: of a task, and of a whole case, whose clock stands still now and then.

Whoever sets or moves a due time does it here, so that the sweep looks at it when it must
(chasing.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.clock import IsWorkday, add_workdays
from app.engine.types import Limit, TaskPolicy
from app.workflow import calendar, desks, kinds
from app.workflow.calendar import NO_LIMIT, Limits
from app.workflow.models import Case, Task

YELLOW, RED = -1, 0
"""Rungs by their place: one working day before the due time, at it, and days past it."""


def rung_at(due: datetime, after: int, is_workday: IsWorkday) -> datetime:
    """When a rung of a ladder is reached."""
    return add_workdays(due, after, is_workday) if after else due


def begin(task: Task, limit: Limit | None, at: datetime, is_workday: IsWorkday) -> None:
    """A task waits from `at` on: until when, and when it is looked at first."""
    _set(task, calendar.due(limit, at, is_workday), is_workday)


def order(task: Task, due: datetime, at: datetime, is_workday: IsWorkday) -> None:
    """A task is due when somebody ordered; rungs that lie ahead again will be told again."""
    _move(task, due, at, is_workday)


def shift(
    task: Task, limit: Limit | None, since: datetime, at: datetime, is_workday: IsWorkday
) -> None:
    """No clock of this task ran from `since` on; it runs again."""
    if task.due_at is None or task.due_at == NO_LIMIT:
        return
    own = None if task.person_id else limit  # an applicant's goes with the timer of the drawing
    _move(task, calendar.resumed(task.due_at, since, at, own, is_workday), at, is_workday)


def changed(row: Case | Task, limits: Limits, at: datetime, is_workday: IsWorkday) -> datetime:
    """When a row that runs already is due once its limit is another (calendar.relimited).

    What an applicant has to do stays due as it was: it goes with the timer of the drawing, which
    runs on as it was set.
    """
    due = row.due_at or NO_LIMIT
    if isinstance(row, Task) and row.person_id:
        return due
    return calendar.relimited(due, row.opened_at, limits, at, is_workday)


def change(row: Case | Task, limits: Limits, at: datetime, is_workday: IsWorkday) -> None:
    """Another version gives it that limit; what was told and still holds is not told again."""
    due = changed(row, limits, at, is_workday)
    if row.due_at is not None and due != row.due_at:
        _move(row, due, at, is_workday)


def stand_in(
    row: Task, old: Task, due: datetime | None, at: datetime, is_workday: IsWorkday
) -> None:
    """A row takes the place of another, due then; what was told of that is not told again."""
    row.chased = old.chased
    _move(row, due or NO_LIMIT, at, is_workday)


def told_since(row: Case | Task, rung: int, at: datetime, is_workday: IsWorkday) -> None:
    """It is due as before a change: what was told meanwhile, and holds, is not told again."""
    told = _holds(rung, row.due_at or NO_LIMIT, at, is_workday)
    if told is not None and (row.chased is None or told > row.chased):
        row.chased = told


def keep(
    case: Case,
    limit: Limit | None,
    waiting: Iterable[TaskPolicy],
    at: datetime,
    is_workday: IsWorkday,
) -> None:
    """After a step: begin, stop or go on with the clock of a whole case.

    It runs while officials are asked at a step that counts. While only the applicant is, or a step
    that stops the clock, or nobody, as in a time of publication, it stands still.
    """
    if limit is None:
        return
    if case.ended_at is not None:
        case.chase_at = None
        return
    if case.due_at is None:
        _set(case, calendar.due(limit, at, is_workday), is_workday)
    runs = any(_counts(case, policy) for policy in waiting)
    if not runs:
        case.stopped_at, case.chase_at = case.stopped_at or at, None
    elif case.stopped_at is not None:
        since, case.stopped_at = case.stopped_at, None
        resume(case, limit, since, at, is_workday)


def resume(
    case: Case, limit: Limit | None, since: datetime, at: datetime, is_workday: IsWorkday
) -> None:
    """The clock of a whole case stood still since then; unless it stands anyway, it runs again."""
    if case.due_at is not None and case.stopped_at is None:
        due = calendar.resumed(case.due_at, since, at, limit, is_workday)
        _move(case, due, at, is_workday)


def _counts(case: Case, policy: TaskPolicy) -> bool:
    if policy.stops_clock:
        return False
    officials = any(desks.APPLICANT not in party.roles for party in policy.parties)
    return officials or kinds.of(case.process_key).binds_party


def _set(row: Case | Task, due: datetime, is_workday: IsWorkday) -> None:
    row.due_at, row.chased = due, None
    row.chase_at = None if due == NO_LIMIT else calendar.turns_yellow(due, is_workday)


def _move(row: Case | Task, due: datetime, at: datetime, is_workday: IsWorkday) -> None:
    """What was told and lies behind the new due time too stays told."""
    told = row.chased
    _set(row, due, is_workday)
    row.chased = _holds(told, due, at, is_workday)


def _holds(told: int | None, due: datetime, at: datetime, is_workday: IsWorkday) -> int | None:
    """The highest rung up to what was told that a due time has reached."""
    while told is not None and told >= YELLOW and rung_at(due, told, is_workday) > at:
        told -= 1
    return told if told is not None and told >= YELLOW else None
