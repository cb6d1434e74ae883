"""The tray 无人可办: what nobody is there for, in the units whose accounts somebody keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.errors import Forbidden, NotFound
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.reach import units_within
from app.workflow.models import Task
from app.workflow.queries.pages import PAGE
from app.workflow.vacancies import NAMES, at_it, nameable, refuse_begun


def tray(work: Session, actor: Actor) -> Sequence[Task]:
    """What waits there, the longest first; no more than a page: it is meant to be empty."""
    found = select(Task).join(Task.unit).options(contains_eager(Task.unit), joinedload(Task.case))
    return work.scalars(found.where(_mine(actor)).order_by(Task.opened_at).limit(PAGE)).all()


def by_name(work: Session, actor: Actor, *, at: datetime) -> Sequence[Task]:
    """What somebody there has by name, has not done yet and is not at, the longest first."""
    theirs = and_(Task.status == "open", Task.claimed_by_id == Task.named_id)
    found = select(Task).join(Task.unit).options(contains_eager(Task.unit), joinedload(Task.case))
    near = found.where(theirs, units_within(actor, NAMES)).order_by(Task.opened_at)
    return [task for task in work.scalars(near.limit(PAGE)) if not at_it(work, task, at)]


def count(work: Session, actor: Actor) -> int:
    """How much waits there."""
    found = select(func.count()).select_from(Task).join(Task.unit).where(_mine(actor))
    return work.scalar(found) or 0


def vacant_task(work: Session, actor: Actor, task_id: str, *, at: datetime) -> Task:
    """One of them. Raises NotFound out of reach, Forbidden once it lies there no more.

    And Conflict while whoever has it by name is at it.
    """
    task = work.get(Task, task_id)
    if task is None or not _reached(work, actor, task):
        raise NotFound("没有这个任务")
    if not nameable(task):
        raise Forbidden("这一任务已有人办理，不用指定")
    refuse_begun(work, task, at)
    return task


def may_name(work: Session, actor: Actor, task: Task) -> bool:
    """Whether this person may name now who handles a task."""
    return nameable(task) and _reached(work, actor, task)


def _reached(work: Session, actor: Actor, task: Task) -> bool:
    reached = select(Unit.id).where(Unit.id == task.unit_id, units_within(actor, NAMES))
    return work.scalar(reached) is not None


def _mine(actor: Actor) -> ColumnElement[bool]:
    lying = and_(Task.status == "open", Task.vacant, Task.claimed_by_id.is_(None))
    return and_(lying, units_within(actor, NAMES))
