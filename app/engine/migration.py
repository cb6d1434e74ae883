"""A running case goes on in another version of its process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.case import Case, ref_of
from app.engine.codec import load
from app.engine.events import DUE
from app.engine.moves import chosen, enter, enterable, open_at, path_of, spec_of
from app.engine.nodes import ACTIVE, Inclusive, Parallel
from app.engine.process import Path, Process
from app.engine.run import step_of
from app.engine.types import Step, Workdays
from app.errors import BrokenProcess, Finding


def migrate(
    old: Process,
    new: Process,
    snapshot: bytes,
    targets: Mapping[str, str],
    *,
    at: datetime,
    workdays: Workdays,
) -> Step:
    """Put every token of a case at `targets.get(element, element)` of another version.

    Values, refs and the moments of running timers stay. All elements that the new version lacks
    are named in one BrokenProcess, and the case is untouched.
    """
    case = load(old, snapshot, at, workdays)
    before = case.open()
    moved = Case(new, case.values, at, workdays, deserializing=True)
    moved.result, moved.completed = case.result, case.completed
    moved.task_tree = Task(moved, new.spec.start, state=TaskState.COMPLETED)
    tokens = [_Token(task, targets) for task in _resting(case)]
    if findings := [f for token in tokens for f in token.faults(new)]:
        raise BrokenProcess("新版流程缺少在办的步骤，请先指定对应的步骤", findings)
    for token in tokens:
        token.place(moved, chosen(new, token.target, token.path))
    _keep_clocks(case, moved, targets)
    if not moved.completed:
        moved.advance()
    return step_of(moved, before)


class _Token:
    """One token of the old version, and where it goes."""

    def __init__(self, task: Any, targets: Mapping[str, str]) -> None:
        self.task = task
        self.element: str = task.task_spec.bpmn_id
        self.target = targets.get(self.element, self.element)
        self.path = tuple(targets.get(each, each) for each in path_of(task.workflow))
        self.joins = isinstance(task.task_spec, Parallel | Inclusive)
        origin = task.parent.task_spec.name if self.joins else ""
        self.origin = targets.get(origin, origin)

    def faults(self, new: Process) -> Iterable[Finding]:
        name = self.task.task_spec.bpmn_name or self.element
        if not enterable(new, self.target) and not (self.joins and self.target in new.paths):
            text = f"新版流程没有可以接着办“{name}”的步骤“{self.target}”，请指定对应的步骤"
            yield Finding("migrate-missing", self.element, text)
        elif self.joins and self.origin not in _inputs(new, self.target):
            text = f"“{name}”已经到了一路，新版流程没有对应的来路，请先办完这次汇合再换版"
            yield Finding("migrate-join", self.element, text)

    def place(self, case: Case, path: Path) -> None:
        scope = enter(case, path)
        if self.joins:
            specs = scope.spec.task_specs
            origin = Task(scope, specs[self.origin], scope.task_tree, TaskState.COMPLETED)
            Task(scope, specs[self.target], origin, TaskState.WAITING)
            return
        opened = open_at(scope, self.target)
        if opened.task_spec.manual and self.task.task_spec.manual:
            _rename(opened, ref_of(self.task))


def _resting(case: Case) -> list[Any]:
    """Every token but those that only enclose others."""
    return [
        task
        for scope in case.scopes()
        for task in scope.tasks.values()
        if task._state & ACTIVE
        and task.task_spec.bpmn_id
        and not isinstance(task.task_spec, BoundaryEvent | SubWorkflowTask)
    ]


def _keep_clocks(old: Case, new: Case, targets: Mapping[str, str]) -> None:
    clocks = {task.task_spec.bpmn_id: task.internal_data[DUE] for _, task in old.waits_for()}
    kept = {targets.get(element, element): due for element, due in clocks.items()}
    for _, task in new.waits_for():
        due = kept.get(task.task_spec.bpmn_id)
        if _alike(due, task.internal_data[DUE]):
            task.internal_data[DUE] = due


def _alike(old: Any, new: Any) -> bool:
    """Whether the moments of two events, or of two gateways with several, stand for the same."""
    if isinstance(old, list) and isinstance(new, list):
        return [each is None for each in old] == [each is None for each in new]
    return isinstance(old, datetime) and isinstance(new, datetime)


def _inputs(process: Process, element: str) -> list[str]:
    names: list[str] = spec_of(process, element)._inputs
    return names


def _rename(task: Any, ref: str) -> None:
    scope, parent = task.workflow, task.parent
    del scope.tasks[task.id]
    parent._children[parent._children.index(task.id)] = ref
    task.id = ref
    scope.tasks[ref] = task
