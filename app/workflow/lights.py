"""Lights (红黄绿灯): green in time, yellow on the last working day, red past it, grey paused."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.clock import IsWorkday, add_workdays, local
from app.workflow.calendar import NO_LIMIT
from app.workflow.models import Task

GREEN, YELLOW, RED, GREY = "green", "yellow", "red", "grey"


def light(
    due_at: datetime | None, at: datetime, is_workday: IsWorkday, paused: bool = False
) -> str:
    """The light at `at` of what is due then; grey without a limit or while the clock is paused."""
    if paused or due_at is None or due_at == NO_LIMIT:
        return GREY
    if due_at < at:
        return RED
    return YELLOW if due_at < green_from(at, is_workday) else GREEN


def green_from(at: datetime, is_workday: IsWorkday) -> datetime:
    """What is due before this moment has only the working day left that runs or comes next."""
    closing = add_workdays(at, 0, is_workday)
    if not is_workday(local(at).date()) or at >= closing:
        closing = add_workdays(at, 1, is_workday)
    midnight = local(closing).replace(hour=0, minute=0)
    return midnight + timedelta(days=1)


def paused(task: Task) -> bool:
    """While the applicant corrects, no official's clock runs."""
    return task.person_id is not None
