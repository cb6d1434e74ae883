"""Rows follow the engine: the only place where a step of the engine becomes rows of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import IsWorkday
from app.crashing import point
from app.db import new_id
from app.engine.types import OpenTask, Step, TaskPolicy
from app.errors import BrokenProcess
from app.workflow import (
    assignment,
    deadlines,
    desks,
    events,
    jobs,
    kinds,
    pace,
    signing,
    vacancies,
)
from app.workflow.definitions import Definition
from app.workflow.kinds import Moment
from app.workflow.models import Case, Task

IN_REVIEW, CORRECTING, ENDED = "in_review", "correcting", "ended"
LEFT = "该环节已经办结或者撤销"
"""Why a row is closed that nobody decided, where nothing more is said."""


def follow(moment: Moment, definition: Definition, step: Step, is_workday: IsWorkday) -> None:
    """Make the rows of a case say what the engine's step says. The caller holds the case's lock."""
    point("engine")
    moment = replace(moment, data=step.data)
    case, work = moment.case, moment.work
    close_refs(work, case, _left_open(moment, step), moment.at)
    for task in step.opened:
        _open(moment, definition, task, is_workday)
    for action in step.actions:
        _act(moment, action.name, action.element)
    for place, message in enumerate(step.messages):
        said = {name: events.plain(value) for name, value in message.data.items()}
        payload = {"case": case.id, "name": message.name, "to": message.to, "data": said}
        key = f"message:{case.id}:{case.revision}:{place}"
        jobs.enqueue(work, "message", key, payload, moment.at)
    case.snapshot = step.snapshot
    case.touched_at = moment.at
    _set_state(moment, definition, step)
    asked = [definition.process.tasks[task.element] for task in step.open]
    deadlines.keep(case, definition.process.limit, asked, moment.at, is_workday)
    _set_wake(work, case, pace.real(case, step.wake_at))
    point("rows")


def _left_open(moment: Moment, step: Step) -> tuple[str, ...]:
    """The steps left by the engine under which rows may still wait: not the one decided alone."""
    done = moment.task
    if done is None or done.joint:
        return step.closed
    return tuple(ref for ref in step.closed if ref != done.ref)


def close_refs(work: Session, case: Case, refs: tuple[str, ...], at: datetime) -> None:
    """Close what still waits under steps that the engine has left."""
    if not refs:
        return
    waiting = select(Task).where(
        Task.case_id == case.id, Task.ref.in_(refs), Task.status.in_(("open", "waiting"))
    )
    for task in work.scalars(waiting):
        task.status, task.closed_at = "closed", at
        task.close_reason = task.close_reason or LEFT


def _open(moment: Moment, definition: Definition, opened: OpenTask, is_workday: IsWorkday) -> None:
    work, policy = moment.work, definition.process.tasks[opened.element]
    rows: list[Task] = []
    for place in range(len(policy.parties)):
        rows += _rows(moment, policy, opened, place)
    for turn, row in enumerate(rows):
        row.turn, row.joint = turn, len(rows) > 1 or policy.each
        if turn and policy.sign.mode == "order":
            row.status = "waiting"
        else:
            deadlines.begin(row, policy.limit, moment.at, is_workday)
            vacancies.expect(work, row, moment.at)


def _rows(moment: Moment, policy: TaskPolicy, opened: OpenTask, place: int) -> list[Task]:
    """One row for a party, or one for each person of it where the drawing asks them all."""
    case, work, party = moment.case, moment.work, policy.parties[place]
    pool = assignment.pool(work, case, party)
    l1, l2, l3, l4 = pool.above
    row = Task(
        id=new_id(), case=case, case_id=case.id, ref=opened.ref, element=opened.element,
        name=policy.name, party=place, joint=policy.each, desk=desks.spelled(party),
        unit_id=pool.unit_id, person_id=pool.person_id, l1=l1, l2=l2, l3=l3, l4=l4,
        status="open", opened_at=moment.at, came_of_id=moment.task.id if moment.task else None,
    )  # fmt: skip
    work.add(row)
    return vacancies.each(work, row, moment.at) if policy.each else [row]


def open_due(
    work: Session, rows: Sequence[Task], policy: TaskPolicy, at: datetime, is_workday: IsWorkday
) -> None:
    """Somebody signed, or signs no more: let those come whose turn it is now.

    Whoever signed signs nothing else of the step, so that another row of it may be left to nobody.
    """
    for row in signing.due(rows, policy.sign):
        since, row.status, row.opened_at = row.opened_at, "open", at
        if row.due_at is None:
            deadlines.begin(row, policy.limit, at, is_workday)
        else:  # it has had its turn, and waited since then for somebody who was asked before it
            deadlines.shift(row, policy.limit, since, at, is_workday)
    for row in rows:
        if row.status == "open":
            vacancies.expect(work, row, at)


def _act(moment: Moment, name: str, element: str) -> None:
    action = kinds.of(moment.case.process_key).actions.get(name)
    if action is None:
        raise BrokenProcess(f"流程步骤“{element}”要求的动作“{name}”不存在，请联系系统后台管理员")
    action(moment)


def _set_state(moment: Moment, definition: Definition, step: Step) -> None:
    case, kind = moment.case, kinds.of(moment.case.process_key)
    if step.ended:
        case.state, case.ended_at = ENDED, moment.at
        case.result = step.result or case.result
        kind.on_ended(moment)
    elif case.state not in kind.states:
        waiting = [definition.process.tasks[task.element] for task in step.open]
        own = [desks.APPLICANT in party.roles for policy in waiting for party in policy.parties]
        case.state = CORRECTING if own and all(own) else IN_REVIEW


def _set_wake(work: Session, case: Case, wake_at: datetime | None) -> None:
    if wake_at is not None and wake_at != case.wake_at:
        key = f"wake:{case.id}:{case.revision}:{int(wake_at.timestamp())}"
        jobs.enqueue(work, "wake", key, {"case": case.id}, wake_at)
    case.wake_at = wake_at
