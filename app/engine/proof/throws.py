"""What events do to tokens: who takes an alarm, who hears a signal, what an interruption ends."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.gate_words import BPMN
from app.engine.proof.joins import Tokens
from app.engine.proof.net import Arc, Net, Spot


class Throws:
    """The events of one net."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.waiting = [
            spot
            for spot in net.spots.values()
            if spot.kind == "signal" and spot.tag != "intermediateThrowEvent"
        ]

    def taker(self, spot: Spot, tokens: Tokens) -> Spot | None:
        """The boundary event that takes an alarm: the nearest around it that knows its code."""
        owner = spot.area.owner
        while owner is not None:
            for edge in owner.edges:
                knows = edge.kind == spot.kind and edge.said in {"", spot.said}
                if knows and (not edge.stays or edge.place in tokens):
                    return edge
            owner = owner.area.owner
        return None

    def heard(self, thrown: Spot, tokens: Tokens) -> Iterator[tuple[Spot, Tokens, list[Arc]]]:
        """Each that waits for this signal, the tokens after it was heard, and where it goes on."""
        for event in self.waiting:
            if event.said != thrown.said:
                continue
            if event.tag == "boundaryEvent":
                place = event.place if event.stays else event.host.place if event.host else 0
                if place in tokens:
                    tokens = self.cleared(event, tokens)
                    yield event, tokens, event.out
                    tokens = tokens | {arc.place for arc in event.out}
                continue
            for holder in self._holders(event):
                if holder.place in tokens:
                    tokens = self.closed(holder, tokens)
                    yield event, tokens, event.out
                    tokens = tokens | {arc.place for arc in event.out}

    def _holders(self, event: Spot) -> Iterator[Spot]:
        """Where a token waits for this event: at it, or at an event gateway before it."""
        yield event
        for arc in event.into:
            if arc.source.tag == "eventBasedGateway":
                yield arc.source

    def closed(self, spot: Spot, tokens: Tokens) -> Tokens:
        """Without a node that is left, what waits on its edge and what is inside it."""
        gone = {spot.place, *(edge.place for edge in spot.edges)}
        if spot.inner is not None:
            gone |= spot.inner.places
        return tokens - gone

    def cleared(self, edge: Spot, tokens: Tokens) -> Tokens:
        """After a boundary event: its host is closed, or only the event itself is over."""
        if edge.stays or edge.host is None:
            return tokens - {edge.place}
        return self.closed(edge.host, tokens)

    def passes(self, event: Spot) -> bool:
        """Whether a timer needs no waiting: a date may have passed before it is come to."""
        timer = event.node.event("timer")
        return timer is not None and timer.find(f"{{{BPMN}}}timeDate") is not None
