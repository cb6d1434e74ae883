"""Cases whose place came to other units: they and their tasks lie there from now on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.clock import local
from app.identity.actor import Actor
from app.identity.models import Division, Unit
from app.identity.units import resolve
from app.workflow import events, leaving
from app.workflow.events import Act
from app.workflow.models import Case, Task

REHOMED = "rehomed"
_WAITING = ("open", "waiting")


@dataclass(frozen=True, slots=True)
class Lying:
    """How many cases lie in some places: still running, ended, and the tasks that wait."""

    running: int
    ended: int
    tasks: int


def lying(work: Session, codes: Collection[str]) -> Lying:
    """What lies in these divisions and beneath them today."""
    here = Case.division_code.in_(_within(work, codes))
    cases = select(func.count()).select_from(Case).where(here)
    tasks = select(func.count()).select_from(Task).join(Task.case)
    return Lying(
        running=work.scalar(cases.where(Case.ended_at.is_(None))) or 0,
        ended=work.scalar(cases.where(Case.ended_at.is_not(None))) or 0,
        tasks=work.scalar(tasks.where(here, Task.status.in_(_WAITING))) or 0,
    )


def rehome(work: Session, codes: Collection[str], actor: Actor | None, *, at: datetime) -> Lying:
    """Put every case of these divisions where they now belong, with an event in each that moves.

    Cases keep the code under which they were filed; registers and reports go by the units.
    """
    found = select(Case).where(Case.division_code.in_(_within(work, codes)))
    locked = found.order_by(Case.id).with_for_update().execution_options(populate_existing=True)
    running = ended = tasks = 0
    holders: set[str] = set()
    for case in work.scalars(locked).all():
        moved = _move(work, case, local(at).date())
        if not moved:
            continue
        tasks += _move_tasks(work, case, moved, holders)
        running, ended = running + (case.ended_at is None), ended + (case.ended_at is not None)
        was, now = (_names(work, ids) for ids in (moved.keys(), moved.values()))
        act = Act(routing={"from": was, "to": now})
        events.record(work, case, REHOMED, actor, act, at=at)
    for person_id in sorted(holders):  # who has no post where their task lies now gives it back
        leaving.free(work, actor, person_id, at)
    return Lying(running, ended, tasks)


def _within(work: Session, codes: Collection[str]) -> list[str]:
    """These, those beneath them, and those that once ended in any of them."""
    found, new = set(codes), set(codes)
    while new:
        near = or_(Division.parent_code.in_(new), Division.successor_code.in_(new))
        new = set(work.scalars(select(Division.code).where(near))) - found
        found |= new
    return sorted(found)


def _move(work: Session, case: Case, day: date) -> dict[str, str]:
    """Which unit of the case became which; the district is not changed by what happens in it."""
    chain, moved = resolve(case.division_code, day), {}
    for level in ("l3", "l4"):
        was, now = getattr(case, level), getattr(chain, level)
        if was != now and was is not None and now is not None:
            moved[was] = now
            setattr(case, level, now)
    return moved


def _move_tasks(work: Session, case: Case, moved: dict[str, str], holders: set[str]) -> int:
    """How many lie elsewhere now; who holds one of them joins `holders`."""
    waiting = select(Task).where(Task.case_id == case.id, Task.status.in_(_WAITING))
    count = 0
    for task in work.scalars(waiting):
        count += task.unit_id in moved
        if task.unit_id in moved and task.claimed_by_id:
            holders.add(task.claimed_by_id)
        for column in ("unit_id", "l3", "l4"):
            was = getattr(task, column)
            setattr(task, column, moved.get(was, was))
    return count


def _names(work: Session, ids: Collection[str]) -> str:
    names = {unit.id: unit.name for unit in work.scalars(select(Unit).where(Unit.id.in_(ids)))}
    return "、".join(names[one] for one in ids)
