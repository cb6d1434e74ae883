"""The one scope predicate (管辖范围): which rows a person may see or act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, false, or_

from app.identity.actor import Actor, Hold
from app.identity.permissions import PERMISSIONS, holding, of_hold
from app.identity.units import COLUMNS, Chain

OWN = "case:read"
"""Who applied or filed may read what is theirs, whatever they hold."""
SHARED = frozenset({"case:read", "register:read", "register:export"})
"""What the geographic district keeps of a case that a zone took: reading, never deciding."""


@dataclass(frozen=True, slots=True)
class ScopeColumns:
    """The columns of a table that say where its rows belong."""

    l1: Any
    l2: Any
    l3: Any
    l4: Any
    also_l2: Any
    category: Any
    applicant_id: Any
    filed_by_id: Any


class Placed(Protocol):
    """One row with the same columns; a case is one."""

    @property
    def l1(self) -> str | None: ...
    @property
    def l2(self) -> str | None: ...
    @property
    def l3(self) -> str | None: ...
    @property
    def l4(self) -> str | None: ...
    @property
    def also_l2(self) -> str | None: ...
    @property
    def category(self) -> str: ...
    @property
    def applicant_id(self) -> str | None: ...
    @property
    def filed_by_id(self) -> str | None: ...


def scope_clause(actor: Actor, permission: str, columns: ScopeColumns) -> ColumnElement[bool]:
    """The condition on rows that this person reaches by a permission; no row if not held."""
    reached = [_hold_clause(hold, permission, columns) for hold in holding(actor, permission)]
    if permission == OWN:
        reached.append(columns.applicant_id == actor.id)
        reached.append(columns.filed_by_id == actor.id)
    return or_(false(), *reached)


def _hold_clause(hold: Hold, permission: str, columns: ScopeColumns) -> ColumnElement[bool]:
    area: ColumnElement[bool] = getattr(columns, COLUMNS[hold.unit_level]) == hold.area_unit_id
    if hold.unit_level == "district" and permission in SHARED:
        area = or_(area, columns.also_l2 == hold.area_unit_id)
    if hold.categories is None:
        return area
    return and_(area, columns.category.in_(sorted(hold.categories)))


def in_scope(actor: Actor, permission: str, row: Placed) -> bool:
    """Whether this person reaches one row by a permission: `scope_clause` for a row in hand."""
    if permission == OWN and actor.id in (row.applicant_id, row.filed_by_id):
        return True
    return hold_in(actor, permission, row) is not None


@dataclass(frozen=True, slots=True)
class Cover:
    """One assignment before one row: which of the conditions of reaching it are met."""

    hold: Hold
    right: bool
    area: bool
    trade: bool
    shared: bool
    """The place is another's; it only reads on, as the district in which the zone lies."""

    @property
    def reaches(self) -> bool:
        """Whether all are."""
        return self.right and self.area and self.trade


def cover(hold: Hold, permission: str, row: Placed) -> Cover:
    """How an assignment stands to one row, condition by condition."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    here, area = hold.area_unit_id, getattr(row, COLUMNS[hold.unit_level])
    reads_on = hold.unit_level == "district" and permission in SHARED
    shared = here is not None and here != area and reads_on and here == row.also_l2
    return Cover(
        hold=hold,
        right=permission in of_hold(hold),
        area=here is not None and (here == area or shared),
        trade=hold.categories is None or row.category in hold.categories,
        shared=shared,
    )


def hold_in(actor: Actor, permission: str, row: Placed) -> Hold | None:
    """The assignment by which this person reaches one row, the first given; none without."""
    return next(iter(holds_in(actor, permission, row)), None)


def holds_in(actor: Actor, permission: str, row: Placed) -> tuple[Hold, ...]:
    """All of them, in the order in which they were given."""
    covers = (cover(hold, permission, row) for hold in actor.holds)
    return tuple(one.hold for one in covers if one.reaches)


def hold_at(actor: Actor, permission: str, chain: Chain) -> Hold | None:
    """The assignment by which this person holds a permission at a place, whatever is done there."""
    mine = [hold for hold in holding(actor, permission) if hold.area_unit_id is not None]
    return next((hold for hold in mine if hold.area_unit_id == chain.at(hold.unit_level)), None)


def reaches_place(actor: Actor, permission: str, chain: Chain) -> bool:
    """Whether a place, whatever is done there, lies where this person holds the permission."""
    return hold_at(actor, permission, chain) is not None
