"""What lies ahead if everybody agrees: the engine is asked, on a copy that nobody keeps."""

from __future__ import annotations

from datetime import datetime

from app import engine
from app.engine import Process, Workdays
from app.errors import Refusal

MOST_STEPS = 12


def expected(
    process: Process, snapshot: bytes, *, at: datetime, workdays: Workdays
) -> tuple[str, ...]:
    """The human steps still to come, in order, if each is decided by its first outcome.

    Stops where the way depends on something that only a form will say.
    """
    found: list[str] = []
    try:
        step = engine.wake(process, snapshot, at=at, workdays=workdays)
        for _ in range(MOST_STEPS):
            if not step.open:
                break
            task = step.open[0]
            outcome = process.tasks[task.element].outcomes[0].key
            step = engine.complete(
                process, step.snapshot, task.ref, {"outcome": outcome}, at=at, workdays=workdays
            )
            found += [one.element for one in step.opened if one.element not in found]
    except Refusal:
        return tuple(found)
    return tuple(found)
