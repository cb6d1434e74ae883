"""Reading what a command is about to change, under the case's lock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager, undefer

from app.clock import minute
from app.crashing import point
from app.errors import Conflict, NotFound
from app.identity.models import Person
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


def still_open(work: Session, task: Task) -> None:
    """Raises Conflict, saying who was first and when, if this task does not wait any more."""
    if task.status == "open":
        return
    if task.status == "waiting":
        raise Conflict("还没有轮到该签署人，请等待前一位办理")
    first = work.get(Person, task.done_by_id) if task.done_by_id else None
    if first is None:
        raise Conflict(task.close_reason or "该任务已关闭", at=task.closed_at)
    raise Conflict(
        f"该任务已由{first.name}于{_clock(task.closed_at)}办理", who=first.name, at=task.closed_at
    )


def not_anothers(work: Session, task: Task, person_id: str) -> None:
    """Raises Conflict, saying who has it since when, if somebody else holds this task."""
    if task.claimed_by_id in (None, person_id):
        return
    holder = work.get(Person, task.claimed_by_id)
    name = holder.name if holder else "他人"
    raise Conflict(f"该任务已由{name}于{_clock(task.claimed_at)}签收", who=name, at=task.claimed_at)


def _clock(moment: datetime | None) -> str:
    return minute(moment) if moment else "此前"
