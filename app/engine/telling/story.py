"""A drawing as items in the order of telling: steps, waits, judgements that stand alone.

A gateway right behind one item is told with it; an end is told where it is come to; a gateway that
only gathers is not told at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.engine.gate_model import Flow, Node, Scope

GATEWAYS = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"}
)


_REFUSING = frozenset({'outcome = "return"', 'outcome = "reject"', 'outcome = "refer"'})


def sends_back(condition: str | None) -> bool:
    """Whether a flow is that of a refusal: what it leads to is told after what lies ahead."""
    return condition in _REFUSING


@dataclass(slots=True)
class Item:
    """One numbered entry: a node, and what is told with it."""

    node: Node
    number: str
    scope: Scope
    gateway: Node | None = None
    """The gateway right behind it, which is told with it."""
    items: list[Item] = field(default_factory=list)
    """Of a sub-process: what lies inside."""


class Story:
    """The items of one process, and the way from any node to the item that tells it."""

    def __init__(self, scope: Scope) -> None:
        self.by_node: dict[str, Item] = {}
        self.scopes: dict[str, Scope] = {}
        self.items = self._scope(scope, "")

    def all(self) -> list[Item]:
        """Every item, those of a sub-process behind it."""
        found: list[Item] = []

        def add(items: Sequence[Item]) -> None:
            for item in items:
                found.append(item)
                add(item.items)

        add(self.items)
        return found

    def target(self, flow: Flow, scope: Scope) -> Node | None:
        """Where a flow really leads, past gateways that only gather."""
        node = scope.nodes.get(flow.target)
        seen: set[str] = set()
        while node is not None and _gathers(node, scope) and node.id not in seen:
            seen.add(node.id)
            node = scope.nodes.get(scope.out(node.id)[0].target)
        return node

    def _scope(self, scope: Scope, prefix: str) -> list[Item]:
        self.scopes[scope.id] = scope
        into = _into(scope)
        items: list[Item] = []
        for key in _order(scope):
            node = scope.nodes[key]
            if _untold(node, scope):
                continue
            if (host := _told_with(node, scope, into)) is not None and host in self.by_node:
                self.by_node[host].gateway = node
                self.by_node[key] = self.by_node[host]
                continue
            item = Item(node, f"{prefix}{len(items) + 1}", scope)
            self.by_node[key] = item
            items.append(item)
            if node.inside is not None:
                item.items = self._scope(node.inside, f"{item.number}.")
        return items


def _into(scope: Scope) -> Mapping[str, list[Flow]]:
    found: dict[str, list[Flow]] = {}
    for flow in scope.flows:
        found.setdefault(flow.target, []).append(flow)
    return found


def _gathers(node: Node, scope: Scope) -> bool:
    """An exclusive gateway that many flows come to and one leaves."""
    return node.tag == "exclusiveGateway" and len(scope.out(node.id)) == 1


def _untold(node: Node, scope: Scope) -> bool:
    """What is told where it is come to, or needs no words: ends, events on a step, joints."""
    inner_start = node.tag == "startEvent" and scope.depth > 0
    return inner_start or node.tag in {"endEvent", "boundaryEvent"} or _gathers(node, scope)


def _told_with(node: Node, scope: Scope, into: Mapping[str, list[Flow]]) -> str | None:
    """The node before a gateway, if nothing else leads to it and it leads nowhere else."""
    flows = into.get(node.id, [])
    if node.tag not in GATEWAYS or len(flows) != 1:
        return None
    before = scope.nodes.get(flows[0].source)
    if (
        before is None
        or before.tag in GATEWAYS | {"boundaryEvent"}
        or len(scope.out(before.id)) != 1
    ):
        return None
    return before.id


def _order(scope: Scope) -> list[str]:
    """As the flows lead, consent before refusal; what nothing leads to comes last."""
    found: dict[str, None] = {}
    starts = [node.id for node in scope.nodes.values() if node.tag == "startEvent"]
    front = [*reversed(starts)]
    while front or len(found) < len(scope.nodes):
        if not front:
            front.append(next(key for key in scope.nodes if key not in found))
        key = front.pop()
        if key in found or key not in scope.nodes:
            continue
        found[key] = None
        flows = sorted(scope.out(key), key=lambda flow: sends_back(flow.condition))
        ahead = [flow.target for flow in flows]
        ahead += [node.id for node in scope.attached(key)]
        front += reversed(ahead)
    return list(found)
