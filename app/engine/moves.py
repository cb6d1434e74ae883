"""Out of the drawn order: send a case to another step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, StartEvent
from SpiffWorkflow.util.task import TaskState

from app.engine.case import Case
from app.engine.codec import load
from app.engine.nodes import Inclusive, Parallel
from app.engine.process import Path, Process
from app.engine.run import open_task, step_of
from app.engine.types import Step, Workdays
from app.errors import Conflict


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
        raise Conflict("该办件已经办结，不能再调整步骤")
    path = _target(case, to, refs)
    scope = _clear(case, path, everything=not refs)
    open_at(scope, to)
    case.advance()
    return step_of(case, before)


def path_of(scope: Any) -> Path:
    """The sub-processes around a scope, outermost first."""
    found: list[str] = []
    while scope.parent_task_id is not None:
        owner = scope.top_workflow.get_task_from_id(scope.parent_task_id)
        found.insert(0, owner.task_spec.bpmn_id)
        scope = owner.workflow
    return tuple(found)


def _target(case: Case, to: str, refs: tuple[str, ...]) -> Path:
    process = case.process
    if not enterable(process, to):
        name = process.names.get(to, to)
        raise Conflict(f"不能把办件调整到“{name}”，请选择流程中的一个办理步骤")
    if not _finishes(spec_of(process, to)):
        raise Conflict(
            f"“{process.names[to]}”在并行分支里，单独重办汇合不了，请退回到分支之前的步骤"
        )
    if not refs:
        live = {path_of(scope) for scope in case.scopes()}
        return next((p for p in process.paths[to] if p in live), chosen(process, to, ()))
    paths = {path_of(open_task(case, ref).workflow) for ref in refs}
    if len(paths) > 1 or not paths <= set(process.paths[to]):
        raise Conflict(f"“{process.names[to]}”与所选任务不在同一个子流程里，不能这样调整")
    return paths.pop()


def chosen(process: Process, element: str, wanted: Path) -> Path:
    paths = process.paths[element]
    return wanted if wanted in paths else paths[0]


def spec_of(process: Process, element: str) -> Any:
    spec = process.spec
    for each in process.paths[element][0]:
        spec = process.scopes[spec.task_specs[each].spec]
    return spec.task_specs[element]


def enterable(process: Process, element: str) -> bool:
    if element not in process.paths:
        return False
    spec = spec_of(process, element)
    joins = isinstance(spec, Parallel | Inclusive) and len(spec._inputs) > 1
    return not joins and not isinstance(spec, BoundaryEvent | StartEvent)


def _finishes(node: Any) -> bool:
    """Whether a lone token at `node` can reach an end: a join needs all its flows."""
    specs = node._wf_spec.task_specs
    found = {specs.get(f"{node.name}.BoundaryEventSplit", node).name}
    waiting = list(found)
    held: set[str] = set()
    while waiting:
        for after in specs[waiting.pop()].outputs:
            if isinstance(after, Parallel) and not found.issuperset(after._inputs):
                held.add(after.name)
            elif after.name not in found:
                found.add(after.name)
                waiting.append(after.name)
        if not waiting:
            waiting = [name for name in held if found.issuperset(specs[name]._inputs)]
            found.update(waiting)
            held.difference_update(waiting)
    return "End" in found


def _clear(case: Case, path: Path, *, everything: bool) -> Any:
    """Empty the innermost live scope on `path`; with `everything`, all beside the way to it too."""
    scope: Any = case
    for element in path:
        owner = _owner(scope, element)
        if everything or owner is None:
            _drop(scope, keep=owner)
        if owner is None:
            return enter(case, path)
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


def enter(case: Case, path: Path) -> Any:
    """The scope at `path`; what is not live on the way is opened without running its start."""
    scope: Any = case
    for element in path:
        owner = _owner(scope, element) or open_at(scope, element)
        inner = case.subprocesses[owner.id]
        if inner.task_tree._state != TaskState.COMPLETED:
            inner.task_tree._set_state(TaskState.COMPLETED)
        scope = inner
    return scope


def open_at(scope: Any, element: str) -> Any:
    """One token at `element`, with its boundary events waiting beside it."""
    specs, case = scope.spec.task_specs, scope.top_workflow
    split = specs.get(f"{element}.BoundaryEventSplit")
    task = scope.task_tree._add_child(split or specs[element], TaskState.FUTURE)
    task.task_spec._update(task)
    if split is None:
        return task
    case.run_one(task)
    return next(each for each in task.children if not isinstance(each.task_spec, BoundaryEvent))
