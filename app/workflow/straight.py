"""Straight back (办结后直送): what was sent back and agreed to again skips the steps between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.types import Scalar, Step
from app.errors import Conflict, Refusal
from app.identity import queries
from app.identity.actor import Actor
from app.workflow import handling, past, steering
from app.workflow.definitions import Definition
from app.workflow.kinds import Moment
from app.workflow.models import Case, Task


def ask(work: Session, task: Task, at: datetime) -> None:
    """Let what the drawn return of this task opened come straight back to it."""
    work.flush()
    rows = [row for row in past.came_of(work, task) if row.status in ("open", "waiting")]
    if not steering.comes_back(work, task, task.case.snapshot, len({row.ref for row in rows}), at):
        raise Conflict("这个环节退回后不能直接送回，请去掉“办结后直接送我”再提交")
    for row in rows:
        row.straight_to_id = task.id


def askers(work: Session, case: Case) -> dict[str, str]:
    """Who waits for what comes straight back to them, and the step which is being done for it."""
    return {one.done_by_id: row.name for row, one in _asked(work, case) if one.done_by_id}


def drop(work: Session, case: Case) -> dict[str, str]:
    """Nothing of a case goes straight back any more, for the way between is another now.

    It was agreed upon for the steps of the older version. Those who waited for it, as above.
    """
    told = askers(work, case)
    for row, _one in _asked(work, case):
        row.straight_to_id = None
    return told


def _asked(work: Session, case: Case) -> list[tuple[Task, Task]]:
    work.flush()
    rows = select(Task).where(Task.case_id == case.id, Task.status.in_(("open", "waiting")))
    mine = work.scalars(rows.where(Task.straight_to_id.is_not(None)).order_by(Task.id))
    return [(row, work.get_one(Task, row.straight_to_id)) for row in mine]


@dataclass(frozen=True, slots=True)
class Back:
    """The step that goes straight back, and what the event says of it."""

    step: Step | None = None
    told: Mapping[str, Scalar] = field(default_factory=dict)


def step_back(moment: Moment, definition: Definition, sent: Mapping[str, Scalar]) -> Back:
    """Whether it goes straight back: that was asked for, and nothing stands against it.

    The step was agreed to, and no value changed by which the flow is routed; else all is done again
    in the drawn order.
    """
    work, task = moment.work, moment.task
    if task is None or task.straight_to_id is None:
        return Back()
    back = work.get_one(Task, task.straight_to_id)
    step = steering.moved(work, moment.case, back.element, at=moment.at)
    agreed = moment.outcome == definition.process.tasks[task.element].outcomes[0].key
    if step is None or not agreed or not _same(step, sent):
        return Back(told={past.STRAIGHT_TO: ""})
    passed = (task.element, *step.passed)
    return Back(replace(step, passed=passed), {past.STRAIGHT_TO: back.element})


def _same(step: Step, sent: Mapping[str, Scalar]) -> bool:
    """Whether everything that was sent, but the outcome, is what the case had already."""
    asked = {name: value for name, value in sent.items() if name != "outcome"}
    return all(name in step.data and step.data[name] == value for name, value in asked.items())


def hand_back(moment: Moment, step: Step) -> None:
    """Put the step that was gone back to into the hands of whoever asked for it, if they may."""
    work, at = moment.work, moment.at
    back = moment.task and work.get(Task, moment.task.straight_to_id)
    if not back or back.done_by_id is None:
        return
    actor = queries.actor_for(back.done_by_id, at)
    for row in past.opened(work, moment.case, step):
        if row.claimed_by_id is None and row.status == "open" and _may(work, actor, row):
            row.claimed_by_id, row.claimed_at = actor.id, at
            return


def _may(work: Session, actor: Actor, row: Task) -> bool:
    try:
        handling.allowed(work, actor, row)
    except Refusal:
        return False
    return True
