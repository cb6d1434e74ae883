"""Out of the drawn order: send a case to another step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, StartEvent
from SpiffWorkflow.util.task import TaskState

from app.engine.branches import Ways, beside, finishes, way_between, ways_to
from app.engine.case import Case
from app.engine.codec import load
from app.engine.nodes import Inclusive, Parallel
from app.engine.process import Path, Process
from app.engine.run import step_of
from app.engine.types import Step, Workdays
from app.errors import Conflict


def move(process: Process, snapshot: bytes, to: str, *, at: datetime, workdays: Workdays) -> Step:
    """Open a token at the element `to`, and close every other but those that run beside it.

    Beside it runs what stands on another way of a split behind which `to` lies: other branches of a
    parallel stretch, and what is open around a sub-process that is stayed in. Sub-processes around
    `to` are stayed in where they are live, else entered. Conflict where it could not end from
    there. Nothing is kept by it: the Step of a move that nobody saves is its preview.
    """
    case = load(process, snapshot, at, workdays)
    before = case.open()
    if case.completed:
        raise Conflict("该办件已经办结，不能再调整步骤")
    path = _path(case, to)
    scope: Any = case
    for element in path:
        if _owner(scope, element) is None:
            _make_room(scope, element, to)
        scope = _inside(scope, element)
    _make_room(scope, to, to)
    open_at(scope, to)
    case.advance()
    return step_of(case, before)


def path_of(scope: Any) -> Path:
    """The sub-processes around a scope, outermost first."""
    return tuple(owner.task_spec.bpmn_id for owner in owners(scope))


def owners(scope: Any) -> list[Any]:
    """Their live tasks."""
    found: list[Any] = []
    while scope.parent_task_id is not None:
        owner = scope.top_workflow.get_task_from_id(scope.parent_task_id)
        found.insert(0, owner)
        scope = owner.workflow
    return found


def _path(case: Case, to: str) -> Path:
    """The way into `to`: of several, the one that stays in most of what is live."""
    process = case.process
    if not enterable(process, to):
        name = process.names.get(to, to)
        raise Conflict(f"不能把办件调整到“{name}”，请选择流程中的一个办理步骤")
    live = {path_of(scope) for scope in case.scopes()}
    return max(
        process.paths[to], key=lambda path: sum(path[: n + 1] in live for n in range(len(path)))
    )


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


def _make_room(scope: Any, element: str, to: str) -> None:
    """Take out of a scope what does not run beside `element`. Conflict where it could not end."""
    spec, specs = scope.spec, scope.spec.task_specs
    node = f"{element}.BoundaryEventSplit" if f"{element}.BoundaryEventSplit" in specs else element
    wanted = ways_to(spec, node)
    kept = [token for token in scope.task_tree.children if beside(wanted, ways_of(spec, token))]
    places = [place_of(token) for token in kept]
    arrived: dict[str, frozenset[str]] = {}
    for origin, join in places:
        if join:
            arrived[join] = arrived.get(join, frozenset()) | {origin}
    others = [name for name, join in places if not join]
    if not finishes(spec, node, others, arrived):
        name = scope.top_workflow.process.names[to]
        raise Conflict(f"“{name}”在并行分支里，单独重办汇合不了，请选择分支之前的步骤")
    for token in scope.task_tree.children:
        if token not in kept:
            _drop(scope, token)


def place_of(token: Any) -> tuple[str, str]:
    """The node where a token of a loaded scope stands; or, at a join, whence it came, and the join.

    A token stands right beneath the root, and with events on its edge, or at a join, beneath what
    it came through.
    """
    name: str = token.task_spec.name
    if isinstance(token.task_spec, BoundaryEventSplit):
        inner = (each for each in token.children if not isinstance(each.task_spec, BoundaryEvent))
        return next(inner).task_spec.name, ""
    joins = [each.task_spec.name for each in token.children]
    return (name, joins[0]) if joins else (name, "")


def ways_of(spec: Any, token: Any) -> Ways:
    name, join = place_of(token)
    return way_between(spec, name, join) if join else ways_to(spec, name)


def _owner(scope: Any, element: str) -> Any:
    """The live task of a sub-process or call in this scope."""
    live = (task for task in scope.tasks.values() if task._state == TaskState.STARTED)
    return next((task for task in live if task.task_spec.bpmn_id == element), None)


def _drop(scope: Any, token: Any) -> None:
    """Take one token out of a scope, with what waits on its edge and what it encloses."""
    case = scope.top_workflow
    for child in list(token.children):
        _drop(scope, child)
    inner = case.subprocesses.pop(token.id, None)
    if inner is not None:
        for child in list(inner.task_tree.children):
            _drop(inner, child)
    case.event_manager.remove_task(token)
    token.parent._children.remove(token.id)
    del scope.tasks[token.id]


def _inside(scope: Any, element: str) -> Any:
    return entered(_owner(scope, element) or open_at(scope, element))


def entered(owner: Any) -> Any:
    """The scope that a sub-process encloses, without running its start."""
    inner = owner.workflow.top_workflow.subprocesses[owner.id]
    if inner.task_tree._state != TaskState.COMPLETED:
        inner.task_tree._set_state(TaskState.COMPLETED)
    return inner


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
