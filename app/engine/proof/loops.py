"""Rounds of moves that wait for nobody, among the states of a case."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.proof.explore import Found

MAX_TOLD = 10


def loops(found: Found) -> Iterator[list[int]]:
    """One round of each set of elements that goes round, as states one after the other."""
    after = [[edge.target for edge in edges if not edge.rests] for edges in found.edges]
    left = _round(after)
    told: set[frozenset[str]] = set()
    while left and len(told) < MAX_TOLD:
        loop = _one(after, left)
        left.difference_update(loop)
        left = _stripped(after, left)
        names = frozenset(_elements(found, loop))
        if names not in told:
            told.add(names)
            yield loop


def _elements(found: Found, loop: list[int]) -> Iterator[str]:
    for here, there in zip(loop, [*loop[1:], loop[0]], strict=True):
        edge = next(e for e in found.edges[here] if e.target == there and not e.rests)
        yield from (key for key, _ in edge.passed)


def _round(after: list[list[int]]) -> set[int]:
    return _stripped(after, set(range(len(after))))


def _stripped(after: list[list[int]], left: set[int]) -> set[int]:
    """Without what leads to nothing that is left, again and again."""
    many = {at: sum(each in left for each in after[at]) for at in left}
    before: dict[int, list[int]] = {}
    for at in left:
        for each in after[at]:
            before.setdefault(each, []).append(at)
    idle = [at for at in left if not many[at]]
    kept = set(left)
    while idle:
        at = idle.pop()
        kept.discard(at)
        for each in before.get(at, ()):
            if each in kept:
                many[each] -= 1
                if not many[each]:
                    idle.append(each)
    return kept


def _one(after: list[list[int]], left: set[int]) -> list[int]:
    """Follow what is left from the nearest state until one comes again."""
    at, trail, seen = min(left), list[int](), dict[int, int]()
    while at not in seen:
        seen[at] = len(trail)
        trail.append(at)
        at = next(each for each in after[at] if each in left)
    return trail[seen[at] :]
