"""The engine takes a step by itself: a timer is due, or a message has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from app import engine
from app.clock import IsWorkday
from app.engine.types import Data, Scalar, Step
from app.errors import Conflict
from app.workflow import (
    calendar,
    definitions,
    events,
    holds,
    incidents,
    notices,
    pace,
    past,
    submissions,
)
from app.workflow.events import Act
from app.workflow.follow import follow
from app.workflow.kinds import Moment
from app.workflow.models import Case

_NOTHING: Mapping[str, Scalar] = MappingProxyType({})


def wake(work: Session, case: Case, at: datetime) -> None:
    """Fire whatever is due in a case that is locked; one that is held waits."""
    if case.ended_at is not None or case.wake_at is None or case.wake_at > at:
        return
    if case.held_at is not None:
        return
    process = definitions.get(work, case.version_id).process
    is_workday = calendar.workday_test(work, case.l2, case.l1)
    now = pace.of(case, at, is_workday)
    step = engine.wake(process, case.snapshot, at=now.at, workdays=now.workdays)
    _follow(Moment(work, case, {}, at, None), step, is_workday)


def hear(work: Session, case: Case, message: str, at: datetime, told: Data = _NOTHING) -> bool:
    """Hand a message to a case that is locked; whether it waited for it. Raises Held.

    `told` are routing values that come with it.
    """
    process = definitions.get(work, case.version_id).process
    is_workday = calendar.workday_test(work, case.l2, case.l1)
    now = pace.of(case, at, is_workday)
    try:
        step = engine.deliver(
            process, case.snapshot, message, told, at=now.at, workdays=now.workdays
        )
    except Conflict:
        return False
    holds.refuse(case)
    act = Act(outcome=message[:24], passed=step.passed, routing=told)
    _follow(Moment(work, case, {}, at, None), step, is_workday, act)
    return True


def _follow(moment: Moment, step: Step, is_workday: IsWorkday, heard: Act | None = None) -> None:
    """Rows, event and notices behind the step."""
    work, case, at = moment.work, moment.case, moment.at
    definition = definitions.get(work, case.version_id)
    before = case.state
    values = submissions.StartValues(work, case, definition)
    last = past.last_handled(work, case) if step.opened else None
    follow(replace(moment, values=values), definition, step, is_workday)
    for row in past.opened(work, case, step) if last else ():
        row.came_of_id = last
    verb = "messaged" if heard else "lapsed" if case.result == "lapsed" else "timed"
    events.record(work, case, verb, None, heard or Act(passed=step.passed), at=at)
    notices.of_step(work, case, before, at)
    incidents.settle(case)
