"""Signing (会签, 或签, 票签, 顺序): what the rows of one step come to, and whose turn it is.

The first outcome of a step is its agreeing one; every other is a dissent.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.types import Sign, TaskPolicy
from app.errors import Forbidden
from app.identity.models import Person
from app.workflow.models import Event, Task

BEFORE, BESIDE, AFTER = "before", "beside", "after"
"""Where a signer was added to another's row: to sign first, together, or when all others have."""
_TWICE = "您已是这一环节的签署人，同一人不重复签署，请由其他人员办理"


def joint_outcome(sign: Sign, agree: str, given: Sequence[str | None]) -> str | None:
    """The step's one outcome, or none while it still depends on somebody.

    `given` are the signers' outcomes in their order, none for whoever has not decided.
    """
    dissents = [outcome for outcome in given if outcome is not None and outcome != agree]
    agreed = sum(outcome == agree for outcome in given)
    open_ = sum(outcome is None for outcome in given)
    if sign.mode in ("one", "any"):
        return next((outcome for outcome in given if outcome is not None), None)
    if sign.mode == "vote":
        needed = len(given) * sign.share
        if agreed * 100 >= needed:
            return agree
        if (agreed + open_) * 100 < needed:
            return dissents[0]
        return None
    if dissents:
        return dissents[0]
    return agree if open_ == 0 else None


def signers(work: Session, task: Task) -> list[Task]:
    """The rows that sign the same step, in their order, without those taken out again."""
    work.flush()
    mine = Task.case_id == task.case_id, Task.ref == task.ref, Task.status != "closed"
    found = select(Task).where(*mine).order_by(Task.turn, Task.id)
    return list(work.scalars(found.execution_options(populate_existing=True)))


def settle(rows: Sequence[Task], policy: TaskPolicy) -> str | None:
    """What these rows come to; a step of one hand, to which others were added, needs all."""
    return _come_to([row.outcome if row.status == "done" else None for row in rows], policy)


def would_settle(work: Session, task: Task, policy: TaskPolicy, outcome: str) -> bool:
    """Whether the step of this task comes to an outcome as soon as this signer gives it."""
    said = [
        outcome if row.id == task.id else row.outcome if row.status == "done" else None
        for row in signers(work, task)
    ]
    return _come_to(said, policy) == outcome


def _come_to(given: Sequence[str | None], policy: TaskPolicy) -> str | None:
    sign = Sign("all") if policy.sign.mode == "one" and len(given) > 1 else policy.sign
    return joint_outcome(sign, policy.outcomes[0].key, given)


def due(rows: Sequence[Task], sign: Sign) -> list[Task]:
    """Those who wait for nobody any more."""
    undone = [row for row in rows if row.status != "done"]
    return [
        row
        for row in undone
        if row.status == "waiting" and not any(waits_for(row, one, sign) for one in undone)
    ]


def waits_for(row: Task, other: Task, sign: Sign) -> bool:
    """Whether a row's turn comes only after another's."""
    if other.added == BEFORE and other.host_id == row.id:
        return True
    return other.turn < row.turn and (sign.mode == "order" or row.added == AFTER)


def closed_with(work: Session, task: Task) -> Person | None:
    """Whose handling of another row of the same step closed this one; none where no hand did."""
    mine = (Task.case_id == task.case_id, Task.ref == task.ref, Task.status == "done")
    hand = select(Person).join(Event, Event.actor_id == Person.id).join(Task)
    told = hand.where(*mine, Task.closed_at == task.closed_at).order_by(Event.seq.desc())
    return work.scalars(told.limit(1)).first()


def refuse_twice(work: Session, task: Task, person_id: str) -> None:
    """Raises Forbidden for who signs another row of the same step, or for whom it is signed."""
    if not task.joint:
        return
    mine = Task.case_id == task.case_id, Task.ref == task.ref, Task.status != "closed"
    hands = select(Task.named_id, Task.claimed_by_id, Task.done_by_id, Task.for_id).where(*mine)
    for row in work.execute(hands.where(Task.id != task.id)):
        if person_id in row:
            raise Forbidden(_TWICE)
