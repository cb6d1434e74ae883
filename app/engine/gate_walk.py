"""One process with its sub-processes and calls unfolded: every way that a case can take.

Each node is one step; a node where the case rests is two, `at` it and `done` with it, so that a
boundary event leads away from a task that nobody finished. Steps are joined by edges; conditions
are ignored, so whatever cannot happen here cannot happen at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.engine.gate_model import WAITING, Bundle, Node, Scope

MAX_STEPS = 20_000
"""Unfolded calls may multiply; beyond this the walk is given up as too big."""
_BY_THROWING = ("error", "escalation", "signal")


class TooBig(ValueError):
    """The unfolded process has too many steps to be followed."""


@dataclass(slots=True, eq=False)
class Step:
    """A place that a token can be at. `done` marks the far side of a resting node."""

    node: Node
    done: bool
    after: list[Step] = field(default_factory=list)
    before: list[Step] = field(default_factory=list)


@dataclass(slots=True)
class Walk:
    """The unfolded process."""

    steps: list[Step] = field(default_factory=list)

    def done(self) -> Iterator[Step]:
        """The far sides: a person's step, a message or a timer has happened."""
        return (step for step in self.steps if step.done)


@dataclass(slots=True)
class _Part:
    """One scope, unfolded: where it is entered, where it is left, and all steps in it."""

    starts: list[Step]
    ends: list[Step]
    steps: list[Step]


def unfold(bundle: Bundle) -> Walk:
    """The main process of a bundle. Raises TooBig; an empty walk when there is no such process."""
    main = bundle.main()
    if main is None:
        return Walk()
    part = _Unfolding(bundle).scope(main, frozenset({main.id}))
    return Walk(part.steps)


def _join(source: Step, target: Step) -> None:
    source.after.append(target)
    target.before.append(source)


class _Unfolding:
    def __init__(self, bundle: Bundle) -> None:
        self.processes = bundle.processes
        self.count = 0

    def scope(self, scope: Scope, calls: frozenset[str]) -> _Part:
        """All steps of one scope, joined. `calls` are the processes that we are inside of."""
        self.count += 2 * len(scope.nodes)
        if self.count > MAX_STEPS:
            raise TooBig
        parts = {key: self._node(node, calls) for key, node in scope.nodes.items()}
        for flow in scope.flows:
            if flow.source in parts and flow.target in parts:
                for left in parts[flow.source].ends:
                    for entered in parts[flow.target].starts:
                        _join(left, entered)
        for node in scope.nodes.values():
            if node.tag == "boundaryEvent":
                self._attach(node, parts)
        starts = [
            each
            for key, part in parts.items()
            if scope.nodes[key].tag == "startEvent"
            for each in part.starts
        ]
        ends = [
            each
            for key, part in parts.items()
            if scope.nodes[key].tag == "endEvent"
            for each in part.ends
        ]
        return _Part(starts, ends, [step for part in parts.values() for step in part.steps])

    def _node(self, node: Node, calls: frozenset[str]) -> _Part:
        inner = self._inner(node, calls)
        entry = Step(node, done=False)
        if inner is not None:
            left = Step(node, done=False)
            for start in inner.starts:
                _join(entry, start)
            for end in inner.ends:
                if end.node.event("error") is None:
                    _join(end, left)
            return _Part([entry], [left], [entry, *inner.steps, left])
        if node.tag in WAITING:
            left = Step(node, done=True)
            _join(entry, left)
            return _Part([entry], [left], [entry, left])
        return _Part([entry], [entry], [entry])

    def _inner(self, node: Node, calls: frozenset[str]) -> _Part | None:
        if node.inside is not None:
            return self.scope(node.inside, calls)
        target = node.element.get("calledElement", "") if node.tag == "callActivity" else ""
        if target in self.processes and target not in calls:
            return self.scope(self.processes[target], calls | {target})
        return None

    def _attach(self, boundary: Node, parts: dict[str, _Part]) -> None:
        """A boundary event fires while its host rests, or where something inside throws."""
        host = parts.get(boundary.element.get("attachedToRef", ""))
        if host is None:
            return
        entered = parts[boundary.id].starts[0]
        thrown = any(boundary.event(kind) is not None for kind in _BY_THROWING)
        for step in host.steps:
            rests = not step.done and step.node.tag in WAITING
            throws = thrown and any(step.node.event(kind) is not None for kind in _BY_THROWING)
            if rests or throws:
                _join(step, entered)
