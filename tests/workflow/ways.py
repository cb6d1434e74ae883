"""Where a drawing can bring a case, and whether one can still end: asked of the engine alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from app import engine
from app.engine import Process, Step
from app.engine.types import Workdays
from tests.workflow.people import NOON

MANY = 2
"""A clock that fires beside its step fires again each time it is entered: more count as two."""
LONGEST = 60
"""Steps after which a case that has not ended never will."""


def standing(step: Step) -> str:
    """At which steps a case waits, and how often at each; in these shapes that says it all."""
    count = Counter(task.element for task in step.open)
    waits = (f"{element}×{min(times, MANY)}" for element, times in sorted(count.items()))
    return "ended" if step.ended else " ".join(waits)


def drawn(process: Process) -> frozenset[str]:
    """Every standing that outcomes and clocks lead to, in any order; by an amount by which every
    branch of the shapes is taken.
    """
    front = [(engine.start(process, {"amount": None}, at=NOON, workdays=days), NOON)]
    seen = {standing(step) for step, _at in front}
    while front:
        for step, at in _onwards(process, *front.pop()):
            if standing(step) not in seen:
                seen.add(standing(step))
                front.append((step, at))
    return frozenset(seen)


def _onwards(process: Process, step: Step, at: datetime) -> Iterator[tuple[Step, datetime]]:
    for task in {task.element: task for task in step.open}.values():
        for outcome in process.tasks[task.element].outcomes:
            sent = {"outcome": outcome.key}
            moved = engine.complete(process, step.snapshot, task.ref, sent, at=at, workdays=days)
            yield moved, at
    while step.wake_at is not None and not step.ended:
        at = max(at, step.wake_at)
        step = engine.wake(process, step.snapshot, at=at, workdays=days)
        yield step, at


def to_its_end(process: Process, step: Step, at: datetime, workdays: Workdays) -> Iterator[Step]:
    """Everybody agrees from here on, and clocks go off: each step up to the end, if there is."""
    for _ in range(LONGEST):
        if step.ended or not (step.open or step.wake_at):
            return
        if not step.open:
            at = max(at, step.wake_at or at)
            step = engine.wake(process, step.snapshot, at=at, workdays=workdays)
            yield step
            continue
        task = step.open[0]
        sent = {"outcome": process.tasks[task.element].outcomes[0].key}
        step = engine.complete(process, step.snapshot, task.ref, sent, at=at, workdays=workdays)
        yield step


def days(moment: datetime, count: int) -> datetime:
    """A calendar without holidays."""
    return moment + timedelta(days=count)
