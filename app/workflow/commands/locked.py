"""Reading what a command is about to change, under the case's lock."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager, undefer

from app.crashing import point
from app.errors import NotFound
from app.workflow.models import Case, Task

_CASE = (
    select(Case)
    .options(undefer(Case.snapshot))
    .where(Case.id == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_TASK = (
    select(Task)
    .join(Task.case)
    .options(contains_eager(Task.case).undefer(Case.snapshot))
    .where(Task.id == bindparam("id"))
    .with_for_update(of=[Case, Task])
    .execution_options(populate_existing=True)
)
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

    Both rows are locked, though the case's lock is the one that counts: PostgreSQL reads a row that
    is only joined as it was before the wait, a locked one as the winner left it.
    """
    task = work.scalars(_TASK, {"id": task_id}).one_or_none()
    if task is None:
        raise NotFound("没有这个任务")
    point("lock")
    return task
