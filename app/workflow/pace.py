"""The engine's clock of a case (计时): it stands still while the case is held, and runs on after.

The engine is not asked about holds. It hears a moment that lies as far back as the case was held,
and what it says of moments is brought forward again: every timer waits its whole length.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.clock import IsWorkday
from app.engine.types import Workdays
from app.workflow import calendar
from app.workflow.models import Case


@dataclass(frozen=True, slots=True)
class Pace:
    """A moment, and the calendar, as the engine is to hear them for one case."""

    at: datetime
    workdays: Workdays


def of(case: Case, at: datetime, is_workday: IsWorkday) -> Pace:
    """The moment `at` of a case, in the engine's time."""
    behind, workdays = timedelta(seconds=case.held_seconds or 0), calendar.workdays(is_workday)
    if not behind:
        return Pace(at, workdays)
    return Pace(at - behind, lambda moment, days: workdays(moment + behind, days) - behind)


def real(case: Case, moment: datetime | None) -> datetime | None:
    """When it is on our clocks what the engine calls `moment`."""
    return moment and moment + timedelta(seconds=case.held_seconds or 0)
