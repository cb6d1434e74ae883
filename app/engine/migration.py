"""A running case goes on in another version of its process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import combinations
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.branches import Ways, beside, finishes
from app.engine.case import Case, ref_of
from app.engine.codec import load
from app.engine.events import DUE
from app.engine.moves import (
    chosen,
    enterable,
    entered,
    open_at,
    owners,
    path_of,
    place_of,
    spec_of,
    ways_of,
)
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

    Values, refs and the moments of running timers stay; what has gone off does not go off again.
    All elements that the new version lacks are named in one BrokenProcess, as is a place from which
    the case could not end, and the case is untouched.
    """
    case = load(old, snapshot, at, workdays)
    before = case.open()
    moved = Case(new, case.values, at, workdays, deserializing=True)
    moved.result, moved.completed = case.result, case.completed
    moved.task_tree = Task(moved, new.spec.start, state=TaskState.COMPLETED)
    tokens = [_Token(task, targets) for task in _resting(case)]
    if findings := [f for token in tokens for f in token.faults(new)]:
        raise BrokenProcess("新版流程缺少在办的步骤，请先指定对应的步骤", findings)
    scopes = _Scopes(moved, targets)
    for token in tokens:
        token.place(scopes, chosen(new, token.target, token.path))
    if findings := [f for scope in moved.scopes() for f in scopes.stranded(scope)]:
        raise BrokenProcess("新版流程的并行分支不同，请先办完这几个分支再更新", findings)
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
        elif not self.joins and not _waits_alike(self.task.task_spec, spec_of(new, self.target)):
            text = f"“{name}”在新版流程里不再是同样的步骤，请指定对应的步骤"
            yield Finding("migrate-missing", self.element, text)

    def place(self, scopes: _Scopes, path: Path) -> None:
        scope = scopes.of(self.task.workflow, path)
        if self.joins:
            specs = scope.spec.task_specs
            origin = Task(scope, specs[self.origin], scope.task_tree, TaskState.COMPLETED)
            Task(scope, specs[self.target], origin, TaskState.WAITING)
            scopes.came_of[id(origin)] = self.task.parent
            return
        opened = scopes.open(scope, self.target, self.task)
        if opened.task_spec.manual and self.task.task_spec.manual:
            _rename(opened, ref_of(self.task))


class _Scopes:
    """The scopes of a case in its new version, one for each of the old that stays the same."""

    def __init__(self, case: Case, targets: Mapping[str, str]) -> None:
        self.case = case
        self.targets = targets
        self.came_of: dict[int, Any] = {}
        """Of each token beneath a root, the one that it was."""
        self._opened: dict[tuple[Any, ...], Any] = {}

    def of(self, old: Any, path: Path) -> Any:
        """The scope at `path`, for a token that stood in the scope `old`."""
        outer = owners(old)
        if tuple(self._target(owner) for owner in outer) != path:
            outer = [None] * len(path)  # it lies otherwise now: one scope for all who come there
        scope: Any = self.case
        key: tuple[Any, ...] = ()
        for element, owner in zip(path, outer, strict=True):
            key = (*key, element, owner and owner.id)
            if key not in self._opened:
                self._opened[key] = entered(self.open(scope, element, owner))
            scope = self._opened[key]
        return scope

    def open(self, scope: Any, element: str, old: Any) -> Any:
        """A token at `element`, which takes the clocks of the one that it follows."""
        opened = open_at(scope, element)
        if old is not None:
            self.came_of[id(_topmost(opened))] = _topmost(old)
            _keep_clock(old, opened)
            self._keep_edge(old, opened)
        return opened

    def _target(self, task: Any) -> str:
        element: str = task.task_spec.bpmn_id
        return self.targets.get(element, element)

    def _keep_edge(self, old: Any, opened: Any) -> None:
        """Events on the edge run on; one that has gone off is not set again."""
        if self._target(old) != old.task_spec.bpmn_id:
            return
        had = {event.bpmn_id for event in _drawn_edge(old)}
        waiting = {each.task_spec.bpmn_id: each for each in _edge(old)}
        for event in list(_edge(opened)):
            element = event.task_spec.bpmn_id
            if element in waiting:
                _keep_clock(waiting[element], event)
            elif element in had:
                self.case.event_manager.remove_task(event)
                event.parent._children.remove(event.id)
                del event.workflow.tasks[event.id]

    def stranded(self, scope: Any) -> Iterator[Finding]:
        """The tokens of a scope that could not all come to its end."""
        tokens = list(scope.task_tree.children)
        places = [place_of(token) for token in tokens]
        arrived: dict[str, frozenset[str]] = {}
        for origin, join in places:
            if join:
                arrived[join] = arrived.get(join, frozenset()) | {origin}
        nodes = [name for name, join in places if not join]
        for name in nodes:
            if not finishes(scope.spec, name, [each for each in nodes if each != name], arrived):
                yield _lost(scope, name)
        if len(tokens) > 1:
            yield from self._not_beside(scope, tokens)

    def _not_beside(self, scope: Any, tokens: list[Any]) -> Iterator[Finding]:
        """Two that do not run at the same time, unless they stand as they stood."""
        ways = [ways_of(scope.spec, token) for token in tokens]
        stays = [
            self._stands_as_before(token, way) for token, way in zip(tokens, ways, strict=True)
        ]
        for one, other in combinations(range(len(tokens)), 2):
            if not (beside(ways[one], ways[other]) or (stays[one] and stays[other])):
                origin, join = place_of(tokens[other])
                yield _lost(scope, join or origin)

    def _stands_as_before(self, token: Any, ways: Ways) -> bool:
        old = self.came_of.get(id(token))
        if old is None or place_of(old) != place_of(token):
            return False
        return dict(ways_of(old.workflow.spec, old)) == dict(ways)


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


def _waits_alike(old: Any, new: Any) -> bool:
    """Whether a token may rest there: people go on with people's steps, and no move runs a step."""
    if old.manual or new.manual:
        return bool(new.manual)
    return type(old) is type(new)


def _topmost(task: Any) -> Any:
    """The token right beneath the root of its scope to which a task belongs."""
    return task.parent if isinstance(task.parent.task_spec, BoundaryEventSplit) else task


def _lost(scope: Any, node: str) -> Finding:
    spec = scope.spec.task_specs[node]
    name = spec.bpmn_name or spec.bpmn_id or node
    return Finding("migrate-stranded", spec.bpmn_id or node, f"到“{name}”后各分支汇合不了")


def _edge(task: Any) -> Iterator[Any]:
    """The boundary events that wait beside a token."""
    if isinstance(task.parent.task_spec, BoundaryEventSplit):
        for each in task.parent.children:
            if isinstance(each.task_spec, BoundaryEvent) and each._state == TaskState.WAITING:
                yield each


def _drawn_edge(task: Any) -> Iterator[Any]:
    """The boundary events that its version draws there."""
    if isinstance(task.parent.task_spec, BoundaryEventSplit):
        yield from (
            each for each in task.parent.task_spec.outputs if isinstance(each, BoundaryEvent)
        )


def _keep_clock(old: Any, new: Any) -> None:
    due = old.internal_data.get(DUE)
    if _alike(due, new.internal_data.get(DUE)):
        new.internal_data[DUE] = due


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
