"""By what the register may be narrowed: the areas beneath mine, and the steps where cases wait."""

from __future__ import annotations

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.units import COLUMNS
from app.workflow.models import Case, Task
from app.workflow.reach import stretches, visible

CROWD = 500
"""So many open tasks of one area are read through; where more wait, nearly every step is there."""
MOST = 100
_OPEN = Task.status == literal("open", literal_execute=True)


def units_below(work: Session, actor: Actor) -> list[Unit]:
    """The areas by which a register may be narrowed: those one level beneath mine, or my own."""
    mine = [hold.area_unit_id for hold in actor.holds if hold.area_unit_id]
    below = Unit.parent_id.in_(mine) & (Unit.kind != "department")
    query = select(Unit).where(or_(below, Unit.id.in_(mine)), Unit.active)
    return list(work.scalars(query.order_by(Unit.division_code, Unit.name).limit(300)))


def open_steps(work: Session, actor: Actor, crowd: int = CROWD) -> list[str]:
    """The names of the steps at which a case waits that I may see; in a crowd, of all anywhere.

    Where fewer wait in an area of mine, all of them are looked at; of what went up from there to
    others, and of what I see from elsewhere, the newest cases.
    """
    found: set[str] = set()
    mine = select(Task.name).join(Task.case).where(_OPEN, visible(actor)).distinct()
    for hold in (hold for hold in actor.holds if hold.area_unit_id):
        here = getattr(Task, COLUMNS[hold.unit_level]) == hold.area_unit_id
        waiting = select(Task.id).where(_OPEN, here).limit(crowd).subquery()
        if work.scalar(select(func.count()).select_from(waiting)) == crowd:
            return _every_step(work)
        found.update(work.scalars(mine.where(here)))
    for stretch in stretches(actor):
        newest = select(Case.id).where(stretch).order_by(Case.opened_at.desc()).limit(crowd)
        found.update(work.scalars(mine.where(Task.case_id.in_(newest.scalar_subquery()))))
    return sorted(found.union(() if actor.staff else work.scalars(mine.limit(MOST))))


def _every_step(work: Session) -> list[str]:
    """From one name to the next along their index: as many looks as there are names."""
    names = select(func.min(Task.name).label("name")).where(_OPEN).cte(recursive=True)
    after = select(func.min(Task.name)).where(_OPEN, Task.name > names.c.name).scalar_subquery()
    names = names.union_all(select(after).where(names.c.name.is_not(None)))
    found = select(names.c.name).where(names.c.name.is_not(None)).limit(MOST)
    return sorted(work.scalars(found))
