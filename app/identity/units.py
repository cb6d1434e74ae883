"""Which unit answers for a place: from a division code, through jurisdictions, to four levels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.db import session
from app.identity.models import Division, Jurisdiction, Trade, Unit
from app.identity.trades import INDUSTRIES, OTHER_INDUSTRY

COLUMNS = {"city": "l1", "district": "l2", "township": "l3", "community": "l4"}
"""The levels from the top, and the column in which a row names its unit of each."""
LEVELS = tuple(COLUMNS)

_Claim = tuple[str, str, str, bool, bool]
"""unit id, its level, division code, exclusive, shared view"""


@dataclass(frozen=True, slots=True)
class Chain:
    """The units that answer for one place, level by level.

    `also_l2` is the geographic district that still sees what a zone took.
    """

    l1: str | None = None
    l2: str | None = None
    l3: str | None = None
    l4: str | None = None
    also_l2: str | None = None

    def at(self, level: str) -> str | None:
        """The unit at a level: city, district, township or community."""
        unit: str | None = getattr(self, COLUMNS[level])
        return unit

    @property
    def upwards(self) -> tuple[str | None, ...]:
        """The same units from the nearest to the farthest."""
        return (self.l4, self.l3, self.l2, self.l1)


def resolve(division_code: str, on: date) -> Chain:
    """Who answers for this division on that day: exclusive claims first, then the longest code."""
    return _chain(claim[:5] for claim in session().execute(_claims(on, division_code)))


def resolve_all(division_codes: Iterable[str], on: date) -> dict[str, Chain]:
    """The same for many divisions, in one statement."""
    claims: dict[str, list[_Claim]] = {}
    for row in session().execute(_claims(on)):
        claims.setdefault(row.division_code, []).append(row[:5])
    way = ways(session())
    return {
        code: _chain(one for part in way(code) for one in claims.get(part, ()))
        for code in division_codes
    }


def _claims(on: date, division_code: str | None = None) -> Select[*tuple[Any, ...]]:
    """The claims in force that day: all of them, or those that bear on one division."""
    in_force = _in_force(on) if division_code is None else _claiming(division_code, on)
    found = select(
        Unit.id,
        Unit.level,
        Jurisdiction.division_code,
        Jurisdiction.exclusive,
        Jurisdiction.shared_view,
    )
    return found.join(Unit, Jurisdiction.unit_id == Unit.id).where(in_force, Unit.active)


def _claiming(division_code: str, on: date) -> ColumnElement[bool]:
    """Claims in force that day on a division or on one that it lies in."""
    return and_(Jurisdiction.division_code.in_(_way(division_code)), _in_force(on))


def _way(division_code: str) -> Select[tuple[str]]:
    """A division and those that it lies in; of one that is no more, its successor's."""
    chosen = (Division.code, Division.parent_code, Division.successor_code)
    way = select(*chosen).where(Division.code == division_code).cte("way", recursive=True)
    above = func.coalesce(way.c.successor_code, way.c.parent_code)
    way = way.union(select(*chosen).join(way, Division.code == above))
    return select(way.c.code)


def ways(work: Session) -> Callable[[str], list[str]]:
    """Any division and those that it lies in, with one statement for all."""
    rows = work.execute(select(Division.code, Division.successor_code, Division.parent_code))
    above = {row.code: row.successor_code or row.parent_code for row in rows}

    def way(code: str) -> list[str]:
        found, step = [], code if code in above else None
        while step:
            found.append(step)
            step = above[step]
        return found

    return way


def _in_force(on: date) -> ColumnElement[bool]:
    ends = or_(Jurisdiction.valid_to.is_(None), Jurisdiction.valid_to >= on)
    return and_(Jurisdiction.valid_from <= on, ends)


def _chain(claims: Iterable[_Claim]) -> Chain:
    ranked = sorted(claims, key=lambda claim: (claim[3], len(claim[2])), reverse=True)
    by_level = {level: [c for c in ranked if c[1] == level] for level in LEVELS}
    first = {level: found[0][0] if found else None for level, found in by_level.items()}
    districts = by_level["district"]
    shared = len(districts) > 1 and districts[0][4]
    return Chain(
        l1=first["city"],
        l2=first["district"],
        l3=first["township"],
        l4=first["community"],
        also_l2=districts[1][0] if shared else None,
    )


def lineage(unit: Unit, on: date) -> frozenset[str]:
    """The unit, those above it, those that alone claim its place: all from which it is reached.

    A claim beside others brings a place's cases, but makes nobody a superior of its people.
    """
    above, step = {unit.id}, unit
    while step.parent is not None:
        above.add(step.parent.id)
        step = step.parent
    place = unit.parent if unit.kind == "department" and unit.parent else unit
    if place.division_code:
        claims = select(Jurisdiction.unit_id).where(_claiming(place.division_code, on))
        above.update(session().scalars(claims.where(Jurisdiction.exclusive)))
    return frozenset(above)


def city(work: Session) -> Unit:
    """The unit above all others."""
    return work.scalars(select(Unit).where(Unit.level == "city", Unit.kind == "government")).one()


def empty_zones(on: date) -> Sequence[Unit]:
    """Functional zones (功能区) that have no place that day: they receive no case."""
    placed = select(Jurisdiction.unit_id).where(_in_force(on))
    query = select(Unit).where(Unit.kind == "functional_zone", Unit.active, Unit.id.not_in(placed))
    return session().scalars(query.order_by(Unit.name)).all()


def department_of(area_unit_id: str, category: str) -> Unit | None:
    """The department under a government that answers for a project type, or for the rest."""
    industries = set(session().scalars(select(Trade.industry).where(Trade.category == category)))
    departments = session().scalars(
        select(Unit).where(
            Unit.parent_id == area_unit_id,
            Unit.kind == "department",
            Unit.active,
            Unit.industry.in_(industries | {OTHER_INDUSTRY}),
        )
    )
    ranked = sorted(departments, key=lambda unit: _rank(unit, industries))
    return ranked[0] if ranked else None


def _rank(unit: Unit, industries: set[str]) -> tuple[bool, int]:
    """Those that answer for the type first, in the order of annex 3."""
    order = list(INDUSTRIES)
    industry = unit.industry or OTHER_INDUSTRY
    return (industry not in industries, order.index(industry) if industry in order else len(order))
