"""Tasks that somebody had claimed and may not decide any more: back to their pools."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import local
from app.identity import leaving
from app.identity.actor import Actor, Hold
from app.identity.models import Person
from app.identity.queries import ABLE, holds_of
from app.workflow import events
from app.workflow.desks import sits_at
from app.workflow.events import Act
from app.workflow.models import Case, Task

FREED = "freed"


def free(work: Session, actor: Actor | None, person_id: str, at: datetime) -> None:
    """Give back what this person claimed where nothing lets them decide it now."""
    person = work.get_one(Person, person_id)
    holds = holds_of(person_id, local(at).date()) if person.status == ABLE else ()
    claimed = select(Task).where(
        Task.claimed_by_id == person_id, Task.status == "open", Task.unit_id.is_not(None)
    )
    for task in work.scalars(claimed.order_by(Task.case_id, Task.id)).all():
        if not _decides(holds, task):
            _free(work, actor, task, person_id, at)


def free_all(work: Session, at: datetime) -> None:
    """The same for everybody who has a task in hand: posts run out by their dates."""
    busy = (
        select(Task.claimed_by_id)
        .where(Task.status == "open", Task.unit_id.is_not(None), Task.claimed_by_id.is_not(None))
        .distinct()
        .order_by(Task.claimed_by_id)
    )
    for person_id in work.scalars(busy).all():
        free(work, None, str(person_id), at)


def _decides(holds: tuple[Hold, ...], task: Task) -> bool:
    return any(hold.unit_id == task.unit_id and sits_at(hold, task.desk) for hold in holds)


def _free(work: Session, actor: Actor | None, task: Task, person_id: str, at: datetime) -> None:
    case = work.get_one(Case, task.case_id, with_for_update=True, populate_existing=True)
    mine = update(Task).where(
        Task.id == task.id, Task.claimed_by_id == person_id, Task.status == "open"
    )
    changed = work.execute(mine.values(claimed_by_id=None, claimed_at=None).returning(Task.id))
    if changed.first() is not None:  # decided while we waited for the case: theirs for good
        work.expire(task)
        events.record(work, case, FREED, actor, Act(task=task), at=at)


leaving.followers.append(free)
