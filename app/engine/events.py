"""What is waited for and what is thrown: timers, messages, signals, errors and escalations.

Ours, because SpiffWorkflow's read the clock, evaluate text and copy task data.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, EventBasedGateway
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.util.task import TaskState

from app.clock import SHANGHAI
from app.engine.faults import broken, fault
from app.engine.feel import Duration, FeelError, Program, read_date, read_duration, read_moment
from app.engine.timing import day_fault, length_fault, workdays_fault
from app.engine.types import Message

DUE = "due"
CHOSEN = "chosen"


class Timer(EventDefinition):
    """Fires at a moment that is worked out once, when the flow comes to it."""

    def __init__(self, element: str, program: Program) -> None:
        super().__init__(element)
        self.program = program

    def moment(self, my_task: Any) -> datetime:
        """When it is due, reckoned from the moment of this step."""
        case = my_task.workflow.top_workflow

        def workdays(count: int) -> datetime:
            _within(workdays_fault(count))
            due: datetime = case.workdays(case.at, count)
            return due

        try:
            return _moment(self.program.run(case.values, functions={"workdays": workdays}), case.at)
        except FeelError as error:
            raise broken(my_task.task_spec, error) from error

    def has_fired(self, my_task: Any) -> bool:
        kept = my_task.internal_data
        if "event_fired" in kept:
            return bool(kept["event_fired"])
        if DUE not in kept:
            kept[DUE] = self.moment(my_task)
        return bool(kept[DUE] <= my_task.workflow.top_workflow.at)


def _moment(value: object, at: datetime) -> datetime:
    if isinstance(value, str):
        value = _read(value)
    if isinstance(value, Duration):
        _within(length_fault(value))
        value = value.after(at)
    if not isinstance(value, date):
        raise FeelError("定时器的结果应为时长或日期")
    _within(day_fault(value))
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(), SHANGHAI)
    return value.astimezone(UTC)


def _within(fault: str) -> None:
    if fault:
        raise FeelError(f"定时器的{fault}")


def _read(text: str) -> Duration | datetime | date:
    if text.startswith(("P", "-P")):
        return read_duration(text)
    return read_moment(text) if "T" in text else read_date(text)


class Signal(EventDefinition):
    """Heard by everything in the same case that waits for its name."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.name == self.name

    __hash__ = None  # type: ignore[assignment]


class MessageEvent(Signal):
    """Leaves the case when thrown, and is caught only when it is delivered."""

    def __init__(self, name: str, element: str, to: str) -> None:
        super().__init__(name)
        self.element = element
        self.to = to

    def throw(self, my_task: Any) -> None:
        case = my_task.workflow.top_workflow
        case.messages.append(Message(self.name, self.to, self.element, dict(case.values)))


class Alarm(EventDefinition):
    """An error or an escalation: climbs from its sub-process to the first boundary that takes it.

    No code on the boundary takes every code. Nobody takes an error: the case is broken.
    """

    def __init__(self, code: str, *, fatal: bool) -> None:
        super().__init__(code)
        self.fatal = fatal

    def throw(self, my_task: Any) -> None:
        scope = my_task.workflow
        case = scope.top_workflow
        while scope is not case:
            owner = case.get_task_from_id(scope.parent_task_id)
            taker = next((each for each in owner.parent.children if self._taken_by(each)), None)
            if taker is not None:
                taker.task_spec.catch(taker, None)
                taker.task_spec._update(taker)
                return
            scope = owner.workflow
        if self.fatal:
            raise fault("error-uncaught", my_task.task_spec, "抛出的错误没有边界事件接住，请补画")

    def _taken_by(self, task: Any) -> bool:
        if task._state != TaskState.WAITING or not isinstance(task.task_spec, BoundaryEvent):
            return False
        wanted = task.task_spec.event_definition
        return (
            isinstance(wanted, Alarm)
            and wanted.fatal == self.fatal
            and wanted.name in {"", self.name}
        )


class Boundary(BoundaryEvent):
    """An event on the edge of a task. One that interrupts closes the task at once."""

    def _on_ready_hook(self, my_task: Any) -> None:
        super()._on_ready_hook(my_task)
        if self.cancel_activity:
            for other in my_task.parent.children:
                if other is not my_task and not other.has_state(TaskState.FINISHED_MASK):
                    other.cancel()
        elif not isinstance(self.event_definition, Timer):
            again = my_task.parent._add_child(self, TaskState.WAITING)
            my_task.workflow.top_workflow.event_manager.add_task(again)


class EventGateway(EventBasedGateway):
    """Waits for several events and follows the first that comes, and only that one."""

    @property
    def choices(self) -> list[Any]:
        definitions: list[Any] = self.event_definition.event_definitions
        return definitions

    def catches(self, my_task: Any, event: Any) -> bool:
        waits = my_task._state == TaskState.WAITING and CHOSEN not in my_task.internal_data
        return waits and any(choice.catches(my_task, event) for choice in self.choices)

    def catch(self, my_task: Any, event: Any) -> None:
        for index, choice in enumerate(self.choices):
            if choice.catches(my_task, event):
                my_task.internal_data.setdefault(CHOSEN, index)

    def first_due(self, my_task: Any) -> tuple[datetime, int] | None:
        """The earliest timer among the choices and its place."""
        dues = my_task.internal_data[DUE]
        timed = [(due, index) for index, due in enumerate(dues) if due is not None]
        return min(timed, default=None)

    def lapse(self, my_task: Any) -> None:
        """Choose the earliest timer."""
        if first := self.first_due(my_task):
            my_task.internal_data.setdefault(CHOSEN, first[1])

    def _update_hook(self, my_task: Any) -> bool:
        kept, case = my_task.internal_data, my_task.workflow.top_workflow
        if DUE not in kept:
            kept[DUE] = [c.moment(my_task) if isinstance(c, Timer) else None for c in self.choices]
            first = self.first_due(my_task)
            if first is not None and first[0] <= case.at:
                kept[CHOSEN] = first[1]
        if CHOSEN in kept:
            return True
        my_task._set_state(TaskState.WAITING)
        case.event_manager.add_task(my_task)
        return False

    def _run_hook(self, my_task: Any) -> bool:
        chosen = self.outputs[my_task.internal_data[CHOSEN]]
        my_task._sync_children([chosen], TaskState.FUTURE)
        return True
