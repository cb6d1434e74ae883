"""What each node sets and looks at, and where the value of a variable may still matter.

Variables are bits, by their place; one more stands for what the past keeps of the last review.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_

from app.engine.proof.game import Game
from app.engine.proof.net import Arc, Spot
from app.engine.proof.world import OUTCOME

_THROWN = frozenset({"intermediateThrowEvent", "endEvent"})
_ASKING = frozenset({"exclusiveGateway", "inclusiveGateway"})


class Effects:
    """Of all nodes of one game, by their place: `sets` to a value, `anys` to whatever may be."""

    def __init__(self, game: Game) -> None:
        self.game, self.net, self.world = game, game.net, game.world
        self.place = self.world.knowledge.place
        self.refused = 1 << len(self.place)
        spots = list(self.net.spots.values())
        self.reads = {spot.place: self._reads(spot) for spot in spots}
        self.sets = {spot.place: self._sets(spot) for spot in spots}
        self.anys = {spot.place: self._anys(spot) for spot in spots}
        self.live = _live(self, near=False)
        """By place: what may be looked at on the way from it, before it is set again."""
        self.near = _live(self, near=True)
        """The same, as far as the next parallel join."""

    def _reads(self, spot: Spot) -> int:
        if spot.tag in _ASKING:
            return bits(self.game.choices.reads[spot.place])
        if spot.tag == "businessRuleTask":
            asked = self.world.answered.get(self.world.policy.decisions.get(spot.node.id, ""))
            return self._named(asked.decision.inputs) if asked else 0
        if not self.judges(spot):
            return 0
        result = self.world.results.get(spot.node.id, "")
        laws = [bits(asked.reads) for law, asked in self.world.laws if result in law.results]
        return union(laws) | self.refused

    def _sets(self, spot: Spot) -> int:
        """What it sets whichever way it is left, but by an event on its edge."""
        if spot.tag == "businessRuleTask":
            rows = [self._named(row) for row in self.world.rows(spot.node.id)]
            return reduce(and_, rows) if rows else 0
        if spot.node.id not in self.world.policy.tasks:
            return 0
        return self._named([OUTCOME]) | (self.refused if self.ranks(spot) else 0)

    def _anys(self, spot: Spot) -> int:
        if spot.kind == "message" and spot.tag not in _THROWN:
            return self._named(self.world.words.routing - self.world.words.settled)
        task = self.world.policy.tasks.get(spot.node.id)
        return self._named(self.world.changed_by(task.form)) if task else 0

    def _named(self, names: Iterable[str]) -> int:
        return bits(self.place[name] for name in names if name in self.place)

    def judges(self, spot: Spot) -> bool:
        """Whether this is an end at which the past of a case is looked at."""
        if spot.tag != "endEvent" or spot.area is not self.net.top:
            return False
        result, words = self.world.results.get(spot.node.id, ""), self.world.words
        lawful = any(result in law.results for law in words.laws)
        return lawful or bool(words.levels_needed and result in words.approving)

    def ranks(self, spot: Spot) -> frozenset[int]:
        """The levels that review at this step."""
        return self.world.reviews.ranks.get(spot.node.id, frozenset())


def bits(places: Iterable[int]) -> int:
    """A set of places."""
    return union(1 << place for place in places)


def union(sets: Iterable[int]) -> int:
    """Several sets in one."""
    return reduce(or_, sets, 0)


def _live(effects: Effects, *, near: bool) -> dict[int, int]:
    """Worked out backwards, again and again until nothing is added."""
    net = effects.net
    live = dict.fromkeys([*net.spots, *net.arcs], 0)
    changed = True
    while changed:
        changed = False
        for spot in reversed(net.spots.values()):
            found = _before(effects, live, spot)
            if found != live[spot.place]:
                live[spot.place], changed = found, True
            stops = near and spot.joins and spot.tag == "parallelGateway"
            live.update((arc.place, 0 if stops else found) for arc in spot.into)
    return live


def _before(effects: Effects, live: dict[int, int], spot: Spot) -> int:
    def of(arcs: Iterable[Arc]) -> int:
        return union(live[arc.place] for arc in arcs)

    found = of(spot.out) & ~(effects.sets[spot.place] | effects.anys[spot.place])
    found |= effects.reads[spot.place] | union(live[edge.place] for edge in spot.edges)
    if spot.inner is not None and spot.inner.start is not None:
        found |= of(spot.inner.start.out)
    owner = spot.area.owner
    if spot.tag == "endEvent" and owner is not None:
        found |= of(owner.out)
    return found
