"""Working days (工作日): the weekday's rule, changed by the days that an administrator keeps."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import bindparam, extract, func, select
from sqlalchemy.orm import Session

from app.clock import IsWorkday, add_workdays, workdays_between
from app.engine.types import Limit, Workdays
from app.workflow.backstage import CalendarDay

Units = tuple[str | None, ...]
"""Whose calendars count, nearest first: of a case, its district and its city."""

Limits = tuple[Limit | None, Limit | None]
"""The limit of a step as it was, and as it is from now on."""


def workday_test(work: Session, *units: str | None) -> IsWorkday:
    """Whether a day is worked: the first unit with its own row decides, else Monday to Friday."""
    return workday_tests(work, [units])[units]


_DAYS = select(CalendarDay.unit_id, CalendarDay.day, CalendarDay.workday).where(
    CalendarDay.unit_id.in_(bindparam("units", expanding=True))
)


def workday_tests(work: Session, wanted: Iterable[Units]) -> dict[Units, IsWorkday]:
    """The same for several places at once, in one statement."""
    asked = set(wanted)
    named = {unit for units in asked for unit in units if unit}
    rows = work.connection().execute(_DAYS, {"units": list(named)}) if named else ()
    kept: dict[str, dict[date, bool]] = {}
    for unit, day, worked in rows:
        kept.setdefault(unit, {})[day] = worked
    return {units: _test([kept[unit] for unit in units if unit in kept]) for units in asked}


def kept_days(work: Session, *units: str | None) -> dict[date, bool]:
    """Every day that these units' calendars name, and whether it is worked; the first decides."""
    named = [unit for unit in units if unit]
    days: dict[date, bool] = {}
    for unit in reversed(named):
        rows = work.connection().execute(_DAYS, {"units": [unit]})
        days.update({day: worked for _unit, day, worked in rows})
    return days


def _test(kept: list[dict[date, bool]]) -> IsWorkday:
    days = ChainMap(*kept)
    return lambda day: days.get(day, day.weekday() < 5)


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


def turns_yellow(due: datetime, is_workday: IsWorkday) -> datetime:
    """When one working day is left: where lights turn yellow, and handlers are reminded."""
    return add_workdays(due, -1, is_workday)


def resumed(
    due: datetime, since: datetime, until: datetime, limit: Limit | None, is_workday: IsWorkday
) -> datetime:
    """What was due at `due`, after its clock stood still from `since` to `until`.

    A limit in working days moves by the working days that passed, so that a holiday in a pause
    costs nobody a day; hours move by the length. What was in time comes back in time, and
    what was late comes back late, also where the working day that passed is the last one.
    """
    if limit is None or limit.unit == "h":
        return due + (until - since)
    passed = workdays_between(since, until, is_workday)
    moved = add_workdays(due, passed, is_workday) if passed else due
    if since > due:
        return min(moved, until)
    return moved if moved > until else add_workdays(moved, 1, is_workday)


def relimited(
    was: datetime,
    opened: datetime,
    limits: Limits,
    at: datetime,
    is_workday: IsWorkday,
) -> datetime:
    """When a step that opened at `opened` is due once its limit is another, the second of two.

    A longer limit counts from when the step opened, and pauses and orders, which moved `was`, move
    it as much. A shorter one counts from `at`, and `was` stands where that is earlier. So nobody is
    late by the change alone, and nobody who was late is in time by a shorter limit.
    """
    before, after = (due(limit, opened, is_workday) for limit in limits)
    if after < before:
        return min(was, due(limits[1], at, is_workday))
    if limits[1] is None:
        return NO_LIMIT
    if limits[1].unit == "h":
        return max(was, after + (was - before))
    passed = workdays_between(before, was, is_workday)
    return max(was, add_workdays(after, passed, is_workday) if passed else after)


def years_without_data(work: Session, unit_id: str, years: range) -> list[int]:
    """Years without any holiday entered: their due dates count weekends only, and pages say so."""
    year = extract("year", CalendarDay.day)
    known = work.execute(
        select(year, func.count()).where(CalendarDay.unit_id == unit_id).group_by(year)
    ).all()
    have = {int(found) for found, _count in known}
    return [asked for asked in years if asked not in have]
