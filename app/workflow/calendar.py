"""Working days (工作日): the weekday's rule, changed by the days that an administrator keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from app.clock import IsWorkday, add_workdays
from app.engine.types import Limit, Workdays
from app.workflow.backstage import CalendarDay


def workday_test(work: Session, *units: str | None) -> IsWorkday:
    """Whether a day is worked: the first unit with its own row decides, else Monday to Friday."""
    order = [unit for unit in units if unit]
    days: dict[date, bool] = {}
    rows = work.execute(
        select(CalendarDay.unit_id, CalendarDay.day, CalendarDay.workday).where(
            CalendarDay.unit_id.in_(order)
        )
    ).all()
    for unit in reversed(order):
        days.update({day: worked for owner, day, worked in rows if owner == unit})

    def is_workday(day: date) -> bool:
        known = days.get(day)
        return day.weekday() < 5 if known is None else known

    return is_workday


def workdays(is_workday: IsWorkday) -> Workdays:
    """The calendar as the engine's timers take it."""
    return lambda moment, days: add_workdays(moment, days, is_workday)


NO_LIMIT = datetime(9999, 1, 1, tzinfo=UTC)
"""The due time of a step without a limit: lists stay in one order, and pages show nothing."""


def due(limit: Limit | None, at: datetime, is_workday: IsWorkday) -> datetime:
    """When a task opened at `at` is due, UTC; NO_LIMIT without a limit."""
    if limit is None:
        return NO_LIMIT
    if limit.unit == "h":
        return at + timedelta(hours=limit.amount)
    return add_workdays(at, limit.amount, is_workday)


def years_without_data(work: Session, unit_id: str, years: range) -> list[int]:
    """Years without any holiday entered: their due dates count weekends only, and pages say so."""
    year = extract("year", CalendarDay.day)
    known = work.execute(
        select(year, func.count()).where(CalendarDay.unit_id == unit_id).group_by(year)
    ).all()
    have = {int(found) for found, _count in known}
    return [asked for asked in years if asked not in have]
