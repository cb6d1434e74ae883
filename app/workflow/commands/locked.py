"""Reading what a command is about to change, under the case's lock."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager, undefer

from app.crashing import point
from app.errors import NotFound
from app.identity import queries
from app.identity.actor import Actor
from app.workflow.models import Case, Task

_CASE = (
    select(Case)
    .options(undefer(Case.snapshot))
    .where(Case.id == bindparam("id"))
    .execution_options(populate_existing=True)
)
_TASK = (
    select(Task)
    .join(Task.case)
    .options(contains_eager(Task.case).undefer(Case.snapshot))
    .where(Task.id == bindparam("id"))
    .execution_options(populate_existing=True)
)
_LOCKED_CASE, _LOCKED_TASK = _CASE.with_for_update(), _TASK.with_for_update(of=[Case, Task])
_FREE_CASE = _CASE.add_columns(queries.STILL_HELD).with_for_update(of=Case, skip_locked=True)
_FREE_TASK = _TASK.add_columns(queries.STILL_HELD).with_for_update(
    of=[Case, Task], skip_locked=True
)
"""Built once: that costs more than asking."""


def locked_case(work: Session, case_id: str) -> Case:
    """The case, as it is now, and nobody else's to change until the commit. Raises NotFound."""
    case = work.scalars(_LOCKED_CASE, {"id": case_id}).first()
    if case is None:
        raise NotFound
    point("lock")
    return case


def locked_task(work: Session, task_id: str) -> Task:
    """The task, read after its case was locked. Raises NotFound.

    Both rows are locked, though the case's lock is the one that counts: PostgreSQL reads a row that
    is only joined as it was before the wait, a locked one as the winner left it.
    """
    task = work.scalars(_LOCKED_TASK, {"id": task_id}).one_or_none()
    if task is None:
        raise NotFound("没有这个任务")
    point("lock")
    return task


def free_task_for(work: Session, actor: Actor, task_id: str) -> tuple[Task, Actor] | None:
    """The same as `task_for`, or none where somebody else is busy with its case just now."""
    free = work.execute(_FREE_TASK, {"id": task_id, **queries.asked_of(actor)}).one_or_none()
    return (free[0], queries.left_of(actor, free[1])) if free else None


def case_for(work: Session, actor: Actor, case_id: str) -> tuple[Case, Actor]:
    """The locked case, and who is about to change it with what they still hold now.

    Their posts were read as the request began; one may have ended since. Where the lock is free
    one statement tells both; where it was waited for, posts are asked for after the wait.
    """
    free = work.execute(_FREE_CASE, {"id": case_id, **queries.asked_of(actor)}).one_or_none()
    if free is None:
        case = locked_case(work, case_id)
        return case, queries.still_holding(work, actor)
    point("lock")
    return free[0], queries.left_of(actor, free[1])


def task_for(work: Session, actor: Actor, task_id: str) -> tuple[Task, Actor]:
    """The same for a task, which is read after its case was locked. Raises NotFound."""
    free = work.execute(_FREE_TASK, {"id": task_id, **queries.asked_of(actor)}).one_or_none()
    if free is None:
        task = locked_task(work, task_id)
        return task, queries.still_holding(work, actor)
    point("lock")
    return free[0], queries.left_of(actor, free[1])
