"""The working calendar as its keepers see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Forbidden
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.reach import governments_within
from app.workflow.backstage import CalendarDay
from app.workflow.calendar import years_without_data


def units_kept(work: Session, actor: Actor) -> Sequence[Unit]:
    """The city or districts whose calendar this person keeps. Raises Forbidden if there is none."""
    found = governments_within(work, actor, "calendar:edit")
    if not found:
        raise Forbidden("工作日历由市、区县维护")
    return found


def days_of(work: Session, unit_id: str, year: int) -> Sequence[CalendarDay]:
    """The days of a year that a unit entered."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return work.scalars(
        select(CalendarDay)
        .where(CalendarDay.unit_id == unit_id, CalendarDay.day.between(first, last))
        .order_by(CalendarDay.day)
    ).all()


def above_in_force(work: Session, unit: Unit, year: int) -> str:
    """The name of the unit above whose holidays of a year hold here; empty if it has none."""
    above = work.get(Unit, unit.parent_id) if unit.parent_id else None
    if above is None or years_without_data(work, above.id, range(year, year + 1)):
        return ""
    return above.name


def missing_years(work: Session, unit: Unit, year: int) -> list[int]:
    """This year and the next, where neither the unit nor the one above entered any holiday."""
    missing = years_without_data(work, unit.id, range(year, year + 2))
    if not missing or not unit.parent_id:
        return missing
    above = years_without_data(work, unit.parent_id, range(year, year + 2))
    return [asked for asked in missing if asked in above]
