"""The beginning of a case: its number, and its first step through the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app import engine
from app.clock import local
from app.engine.types import Scalar
from app.workflow import calendar, kinds, numbers
from app.workflow.definitions import Definition
from app.workflow.follow import follow
from app.workflow.kinds import Moment


def number(work: Session, at: datetime) -> str:
    """The next 受理号 of the year."""
    year = local(at).year
    return f"{year}-{numbers.take(work, f'case:{year}'):06}"


def start(
    moment: Moment, definition: Definition, routing: Mapping[str, Scalar]
) -> tuple[dict[str, Scalar], tuple[str, ...]]:
    """Let the engine open the case, and its rows follow. What was sent, and what was passed."""
    case, kind = moment.case, kinds.of(moment.case.process_key)
    sent = {**routing, **kind.routing(moment)}
    is_workday = calendar.workday_test(moment.work, case.l2, case.l1)
    step = engine.start(
        definition.process, sent, at=moment.at, workdays=calendar.workdays(is_workday)
    )
    kind.on_submitted(replace(moment, data=step.data))
    follow(moment, definition, step, is_workday)
    return sent, step.passed
