"""Which ways of which splits lie before each node: what runs beside what in one scope.

A split starts several tokens: a parallel or inclusive gateway, a step with several ways out, an
event on the edge of a step that does not interrupt it. A node lies behind some ways of a split as
long as there is another way that never comes to it: up to where all ways have met again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent

from app.engine.events import EventGateway
from app.engine.nodes import Exclusive, Parallel

Ways = Mapping[str, frozenset[int]]
"""Split -> those of its ways that lead to a node."""
Arrived = Mapping[str, frozenset[str]]
"""Parallel join -> the nodes from which a token has come to it already."""


def ways_to(spec: Any, node: str) -> Ways:
    """The splits behind which this node lies, and by which of their ways."""
    found = {}
    for split in spec.task_specs.values():
        if split.name == node or len(ways := _ways_of(split)) < 2:
            continue
        if node in _reached(spec, [spec.start.name], without=split.name):
            continue
        if "End" not in _reached(spec, [node], without=split.name):
            continue  # it only leads back to the split
        by = frozenset(
            place
            for place, heads in enumerate(ways)
            if node in _reached(spec, heads, without=split.name)
        )
        if by and len(by) < len(ways):
            found[split.name] = by
    return found


def way_between(spec: Any, origin: str, join: str) -> Ways:
    """The same of a token that stands at a join, by the flow from `origin`."""
    split = spec.task_specs[origin]
    own = [place for place, heads in enumerate(_ways_of(split)) if join in heads]
    behind = dict(ways_to(spec, origin))
    if len(_ways_of(split)) > 1 and own:
        behind[origin] = frozenset(own)
    return behind


def beside(one: Ways, other: Ways) -> bool:
    """Whether some split leads to both, but never by the same way: they run at the same time."""
    return any(ways.isdisjoint(other[split]) for split, ways in one.items() if split in other)


def finishes(spec: Any, node: str, others: Collection[str], arrived: Arrived) -> bool:
    """Whether a token at `node` can reach an end, with tokens at `others` and at joins beside it.

    A parallel join needs all its flows; whoever may come by one is counted on.
    """
    all_ = _come_to(spec, {node, *others}, arrived, frozenset())
    return "End" in _come_to(spec, {node}, arrived, all_)


def _ways_of(node: Any) -> list[list[str]]:
    """The ways on which this node sets a token each; one, where it chooses among its flows."""
    after = [each for each in node.outputs if not isinstance(each, BoundaryEventJoin)]
    if isinstance(node, BoundaryEventSplit):
        side = [e for e in after if isinstance(e, BoundaryEvent) and not e.cancel_activity]
        main = [each.name for each in after if each not in side]
        return [main, *([each.name] for each in side)]
    if isinstance(node, Exclusive | EventGateway):
        return [[each.name for each in after]]
    return [[each.name] for each in after]


def _reached(spec: Any, heads: Iterable[str], *, without: str) -> set[str]:
    """Every node that a token at one of `heads` may come to, with one node taken away."""
    found = {name for name in heads if name != without}
    waiting = list(found)
    while waiting:
        for after in spec.task_specs[waiting.pop()].outputs:
            if after.name not in found and after.name != without and not _closing(after):
                found.add(after.name)
                waiting.append(after.name)
    return found


def _closing(node: Any) -> bool:
    return isinstance(node, BoundaryEventJoin)


def _come_to(spec: Any, heads: set[str], arrived: Arrived, helped: Collection[str]) -> set[str]:
    """What tokens at `heads` may come to; a join opens with `helped` and what has arrived."""
    specs, found, held = spec.task_specs, set(heads), set()
    waiting = list(found)
    while waiting:
        for after in specs[waiting.pop()].outputs:
            if isinstance(after, Parallel):
                held.add(after.name)
            elif after.name not in found and not _closing(after):
                found.add(after.name)
                waiting.append(after.name)
        if not waiting:
            come = found.union(helped)
            waiting = [n for n in held if come.union(arrived.get(n, ())).issuperset(_in(specs, n))]
            held.difference_update(waiting)
            waiting = [name for name in waiting if name not in found]
            found.update(waiting)
    return found


def _in(specs: Any, join: str) -> list[str]:
    inputs: list[str] = specs[join]._inputs
    return inputs
