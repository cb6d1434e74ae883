"""Document numbers (文号): per issuing unit and year, without gaps: 宜西小散备〔2026〕0001号."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.identity.models import Unit
from app.workflow import numbers

CITY = "宜"


def next_number(work: Session, unit: Unit, mark: str, year: int) -> str:
    """The next number of a unit's series; taken back with the transaction, so that none is lost.

    `mark` is the kind of paper in one character: 备, 告, 补 …
    """
    place = "" if unit.level == "city" else (unit.short_name or unit.name[:2])
    value = numbers.take(work, f"paper:{mark}:{unit.id}:{year}")
    return f"{CITY}{place}小散{mark}〔{year}〕{value:04}号"
