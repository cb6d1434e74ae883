"""When a gateway goes on: the rule of the standard, and that of the engine, each by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from app.engine.proof.net import ENCLOSING, Net, Spot

Tokens = frozenset[int]


class Joins:
    """Both rules over one net. What they need of its shape is worked out once."""

    def __init__(self, net: Net) -> None:
        self.net = net
        joins = [spot for spot in net.spots.values() if spot.joins]
        self.need = {
            spot.place: Counter(arc.source.place for arc in spot.into)
            for spot in joins
            if spot.tag == "parallelGateway"
        }
        self.reach = {
            spot.place: {arc.place: _leading_to(arc.source, arc.place, spot) for arc in spot.into}
            for spot in joins
            if spot.tag == "inclusiveGateway"
        }

    def by_standard(self, spot: Spot, tokens: Tokens) -> bool:
        """BPMN 2.0, 13.4: one token on every flow; or nothing more can come by an empty one."""
        if spot.tag == "parallelGateway":
            return all(arc.place in tokens for arc in spot.into)
        return self._nothing_more(spot, tokens, by_node=False)

    def by_engine(self, spot: Spot, tokens: Tokens) -> bool:
        """`nodes.Parallel` and `nodes.Inclusive`: they know whence a token came, not by what."""
        if spot.tag == "parallelGateway":
            come = Counter(arc.source.place for arc in spot.into if arc.place in tokens)
            return come == self.need[spot.place]
        return self._nothing_more(spot, tokens, by_node=True)

    def _nothing_more(self, spot: Spot, tokens: Tokens, *, by_node: bool) -> bool:
        filled = {arc.place for arc in spot.into if arc.place in tokens}
        if by_node:
            sources = {arc.source for arc in spot.into if arc.place in filled}
            filled = {arc.place for arc in spot.into if arc.source in sources}
        reach = self.reach[spot.place]
        empty = [place for place in reach if place not in filled]
        others = tokens - reach.keys()
        coming = {token for token in others if any(token in reach[place] for place in empty)}
        return all(any(token in reach[place] for place in filled) for token in coming)


def _leading_to(source: Spot, place: int, gateway: Spot) -> frozenset[int]:
    """Every place of this scope from which a token comes to the flow `place`, around `gateway`."""
    found = {place}
    front = [source]
    seen = {source}
    while front:
        spot = front.pop()
        found.add(spot.place)
        found |= set(_held(spot))
        before: list[Spot] = [spot.host] if spot.host is not None else []
        for arc in spot.into:
            found.add(arc.place)
            before.append(arc.source)
        for each in before:
            if each is not gateway and each not in seen:
                seen.add(each)
                front.append(each)
    return frozenset(found)


def _held(spot: Spot) -> Iterable[int]:
    return spot.inner.places if spot.tag in ENCLOSING and spot.inner is not None else ()
