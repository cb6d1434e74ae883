"""How long a timer may wait: said of what a drawing writes out, and again of what data come to."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.engine.feel import Duration

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=5 * 12 * 31)
YEARS = range(2000, 2200)
MAX_WORKDAYS = 400


def length_fault(length: Duration) -> str:
    """What is wrong with a length of time, or nothing."""
    span = timedelta(days=length.months * 31, seconds=length.seconds)
    return "" if SHORTEST <= span <= LONGEST else "时长应在 1 分钟到 5 年之间"


def day_fault(day: date | datetime) -> str:
    """What is wrong with a day or a moment, or nothing. One that has passed is due at once."""
    return "" if day.year in YEARS else f"年份应在 {YEARS.start} 到 {YEARS.stop - 1} 之间"


def workdays_fault(days: int) -> str:
    """What is wrong with a number of working days, or nothing."""
    return "" if 1 <= days <= MAX_WORKDAYS else f"工作日数应为 1 至 {MAX_WORKDAYS}"
