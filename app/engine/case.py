"""One case while it moves: what runs by itself is run, within bounds, and taken down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.util.task import TaskState

from app.engine.data import admit
from app.engine.events import DUE, EventGateway, MessageEvent, Timer
from app.engine.faults import broken
from app.engine.process import Process
from app.engine.scripts import ENGINE
from app.engine.types import Action, Data, Message, OpenTask, Scalar, Workdays
from app.errors import BrokenProcess, Refusal

MAX_STEPS = 500
MAX_TASKS = 3000
"""How many one move may add."""
MAX_OPEN = 1000
"""How many may be under way at once; a move that leaves fewer than before is always taken."""
MAX_WORK = 1_000_000
"""Looks at a task, made by joins that wait, in one move."""


class _Flat:
    """Scans tasks instead of walking the tree.

    One token asks for all that wait at the same join; events are woken by what they wait for.
    """

    tasks: dict[Any, Any]
    top_workflow: Any

    def update_waiting_tasks(self) -> None:
        waiting = {
            task.task_spec.name: task
            for task in self.tasks.values()
            if task._state == TaskState.WAITING and not isinstance(task.task_spec, CatchingEvent)
        }
        self.top_workflow.spend(len(waiting) * len(self.tasks))
        for task in waiting.values():
            if task._state == TaskState.WAITING:
                task.task_spec._update(task)


class Scope(_Flat, BpmnSubWorkflow):
    """A live sub-process or called process."""


class Case(_Flat, BpmnWorkflow):
    """A case at the moment `at`. `values` are its routing values; tokens carry none."""

    def __init__(
        self, process: Process, values: Data, at: datetime, workdays: Workdays, **options: Any
    ) -> None:
        self.process = process
        self.values: dict[str, Scalar] = dict(values)
        self.at = at
        self.workdays = workdays
        self.result: str | None = None
        self.passed: list[str] = []
        self.messages: list[Message] = []
        self.actions: list[Action] = []
        self.steps = 0
        self.work = 0
        self.had_tasks = self.had_open = 0
        super().__init__(process.spec, process.scopes, script_engine=ENGINE, **options)

    def create_subprocess(self, my_task: Any, spec_name: str) -> Scope:
        scope = Scope(self.subprocess_specs[spec_name], my_task.id, self)
        self.subprocesses[my_task.id] = scope
        return scope

    def scopes(self) -> list[Any]:
        """The live scopes, innermost first, and the case itself last."""
        live = [scope for scope in self.subprocesses.values() if not scope.completed]
        live.sort(key=lambda scope: -scope.depth)
        return [*live, self]

    def write(self, data: Data) -> None:
        """Add routing values, or replace them."""
        self.values.update(admit(data))

    def human(self) -> Iterator[Any]:
        """The tasks that wait for a person."""
        for scope in self.scopes():
            for task in scope.tasks.values():
                if task._state == TaskState.READY and task.task_spec.manual:
                    yield task

    def open(self) -> tuple[OpenTask, ...]:
        """What waits for people, as the caller knows it."""
        return tuple(OpenTask(ref_of(task), task.task_spec.bpmn_id) for task in self.human())

    def waits_for(self) -> Iterator[tuple[datetime, Any]]:
        """Every running timer: when it is due, and the task that it wakes."""
        for task in self.event_manager.tasks.values():
            if isinstance(task.task_spec, EventGateway):
                if first := task.task_spec.first_due(task):
                    yield first[0], task
            elif isinstance(task.task_spec.event_definition, Timer):
                yield task.internal_data[DUE], task

    def finish(self, task: Any) -> None:
        """Complete one task that is ready, and go on from there as far as it goes by itself."""
        self.run_one(task)
        self.advance()

    def advance(self) -> None:
        """Run everything that needs nobody."""
        moved = True
        while moved:
            moved = False
            for scope in self.scopes():
                while ready := _automatic(scope):
                    moved = True
                    for task in ready:
                        if task._state == TaskState.READY:
                            self.run_one(task)
        self._check_alive()
        if self._open() > max(MAX_OPEN, self.had_open):
            raise BrokenProcess(
                f"同时进行的步骤超过 {MAX_OPEN} 个，请先办结一些，或请流程管理员修改流程"
            )

    def run_one(self, task: Any) -> None:
        """Run one task. What follows it is only now looked up: nothing is predicted."""
        self._count()
        spec = task.task_spec
        try:
            if not task._children and not isinstance(spec, (MultiChoice, EventGateway)):
                spec._predict_hook(task)
            task.run()
        except Refusal:
            raise
        except Exception as error:
            raise broken(spec, error) from error
        if spec.bpmn_id:
            self._passed(task, spec.bpmn_id)

    def _passed(self, task: Any, element: str) -> None:
        self.passed.append(element)
        if self.result is None and task.workflow is self:
            self.result = self.process.results.get(element)

    def _count(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise BrokenProcess(f"流程一次自动走了超过 {MAX_STEPS} 步，很可能是死循环，请修改流程")
        tasks = self._tasks()
        if self.steps == 1:
            self.had_tasks, self.had_open = tasks, self._open()
        if tasks > self.had_tasks + MAX_TASKS:
            raise BrokenProcess(f"流程展开超过 {MAX_TASKS} 个步骤，请减少并行分支")

    def _tasks(self) -> int:
        return len(self.tasks) + sum(len(scope.tasks) for scope in self.subprocesses.values())

    def _open(self) -> int:
        """How many tasks are not over; counted only where there may be too many."""
        if self._tasks() <= MAX_OPEN:
            return 0
        scopes = (self, *self.subprocesses.values())
        return sum(
            not task._state & TaskState.FINISHED_MASK
            for scope in scopes
            for task in scope.tasks.values()
        )

    def spend(self, work: int) -> None:
        """Count what joins cost, so that a hostile drawing cannot hold the process up."""
        self.work += work
        if self.work > MAX_WORK:
            raise BrokenProcess("流程的并行分支和汇合太多，一次走不完，请减少并行分支")

    def _check_alive(self) -> None:
        """Somebody, a clock or a message must be able to move the case on."""
        if self.completed or next(self.human(), None) or next(self.waits_for(), None):
            return
        if not any(_hears(task) for task in self.event_manager.tasks.values()):
            raise BrokenProcess(
                "流程停在半路：没有任何人可以办理，也没有在等待，请检查网关的汇合和连线"
            )


def ref_of(task: Any) -> str:
    """The task's id as the caller knows it; the same across steps."""
    return task.id if isinstance(task.id, str) else str(task.id.hex)


def _automatic(scope: Any) -> list[Any]:
    if scope.completed:
        return []
    return [
        task
        for task in scope.tasks.values()
        if task._state == TaskState.READY and not task.task_spec.manual
    ]


def _hears(task: Any) -> bool:
    spec = task.task_spec
    if isinstance(spec, EventGateway):
        return any(isinstance(choice, MessageEvent) for choice in spec.choices)
    return isinstance(spec.event_definition, MessageEvent)
