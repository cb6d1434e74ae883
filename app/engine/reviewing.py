"""What lies before a step of a process, and behind it: reviews that no way leads round, and values.

The proof plays a case from its start. A case that is moved stands in the middle of a drawing by
which it did not begin, so what lies behind it and before it is asked of the drawing by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from app.engine.feel import compile_expression
from app.engine.moves import spec_of
from app.engine.nodes import Rule
from app.engine.parse import reads
from app.engine.policy import OWN_SCOPE, SCOPES
from app.engine.process import Process
from app.engine.proof.past import REFUSING
from app.engine.types import Data, TaskPolicy
from app.errors import Refusal

_Node = tuple[str, ...]
_START: _Node = ("Start",)
_TOGETHER = frozenset({"all", "order"})


def levels_of(policy: TaskPolicy) -> frozenset[str]:
    """The levels that have reviewed once a step is agreed to, whoever of its parties did it."""
    scopes = {party.scope.partition(":")[0] for party in policy.parties}
    official = frozenset(scopes & set(SCOPES) - {OWN_SCOPE})
    return official if len(scopes) == 1 or policy.sign.mode in _TOGETHER else frozenset()


def agreed(outcome: str | None) -> bool:
    """Whether an outcome is a review that let a case go on."""
    return outcome is not None and outcome not in REFUSING


@lru_cache(maxsize=1000)
def reviewed_before(process: Process, element: str) -> frozenset[str]:
    """The levels beneath its own that review on every way from the start to a step."""
    ways, free = _ways(process), set(_places(process, element))
    own = min((SCOPES.index(one) for one in levels_of(process.tasks[element])), default=0)
    return frozenset(
        level
        for level in SCOPES[:own]
        if not free & _reached(ways, {_START}, _reviewing(process, ways, level) - free)
    )


@lru_cache(maxsize=1000)
def reviewed_from(process: Process, element: str, results: frozenset[str]) -> frozenset[str] | None:
    """The levels that review on every way from a step to one of these results; none, no way."""
    ways, here = _ways(process), set(_places(process, element))
    ends = {node for node in ways if process.results.get(node[-1]) in results}
    if not ends & _reached(ways, here, set()):
        return None
    own = levels_of(process.tasks[element])
    ahead = {
        level
        for level in SCOPES
        if not ends & _reached(ways, here, _reviewing(process, ways, level) - here)
    }
    return own | ahead


@lru_cache(maxsize=1000)
def left_behind(
    process: Process, elements: frozenset[str], begin: frozenset[str], results: frozenset[str]
) -> frozenset[str]:
    """The steps of people that a case at these elements has behind it, and need not come to again.

    They lead there, and a way on leads round them to one of these results. What only lies before
    another token of the case is not behind it.
    """
    ways = _ways(process)
    back = _reversed(ways)
    anew = {node for node in ways if node[-1] in begin}
    ends = {node for node in ways if process.results.get(node[-1]) in results}
    behind: set[_Node] = set()
    ahead: set[_Node] = set()
    for element in elements:
        here = set(_places(process, element))
        leads = _reached(ways, {_START}, here) & _reached(back, here, anew - here)
        round_it = {node for node in leads if ends & _reached(ways, here, {node} | (anew - here))}
        behind |= round_it
        ahead |= _reached(ways, here, anew - here) - round_it
    return frozenset(node[-1] for node in behind - ahead if node[-1] in process.tasks)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a case may still come to: the values that are read and written there, and its steps."""

    reads: frozenset[str]
    writes: frozenset[str]
    steps: frozenset[str]


@lru_cache(maxsize=1000)
def ahead(process: Process, elements: frozenset[str], begin: frozenset[str]) -> Ahead:
    """From these elements on, up to a step at which all begins anew."""
    ways, specs = _ways(process), _specs(process)
    here = {node for element in elements for node in _places(process, element)}
    anew = {node for node in ways if node[-1] in begin} - here
    nodes = [specs[node] for node in _reached(ways, here, anew) if node in specs]
    rules = [node.decision.outputs for node in nodes if isinstance(node, Rule)]
    return Ahead(
        frozenset().union(*(reads(node) for node in nodes)),
        frozenset().union(*rules),
        frozenset(node.bpmn_id for node in nodes if node.bpmn_id in process.tasks),
    )


def holds(condition: str, data: Data) -> bool:
    """Whether a condition is true of these values; not where they leave it open."""
    try:
        return compile_expression(condition).holds(data)
    except Refusal:
        return False


def _specs(process: Process) -> Mapping[_Node, Any]:
    return {
        (*path, element): spec_of(process, element)
        for element, paths in process.paths.items()
        for path in paths
    }


def _ways(process: Process) -> Mapping[_Node, list[_Node]]:
    """What follows each node, sub-processes and calls laid out in their places."""
    found: dict[_Node, list[_Node]] = {}

    def lay(spec: Any, path: _Node) -> None:
        for name, each in spec.task_specs.items():
            after = [one for one in each.outputs if not isinstance(one, BoundaryEventJoin)]
            heads = [(*path, one.name) for one in after]
            if isinstance(each, SubWorkflowTask):
                found[*path, name] = [(*path, name, "Start")]
                lay(process.scopes[each.spec], (*path, name))
                found[*path, name, "End"] = heads
            else:
                found[*path, name] = heads

    lay(process.spec, ())
    return found


def _reversed(ways: Mapping[_Node, list[_Node]]) -> Mapping[_Node, list[_Node]]:
    found: dict[_Node, list[_Node]] = {}
    for node, heads in ways.items():
        for head in heads:
            found.setdefault(head, []).append(node)
    return found


def _places(process: Process, element: str) -> list[_Node]:
    return [(*path, element) for path in process.paths[element]]


def _reviewing(process: Process, ways: Collection[_Node], level: str) -> set[_Node]:
    at = {key for key, policy in process.tasks.items() if level in levels_of(policy)}
    return {node for node in ways if node[-1] in at}


def _reached(
    ways: Mapping[_Node, list[_Node]], heads: set[_Node], without: set[_Node]
) -> set[_Node]:
    found = set(heads)
    waiting = list(heads)
    while waiting:
        for after in ways.get(waiting.pop(), ()):
            if after not in found and after not in without:
                found.add(after)
                waiting.append(after)
    return found
