"""How far tokens come: till they rest again, or as far as they get while one other stands still."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from app.engine.proof.effects import Effects, bits
from app.engine.proof.net import ENCLOSING, RESTING, Arc, Spot
from app.engine.proof.past import REFUSING


class Reach(NamedTuple):
    """Places, and what happens at them, as bits; of several together it is what any does."""

    places: int = 0
    reads: int = 0
    sets: int = 0
    anys: int = 0
    looks: int = 0
    """Variables whose value may still matter where tokens rest in between."""
    asked: int = 0
    """The lowest levels of the reviews that are opened."""
    done: int = 0
    """The levels of those that are done."""
    refuses: int = 0
    judged: int = 0
    """Whether a case may end where its past is looked at."""

    def with_(self, *others: Reach) -> Reach:
        """All of them together."""
        made = self
        for other in others:
            made = Reach(*(one | two for one, two in zip(made, other, strict=True)))
        return made


def wait_for_each_other(spot: Spot) -> bool:
    """A join that goes on when a token is on every flow to it."""
    return spot.joins and spot.tag == "parallelGateway"


class Reaches:
    """The reaches of one net."""

    def __init__(self, effects: Effects) -> None:
        self.effects, self.net = effects, effects.net
        self.tasks = effects.world.policy.tasks
        self.known: dict[int, Reach] = {}

    # -- one move --------------------------------------------------------------------------------
    def move(self, spot: Spot) -> Reach | None:
        """From this node to where its token rests again; none where it may join others, or end."""
        after = [arc for arc in spot.out if spot.tag != "eventBasedGateway"]
        found = self._done(spot)._replace(looks=self.effects.live[spot.place])
        for edge in self._leaving(spot):
            found = found.with_(self._passed(edge))
            after += edge.out
        seen: set[int] = set()
        while after:
            arc = after.pop()
            if arc.place in seen:
                continue
            seen.add(arc.place)
            target = arc.target
            if target.joins or target.tag == "endEvent":
                return None
            found = found.with_(Reach(1 << arc.place), self._come(target, self.effects.live))
            if target.tag not in RESTING:
                after += target.out
            elif target.inner is not None and target.inner.start is not None:
                after += target.inner.start.out
        return found

    def _leaving(self, spot: Spot) -> list[Spot]:
        """The events by which a token may leave a node."""
        caught = [arc.target for arc in spot.out] if spot.tag == "eventBasedGateway" else []
        return [*spot.edges, *caught]

    # -- as far as it gets -----------------------------------------------------------------------
    def from_(self, place: int) -> Reach:
        """From a place, past everything but parallel joins and ends of what is inside a node."""
        if place not in self.known:
            arc, spot = self.net.arcs.get(place), self.net.spots.get(place)
            if arc is not None:
                self.known[place] = self.on([arc])
            elif spot is not None:
                self.known[place] = self._rested(spot)
        return self.known[place]

    def _rested(self, spot: Spot) -> Reach:
        """A token that stands at a node already. What is inside has tokens of its own."""
        found = self._done(spot)._replace(looks=self.effects.near[spot.place])
        edges = [arc for edge in spot.edges for arc in edge.out]
        found = found.with_(*(self._passed(edge) for edge in spot.edges))
        return found.with_(self.along(edges if spot.tag in ENCLOSING else [*spot.out, *edges]))

    def on(self, arcs: Iterable[Arc]) -> Reach:
        """From tokens that wait on these flows, or that a join sets there."""
        looks = (Reach(looks=self.effects.near[arc.place]) for arc in arcs)
        return self.along(arcs).with_(*looks)

    def along(self, arcs: Iterable[Arc]) -> Reach:
        """From tokens that pass these flows, having rested somewhere before."""
        found, after = Reach(), list(arcs)
        seen = {arc.place for arc in after}
        while after:
            arc = after.pop()
            found = found.with_(Reach(1 << arc.place))
            if wait_for_each_other(arc.target):
                continue
            found = found.with_(self._come(arc.target, self.effects.near), self._done(arc.target))
            for each in self._behind(arc.target):
                if each.place not in seen:
                    seen.add(each.place)
                    after.append(each)
            found = found.with_(*(self._passed(edge) for edge in arc.target.edges))
        return found

    def _behind(self, spot: Spot) -> list[Arc]:
        inner = spot.inner.start.out if spot.inner and spot.inner.start else []
        after = inner if spot.tag in ENCLOSING else spot.out
        return [*after, *(arc for edge in spot.edges for arc in edge.out)]

    # -- one node --------------------------------------------------------------------------------
    def _come(self, spot: Spot, looks: dict[int, int]) -> Reach:
        """A token comes to a node: it rests there, with what waits on the edge, or passes."""
        armed = [edge.place for edge in spot.edges if edge.stays]
        found = Reach(bits([spot.place, *armed]))
        if spot.tag in RESTING:
            ranks = self.effects.ranks(spot)
            stood = [looks[place] for place in (spot.place, *armed)]
            found = found.with_(*(Reach(looks=each) for each in stood))
            return found._replace(asked=1 << min(ranks) if ranks else 0)
        return found.with_(self._passed(spot))

    def _done(self, spot: Spot) -> Reach:
        """A token that rested at a node goes on."""
        ranks = self.effects.ranks(spot)
        task = self.tasks.get(spot.node.id)
        refuses = bool(ranks and task and any(each.key in REFUSING for each in task.outcomes))
        done = self._passed(spot)
        return done._replace(done=bits(ranks), refuses=int(refuses))

    def _passed(self, spot: Spot) -> Reach:
        of, place = self.effects, spot.place
        judged = int(of.judges(spot))
        return Reach(1 << place, of.reads[place], of.sets[place], of.anys[place], judged=judged)
