"""Every path of a process in the engine itself: each decision, clock and message, to the last.

What a walk finds wrong is said by what the engine did, not by how the drawing looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

import orjson

from app import engine
from app.engine import Process, Scalar, Step
from app.engine.codec import ARRIVED, ENCLOSING, EVENT, GUARDED, HUMAN
from app.errors import BrokenProcess, Conflict
from tests.processes.walks import MONDAY, workdays

RANKS = ("community", "township", "district", "city")
REFUSING = frozenset({"return", "reject", "refer"})
Told = Mapping[str, Scalar]
Past = tuple[tuple[int, ...], tuple[str, ...]]
"""The levels that have let a case pass, in the order of their first doing so; two of the steps."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What cases of a process are begun with, what decisions may add, and what the house asks."""

    begun: tuple[Told, ...]
    added: tuple[Told, ...] = ({},)
    again: tuple[str, ...] = ()
    """Forms at which the case is told anew what it is begun with."""
    levels: int = 0
    approving: frozenset[str] = frozenset({"approved"})
    bound: Mapping[str, tuple[str, Scalar, frozenset[str]]] = field(default_factory=dict)
    """Level -> a variable, its value, and the results that need this level then."""
    watched: frozenset[str] = frozenset()


@dataclass(slots=True)
class Seen:
    """One state that was come to, and where it led."""

    step: Step
    past: Past
    after: set[Any] = field(default_factory=set)


@dataclass(slots=True)
class Walked:
    """All states, and what went wrong."""

    states: dict[Any, Seen] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    moves: int = 0


def everywhere(process: Process, kind: Kind, most: int = 6000) -> Walked:
    """Everything that cases of this process can come to."""
    walked = Walked()
    front = []
    for told in kind.begun:
        for step in _tried(
            walked, lambda told=told: engine.start(process, told, at=MONDAY, workdays=workdays)
        ):
            front += _came(walked, process, kind, step, ((), ()))
    while front and walked.moves < most:
        key = front.pop()
        seen = walked.states[key]
        for step, done in _moves(walked, process, kind, seen.step):
            past = _reviewed(process, seen.past, done)
            new = list(_came(walked, process, kind, step, past))
            seen.after.add(_key(kind, step, past))
            front += new
    if not front:
        _lost(walked)
    else:
        walked.wrong.append("not walked to the end")
    return walked


def _reviewed(process: Process, past: Past, done: tuple[str, str] | None) -> Past:
    if done is None or done[1] in REFUSING or not (ranks := _levels(process, done[0])):
        return past
    order = (*past[0], *sorted(ranks - set(past[0])))
    return order, tuple(sorted({*past[1], done[0]}))[:2]


def _moves(
    walked: Walked, process: Process, kind: Kind, step: Step
) -> Iterator[tuple[Step, tuple[str, str] | None]]:
    yield from _decided(walked, process, kind, step)
    if step.wake_at is not None:
        due = max(MONDAY, step.wake_at) + timedelta(seconds=1)
        for after in _tried(
            walked, lambda: engine.wake(process, step.snapshot, at=due, workdays=workdays)
        ):
            yield after, None
    for message in _messages(process):
        with suppress(Conflict):
            for after in _tried(
                walked,
                lambda name=message: engine.deliver(
                    process, step.snapshot, name, {}, at=MONDAY, workdays=workdays
                ),
            ):
                yield after, None


def _decided(
    walked: Walked, process: Process, kind: Kind, step: Step
) -> Iterator[tuple[Step, tuple[str, str]]]:
    for task in {each.element: each for each in step.open}.values():
        policy = process.tasks[task.element]
        told = [*kind.added, *(kind.begun if policy.form in kind.again else ())]
        for outcome, more in product(policy.outcomes, told):
            data = {**more, "outcome": outcome.key}
            for after in _tried(
                walked,
                lambda ref=task.ref, data=data: engine.complete(
                    process, step.snapshot, ref, data, at=MONDAY, workdays=workdays
                ),
            ):
                yield after, (task.element, outcome.key)


def _tried(walked: Walked, move: Any) -> Iterator[Step]:
    walked.moves += 1
    try:
        yield move()
    except BrokenProcess as broken:
        walked.wrong.append(broken.message)


def _messages(process: Process) -> set[str]:
    specs = [process.spec, *process.scopes.values()]
    found = set()
    for spec in specs:
        for node in spec.task_specs.values():
            event = getattr(node, "event_definition", None)
            if type(event).__name__ == "MessageEvent":
                found.add(event.name)
    return found


def _came(walked: Walked, process: Process, kind: Kind, step: Step, past: Past) -> Iterator[Any]:
    key = _key(kind, step, past)
    if key in walked.states:
        return
    walked.states[key] = Seen(step, past)
    opened = [task.element for task in step.open]
    if len(opened) != len(set(opened)):
        walked.wrong.append(f"twice at once: {opened}")
    if step.ended:
        walked.wrong.extend(_ended(process, kind, step, past))
        return
    yield key


def _ended(process: Process, kind: Kind, step: Step, past: Past) -> Iterator[str]:
    order, steps = past
    if kind.levels and step.result in kind.approving:
        drawn = {rank for element in process.tasks for rank in _levels(process, element)}
        if len(order) < kind.levels or len(steps) < 2:
            yield f"{step.result} by too few: {past}"
        elif {rank for rank in drawn if rank < max(order)} - set(order):
            yield f"{step.result} with a level left out: {past}"
        elif list(order) != sorted(order) and not _branches(process):
            yield f"{step.result} in a wrong order: {past}"
    for level, (name, value, results) in kind.bound.items():
        asked = step.result in results and step.data.get(name) == value
        if asked and not any(rank >= RANKS.index(level) for rank in order):
            yield f"{step.result} below {level}: {past}"


def _branches(process: Process) -> bool:
    return any(type(node).__name__ == "Parallel" for node in process.spec.task_specs.values())


def _levels(process: Process, element: str) -> set[int]:
    scopes = (party.scope.partition(":")[0] for party in process.tasks[element].parties)
    return {RANKS.index(scope) for scope in scopes if scope in RANKS}


def _key(kind: Kind, step: Step, past: Past) -> Any:
    """Where the tokens are, without names and dates; the values that are looked at; who acted."""
    ended, result, values, rows = orjson.loads(step.snapshot[1:])
    known = tuple((name, str(values.get(name))) for name in sorted(kind.watched | {"outcome"}))
    return ended, result, _plain(rows), known, past if kind.levels or kind.bound else ()


def _plain(rows: list[Any]) -> Any:
    return tuple(sorted((_row(row) for row in rows), key=repr))


def _row(row: list[Any]) -> Any:
    match row[0]:
        case kind if kind == HUMAN:
            return (row[1],)
        case kind if kind == EVENT:
            return (row[1], bool(row[2]))
        case kind if kind == ENCLOSING:
            return (row[1], _plain(row[2]))
        case kind if kind == ARRIVED:
            return (row[1], row[2])
        case kind if kind == GUARDED:
            return (row[1], _row(row[2]), tuple(sorted(name for name, _ in row[3])))
    raise AssertionError(row)


def _lost(walked: Walked) -> None:
    """States out of which no case ended."""
    before: dict[Any, set[Any]] = {}
    for key, seen in walked.states.items():
        for after in seen.after:
            before.setdefault(after, set()).add(key)
    good = {key for key, seen in walked.states.items() if seen.step.ended}
    front = list(good)
    while front:
        for key in before.get(front.pop(), ()):
            if key not in good:
                good.add(key)
                front.append(key)
    walked.wrong += [f"never ends: {key[2]}" for key in walked.states.keys() - good]
