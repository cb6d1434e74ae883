"""Lights (红黄绿灯): green in time, yellow a working day before, red past it, grey paused."""

from __future__ import annotations

from datetime import datetime

from app.clock import IsWorkday, add_workdays
from app.workflow.calendar import NO_LIMIT
from app.workflow.models import Task

GREEN, YELLOW, RED, GREY = "green", "yellow", "red", "grey"


def light(
    due_at: datetime | None, at: datetime, is_workday: IsWorkday, paused: bool = False
) -> str:
    """The light at `at` of what is due at `due_at`; grey without a limit or while the clock
    stands still.
    """
    if paused or due_at is None or due_at == NO_LIMIT:
        return GREY
    if due_at < at:
        return RED
    return YELLOW if add_workdays(due_at, -1, is_workday) <= at else GREEN


def paused(task: Task) -> bool:
    """While the applicant corrects, no official's clock runs."""
    return task.person_id is not None
