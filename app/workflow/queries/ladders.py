"""Ladders as their keepers see them: whose unit has which, and what would be told when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import add_workdays
from app.errors import Forbidden
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.reach import units_within
from app.workflow import calendar, ladders
from app.workflow.backstage import LadderRung
from app.workflow.deadlines import rung_at
from app.workflow.ladders import Ladder, Rung


@dataclass(frozen=True, slots=True)
class Kept:
    """The ladder in force for one unit, and the name of whose it is; none: as shipped."""

    unit: Unit
    ladder: Ladder
    owner: str

    @property
    def own(self) -> bool:
        """Whether it is the unit's own."""
        return self.ladder.unit_id == self.unit.id


def units_kept(work: Session, actor: Actor) -> list[tuple[str, list[Unit]]]:
    """The governments whose ladders this person keeps, each district with its townships."""
    found = select(Unit).where(
        units_within(actor, "calendar:edit"),
        Unit.level.in_(ladders.LEVELS),
        Unit.kind != "department",
        Unit.active,
    )
    units = work.scalars(found.order_by(Unit.level, Unit.division_code, Unit.name)).all()
    if not units:
        raise Forbidden("督办规则由市、区县维护")
    tops = [unit for unit in units if unit.level != "township"]
    beneath = [[unit for unit in units if unit.parent_id == top.id and unit.level == "township"]
               for top in tops]  # fmt: skip
    return [(top.name, [top, *low]) for top, low in zip(tops, beneath, strict=True)]


def in_force(work: Session, unit: Unit) -> Kept:
    """The ladder by which lateness of this unit is told."""
    chain, step = [unit.id], unit.parent
    while step is not None:
        chain.append(step.id)
        step = step.parent
    ladder = ladders.of(work, chain)
    owner = work.get(Unit, ladder.unit_id) if ladder.unit_id else None
    return Kept(unit, ladder, owner.name if owner else "")


def own_beneath(work: Session, unit: Unit) -> Sequence[Unit]:
    """The units right beneath this one that follow a ladder of their own."""
    own = select(LadderRung.unit_id).distinct()
    found = select(Unit).where(Unit.parent_id == unit.id, Unit.id.in_(own), Unit.active)
    return work.scalars(found.order_by(Unit.division_code, Unit.name)).all()


def example(
    work: Session, unit: Unit, rungs: Sequence[Rung], at: datetime
) -> tuple[datetime, list[tuple[Rung, datetime]]]:
    """A task due in two working days, and when each rung would be told of it."""
    above = unit.parent_id if unit.level == "district" else None
    is_workday = calendar.workday_test(work, unit.id, above)
    due = add_workdays(at, 2, is_workday)
    ordered = sorted(rungs, key=lambda rung: rung.after)
    return due, [(rung, rung_at(due, rung.after, is_workday)) for rung in ordered]
