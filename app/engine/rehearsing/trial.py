"""The real engine, from the start through every move, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from app.engine.codec import load
from app.engine.events import EventGateway, MessageEvent
from app.engine.process import Process
from app.engine.rehearsing.moves import DUE, HEAR, Drawn, Move, Rehearsed, Stage
from app.engine.run import complete, deliver, start, wake
from app.engine.types import Data, Step, Workdays
from app.errors import Conflict, Refusal


class Trial:
    """One case on its way. Its clock stands still but where a timer is let run out."""

    def __init__(self, process: Process, data: Data, at: datetime, workdays: Workdays) -> None:
        self.process, self.at, self.workdays = process, at, workdays
        self.step: Step = start(process, data, at=at, workdays=workdays)

    def make(self, move: Move) -> None:
        """Raises a Refusal, after which the case is where it was."""
        process, snapshot, workdays = self.process, self.step.snapshot, self.workdays
        if move.kind == DUE:
            if self.step.wake_at is None:
                raise Conflict("现在没有在计时的步骤，请退回上一步")
            due = self.step.wake_at
            self.step = wake(process, snapshot, at=due, workdays=workdays)
            self.at = due
            return
        if move.kind == HEAR:
            self.step = deliver(
                process, snapshot, move.what, move.data, at=self.at, workdays=workdays
            )
            return
        ref = self._ref(move)
        self.step = complete(process, snapshot, ref, move.data, at=self.at, workdays=workdays)

    def _ref(self, move: Move) -> str:
        waiting = self.step.open
        if not 0 <= move.place < len(waiting) or waiting[move.place].element != move.what:
            raise Conflict("这一步现在不在等人办理，草稿可能刚改过，请退回上一步或者重新开始")
        return waiting[move.place].ref

    def stage(self) -> Stage:
        """What the last move came to."""
        step = self.step
        return Stage(
            passed=step.passed,
            opened=tuple(task.element for task in step.opened),
            acted=tuple(action.element for action in step.actions),
            sent=tuple(message.element for message in step.messages),
            at=self.at,
        )

    def waits(self) -> tuple[str, datetime | None, tuple[str, ...]]:
        """The event whose clock runs out first, when, and the messages that are waited for."""
        if self.step.ended:
            return "", None, ()
        case = load(self.process, self.step.snapshot, self.at, self.workdays)
        first = min(case.waits_for(), key=lambda timer: timer[0], default=None)
        heard = {name for task in case.event_manager.tasks.values() for name in _hears(task)}
        if first is None:
            return "", None, tuple(sorted(heard))
        return str(first[1].task_spec.bpmn_id or ""), first[0], tuple(sorted(heard))


def _hears(task: Any) -> Iterator[str]:
    spec = task.task_spec
    events = spec.choices if isinstance(spec, EventGateway) else [spec.event_definition]
    yield from (event.name for event in events if isinstance(event, MessageEvent))


def tried(
    process: Process, data: Data, made: Iterable[Move], at: datetime, workdays: Workdays
) -> Rehearsed:
    """Where these moves lead, as far as they can be made."""
    stages: list[Stage] = []
    trial, fault = None, ""
    try:
        trial = Trial(process, data, at, workdays)
        stages.append(trial.stage())
        for move in made:
            trial.make(move)
            stages.append(trial.stage())
    except Refusal as refused:
        fault = refused.message
    drawn = Drawn(process.start_form, process.names, tuple(sorted(process.routing)), process.tasks)
    if trial is None:
        return Rehearsed(drawn, (), (), data, fault=fault)
    step, (timer, due, hears) = trial.step, trial.waits()
    names = tuple(task.element for task in step.open)
    return Rehearsed(
        drawn, tuple(stages), names, step.data, step.ended, step.result, timer, due, hears, fault
    )
