"""Reading what a command is about to change, under the case's lock."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.attributes import set_committed_value

from app.crashing import point
from app.errors import NotFound
from app.workflow.models import Case, Task

_LOCKED = (
    select(Case)
    .options(undefer(Case.snapshot))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_CASE = _LOCKED.where(Case.id == bindparam("id"))
_CASE_OF_TASK = _LOCKED.where(
    Case.id == select(Task.case_id).where(Task.id == bindparam("id")).scalar_subquery()
)
_TASK = select(Task).where(Task.id == bindparam("id")).execution_options(populate_existing=True)
"""Built once: that costs more than asking."""


def locked_case(work: Session, case_id: str) -> Case:
    """The case, as it is now, and nobody else's to change until the commit. Raises NotFound."""
    case = work.scalars(_CASE, {"id": case_id}).first()
    if case is None:
        raise NotFound
    point("lock")
    return case


def locked_task(work: Session, task_id: str) -> Task:
    """The task, read after its case was locked. Raises NotFound.

    Two statements, not one join: what waits for the lock must read the task as the winner left it.
    """
    case = work.scalars(_CASE_OF_TASK, {"id": task_id}).first()
    if case is None:
        raise NotFound("没有这个任务")
    task = work.scalars(_TASK, {"id": task_id}).one()
    set_committed_value(task, "case", case)
    point("lock")
    return task
