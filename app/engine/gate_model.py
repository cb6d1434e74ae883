"""A drawing as the checks read it: scopes of nodes joined by flows. Takes any tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from app.engine.gate_tags import called
from app.engine.gate_words import BPMN, NODES, REFUSED_NODES
from app.engine.gate_xml import mark

WAITING = frozenset({"userTask", "manualTask", "receiveTask", "intermediateCatchEvent"})
"""Nodes where a case rests until somebody, a message or a clock moves it."""


@dataclass(slots=True)
class Flow:
    """A sequence flow between two nodes of one scope."""

    id: str
    source: str
    target: str
    condition: str | None
    element: etree._Element


@dataclass(slots=True)
class Node:
    """One flow node; a sub-process has its own scope inside."""

    id: str
    tag: str
    element: etree._Element
    inside: Scope | None = None

    @property
    def called(self) -> str:
        """`用户任务“社区初审”`."""
        return called(self.element)

    @property
    def short(self) -> str:
        """The name that a person knows it by: `社区初审`."""
        return " ".join((self.element.get("name") or self.id).split())[:40]

    def event(self, kind: str) -> etree._Element | None:
        """Its `timer`, `message`, `error` … event definition, if it has that one."""
        return self.element.find(f"{{{BPMN}}}{kind}EventDefinition")


@dataclass(slots=True)
class Scope:
    """A process or a sub-process: what one level of drawing holds."""

    id: str
    element: etree._Element
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    leaving: dict[str, list[Flow]] = field(default_factory=dict)
    """The same flows by their source."""
    depth: int = 0

    def out(self, node: str) -> list[Flow]:
        """The flows that leave a node."""
        return self.leaving.get(node, [])

    def attached(self, host: str) -> list[Node]:
        """The boundary events on a node."""
        return [each for each in self.nodes.values() if each.element.get("attachedToRef") == host]

    def next(self) -> dict[str, list[str]]:
        """Where a token may go from each node: along flows, and off through boundary events."""
        after: dict[str, list[str]] = {key: [] for key in self.nodes}
        for flow in self.flows:
            if flow.source in after and flow.target in after:
                after[flow.source].append(flow.target)
        for node in self.nodes.values():
            if (
                host := node.element.get("attachedToRef", "")
            ) in after and node.tag == "boundaryEvent":
                after[host].append(node.id)
        return after

    def only_through(self, barrier: str) -> frozenset[str]:
        """What a case comes to only after it has been at one node, that node included."""
        after = self.next()
        front = [node.id for node in self.nodes.values() if node.tag == "startEvent"]
        reached: set[str] = set()
        while front:
            key = front.pop()
            if key not in reached and key != barrier:
                reached.add(key)
                front += after.get(key, [])
        return frozenset(self.nodes) - reached

    def all(self) -> Iterator[Scope]:
        """This scope and every one inside it."""
        yield self
        for node in self.nodes.values():
            if node.inside:
                yield from node.inside.all()


@dataclass(slots=True)
class Drawing:
    """One BPMN file."""

    file: str
    root: etree._Element
    processes: dict[str, Scope]

    def scopes(self) -> Iterator[Scope]:
        """Every process and sub-process in the file."""
        for process in self.processes.values():
            yield from process.all()


def read_drawing(root: etree._Element, file: str) -> Drawing:
    """Read one file that passed `read_xml`. Elements without a usable id are left out."""
    processes = {
        element.get("id", ""): _scope(element, 0) for element in root.findall(f"{{{BPMN}}}process")
    }
    return Drawing(file, root, processes)


def _scope(element: etree._Element, depth: int) -> Scope:
    scope = Scope(element.get("id", ""), element, depth=depth)
    for child in element:
        space, tag = mark(child)
        key = child.get("id", "")
        if space != BPMN or not key:
            continue
        if tag in NODES or tag in REFUSED_NODES:
            scope.nodes[key] = node = Node(key, tag, child)
            if tag == "subProcess":
                node.inside = _scope(child, depth + 1)
        elif tag == "sequenceFlow":
            flow = _flow(child)
            scope.flows.append(flow)
            scope.leaving.setdefault(flow.source, []).append(flow)
    return scope


def _flow(element: etree._Element) -> Flow:
    condition = element.find(f"{{{BPMN}}}conditionExpression")
    return Flow(
        element.get("id", ""),
        element.get("sourceRef", ""),
        element.get("targetRef", ""),
        None if condition is None else (condition.text or "").strip(),
        element,
    )


@dataclass(slots=True)
class Bundle:
    """Everything that was sent for one process, read but not yet believed."""

    key: str
    drawings: list[Drawing]
    tables: Mapping[str, etree._Element]
    """DMN roots by file name."""

    @property
    def processes(self) -> dict[str, Scope]:
        """Every process of every file, by id."""
        return {key: scope for each in self.drawings for key, scope in each.processes.items()}

    def main(self) -> Scope | None:
        """The process that is being published."""
        return self.processes.get(self.key)

    def scopes(self) -> Iterator[Scope]:
        """Every process and sub-process of every file."""
        for drawing in self.drawings:
            yield from drawing.scopes()
