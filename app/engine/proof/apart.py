"""Branches that have nothing to do with each other are gone through one after the other.

Where a token may move without touching what any other token can come to, and no other can touch
what it does, only its moves are followed: all orders come to the same. Such moves are a stubborn
set: each keeps, before and after whatever the others do, what it is and where it leads. A case that
can still end from every state so kept (`judge` asks that) can from every state, and then each move
and each fault that some order has is met in those that are kept (Valmari, Stop It, and Be Stubborn,
2017). A fault that is found is one; but there may be more, and a shorter way to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.proof.effects import Effects, bits
from app.engine.proof.game import Game, State
from app.engine.proof.joins import Tokens
from app.engine.proof.net import Area, Spot
from app.engine.proof.reach import Reach, Reaches, wait_for_each_other
from app.engine.proof.values import ANY

MAX_SPOTS = 1000
"""In larger drawings nothing is apart, so that nobody waits for it to be worked out."""
_MOVING = frozenset({"timer", "message"})


class Apart:
    """Of one game: whose turn it is, where the order makes no difference."""

    def __init__(self, game: Game) -> None:
        self.net, self.effects = game.net, Effects(game)
        self.reaches = Reaches(self.effects)
        spots = list(self.net.spots.values())
        calm = not self.net.hasty and not any(map(game.throws.passes, spots))
        self.moves = dict(self._moves(spots if calm and len(spots) <= MAX_SPOTS else ()))
        self.joins = [spot for spot in spots if wait_for_each_other(spot)]
        # inclusive joins: the flows into them, and whence a token may still come to them
        self.gathering = [
            (bits(reach), bits(place for each in reach.values() for place in each))
            for reach in game.joins.reach.values()
        ]
        self.known: dict[tuple[int, Tokens], Reach | None] = {}

    def movers(self, state: State) -> Iterable[int]:
        """The tokens whose moves are followed: one that is apart from all others, or each."""
        for place in sorted(state.tokens & self.moves.keys()):
            others = self._others(place, state.tokens)
            if others is not None and self._free(state, self.moves[place], others):
                return [place]
        return sorted(state.tokens)

    def _moves(self, spots: Iterable[Spot]) -> Iterable[tuple[int, Reach]]:
        for spot in spots:
            if self._may_go_alone(spot):
                move = self.reaches.move(spot)
                if move is not None:
                    yield spot.place, move

    def _may_go_alone(self, spot: Spot) -> bool:
        """A token that has a move, which nothing outside takes away and which takes nothing."""
        interrupted = any(not edge.stays for owner in _owners(spot.area) for edge in owner.edges)
        if interrupted or any(edge.stays for edge in spot.edges):
            return False
        if spot.tag in {"userTask", "manualTask"}:
            return bool(self.effects.world.policy.tasks[spot.node.id].outcomes)
        if spot.tag == "eventBasedGateway":
            return all(arc.target.kind in _MOVING for arc in spot.out)
        return spot.tag in {"receiveTask", "intermediateCatchEvent"} and spot.kind in _MOVING

    # -- what the others can come to -------------------------------------------------------------
    def _others(self, place: int, tokens: Tokens) -> Reach | None:
        """As far as all other tokens get without this one; none where they come across it."""
        if (place, tokens) not in self.known:
            found = self._without(self.net.spots[place], tokens)
            own = self.moves[place].places | 1 << place
            gathers = any(into & found.places and reach & own for into, reach in self.gathering)
            self.known[place, tokens] = None if found.places & own or gathers else found
        return self.known[place, tokens]

    def _without(self, spot: Spot, tokens: Tokens) -> Reach:
        found = Reach().with_(*(self.reaches.from_(each) for each in tokens - {spot.place}))
        found = found.with_(Reach(bits(tokens - {spot.place})))
        held = set(_owners(spot.area))
        left = [*self.joins, *(owner for owner in self.net.enclosing if owner not in held)]
        while ready := [each for each in left if self._goes_on(each, found.places)]:
            left = [each for each in left if each not in ready]
            found = found.with_(*(Reach(1 << each.place) for each in ready))
            found = found.with_(*(self.reaches.on(each.out) for each in ready))
        return found

    def _goes_on(self, spot: Spot, places: int) -> bool:
        """Whether a join has a token on each flow, or a scope may be left."""
        needed = bits(arc.place for arc in spot.into) if spot.joins else 1 << spot.place
        return not needed & ~places

    # -- whether they touch the same -------------------------------------------------------------
    def _free(self, state: State, move: Reach, others: Reach) -> bool:
        # what is looked at only after the same branch has set it anew does not matter
        both = (move.reads | move.sets | move.anys) & (others.reads | others.sets | others.anys)
        matters = both & (move.looks | others.looks)
        # only told to be whatever they may be, by both; or not changed by either
        alike = ~(move.reads | move.sets | others.reads | others.sets)
        known = bits(at for at, value in enumerate(state.values) if value != ANY)
        read = known & ~(move.sets | move.anys | others.sets | others.anys)
        if not move.refuses | others.refuses:
            alike |= self.effects.refused
        return not matters & ~(alike | read) and self._levels_free(state, move, others)

    def _levels_free(self, state: State, move: Reach, others: Reach) -> bool:
        """Whether the order of these reviews makes no difference to which level was late."""
        if not move.asked | move.done:
            return True
        if others.judged:
            return False
        if not others.asked | others.done or state.past.back:
            return True
        levels, after = state.past.levels, state.past.levels | move.done | others.done
        asked = move.asked | others.asked
        ranks = (rank for rank in range(asked.bit_length()) if asked >> rank & 1)
        return all(levels >> rank & 1 or not after >> (rank + 1) for rank in ranks)


def _owners(area: Area) -> Iterable[Spot]:
    """The nodes around, innermost first."""
    while area.owner is not None:
        yield area.owner
        area = area.owner.area
