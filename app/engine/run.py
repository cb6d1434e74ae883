"""The moves of a case: start, complete, deliver, wake, cancel. Bytes in, a Step out.

A move that is refused leaves nothing behind: the case that it worked on is dropped.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.util import BpmnEvent

from app.engine.case import Case, ref_of
from app.engine.codec import load, save
from app.engine.data import admit
from app.engine.events import EventGateway, MessageEvent
from app.engine.process import Process
from app.engine.types import Data, OpenTask, Step, Workdays
from app.errors import Conflict

_NEVER = datetime.min.replace(tzinfo=UTC)


def start(process: Process, data: Data, *, at: datetime, workdays: Workdays) -> Step:
    """Open a case and run it to where somebody or something is waited for."""
    case = Case(process, admit(data), at, workdays)
    case.advance()
    return step_of(case, ())


def complete(
    process: Process, snapshot: bytes, ref: str, data: Data, *, at: datetime, workdays: Workdays
) -> Step:
    """Finish the open task `ref`. Conflict when it is not open any more."""
    case = load(process, snapshot, at, workdays)
    before = case.open()
    task = open_task(case, ref)
    case.write(data)
    case.finish(task)
    return step_of(case, before)


def deliver(
    process: Process, snapshot: bytes, message: str, data: Data, *, at: datetime, workdays: Workdays
) -> Step:
    """Hand a message to everything that waits for it. Conflict when nothing does."""
    case = load(process, snapshot, at, workdays)
    before = case.open()
    case.write(data)
    event = BpmnEvent(MessageEvent(message, "", ""))
    if not case.event_manager.catch(event, internal=False):
        raise Conflict(f"该办件现在不接收“{message}”，可能已经处理过，请刷新后查看")
    case.advance()
    return step_of(case, before)


def wake(process: Process, snapshot: bytes, *, at: datetime, workdays: Workdays) -> Step:
    """Fire what is due at `at`, the earliest first. Nothing due changes nothing."""
    case = load(process, snapshot, at, workdays)
    before = case.open()
    while (first := _first_timer(case)) and first[0] <= at:
        task = first[1]
        if isinstance(task.task_spec, EventGateway):
            task.task_spec.lapse(task)
        else:
            task.internal_data["event_fired"] = True
        task.task_spec._update(task)
        case.advance()
    return step_of(case, before)


def cancel(process: Process, snapshot: bytes) -> Step:
    """Close everything and end, without a result."""
    case = load(process, snapshot, _NEVER, _no_calendar)
    before = case.open()
    if case.completed:
        raise Conflict("该办件已经办结")
    case.cancel()
    case.result = None
    return step_of(case, before)


def waiting(process: Process, snapshot: bytes) -> tuple[OpenTask, ...]:
    """What a stored case waits for people to do: for whoever compares it with rows of theirs."""
    case = load(process, snapshot, _NEVER, _no_calendar)
    return () if case.completed else case.open()


def open_task(case: Case, ref: str) -> Any:
    """The task that waits for a person under this ref."""
    task = next((task for task in case.human() if ref_of(task) == ref), None)
    if task is None:
        raise Conflict("该任务已办结")
    return task


def step_of(case: Case, before: tuple[OpenTask, ...]) -> Step:
    """What this move came to, against the open tasks before it."""
    now = () if case.completed else case.open()
    known, left = {task.ref for task in before}, {task.ref for task in now}
    first = None if case.completed else _first_timer(case)
    return Step(
        snapshot=save(case),
        ended=case.completed,
        open=now,
        opened=tuple(task for task in now if task.ref not in known),
        closed=tuple(task.ref for task in before if task.ref not in left),
        passed=tuple(case.passed),
        messages=tuple(case.messages),
        actions=tuple(case.actions),
        data=dict(case.values),
        result=case.result if case.completed else None,
        wake_at=first[0] if first else None,
    )


def _first_timer(case: Case) -> tuple[datetime, Any] | None:
    return min(case.waits_for(), key=lambda timer: timer[0], default=None)


def _no_calendar(moment: datetime, _days: int) -> datetime:
    return moment
