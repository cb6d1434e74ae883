"""The units that an annex may name: whose children, how spelled, how explained before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.annexes.folding import folded
from app.identity.annexes.layouts import CITY_DEPARTMENTS, DEPARTMENTS
from app.identity.annexes.models import Alias
from app.identity.annexes.spellings import Index, Spelled
from app.identity.models import Division, Jurisdiction, Unit
from app.identity.reach import units_within
from app.identity.trades import INDUSTRIES
from app.identity.units import ways
from app.identity.words import PLACES

PLACE, DEPARTMENT, OWNER = "place", "department", "owner"
"""What a spelling names; an owner is whose people a sheet lists."""
_OWNERS = {"1": ("district",), "2": ("township", "district"), "3": ("district", "city")}
_LEVEL = {"1": "township", "2": "community"}


@dataclass(frozen=True, slots=True)
class Known:
    """One active unit, as far as annexes go."""

    id: str
    name: str
    level: str
    kind: str
    industry: str
    division_code: str
    parent_id: str
    official: str


class Directory:
    """All active units of one moment, with what this person reaches among them."""

    def __init__(self, work: Session, actor: Actor) -> None:
        found = select(Unit, Division.name).outerjoin(Division, Unit.division_code == Division.code)
        rows = work.execute(found.where(Unit.active).order_by(Unit.division_code, Unit.id))
        self.units = {unit.id: _known(unit, official or "") for unit, official in rows}
        within = select(Unit.id).where(units_within(actor, "people:create"))
        self.reached = frozenset(work.scalars(within))
        way, codes = ways(work), {unit.division_code for unit in self.units.values()}
        self._lies_in = {code: frozenset(way(code)) for code in codes}
        self._claims = _claims(work, actor.day)
        aliases = work.execute(select(Alias.text, Alias.kind, Alias.within_unit_id, Alias.unit_id))
        self._aliases = {(row.text, row.kind, row.within_unit_id): row.unit_id for row in aliases}
        self._indexes: dict[tuple[str, str], Index] = {}
        self.top = next(
            one.id
            for one in self.units.values()
            if one.level == "city" and one.kind == "government"
        )
        """The city: within it the names of owners are remembered."""

    def owners(self, text: str, annex: str) -> tuple[str, ...]:
        """Whose people a sheet lists, by its head; within reach before all others."""
        if folded(text) in CITY_DEPARTMENTS:
            return (self.top,) if annex == DEPARTMENTS else ()
        possible = self.possible_owners(annex)
        found = self._index(("owners", annex), possible).find(text)
        near = tuple(one for one in found if one in self.reached) or found
        return self._explained(near, (text, OWNER, self.top), possible)

    def possible_owners(self, annex: str) -> Sequence[str]:
        """The units whose people this annex may list."""
        levels = _OWNERS[annex]
        return [
            unit.id
            for unit in self.units.values()
            if unit.level in levels and unit.kind != "department"
        ]

    def places(self, text: str, annex: str, owner_id: str) -> tuple[str, ...]:
        """The units of an owner that a line may mean."""
        kind = DEPARTMENT if annex == DEPARTMENTS else PLACE
        possible = self.possible_places(annex, owner_id)
        found = self._index((owner_id, annex), possible).find(text)
        return self._explained(found, (text, kind, owner_id), possible)

    def possible_places(self, annex: str, owner_id: str) -> Sequence[str]:
        """The units that a line of this owner's annex may name, in the order of their codes."""
        owner = self.units[owner_id]
        if annex == DEPARTMENTS:
            offices = [
                one
                for one in self.units.values()
                if one.parent_id == owner_id and one.kind == "department"
            ]
            return [one.id for one in sorted(offices, key=_in_order)]
        claimed = self._claims.get(owner_id, set())
        level = _LEVEL[annex]
        below = [
            one.id
            for one in self.units.values()
            if one.level == level
            and one.kind != "department"
            and (one.parent_id == owner_id or self._lies_in[one.division_code] & claimed)
        ]
        return [owner_id, *below] if owner.level != level and annex == "1" else below

    def _index(self, key: tuple[str, str], units: Iterable[str]) -> Index:
        if key not in self._indexes:
            self._indexes[key] = Index(self._spelled(self.units[one]) for one in units)
        return self._indexes[key]

    def _spelled(self, unit: Known) -> Spelled:
        return Spelled(unit.id, unit.name, unit.official, unit.industry, self._above(unit))

    def _above(self, unit: Known) -> tuple[str, ...]:
        """The names before a unit's own: full, official, and as they are spoken."""
        names: list[str] = []
        step = self.units.get(unit.parent_id)
        while step is not None:
            spoken = PLACES["spoken"].get(step.name, "")
            names.extend(name for name in (step.name, step.official, spoken) if name)
            step = self.units.get(step.parent_id)
        return tuple(names)

    def _explained(
        self, found: tuple[str, ...], said: tuple[str, str, str], possible: Sequence[str]
    ) -> tuple[str, ...]:
        """What a spelling (text, kind, within) means: as it reads, else as somebody explained it.

        What others explained never overrules a plain name, nor leads out of one's own reach.
        """
        if len(found) == 1:
            return found
        text, kind, within = said
        alias = self._aliases.get((folded(text)[:80], kind, within), "")
        return (alias,) if alias in self.reached and alias in possible else found

    def shown(self, unit: Known) -> str:
        """A unit's name; townships, whose names repeat, behind their district's."""
        parent = self.units.get(unit.parent_id)
        behind = parent is not None and unit.level in ("township", "community")
        return f"{parent.name} {unit.name}" if parent is not None and behind else unit.name


def _in_order(office: Known) -> int:
    """The order of annex 3; what stands in none of its lines comes last."""
    order = list(INDUSTRIES)
    return order.index(office.industry) if office.industry in order else len(order)


def _known(unit: Unit, official: str) -> Known:
    return Known(
        unit.id, unit.name, unit.level, unit.kind, unit.industry or "",
        unit.division_code or "", unit.parent_id or "", official,
    )  # fmt: skip


def _claims(work: Session, day: date) -> dict[str, set[str]]:
    rows = work.execute(
        select(Jurisdiction.unit_id, Jurisdiction.division_code).where(
            Jurisdiction.valid_from <= day,
            or_(Jurisdiction.valid_to.is_(None), Jurisdiction.valid_to >= day),
        )
    )
    claims: dict[str, set[str]] = {}
    for unit_id, code in rows:
        claims.setdefault(unit_id, set()).add(code)
    return claims
