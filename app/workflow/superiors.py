"""Those who answer for a unit, whom lateness is told to: heads, leaders, the district (督办)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.identity.models import Grant, Person, Unit
from app.identity.queries import ABLE, in_force

HEADS = ("district_dept_admin", "district_gov_admin", "city_dept_admin", "city_gov_admin")
WATCHERS = ("supervisor", "district_gov_admin", "city_gov_admin")
Units = Sequence[str | None]
"""The unit of a task and those above it, the nearest first."""


def posted(
    work: Session,
    units: Iterable[str | None],
    positions: Collection[str],
    roles: Collection[str],
    day: date,
) -> list[Person]:
    """Who holds one of these positions or roles in one of these units on a day."""
    found = select(Person).join(Grant, Grant.person_id == Person.id)
    found = found.where(
        Grant.unit_id.in_([unit for unit in units if unit]),
        or_(Grant.position.in_(positions), Grant.role.in_(roles)),
        in_force(day),
        Person.status == ABLE,
    )
    return list(work.scalars(found.distinct().order_by(Person.id)))


def heads(work: Session, units: Units, day: date) -> list[Person]:
    """The heads of a unit; where it has none, of the next above."""
    return _first(posted(work, [unit], ("head",), HEADS, day) for unit in units if unit)


def leaders(work: Session, units: Units, day: date) -> list[Person]:
    """Those who answer for a unit and for the one above it (分管领导), else further up."""
    found = [unit for unit in units if unit]
    pairs = [found[place : place + 2] for place in range(len(found))]
    return _first(posted(work, pair, ("leader",), (), day) for pair in pairs)


def watchers(work: Session, units: Units, day: date) -> list[Person]:
    """Who supervises at the district; at the city, where the task lies with a district itself."""
    near = next((unit for unit in units if unit), None)
    own = work.get(Unit, near) if near else None
    low = own is not None and own.level in ("community", "township")
    found = select(Unit).where(Unit.id.in_([unit for unit in units if unit]))
    levels = {unit.level: unit.id for unit in work.scalars(found) if unit.kind != "department"}
    asked = [levels.get("district") if low else None, levels.get("city")]
    return _first(posted(work, [unit], (), WATCHERS, day) for unit in asked if unit)


def _first(found: Iterable[list[Person]]) -> list[Person]:
    return next((people for people in found if people), [])
