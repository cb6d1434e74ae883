"""The engine takes a step by itself: a timer is due, or a message has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app import engine
from app.clock import IsWorkday
from app.engine.types import Step
from app.errors import Conflict
from app.workflow import (
    calendar,
    definitions,
    events,
    holds,
    incidents,
    notices,
    pace,
    submissions,
)
from app.workflow.events import Act
from app.workflow.follow import follow
from app.workflow.kinds import Moment
from app.workflow.models import Case


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


def hear(work: Session, case: Case, message: str, at: datetime) -> bool:
    """Hand a message to a case that is locked; whether it waited for it. Raises Held."""
    process = definitions.get(work, case.version_id).process
    is_workday = calendar.workday_test(work, case.l2, case.l1)
    now = pace.of(case, at, is_workday)
    try:
        step = engine.deliver(process, case.snapshot, message, {}, at=now.at, workdays=now.workdays)
    except Conflict:
        return False
    holds.refuse(case)
    _follow(Moment(work, case, {}, at, None), step, is_workday, message)
    return True


def _follow(moment: Moment, step: Step, is_workday: IsWorkday, heard: str = "") -> None:
    """Rows, event and notices behind the step."""
    work, case, at = moment.work, moment.case, moment.at
    definition = definitions.get(work, case.version_id)
    before = case.state
    values = submissions.StartValues(work, case, definition)
    follow(replace(moment, values=values), definition, step, is_workday)
    verb = "messaged" if heard else "lapsed" if case.result == "lapsed" else "timed"
    events.record(work, case, verb, None, Act(outcome=heard[:24], passed=step.passed), at=at)
    notices.of_step(work, case, before, at)
    incidents.settle(case)
