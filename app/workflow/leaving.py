"""Tasks that somebody had claimed and may not decide any more: back to their pools."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import local
from app.identity import leaving
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.queries import ABLE, holds_of
from app.workflow import events, vacancies
from app.workflow.desks import holds_for
from app.workflow.events import Act
from app.workflow.models import Case, Task

FREED = "freed"


def free(work: Session, actor: Actor | None, person_id: str, at: datetime) -> None:
    """Give back what this person claimed where nothing lets them decide it now."""
    person = work.get_one(Person, person_id)
    holds = holds_of(person_id, local(at).date()) if person.status == ABLE else ()
    actor_then = Actor(person.id, person.name, person.staff, holds, False, "", local(at).date())
    claimed = select(Task).where(
        Task.claimed_by_id == person_id,
        Task.status.in_(("open", "waiting")),
        Task.unit_id.is_not(None),
    )
    for task in work.scalars(claimed.order_by(Task.case_id, Task.id)).all():
        if not holds_for(actor_then, task):
            _free(work, actor, task, person_id, at)
    vacancies.left_by(work, person_id, at)


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


def _free(work: Session, actor: Actor | None, task: Task, person_id: str, at: datetime) -> None:
    case = work.get_one(Case, task.case_id, with_for_update=True, populate_existing=True)
    mine = update(Task).where(
        Task.id == task.id,
        Task.claimed_by_id == person_id,
        Task.status.in_(("open", "waiting")),
    )
    nobodys = {"claimed_by_id": None, "claimed_at": None, "named_id": None}
    changed = work.execute(mine.values(nobodys).returning(Task.id))
    if changed.first() is not None:  # decided while we waited for the case: theirs for good
        work.expire(task)
        events.record(work, case, FREED, actor, Act(task=task), at=at)
        vacancies.look(work, task, at=at)


leaving.followers.append(free)
