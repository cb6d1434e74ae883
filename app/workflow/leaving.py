"""Tasks that somebody had claimed and may not decide any more: back to their pools.

And the views of theirs that colleagues saw: whose unit they leave sees them no more.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.identity import leaving
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.queries import ABLE, actor_for
from app.workflow import acting, events, handing, vacancies
from app.workflow.events import Act
from app.workflow.habits import SavedView
from app.workflow.models import Case, Task
from app.workflow.phrases import shared_with

FREED = "freed"
WAITING = ("open", "waiting")


def free(work: Session, actor: Actor | None, person_id: str, at: datetime) -> None:
    """Give back what this person claimed where nothing lets them decide it now.

    And what others do in their name, or have of them for an opinion.
    """
    theirs = or_(*(column == person_id for column in (
        Task.claimed_by_id, Task.for_id, Task.delegated_by_id)))  # fmt: skip
    claimed = select(Task).where(theirs, Task.status.in_(WAITING), Task.unit_id.is_not(None))
    for task in work.scalars(claimed.order_by(Task.case_id, Task.id)).all():
        keeper = _keeper(work, task, at)
        if keeper != task.claimed_by_id:
            give(work, actor, task, keeper, at=at)
    vacancies.left_by(work, person_id, at)
    _unshare(work, person_id, at)


def free_all(work: Session, at: datetime) -> None:
    """The same for everybody who has a task in hand or shares: posts run out by their dates."""
    busy = (
        select(Task.claimed_by_id)
        .where(Task.status == "open", Task.unit_id.is_not(None), Task.claimed_by_id.is_not(None))
        .distinct()
        .order_by(Task.claimed_by_id)
    )
    for person_id in work.scalars(busy).all():
        free(work, None, str(person_id), at)
    sharing = select(SavedView.person_id).where(SavedView.unit_id.is_not(None)).distinct()
    for person_id in work.scalars(sharing).all():
        _unshare(work, person_id, at)


def _unshare(work: Session, person_id: str, at: datetime) -> None:
    """Keep their views for themselves alone where they decide no more."""
    able = _able(work, person_id, at)
    units = shared_with(able) if able else {}
    lost = (SavedView.person_id == person_id, SavedView.unit_id.not_in(units))
    work.execute(update(SavedView).where(*lost).values(unit_id=None))


def _keeper(work: Session, task: Task, at: datetime) -> str | None:
    """Who has it on: its holder where they may, else who delegated it; nobody: its pool."""
    holder, giver = (
        _able(work, person_id, at) for person_id in (task.claimed_by_id, task.delegated_by_id)
    )
    if task.delegated_by_id is None:
        return holder.id if holder and acting.posts(work, holder, task) else None
    if giver is None or not acting.posts(work, giver, task):
        return None
    return holder.id if holder and handing.advises(work, holder, task) else giver.id


def _able(work: Session, person_id: str | None, at: datetime) -> Actor | None:
    person = work.get(Person, person_id) if person_id else None
    return actor_for(person.id, at) if person and person.status == ABLE else None


def give(
    work: Session,
    actor: Actor | None,
    task: Task,
    keeper: str | None,
    *,
    at: datetime,
    why: str = "",
) -> bool:
    """Take a task from whoever has it, unless they decided it while we waited for its case."""
    case = work.get_one(Case, task.case_id, with_for_update=True, populate_existing=True)
    held = update(Task).where(
        Task.id == task.id, Task.claimed_by_id == task.claimed_by_id, Task.status.in_(WAITING)
    )
    now = held.values(
        claimed_by_id=keeper,
        claimed_at=keeper and at,
        for_id=task.for_id if keeper and keeper == task.delegated_by_id else None,
        delegated_by_id=None,
        named_id=keeper and task.named_id,
    )
    changed = work.execute(now.returning(Task.id)).first() is not None
    if changed:
        work.expire(task)
        events.record(work, case, FREED, actor, Act(task=task, outcome=why), at=at)
        vacancies.look(work, task, at=at)
    return changed


leaving.followers.append(free)
