"""Added signers (加签、减签): who may add somebody to a step, and take whom out of it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.types import Sign, TaskPolicy
from app.errors import Forbidden
from app.identity.actor import Actor
from app.identity.scope import in_scope
from app.workflow import definitions, kinds
from app.workflow.desks import DECIDE
from app.workflow.handling import allowed
from app.workflow.models import Case, Task
from app.workflow.reach import is_party
from app.workflow.signing import AFTER, BEFORE, BESIDE

if TYPE_CHECKING:
    from app.workflow.offers import Ask

MOST = 20
"""Rows that may sign one step."""
WHERE = (BEFORE, BESIDE, AFTER)
_ALL_AGREE = frozenset({"one", "all", "order"})
"""Only there does one more make the step harder to pass: else they would decide it, or tip it."""


def may_add(ask: Ask) -> None:
    """Raises a Refusal where this person may add nobody to the step of this task now."""
    task = ask.task
    if task is None or task.person_id or kinds.of(ask.case.process_key).task_page(task):
        raise Forbidden("这一步由一方专门办理，不能加签")
    if policy_of(ask.work, task).sign.mode not in _ALL_AGREE:
        raise Forbidden("或签、票签的环节不能加签，可以征求意见")
    allowed(ask.work, ask.actor, task)


def may_remove(ask: Ask) -> None:
    """Raises Forbidden where there is nobody in the case whom this person may take out."""
    if not removable(ask.work, ask.actor, ask.case):
        raise Forbidden("没有可以减签的签署人，已签署的不能减去")


def removable(work: Session, actor: Actor, case: Case) -> list[Task]:
    """Who has not signed yet and may be taken out by this person: whom they added themselves.

    Whoever watches over the place takes out anybody who was added, and of the persons of a desk
    all but the last.
    """
    if case.ended_at is not None or case.held_at is not None or is_party(actor, case):
        return []
    undone = Task.status.in_(("open", "waiting")) & Task.named_id.is_not(None)
    rows = work.scalars(
        select(Task).where(Task.case_id == case.id, Task.joint, Task.status != "closed")
    ).all()
    waiting = work.scalars(
        select(Task).where(Task.case_id == case.id, Task.joint, undone).order_by(Task.turn, Task.id)
    )
    watches = in_scope(actor, "case:supervise", case)
    return [row for row in waiting if _may_go(work, row, rows, actor, watches=watches)]


def _may_go(work: Session, row: Task, rows: Sequence[Task], actor: Actor, *, watches: bool) -> bool:
    if row.added:
        mine = row.added_by_id == actor.id and in_scope(actor, DECIDE, row.case)
        return watches or mine
    others = [one for one in rows if one.ref == row.ref and one.id != row.id and not one.added]
    return watches and policy_of(work, row).each and bool(others)


def policy_of(work: Session, task: Task) -> TaskPolicy:
    """What the drawing says of a task's step."""
    return definitions.get(work, task.case.version_id).process.tasks[task.element]


def put_in(rows: Sequence[Task], host: Task, new: Task, sign: Sign) -> None:
    """Give a new row its turn among those of a step, beside the one that it is added to."""
    if sign.mode == "order":
        first = host.turn + (new.added == AFTER)
        for row in rows if new.added != BESIDE else ():
            row.turn += row.turn >= first
        new.turn = first
    else:
        last = max(row.turn for row in rows) + 1
        new.turn = last if new.added == AFTER else host.turn
    new.status = "waiting" if new.added == AFTER else "open"
    if new.added == BEFORE:
        host.status, host.opened_at, host.chase_at = "waiting", new.opened_at, None
    for row in (*rows, new):
        row.joint = True
