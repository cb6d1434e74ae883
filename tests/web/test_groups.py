"""The headings beneath which a box is read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.web.display import LATER, OVERDUE, TODAY, WITHOUT, grouped
from app.workflow.lights import GREEN, GREY, RED, YELLOW, Due
from app.workflow.models import Case, Task
from app.workflow.queries.inbox import Row


def row(due: Due) -> Row:
    return Row(Task(status="open"), Case(), due, "")


def test_what_stands_still_comes_last_though_its_day_is_past(noon: datetime) -> None:
    """A list comes in the order of due times, and a paused one keeps the day that it had."""
    day = timedelta(days=1)
    dues = {
        "late": Due(noon - 9 * day, RED, -6),
        "held": Due(noon - 4 * day, GREY, paused=True, held=True),
        "today": Due(noon + timedelta(hours=4), YELLOW),
        "next week": Due(noon + 7 * day, GREEN, 5),
    }
    lines: list[Any] = list(dues)
    found = grouped(lines, [row(due) for due in dues.values()], noon)
    assert found == [
        (OVERDUE, ["late"]), (TODAY, ["today"]), (LATER, ["next week"]), (WITHOUT, ["held"]),
    ]  # fmt: skip
