"""Many tasks at one go (批量): for each its own command, its own transaction and its own result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db import session, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from app.identity.actor import Actor
from app.workflow import bulk, definitions, handling
from app.workflow.commands.handing import Handing, take_back, transfer
from app.workflow.commands.recalling import recall
from app.workflow.commands.tasks import Decision, claim, decide, release
from app.workflow.habits import TaskBatch
from app.workflow.models import Task
from app.workflow.reach import visible

CLAIM, PASS, TRANSFER = "claim", "pass", "transfer"
ACTS = (CLAIM, PASS, TRANSFER)


@dataclass(frozen=True, slots=True)
class Order:
    """What to do with which tasks; `key` names the batch, so that it is never done twice."""

    act: str
    tasks: Sequence[str]
    key: str
    sent: Mapping[str, Any] = field(default_factory=dict)


def handle_batch(actor: Actor, order: Order, *, at: datetime) -> TaskBatch:
    """Do it task by task; the batch says of each what came of it.

    Whoever is stopped halfway sends the same order again: what is done is not done again, nor what
    was undone since. Raises Invalid (nothing chosen, or too much), Conflict (another batch's key).
    """
    batch = _begin(actor, order, at)
    if batch.undone_at is not None:
        return batch
    act = _deed(actor, order, batch.items[0]["task"], at)
    return _write(batch.id, [_told(batch, item, act) for item in batch.items])


def _deed(actor: Actor, order: Order, first: str, at: datetime) -> Callable[[str, str], None]:
    """What is done with each, by its id and the key of its own command."""
    step = _step_of(first) if order.act == PASS else None
    handed = Handing(str(order.sent.get("to", "")), str(order.sent.get("reason", "")))

    def pass_on(task_id: str, key: str) -> None:
        if step is None or _step_of(task_id) != step:
            raise Forbidden("环节不同，请分批办理")
        decide(actor, task_id, Decision(step.outcome, order.sent, key, bulk=True), at=at)

    def hand_on(task_id: str, key: str) -> None:
        _refuse_unchosen(actor, task_id)
        try:
            transfer(actor, task_id, replace(handed, key=key), at=at)
        except Invalid as fault:
            if "to" not in fault.fields:
                raise
            raise Forbidden("所选人员不能办理这一件，请打开另选") from fault

    def take(task_id: str, key: str) -> None:
        _refuse_unchosen(actor, task_id)
        claim(actor, task_id, key, at=at)

    return {CLAIM: take, PASS: pass_on, TRANSFER: hand_on}[order.act]


def _refuse_unchosen(actor: Actor, task_id: str) -> None:
    """A batch asks for no post: what could be done under several is done one by one."""
    task = session().get(Task, task_id)
    if task is not None:
        handling.refuse_unchosen(session(), actor, task)


def undo_batch(actor: Actor, batch_id: str, *, at: datetime) -> TaskBatch:
    """Take back what nobody has acted upon since, task by task."""
    with transaction() as work:
        batch = work.get(TaskBatch, batch_id)
        if batch is None or batch.person_id != actor.id:
            raise NotFound("没有这一批")
        if batch.undone_at is not None:
            raise Conflict("这一批已经撤销过", at=batch.undone_at)
        verb = UNDO.get(batch.act)
        if verb is None:
            raise Forbidden("这一批不能成批撤销，请打开逐件办理")

    def undo(item: dict[str, Any]) -> dict[str, Any]:
        key = f"{batch.id}:{item['task']}:undo"
        return {**item, "undone": _try(lambda: verb(actor, item["task"], key, at=at))}

    undone = [undo(item) if item["done"] else item for item in batch.items]
    return _write(batch.id, undone, undone_at=at)


UNDO: dict[str, Callable[..., object]] = {CLAIM: release, PASS: recall, TRANSFER: take_back}
"""By which verb each act is taken back."""


def _begin(actor: Actor, order: Order, at: datetime) -> TaskBatch:
    chosen = list(dict.fromkeys(order.tasks))
    if order.act not in ACTS or not order.key or not chosen:
        raise Invalid("请先选中要办理的件")
    if order.act == TRANSFER and not order.sent.get("to"):
        raise Invalid("请选择接手的人员", {"to": "请选择接手的人员"})
    if len(chosen) > bulk.MOST:
        raise Invalid(f"一次最多办理 {bulk.MOST} 件")
    with transaction() as work:
        batch = work.get(TaskBatch, order.key[:32])
        if batch is None:
            named = select(Task.id, Task.case_id).join(Task.case).where(Task.id.in_(chosen))
            found = named.where(visible(actor))  # of others it is not even said that they are there
            cases = {row.id: row.case_id for row in work.execute(found)}
            batch = TaskBatch(id=order.key[:32], person_id=actor.id, act=order.act, at=at)
            batch.items = [
                {"task": task, "case": cases[task], "done": False, "why": "没有办到这一件"}
                for task in chosen
                if task in cases
            ]
            if not batch.items:
                raise NotFound("没有这些任务")
            work.add(batch)
        elif batch.person_id != actor.id or batch.act != order.act:
            raise Conflict("这一批已经提交过，请回到收件箱重新选择")
    return batch


def _told(
    batch: TaskBatch, item: Mapping[str, Any], act: Callable[[str, str], None]
) -> dict[str, Any]:
    if item["done"]:
        return dict(item)
    key = f"{batch.id}:{item['task']}"
    why = _try(lambda: act(item["task"], key))
    return {**item, "done": not why, "why": why}


def _try(deed: Callable[[], object]) -> str:
    """Why it was refused; nothing if it was done."""
    try:
        deed()
    except Refusal as refusal:
        return refusal.message or "没有办成，请打开查看"
    return ""


def _write(
    batch_id: str, items: Sequence[dict[str, Any]], *, undone_at: datetime | None = None
) -> TaskBatch:
    with transaction() as work:
        batch = work.get_one(TaskBatch, batch_id, with_for_update=True)
        batch.items, batch.undone_at = list(items), undone_at
    return batch


@dataclass(frozen=True, slots=True)
class _Step:
    """Which step a task is at, and the outcome of its one solid button."""

    process: str
    element: str
    outcome: str


def _step_of(task_id: str) -> _Step:
    task = session().get(Task, task_id)
    if task is None:
        raise NotFound("没有这个任务")
    process = definitions.get(session(), task.case.version_id).process
    agreed = process.tasks[task.element].outcomes[0].key
    return _Step(task.case.process_key, task.element, agreed)
