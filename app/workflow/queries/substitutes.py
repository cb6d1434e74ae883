"""Who stands in for whom (代理), who could, and who may see and end it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from app.identity import queries
from app.identity.actor import Actor
from app.identity.models import Grant, Unit
from app.identity.permissions import holding
from app.identity.queries import Member
from app.identity.reach import units_within
from app.identity.units import lineage
from app.workflow.acting import ACT_FOR
from app.workflow.desks import DECIDE
from app.workflow.substitutions import Substitution

_RIGHTS = (ACT_FOR, "people:create")
"""Who heads a unit, and who keeps its people."""


def candidates(work: Session, actor: Actor) -> list[Member]:
    """Who may stand in for somebody: who decides tasks in a unit of theirs, or in one above.

    Those of their own units first.
    """
    mine = {hold.unit_id for hold in holding(actor, DECIDE)}
    near: set[str] = set()
    for unit in work.scalars(select(Unit).where(Unit.id.in_(mine))):
        near |= lineage(unit, actor.day)
    found = (
        one
        for one in queries.staff_of(near, actor.day)
        if one.able and one.person.id != actor.id
        and any(hold.unit_id in near for hold in holding(one.actor, DECIDE))
    )  # fmt: skip
    return sorted(found, key=lambda one: (_afar(one, mine), one.person.name, one.person.id))


def _afar(one: Member, units: Collection[str]) -> bool:
    return all(hold.unit_id not in units for hold in one.actor.holds)


def own(work: Session, actor: Actor, day: date) -> Sequence[Substitution]:
    """Mine, and those in which I stand in, that run or will."""
    mine = or_(Substitution.person_id == actor.id, Substitution.substitute_id == actor.id)
    return _listed(work, mine, day)


def kept(work: Session, actor: Actor, day: date) -> Sequence[Substitution]:
    """Those of everybody in the units that somebody heads or keeps."""
    others = (Substitution.person_id != actor.id) & (Substitution.substitute_id != actor.id)
    found = {
        row.id: row
        for right in _RIGHTS
        for row in _listed(work, Substitution.person_id.in_(_staff(actor, right)) & others, day)
    }
    return sorted(found.values(), key=lambda row: (row.first_day, row.id))


def may_end(work: Session, actor: Actor, row: Substitution) -> bool:
    """Whether it is theirs to end: one of the two, or who heads or keeps a unit of the absent."""
    return actor.id in (row.person_id, row.substitute_id) or _keeps(work, actor, row)


def _keeps(work: Session, actor: Actor, row: Substitution) -> bool:
    theirs = (_staff(actor, right).where(Grant.person_id == row.person_id) for right in _RIGHTS)
    return any(work.scalar(found.limit(1)) is not None for found in theirs)


def _staff(actor: Actor, right: str) -> Select[str]:
    near = select(Grant.person_id).join(Unit, Grant.unit_id == Unit.id)
    return near.where(units_within(actor, right), queries.in_force(actor.day))


def _listed(work: Session, which: ColumnElement[bool], day: date) -> Sequence[Substitution]:
    found = select(Substitution).where(
        which, Substitution.last_day >= day, Substitution.ended_at.is_(None)
    )
    named = found.options(*map(joinedload, (Substitution.person, Substitution.substitute)))
    return work.scalars(named.order_by(Substitution.first_day, Substitution.id)).all()
