"""Recalling (收回): until when whoever handled a task last may take it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.types import Step
from app.errors import Conflict, Forbidden, NotFound
from app.workflow import acting, definitions, holds, kinds, past, reach, signing, steering
from app.workflow.models import Event, Task

if TYPE_CHECKING:
    from app.workflow.offers import Ask

_TAKEN = "后面的环节已有人签收或办理，不能收回"


def may_recall(ask: Ask) -> None:
    """Raises the refusal where this person cannot take back this task that they handled."""
    work, actor, task = ask.work, ask.actor, ask.task
    if task is None or (task.done_by_id != actor.id and not reach.reads(work, actor, ask.case)):
        raise NotFound("没有这个任务")
    if task.done_by_id != actor.id:
        raise Forbidden("只能收回自己办理的任务")
    if task.status != "done":
        raise Conflict("这个任务还没有办结，不用收回")
    steering.refuse_unsteered(ask.case)
    holds.refuse(ask.case)
    own = task.person_id == actor.id
    if not own and (not acting.posts(work, actor, task) or reach.is_party(actor, ask.case)):
        raise Forbidden("该任务不属于您的岗位，不能收回")
    if unsettled(work, task):
        _refuse_next_signer(work, task)
        return
    if task.version_id not in (None, task.case.version_id):
        raise Conflict("办理以后流程已经更新，不能收回，请下一环节的人退回")
    taken_back(work, task, ask.at)


def step_of(work: Session, task: Task) -> list[Task]:
    """All rows of a signed step."""
    rows = select(Task).where(Task.case_id == task.case_id, Task.ref == task.ref)
    return list(work.scalars(rows.order_by(Task.turn, Task.id)))


def unsettled(work: Session, task: Task) -> bool:
    """Whether others still sign the step of which this task is one signature."""
    return any(row.status in ("open", "waiting") for row in step_of(work, task))


def _refuse_next_signer(work: Session, task: Task) -> None:
    """In order, the turn cannot be taken back from who has begun."""
    policy = definitions.of_task(work, task).process.tasks[task.element]
    after = [row for row in step_of(work, task) if signing.waits_for(row, task, policy.sign)]
    if any(row.status == "done" or _taken(row) for row in after):
        raise Conflict("下一位签署人已经签收或办理，不能收回")


def taken_back(work: Session, task: Task, at: datetime) -> Step:
    """The engine's step that goes back to this task and undoes nothing but what came of it."""
    case, event = task.case, past.moved_on(work, task)
    came = [row for row in past.came_of(work, task) if row.status != "closed"]
    if event is None or any(row.status == "done" or _taken(row) for row in came):
        raise Conflict(_TAKEN)
    if _closed_beside(work, task):
        raise Conflict("办理时撤销了其他环节的任务，不能收回")
    _refuse_acted(work, task, event)
    step = steering.moved(work, case, task.element, at=at)
    if step is None or set(step.closed) != {row.ref for row in came}:
        raise Conflict("办件已经继续往下办理，不能收回")
    return step


def _closed_beside(work: Session, task: Task) -> bool:
    """Whether its handling closed another step as well: that would not come back with it."""
    other = select(Task.id).where(
        Task.case_id == task.case_id, Task.ref != task.ref, Task.status == "closed",
        Task.closed_at == task.closed_at,
    )  # fmt: skip
    return work.scalar(other.limit(1)) is not None


def _taken(row: Task) -> bool:
    """A row that is somebody's by name is theirs from the first."""
    return row.unit_id is not None and row.claimed_by_id not in (None, row.named_id)


def _refuse_acted(work: Session, task: Task, event: Event) -> None:
    case = task.case
    process = definitions.get(work, case.version_id).process
    bound = kinds.of(case.process_key).binds(work, case, event.at)
    if bound or past.acted_since(work, process, case, event.seq):
        raise Conflict("办理后已经出具文书、送达或登记，不能收回")
