"""Time: now, Shanghai, and counting in working days. Pure; the calendar is handed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
IsWorkday = Callable[[date], bool]
OFFICE_CLOSES = 17, 30
"""A limit in working days ends when the office does, Shanghai time."""


def now() -> datetime:
    """This moment, in UTC and aware."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on the wall clock in Yichang."""
    return moment.astimezone(SHANGHAI)


def midnight(day: date) -> datetime:
    """When a day begins in Yichang."""
    return datetime.combine(day, time(), SHANGHAI)


def minute(moment: datetime) -> str:
    """2026-03-09 17:30, on the wall clock in Yichang."""
    return f"{local(moment):%Y-%m-%d %H:%M}"


def long_day(when: date | datetime) -> str:
    """2026年3月9日, as letters and papers write a day."""
    day = local(when).date() if isinstance(when, datetime) else when
    return f"{day.year}年{day.month}月{day.day}日"


def add_workdays(moment: datetime, days: int, is_workday: IsWorkday) -> datetime:
    """The end of office hours `days` working days later, UTC. The day of receipt is not counted.

    `days` may be negative: -1 is the working day before.
    """
    day, left, step = local(moment).date(), abs(days), 1 if days >= 0 else -1
    while left:
        day += timedelta(days=step)
        if is_workday(day):
            left -= 1
    hour, minute = OFFICE_CLOSES
    end = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
    return end.astimezone(UTC)


def workdays_between(start: datetime, end: datetime, is_workday: IsWorkday) -> int:
    """Working days after the day of `start`, up to and with that of `end`; negative if reversed."""
    first, last, sign = local(start).date(), local(end).date(), 1
    if last < first:
        first, last, sign = last, first, -1
    span = (last - first).days
    return sign * sum(is_workday(first + timedelta(days=n)) for n in range(1, span + 1))
