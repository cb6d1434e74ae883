"""The token game: every state of a case, and every move that can follow it.

As in the engine, whatever runs by itself runs to where somebody or something is waited for. A
non-interrupting event comes once while its host is open. A message may come at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from app.engine.proof.choices import Choices, Fault
from app.engine.proof.joins import Joins, Tokens
from app.engine.proof.net import ENCLOSING, RESTING, Arc, Net, Spot
from app.engine.proof.past import Past
from app.engine.proof.throws import Throws
from app.engine.proof.values import Values
from app.engine.proof.world import World

Passed = tuple[tuple[str, str], ...]
"""The elements that a move passed, in order, each with its words for a reader."""


class State(NamedTuple):
    """One case at one moment. `result` is that of the first end that it came to."""

    tokens: Tokens
    values: Values
    past: Past
    result: str


@dataclass(frozen=True, slots=True)
class Move:
    """What may come next. `rests`: a person, a message or a clock was waited for before it."""

    state: State
    passed: Passed
    rests: bool = False


@dataclass(slots=True)
class Turn:
    """Everything that may follow one state, and what goes wrong in it."""

    moves: list[Move] = field(default_factory=list)
    faults: list[tuple[Fault, Passed]] = field(default_factory=list)


class Game:
    """The rules for one process."""

    def __init__(self, net: Net, world: World) -> None:
        self.net = net
        self.world = world
        self.joins = Joins(net)
        self.choices = Choices(world.knowledge, list(net.spots.values()))
        self.throws = Throws(net)
        self.turn = Turn()
        self.movers: Callable[[State], Iterable[int]] = lambda state: sorted(state.tokens)
        """The tokens of a state at rest whose moves are followed."""

    def first(self) -> State:
        """A case that has just been opened: its start event has happened."""
        start = self.net.top.start
        tokens = frozenset(arc.place for arc in start.out) if start else frozenset[int]()
        return State(tokens, self.world.begun, Past(), "")

    def after(self, state: State) -> Turn:
        """All moves from one state."""
        self.turn = Turn()
        if not self._by_itself(state):
            for place in self.movers(state):
                spot = self.net.spots.get(place)
                if spot is not None and spot.tag == "boundaryEvent":
                    self._edge(state, spot)
                elif spot is not None:
                    self._rested(state, spot)
        return self.turn

    # -- what runs by itself ---------------------------------------------------------------------
    def _by_itself(self, state: State) -> bool:
        """The moves that need nobody, if there are any. What changes nothing else goes first."""
        leaving = [
            spot
            for spot in self.net.enclosing
            if spot.place in state.tokens
            and spot.inner is not None
            and state.tokens.isdisjoint(spot.inner.places)
        ]
        ready = self._ready(state)
        if not self.net.hasty:
            quiet = next((arc for arc in ready if self._quiet(arc.target)), None)
            if leaving or quiet is not None:
                leaving, ready = leaving[:1], [quiet] if quiet and not leaving else []
        for spot in leaving:
            self._left(state, spot, state.past, state.values, ((spot.node.id, ""),), rests=False)
        for arc in ready:
            self._enter(state, arc)
        if not leaving and not ready:
            return any(self._gathered(state, spot) for spot in self._waiting(state))
        return True

    def _ready(self, state: State) -> list[Arc]:
        places = sorted(state.tokens & self.net.arcs.keys())
        arcs = [self.net.arcs[place] for place in places]
        seen: set[int] = set()
        found = []
        for arc in arcs:
            spot = arc.target
            if not spot.joins:
                found.append(arc)
            elif spot.tag == "parallelGateway" and spot.place not in seen:
                seen.add(spot.place)
                if self._may_go_on(state, spot):
                    found.append(arc)
        return found

    def _waiting(self, state: State) -> list[Spot]:
        """Inclusive gateways that tokens have come to: they go on last."""
        targets = (self.net.arcs[p].target for p in sorted(state.tokens & self.net.arcs.keys()))
        return list(dict.fromkeys(s for s in targets if s.joins and s.tag == "inclusiveGateway"))

    def _gathered(self, state: State, spot: Spot) -> bool:
        if not self._may_go_on(state, spot):
            return False
        self._enter(state, next(arc for arc in spot.into if arc.place in state.tokens))
        return True

    def _may_go_on(self, state: State, spot: Spot) -> bool:
        standard = self.joins.by_standard(spot, state.tokens)
        if standard != self.joins.by_engine(spot, state.tokens):
            what = (
                f"{spot.node.called}的汇合，标准的规则与系统的规则结果不同，"
                "请改画成成对的分支和汇合"
            )
            self._fault(Fault("join-differs", spot.node.id, what), ())
            return False
        return standard

    def _quiet(self, spot: Spot) -> bool:
        """Whether it makes no difference to anything else when this node is passed."""
        if spot.tag in {"exclusiveGateway", "inclusiveGateway"}:
            return self.choices.plain(spot)
        return spot.tag != "businessRuleTask" or not self.world.tells(spot.node.id)

    # -- passing a node --------------------------------------------------------------------------
    def _enter(self, state: State, arc: Arc) -> None:
        """The token on a flow goes into what is behind it."""
        spot = arc.target
        used = [e for e in spot.into if e.place in state.tokens] if spot.joins else [arc]
        left = state.tokens.difference(each.place for each in used)
        come = tuple((each.flow.id, self.world.says_flow(each)) for each in used)
        passed = (*come, (spot.node.id, ""))
        if spot.tag in RESTING:
            self._open(state, spot, left, passed)
        elif spot.tag in {"exclusiveGateway", "inclusiveGateway"}:
            self._choose(state, spot, left, passed)
        else:
            passed = (*come, (spot.node.id, self.world.says(spot)))
            for fault in self.world.wrong(spot, state.values):
                self._fault(fault, passed)
            for values in self.world.after(spot, state.values):
                self._go_on(state._replace(values=values), spot, left, passed)

    def _choose(self, state: State, spot: Spot, left: Tokens, passed: Passed) -> None:
        ways = self.choices.ways(spot, state.values)
        for fault in ways.faults:
            self._fault(fault, passed)
        for values, arcs in ways.taken:
            self._put(state._replace(values=values), left, arcs, passed)

    def _go_on(self, state: State, spot: Spot, left: Tokens, passed: Passed) -> None:
        """Out of a node that runs by itself; an end, a throw or an alarm does more."""
        if spot.tag == "endEvent" and spot.area is self.net.top:
            for fault in self.world.ended(spot, state.past, state.values, state.result):
                self._fault(fault, passed)
            state = state._replace(result=state.result or self.world.results.get(spot.node.id, ""))
        if spot.kind == "terminate":
            left = left - spot.area.places
        elif spot.kind == "signal":
            left = self._called(state, spot, left, passed)
        elif spot.kind in {"error", "escalation"}:
            self._alarm(state, spot, left, passed)
            return
        self._put(state, left, spot.out, passed)

    def _alarm(self, state: State, spot: Spot, left: Tokens, passed: Passed) -> None:
        edge = self.throws.taker(spot, left)
        if edge is None:
            if spot.kind == "error":
                what = f"{spot.node.called}抛出的错误没有边界事件接住，请补画"
                self._fault(Fault("event-uncaught", spot.node.id, what), passed)
            else:
                self._put(state, left, spot.out, passed)
            return
        passed = (*passed, (edge.node.id, self.world.says(edge)))
        own = [] if not edge.stays else spot.out
        self._put(state, self.throws.cleared(edge, left), [*own, *edge.out], passed)

    def _called(self, state: State, spot: Spot, left: Tokens, passed: Passed) -> Tokens:
        """A signal: everything that waits for it goes on at once."""
        for heard, cleared, arcs in self.throws.heard(spot, left):
            left = cleared
            doubled = next((arc for arc in arcs if arc.place in left), None)
            if doubled is not None:
                self._doubled(doubled.target, (*passed, (heard.node.id, heard.node.short)))
            left = left | {arc.place for arc in arcs}
        return left

    def _open(self, state: State, spot: Spot, left: Tokens, passed: Passed) -> None:
        """A token comes to rest, with what waits on the edge, or what begins inside."""
        if spot.place in left:
            self._doubled(spot, passed)
            return
        armed = {edge.place for edge in spot.edges if edge.stays}
        state = state._replace(past=self.world.reviews.entered(state.past, spot.node.id))
        inner = spot.inner.start.out if spot.inner and spot.inner.start else []
        self._put(state, left | {spot.place} | armed, inner, passed)

    # -- what people, messages and clocks do -------------------------------------------------------
    def _rested(self, state: State, spot: Spot) -> None:
        for edge in spot.edges:
            if not edge.stays:
                self._edge(state, edge)
        if spot.tag in {"userTask", "manualTask"}:
            for done in self.world.decided(spot, state.values, state.past):
                words = ((spot.node.id, done.words),)
                self._left(state, spot, done.past, done.values, words, rests=True)
        elif spot.tag == "eventBasedGateway":
            for arc in spot.out:
                self._caught(state, spot, arc.target, ((arc.flow.id, ""),))
        elif spot.tag not in ENCLOSING:
            self._caught(state, spot, spot, ())

    def _caught(self, state: State, spot: Spot, event: Spot, passed: Passed) -> None:
        if event.kind not in {"timer", "message"}:
            return
        values = self.world.told(state.values) if event.kind == "message" else state.values
        passed = (*passed, (event.node.id, event.node.short))
        rests = not self.throws.passes(event)
        left = self.throws.closed(spot, state.tokens)
        self._put(state._replace(values=values), left, event.out, passed, rests=rests)

    def _edge(self, state: State, edge: Spot) -> None:
        """A boundary event that a clock or a message brings about."""
        if edge.kind not in {"timer", "message"} or edge.host is None:
            return
        values = self.world.told(state.values) if edge.kind == "message" else state.values
        passed = ((edge.host.node.id, edge.host.node.short), (edge.node.id, edge.node.short))
        left, rests = self.throws.cleared(edge, state.tokens), not self.throws.passes(edge)
        self._put(state._replace(values=values), left, edge.out, passed, rests=rests)

    def _left(
        self, state: State, spot: Spot, past: Past, values: Values, passed: Passed, *, rests: bool
    ) -> None:
        left = self.throws.closed(spot, state.tokens)
        self._put(State(left, values, past, state.result), left, spot.out, passed, rests=rests)

    # -- the board -------------------------------------------------------------------------------
    def _put(
        self,
        state: State,
        left: Tokens,
        arcs: Iterable[Arc],
        passed: Passed,
        *,
        rests: bool = False,
    ) -> None:
        places = [arc.place for arc in arcs]
        doubled = next((place for place in places if place in left), None)
        if doubled is not None:
            self._doubled(self.net.arcs[doubled].target, passed)
            return
        self.turn.moves.append(Move(state._replace(tokens=left.union(places)), passed, rests))

    def _doubled(self, spot: Spot, passed: Passed) -> None:
        what = (
            f"{spot.node.called}会同时办理两次：分出去的分支没有先汇合，就走到了同一处，"
            "请先用并行网关汇合，或改用排他网关只走一条"
        )
        self._fault(Fault("doubled", spot.node.id, what), passed)

    def _fault(self, fault: Fault, passed: Passed) -> None:
        self.turn.faults.append((fault, passed))


def elements(passes: Iterable[Passed]) -> Iterator[tuple[str, str]]:
    """The elements of several moves in a row, one that comes twice running said once."""
    last = ""
    for passed in passes:
        for element, words in passed:
            if element != last or words:
                yield element, words
            last = element
