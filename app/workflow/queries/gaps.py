"""Steps that nobody, or one person alone, can bring to an end today, by unit of one's reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holding
from app.identity.queries import Member
from app.identity.reach import beneath, governments_within, units_within
from app.workflow.queries.access import EXPLAIN
from app.workflow.staffing import Duty, duties


@dataclass(frozen=True, slots=True)
class Gap:
    """A step that is about to stand still in one unit: nobody is left, or one person is."""

    unit: Unit
    duty: Duty
    alone: tuple[Member, ...]  # none: it stands still today


def unit_of(work: Session, actor: Actor, unit_id: str) -> Unit:
    """A unit of one's reach, or, without an id, one's own first. Raises NotFound."""
    mine = [hold.unit_id for hold in holding(actor, EXPLAIN)]
    near = select(Unit).where(units_within(actor, EXPLAIN), Unit.active)
    found = work.scalars(near.where(Unit.id == (unit_id or next(iter(mine), "")))).first()
    if found is None:
        raise NotFound("没有找到该机构")
    return found


def chosen_from(work: Session, actor: Actor) -> list[Unit]:
    """What the list can be narrowed to: one's own units, and the governments beneath."""
    own = select(Unit).where(Unit.id.in_([hold.unit_id for hold in holding(actor, EXPLAIN)]))
    found = {one.id: one for one in work.scalars(own.order_by(Unit.name))}
    found |= {one.id: one for one in governments_within(work, actor, EXPLAIN)}
    return list(found.values())


def gaps(work: Session, actor: Actor, unit: Unit) -> list[Gap]:
    """What stands or hangs on one person there and beneath; of the city, in its own house."""
    ids = set(work.scalars(_with_those_beneath(actor, unit)))
    found = [gap for duty in duties(work, ids, actor.day) for gap in of_duty(duty)]
    return [gap for gap in found if gap.unit.id in ids]


def of_duty(duty: Duty) -> Iterator[Gap]:
    """The units in which a step has nobody, or in which the one sits on whom it hangs."""
    alone, settles = duty.alone, duty.settles()
    hangs = {member.person.id for member in alone}
    for turn in duty.turns:
        here = any(member.person.id in hangs for member, _hold in turn.seated)
        empty = not settles and not turn.answers(())
        if turn.unit is not None and (here or empty):
            yield Gap(turn.unit, duty, alone)


def _with_those_beneath(actor: Actor, unit: Unit) -> Select[str]:
    house = and_(Unit.parent_id == unit.id, Unit.kind == "department")
    if unit.kind == "department":
        return select(Unit.id).where(Unit.id == unit.id)
    if unit.level == "city":
        return select(Unit.id).where(or_(Unit.id == unit.id, house), Unit.active)
    near = beneath([unit.id], actor.day)
    return select(Unit.id).where(Unit.id.in_(near), Unit.active)
