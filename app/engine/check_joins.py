"""Joins that can never go on: a token game in which every choice is free."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from app.engine.gate_model import Bundle, Node, Scope
from app.errors import Finding

MAX_MARKINGS = 3000
MAX_ON_ONE_FLOW = 2
_ONE_OF = frozenset({"exclusiveGateway", "eventBasedGateway"})

Marking = frozenset[tuple[int, int]]
"""How many tokens stand on each flow, by the flow's place in the scope; empty ones left out."""


class _TooMany(Exception):
    """The game is too large to be played to its end; nothing is said then."""


def check_joins(bundle: Bundle) -> Iterator[Finding]:
    """Every parallel join that tokens come to and that never has all of them."""
    for scope in bundle.scopes():
        joins = [node for node in scope.nodes.values() if _joins(node, scope)]
        if not joins:
            continue
        try:
            reached, fired = _Game(scope).play()
        except _TooMany:
            continue
        for node in joins:
            if node.id in reached - fired:
                what = "进来的几条线不会都走到，会一直等下去；若前面是选一条，请用排他网关汇合"
                yield Finding("join-never", node.id, f"{node.called}{what}")


def _joins(node: Node, scope: Scope) -> bool:
    incoming = sum(1 for flow in scope.flows if flow.target == node.id)
    return node.tag == "parallelGateway" and incoming > 1


class _Game:
    """All markings of one scope. Choices are free, so every real course of a case is among them."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        flows = list(enumerate(scope.flows))
        self.into = {key: [at for at, f in flows if f.target == key] for key in scope.nodes}
        self.out = {key: [at for at, f in flows if f.source == key] for key in scope.nodes}
        self.events = {key: scope.attached(key) for key in scope.nodes}
        self.reached: set[str] = set()
        self.fired: set[str] = set()

    def play(self) -> tuple[set[str], set[str]]:
        """The nodes that a token came to, and those that let it go on."""
        starts = [node.id for node in self.scope.nodes.values() if node.tag == "startEvent"]
        front = [_put(frozenset(), self.out[key]) for key in starts]
        seen = set(front)
        while front:
            marking = front.pop()
            for after in self._after(marking):
                if after not in seen:
                    seen.add(after)
                    front.append(after)
            if len(seen) > MAX_MARKINGS:
                raise _TooMany
        return self.reached, self.fired

    def _after(self, marking: Marking) -> Iterator[Marking]:
        held = {at for at, _ in marking}
        for at in held:
            node = self.scope.nodes.get(self.scope.flows[at].target)
            if node is None:
                continue
            self.reached.add(node.id)
            for taken in self._takes(node, at, held):
                self.fired.add(node.id)
                left = _take(marking, taken)
                for given in self._gives(node):
                    yield _put(left, given)
            yield from self._interrupted(node, at, marking)

    def _takes(self, node: Node, at: int, held: set[int]) -> Iterator[list[int]]:
        """Which tokens this node may take when one stands at `at`."""
        incoming = self.into[node.id]
        if node.tag == "parallelGateway":
            if set(incoming) <= held:
                yield incoming
            return
        yield [at]
        present = [each for each in incoming if each in held]
        if node.tag == "inclusiveGateway" and len(present) > 1:
            yield present

    def _gives(self, node: Node) -> Iterator[list[int]]:
        """Where tokens may stand when this node lets go."""
        out = self.out[node.id]
        if node.tag in _ONE_OF and out:
            yield from ([each] for each in out)
        elif node.tag == "inclusiveGateway" and len(out) > 1:
            if len(out) > 5:
                raise _TooMany
            for size in range(1, len(out) + 1):
                yield from (list(some) for some in combinations(out, size))
        else:
            yield out

    def _interrupted(self, node: Node, at: int, marking: Marking) -> Iterator[Marking]:
        """Boundary events take the token of their host away, or add one of their own."""
        for event in self.events[node.id]:
            stays = event.element.get("cancelActivity") == "false"
            left = marking if stays else _take(marking, [at])
            yield _put(left, self.out[event.id])


def _put(marking: Marking, flows: list[int]) -> Marking:
    counted = dict(marking)
    for at in flows:
        counted[at] = counted.get(at, 0) + 1
        if counted[at] > MAX_ON_ONE_FLOW:
            raise _TooMany
    return frozenset(counted.items())


def _take(marking: Marking, flows: list[int]) -> Marking:
    counted = dict(marking)
    for at in flows:
        counted[at] -= 1
    return frozenset((at, many) for at, many in counted.items() if many)
