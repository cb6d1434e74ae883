"""Going through all states of a case, nearest first: the first way to each is the shortest."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.engine.proof.choices import Fault
from app.engine.proof.game import Game, Passed, State, elements

MAX_STATES = 20_000


@dataclass(frozen=True, slots=True)
class Edge:
    """A move between two states."""

    target: int
    rests: bool
    passed: Passed


@dataclass(slots=True)
class Found:
    """All states that were come to, by number; the first is the beginning."""

    states: list[State] = field(default_factory=list)
    edges: list[list[Edge]] = field(default_factory=list)
    came: list[tuple[int, Passed]] = field(default_factory=list)
    """Of each state: the state and the move by which it was first come to."""
    faults: dict[tuple[str, str], tuple[Fault, int, Passed]] = field(default_factory=dict)
    """The first of each kind at each element, with the state before it."""
    stopped: set[int] = field(default_factory=set)
    """States from which some move went wrong."""
    whole: bool = True

    def way(self, state: int, last: Passed = ()) -> list[tuple[str, str]]:
        """The elements on the shortest way to a state, and on one more move."""
        passes = [last]
        while state:
            state, passed = self.came[state]
            passes.append(passed)
        passes.append(self.came[0][1])
        return list(elements(reversed(passes)))


def explore(game: Game, most: int) -> Found:
    """Every state, up to `most` of them; `whole` says whether those were all."""
    found, number = Found(), {}
    first = game.first()
    begun = game.net.top.start
    number[first] = 0
    found.states.append(first)
    found.edges.append([])
    found.came.append((0, ((begun.node.id, begun.node.short),) if begun else ()))
    front = deque([0])
    while front:
        here = front.popleft()
        turn = game.after(found.states[here])
        _note(found, here, turn.faults)
        for move in turn.moves:
            there = number.get(move.state)
            if there is None:
                if len(found.states) >= most:
                    found.whole = False
                    return found
                there = number[move.state] = len(found.states)
                found.states.append(move.state)
                found.edges.append([])
                found.came.append((here, move.passed))
                front.append(there)
            found.edges[here].append(Edge(there, move.rests, move.passed))
    return found


def _note(found: Found, here: int, faults: Iterable[tuple[Fault, Passed]]) -> None:
    for fault, passed in faults:
        found.faults.setdefault((fault.code, fault.element), (fault, here, passed))
        found.stopped.add(here)
