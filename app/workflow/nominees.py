"""Nominees (指名): the officials to whom a row of a step may be given by name, and why not."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.identity import queries
from app.identity.actor import Actor, Hold
from app.identity.models import Person, Unit
from app.identity.scope import cover
from app.identity.units import COLUMNS, LEVELS
from app.workflow import handling
from app.workflow.desks import DECIDE
from app.workflow.models import Task
from app.workflow.reach import reads
from app.workflow.vacancies import lie_at

_NOT_THEM = "请选择能办理这一件的工作人员"


def nominees(work: Session, task: Task, day: date) -> list[tuple[Actor, Hold]]:
    """Everybody who may be named for a row of this task's step, with the post by which."""
    places = [getattr(task.case, column) for column in COLUMNS.values()]
    near = or_(Unit.id.in_(places), Unit.parent_id.in_(places) & (Unit.kind == "department"))
    units = work.scalars(select(Unit.id).where(near, Unit.active))
    staff = [one.actor for one in queries.staff_of(units, day) if one.able]
    found = [(actor, _post(actor, task)) for actor in staff]
    return [
        (actor, hold)
        for actor, hold in found
        if hold is not None and actor.id != task.named_id and _refusal(work, actor, task) is None
    ]


def nominee(work: Session, person_id: str, task: Task, day: date) -> tuple[Actor, Hold]:
    """One of them. Raises Invalid, saying why it cannot be this person."""
    found = queries.members(Person.id == person_id, day)
    actor = found[0].actor if found and found[0].able else None
    hold = _post(actor, task) if actor else None
    if actor is None or hold is None or actor.id == task.named_id:
        raise Invalid(_NOT_THEM, {"person": _NOT_THEM})
    refusal = _refusal(work, actor, task)
    if refusal is not None:
        raise Invalid(refusal, {"person": refusal})
    return actor, hold


def _post(actor: Actor, task: Task) -> Hold | None:
    """The highest post by which somebody decides where the case is, whatever the step's unit."""
    held = [hold for hold in actor.holds if cover(hold, DECIDE, task.case).reaches]
    return min(held, key=lambda hold: LEVELS.index(hold.unit_level), default=None)


def _refusal(work: Session, actor: Actor, task: Task) -> str | None:
    away = handling.kept_away(work, actor, task)
    if away is not None:
        return f"不能由{actor.name}办理：应当回避，或已办理过本环节、上一级"
    return None if reads(work, actor, task.case) else _NOT_THEM


def give(work: Session, task: Task, nominee: tuple[Actor, Hold]) -> None:
    """Let a row be this person's by name and in nobody else's, in the unit where they decide."""
    actor, hold = nominee
    lie_at(work, task, work.get_one(Unit, hold.unit_id))
    task.named_id = task.claimed_by_id = actor.id
    task.for_id = None
