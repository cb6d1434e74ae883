"""Document numbers (文号): per issuing unit and year, without gaps: 宜西小散备〔2026〕0001号."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Unit
from app.workflow import numbers

CITY = "宜"


def next_number(work: Session, unit: Unit, mark: str, year: int) -> str:
    """The next number of a unit's series; taken back with the transaction, so that none is lost.

    `mark` is the kind of paper in one character: 备, 告, 补 …
    """
    value = numbers.take(work, f"paper:{mark}:{unit.id}:{year}")
    return f"{CITY}{_place(work, unit)}小散{mark}〔{year}〕{value:04}号"


def _place(work: Session, unit: Unit) -> str:
    """What a unit is called in numbers: 西, 西住建局, 西西陵, 西西陵铁路坝社区.

    The units above stand before it, and a unit whose short name its neighbour bears as well is
    called by its whole name, so that no two are called alike.
    """
    if unit.level == "city" and unit.kind != "department":
        return ""
    above = _place(work, unit.parent) if unit.parent else ""
    return above + (unit.short_name if _alone(work, unit) else unit.name)


def _alone(work: Session, unit: Unit) -> bool:
    """Whether a unit has a short name that no other unit beside it has."""
    if not unit.short_name:
        return False
    same = (Unit.parent_id == unit.parent_id) & (Unit.short_name == unit.short_name)
    return work.scalars(select(Unit.id).where(same, Unit.id != unit.id).limit(1)).first() is None
