"""Gateways, automatic tasks and sub-processes as we run them.

Routing values belong to the case, not to a token, so joins count tokens and merge nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    CallActivity,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
    SubWorkflowTask,
)
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from app.engine.faults import fault
from app.engine.feel import Program
from app.engine.types import Action
from app.errors import Invalid

ACTIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class Condition:
    """What a sequence flow asks of the case. Strict: anything but true or false is an error."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def _matches(self, my_task: Any) -> bool:
        return self.program.holds(my_task.workflow.top_workflow.values)


class Exclusive(ExclusiveGateway):
    """Follows the first flow whose condition holds, else the default."""

    def _run_hook(self, my_task: Any) -> bool:
        chosen = self.default_task_spec
        for condition, name in self.cond_task_specs:
            if condition is not None and condition._matches(my_task):
                chosen = name
                break
        if chosen is None:
            raise fault("no-way-out", self, "没有一个条件成立，也没有默认连线，请补画")
        my_task._sync_children([self._wf_spec.task_specs[chosen]], TaskState.FUTURE)
        return True


def _arrived(my_task: Any) -> list[Any]:
    """The tokens that stand at this gateway, `my_task` first."""
    spec = my_task.task_spec
    others = my_task.workflow.tasks.values()
    waiting = [t for t in others if t.task_spec is spec and t._state == TaskState.WAITING]
    return [my_task, *(task for task in waiting if task is not my_task)]


def _consume(tokens: Iterable[Any], my_task: Any) -> None:
    for token in tokens:
        if token is not my_task:
            token._set_state(TaskState.CANCELLED)


class Parallel(ParallelGateway):
    """Goes on when a token stands on every incoming flow; more than one waits for the next time."""

    def _update_hook(self, my_task: Any) -> bool:
        need: Counter[str] = Counter(self._inputs)
        if len(self._inputs) == 1:
            return True
        taken = []
        for token in _arrived(my_task):
            origin = token.parent.task_spec.name
            if need[origin] > 0:
                need[origin] -= 1
                taken.append(token)
        if any(need.values()) or my_task not in taken:
            my_task._set_state(TaskState.WAITING)
            return False
        _consume(taken, my_task)
        return True

    def _run_hook(self, my_task: Any) -> bool:
        return True


class Inclusive(InclusiveGateway):
    """Goes on when no token that is still on its way can come in by a flow that has none."""

    reaching: Mapping[str, frozenset[str]]
    """For each incoming node: the nodes from which it is reached without passing this gateway."""

    def _update_hook(self, my_task: Any) -> bool:
        tokens = {token.parent.task_spec.name: token for token in reversed(_arrived(my_task))}
        filled = tokens.keys()
        empty = [name for name in self.reaching if name not in filled]
        if len(self._inputs) > 1 and any(
            any(place in self.reaching[name] for name in empty)
            and not any(place in self.reaching.get(name, ()) for name in filled)
            for place in self._places(my_task)
        ):
            my_task._set_state(TaskState.WAITING)
            return False
        _consume(tokens.values(), my_task)
        return True

    def _places(self, my_task: Any) -> set[str]:
        """Where the other tokens of this scope are.

        A task with boundary events counts as both, one of its events alone once it has happened.
        """
        found = set()
        for task in my_task.workflow.tasks.values():
            spec, parent = task.task_spec, task.parent
            edge = isinstance(spec, BoundaryEvent)
            if spec is self or (edge and task._state == TaskState.WAITING):
                continue
            coming = task._state == TaskState.FUTURE and parent._state == TaskState.COMPLETED
            if coming or task._state & ACTIVE:
                inside = parent is not None and isinstance(parent.task_spec, BoundaryEventSplit)
                found.add(parent.task_spec.name if inside and not edge else spec.name)
        return found

    def _run_hook(self, my_task: Any) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            raise fault("no-way-out", self, "没有一个条件成立，也没有默认连线，请补画")
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        return True


class Service(BpmnSpecMixin):
    """Asks the caller for a named action and goes on; nothing comes back into the engine."""

    action: str

    def _run_hook(self, my_task: Any) -> bool:
        case = my_task.workflow.top_workflow
        case.actions.append(Action(self.action, self.bpmn_id))
        return True


class Rule(BpmnSpecMixin):
    """Adds what a decision says to the routing values."""

    decision: Any

    def _run_hook(self, my_task: Any) -> bool:
        case = my_task.workflow.top_workflow
        try:
            case.write(self.decision.decide(case.values))
        except Invalid as refusal:
            faults = ";".join(f"{name}:{why}" for name, why in refusal.fields.items())
            raise fault("decision-output", self, f"决策表的结果不能用，{faults}") from refusal
        return True


class _Enclosing:
    """Runs another flow inside its own scope; the case's values are seen by both."""

    spec: str

    def start_workflow(self, my_task: Any) -> None:
        scope = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        self.join_scope(scope, my_task)

    def join_scope(self, scope: Any, my_task: Any) -> None:
        """Go on when the scope is done; said again after loading."""
        scope.completed_event.connect(self._left, my_task)

    def _left(self, _scope: Any, my_task: Any) -> None:
        if not my_task.has_state(TaskState.FINISHED_MASK):
            my_task._set_state(TaskState.READY)


class Embedded(_Enclosing, SubWorkflowTask):
    """An embedded sub-process."""


class Call(_Enclosing, CallActivity):
    """A call of another process of the same bundle."""
