"""The drawing as a game of tokens: a process with its sub-processes and calls unfolded.

A token stands on a flow, at the door of what comes next, or rests at a node: where a person, a
message or a clock is waited for, or where a sub-process is under way. A place is a whole number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.engine.gate_model import WAITING, Bundle, Flow, Node, Scope
from app.engine.gate_words import BPMN

MAX_SPOTS = 10_000
"""Unfolded calls may multiply; beyond this the process is too big."""
ENCLOSING = frozenset({"subProcess", "callActivity"})
RESTING = WAITING | ENCLOSING | {"eventBasedGateway"}
_KINDS = ("timer", "message", "signal", "error", "escalation", "terminate")
_SAID_BY = {"error": "errorCode", "escalation": "escalationCode"}


class TooBig(ValueError):
    """The unfolded process has too many nodes to be followed."""


@dataclass(slots=True, eq=False)
class Arc:
    """A sequence flow of one unfolded scope."""

    place: int
    flow: Flow
    source: Spot
    target: Spot


@dataclass(slots=True, eq=False)
class Spot:
    """A node of one unfolded scope. A token may rest at `place`, or an event on its edge wait."""

    place: int
    node: Node
    area: Area
    kind: str = ""
    """Of an event: timer, message, signal, error, escalation or terminate."""
    said: str = ""
    """The name or code of what it throws or catches; nothing catches everything."""
    out: list[Arc] = field(default_factory=list)
    into: list[Arc] = field(default_factory=list)
    edges: list[Spot] = field(default_factory=list)
    """The boundary events on it."""
    host: Spot | None = None
    inner: Area | None = None

    @property
    def tag(self) -> str:
        return self.node.tag

    @property
    def stays(self) -> bool:
        """Whether this boundary event leaves its host alone."""
        return self.node.element.get("cancelActivity") == "false"

    @property
    def joins(self) -> bool:
        """A gateway that may have to wait for further tokens."""
        return self.tag in {"parallelGateway", "inclusiveGateway"} and len(self.into) > 1


@dataclass(slots=True, eq=False)
class Area:
    """One unfolded scope: the process, a sub-process or one call of a process."""

    scope: Scope
    owner: Spot | None
    start: Spot | None = None
    places: frozenset[int] = frozenset()
    """Every place in it and in what it encloses."""


@dataclass(slots=True)
class Net:
    """The whole game. `spots` and `arcs` are found by their place."""

    top: Area
    spots: dict[int, Spot]
    arcs: dict[int, Arc]
    enclosing: list[Spot]
    """Those with a scope inside, innermost first."""
    hasty: bool
    """Whether something takes tokens away or calls to others, so that order matters."""


def unfold(bundle: Bundle) -> Net | None:
    """The main process of a bundle; none where there is none. Raises TooBig."""
    main = bundle.main()
    if main is None:
        return None
    return _Unfolding(bundle).net(main)


class _Unfolding:
    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.processes = bundle.processes
        self.count = 0
        self.spots: dict[int, Spot] = {}
        self.arcs: dict[int, Arc] = {}
        self.enclosing: list[Spot] = []
        self.names = dict(_names(bundle))

    def net(self, main: Scope) -> Net:
        top = self.area(main, None, frozenset({main.id}))
        hasty = any(
            spot.kind in {"terminate", "error", "escalation"}
            or (spot.kind == "signal" and spot.tag == "intermediateThrowEvent")
            for spot in self.spots.values()
        )
        return Net(top, self.spots, self.arcs, self.enclosing, hasty)

    def place(self) -> int:
        self.count += 1
        return self.count

    def area(self, scope: Scope, owner: Spot | None, calls: frozenset[str]) -> Area:
        area, first = Area(scope, owner), self.count
        spots = {key: self.spot(node, area) for key, node in scope.nodes.items()}
        for spot in spots.values():
            host = spots.get(spot.node.element.get("attachedToRef", ""))
            if spot.tag == "boundaryEvent" and host is not None:
                spot.host = host
                host.edges.append(spot)
            inside = self.inside(spot, calls)
            if inside is not None:
                spot.inner = self.area(inside, spot, calls | {inside.id})
                self.enclosing.append(spot)
        for flow in scope.flows:
            if flow.source in spots and flow.target in spots:
                self.arc(flow, spots[flow.source], spots[flow.target])
        area.start = next((s for s in spots.values() if s.tag == "startEvent"), None)
        area.places = frozenset(range(first + 1, self.count + 1))
        return area

    def spot(self, node: Node, area: Area) -> Spot:
        if len(self.spots) >= MAX_SPOTS:
            raise TooBig
        spot = Spot(self.place(), node, area)
        spot.kind = next((kind for kind in _KINDS if node.event(kind) is not None), "")
        spot.kind = "message" if node.tag == "receiveTask" else spot.kind
        event = node.event(spot.kind) if spot.kind else None
        if event is not None:
            spot.said = self.names.get((spot.kind, event.get(f"{spot.kind}Ref", "")), "")
        self.spots[spot.place] = spot
        return spot

    def arc(self, flow: Flow, source: Spot, target: Spot) -> None:
        arc = Arc(self.place(), flow, source, target)
        self.arcs[arc.place] = arc
        source.out.append(arc)
        target.into.append(arc)

    def inside(self, spot: Spot, calls: frozenset[str]) -> Scope | None:
        if spot.node.inside is not None:
            return spot.node.inside
        called = spot.node.element.get("calledElement", "")
        known = spot.tag == "callActivity" and called not in calls
        return self.processes.get(called) if known else None


def _names(bundle: Bundle) -> Iterator[tuple[tuple[str, str], str]]:
    """What each signal is called, and which code each error and escalation has, by kind and id."""
    for drawing in bundle.drawings:
        for kind in ("signal", "error", "escalation"):
            for element in drawing.root.findall(f"{{{BPMN}}}{kind}"):
                said = element.get(_SAID_BY.get(kind, "name"), "")
                yield (kind, element.get("id", "")), said
