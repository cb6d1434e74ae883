"""Working days (工作日) as an administrator keeps them: one by one, or a year at once."""

from __future__ import annotations

from datetime import date, datetime

import chinese_calendar
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Forbidden, Invalid, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holds_permission
from app.workflow.backstage import CalendarDay

_NAMES = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节", "Dragon Boat Festival": "端午节", "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}  # fmt: skip


def keep_day(
    actor: Actor, unit_id: str, day: date, worked: tuple[bool, str], *, at: datetime
) -> None:
    """Say of one day whether a unit works on it, and why: `(workday, name)`."""
    workday, name = worked
    if not name.strip():
        raise Invalid("请写明名称，如“国庆节”或“国庆节调休”", {"name": "请写明名称"})
    with transaction() as work:
        _allowed(work, actor, unit_id)
        row = work.scalars(select(CalendarDay).where(*_one(unit_id, day))).first()
        if row is None:
            row = CalendarDay(unit_id=unit_id, day=day)
            work.add(row)
        row.workday, row.name = workday, name.strip()[:40]
        _note(work, actor, unit_id, f"{day} {'work' if workday else 'rest'}", at)


def drop_day(actor: Actor, unit_id: str, day: date, *, at: datetime) -> None:
    """Let one day follow its weekday again."""
    with transaction() as work:
        _allowed(work, actor, unit_id)
        work.execute(delete(CalendarDay).where(*_one(unit_id, day)))
        _note(work, actor, unit_id, f"{day} as its weekday", at)


def import_holidays(actor: Actor | None, unit_id: str, year: int, *, at: datetime) -> int:
    """Take over a year's arrangement; returns how many days differ from their weekday.

    Raises Invalid for a year that chinesecalendar does not know yet: it is published in autumn.
    `actor` is none while a store is first filled.
    """
    days = _arrangement(year)
    with transaction() as work:
        if actor is not None:
            _allowed(work, actor, unit_id)
        first, last = date(year, 1, 1), date(year, 12, 31)
        work.execute(
            delete(CalendarDay).where(
                CalendarDay.unit_id == unit_id, CalendarDay.day.between(first, last)
            )
        )
        work.add_all(
            CalendarDay(unit_id=unit_id, day=day, workday=workday, name=name)
            for day, workday, name in days
        )
        _note(work, actor, unit_id, f"{year}: {len(days)} days imported", at)
    return len(days)


def _arrangement(year: int) -> list[tuple[date, bool, str]]:
    first = date(year, 1, 1).toordinal()
    found = []
    try:
        for number in range(first, date(year, 12, 31).toordinal() + 1):
            day = date.fromordinal(number)
            off, name = chinese_calendar.get_holiday_detail(day)
            if off != (day.weekday() >= 5):
                found.append((day, not off, _NAMES.get(name or "", name or "调休上班")))
    except NotImplementedError as unknown:
        raise Invalid(f"{year} 年放假安排尚未发布，请在国务院办公厅通知发布后逐日录入") from unknown
    return found


def _one(unit_id: str, day: date) -> tuple[ColumnElement[bool], ...]:
    return CalendarDay.unit_id == unit_id, CalendarDay.day == day


def _allowed(work: Session, actor: Actor, unit_id: str) -> None:
    unit = work.get(Unit, unit_id)
    if unit is None or unit.level not in ("city", "district") or unit.kind == "department":
        raise NotFound("没有这个单位的工作日历")
    if not holds_permission(actor, "calendar:edit", unit):
        raise Forbidden("只能维护本辖区的工作日历")


def _note(work: Session, actor: Actor | None, unit_id: str, detail: str, at: datetime) -> None:
    person_id = actor.id if actor else None
    audit.record(work, audit.Deed("calendar", person_id, f"unit:{unit_id}", detail), at=at)
