"""Out of the drawn order: send a case to another step, or into another version of its process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, StartEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.case import Case, ref_of
from app.engine.codec import load
from app.engine.events import DUE
from app.engine.nodes import ACTIVE, Inclusive, Parallel
from app.engine.process import Path, Process
from app.engine.run import open_task, step_of
from app.engine.types import Step, Workdays
from app.errors import BrokenProcess, Conflict, Finding


def move(
    process: Process,
    snapshot: bytes,
    to: str,
    *,
    at: datetime,
    workdays: Workdays,
    refs: tuple[str, ...] = (),
) -> Step:
    """Close the open tokens and open one at the element `to`.

    Without `refs` all tokens of the case are closed, and the sub-processes around `to` are entered
    or, where they are live, stayed in. With `refs`, tokens of one scope, only that scope's are.
    """
    case = load(process, snapshot, at, workdays)
    before = case.open()
    if case.completed:
        raise Conflict("该办件已经办结,不能再调整步骤")
    path = _path_of(case, to, refs)
    scope = _clear(case, path, everything=not refs)
    _open(scope, to)
    case.advance()
    return step_of(case, before)


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
        raise BrokenProcess("新版流程缺少在办的步骤,请先指定对应的步骤", findings)
    for token in tokens:
        token.place(moved, _chosen(new, token.target, token.path))
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
        self.path = tuple(targets.get(each, each) for each in _path(task.workflow))
        self.joins = isinstance(task.task_spec, Parallel | Inclusive)
        origin = task.parent.task_spec.name if self.joins else ""
        self.origin = targets.get(origin, origin)

    def faults(self, new: Process) -> Iterable[Finding]:
        name = self.task.task_spec.bpmn_name or self.element
        if not _enterable(new, self.target) and not (self.joins and self.target in new.paths):
            text = f"新版流程没有可以接着办“{name}”的步骤“{self.target}”,请指定对应的步骤"
            yield Finding("migrate-missing", self.element, text)
        elif self.joins and self.origin not in _inputs(new, self.target):
            text = f"“{name}”已经到了一路,新版流程没有对应的来路,请先办完这次汇合再换版"
            yield Finding("migrate-join", self.element, text)

    def place(self, case: Case, path: Path) -> None:
        scope = _enter(case, path)
        if self.joins:
            specs = scope.spec.task_specs
            origin = Task(scope, specs[self.origin], scope.task_tree, TaskState.COMPLETED)
            Task(scope, specs[self.target], origin, TaskState.WAITING)
            return
        opened = _open(scope, self.target)
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
        if type(due) is type(task.internal_data[DUE]):
            task.internal_data[DUE] = due


def _path(scope: Any) -> Path:
    """The sub-processes around a scope, outermost first."""
    found: list[str] = []
    while scope.parent_task_id is not None:
        owner = scope.top_workflow.get_task_from_id(scope.parent_task_id)
        found.insert(0, owner.task_spec.bpmn_id)
        scope = owner.workflow
    return tuple(found)


def _path_of(case: Case, to: str, refs: tuple[str, ...]) -> Path:
    process = case.process
    if not _enterable(process, to):
        name = process.names.get(to, to)
        raise Conflict(f"不能把办件调整到“{name}”,请选择流程中的一个办理步骤")
    if not refs:
        live = {_path(scope) for scope in case.scopes()}
        return next((p for p in process.paths[to] if p in live), _chosen(process, to, ()))
    paths = {_path(open_task(case, ref).workflow) for ref in refs}
    if len(paths) > 1 or not paths <= set(process.paths[to]):
        raise Conflict(f"“{process.names[to]}”与所选任务不在同一个子流程里,不能这样调整")
    return paths.pop()


def _chosen(process: Process, element: str, wanted: Path) -> Path:
    paths = process.paths[element]
    return wanted if wanted in paths else paths[0]


def _spec_of(process: Process, element: str) -> Any:
    spec = process.spec
    for each in process.paths[element][0]:
        spec = process.scopes[spec.task_specs[each].spec]
    return spec.task_specs[element]


def _inputs(process: Process, element: str) -> list[str]:
    names: list[str] = _spec_of(process, element)._inputs
    return names


def _enterable(process: Process, element: str) -> bool:
    if element not in process.paths:
        return False
    spec = _spec_of(process, element)
    joins = isinstance(spec, Parallel | Inclusive) and len(spec._inputs) > 1
    return not joins and not isinstance(spec, BoundaryEvent | StartEvent)


def _clear(case: Case, path: Path, *, everything: bool) -> Any:
    """Empty the innermost live scope on `path`; with `everything`, all beside the way to it too."""
    scope: Any = case
    for element in path:
        owner = _owner(scope, element)
        if everything or owner is None:
            _drop(scope, keep=owner)
        if owner is None:
            return _enter(case, path)
        scope = case.subprocesses[owner.id]
    _drop(scope, keep=None)
    return scope


def _owner(scope: Any, element: str) -> Any:
    """The live task of a sub-process or call in this scope."""
    live = (task for task in scope.tasks.values() if task._state == TaskState.STARTED)
    return next((task for task in live if task.task_spec.bpmn_id == element), None)


def _drop(scope: Any, *, keep: Any) -> None:
    """Take every token out of a scope, but not `keep` and the boundary events beside it."""
    case, root = scope.top_workflow, scope.task_tree
    kept = [root] if keep is None else [root, keep, *_beside(keep)]
    ids = {task.id for task in kept}
    for task in list(scope.tasks.values()):
        if task.id in ids:
            continue
        inner = case.subprocesses.pop(task.id, None)
        if inner is not None:
            _drop(inner, keep=None)
        case.event_manager.remove_task(task)
        del scope.tasks[task.id]
    for task in kept:
        task._children = [child for child in task._children if child in ids]


def _beside(task: Any) -> list[Any]:
    split = task.parent
    if not isinstance(split.task_spec, BoundaryEventSplit):
        return []
    return [split, *(each for each in split.children if each._state == TaskState.WAITING)]


def _enter(case: Case, path: Path) -> Any:
    """The scope at `path`; what is not live on the way is opened without running its start."""
    scope: Any = case
    for element in path:
        owner = _owner(scope, element) or _open(scope, element)
        inner = case.subprocesses[owner.id]
        if inner.task_tree._state != TaskState.COMPLETED:
            inner.task_tree._set_state(TaskState.COMPLETED)
        scope = inner
    return scope


def _open(scope: Any, element: str) -> Any:
    """One token at `element`, with its boundary events waiting beside it."""
    specs, case = scope.spec.task_specs, scope.top_workflow
    split = specs.get(f"{element}.BoundaryEventSplit")
    task = scope.task_tree._add_child(split or specs[element], TaskState.FUTURE)
    task.task_spec._update(task)
    if split is None:
        return task
    case.run_one(task)
    return next(each for each in task.children if not isinstance(each.task_spec, BoundaryEvent))


def _rename(task: Any, ref: str) -> None:
    scope, parent = task.workflow, task.parent
    del scope.tasks[task.id]
    parent._children[parent._children.index(task.id)] = ref
    task.id = ref
    scope.tasks[ref] = task
