"""A case told again from its events alone: where it must stand if no step was lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app import engine
from app.engine import Scalar, Step
from app.workflow import calendar, definitions
from app.workflow.models import Case, Event

DECIDED = ("decided", "resubmitted")
BEGUN = ("filed", "opened")
_NOTHING_DUE = datetime.min.replace(tzinfo=UTC)


class Replay:
    """What the events of one case come to, and the moments at which it asked to be woken."""

    def __init__(self, work: Session, case: Case, events: list[Event]) -> None:
        self.process = definitions.get(work, case.version_id).process
        self._calendar = calendar.workdays(calendar.workday_test(work, case.l2, case.l1))
        self._behind = timedelta()  # how long it was held so far: the engine's clock stood still
        self._held_at: datetime | None = None
        self.wakes: list[datetime] = []
        self._step: Step | None = None
        self._faults: list[str] = []
        for event in events:
            self._follow(event)
        self._case = case

    def _follow(self, event: Event) -> None:
        if event.verb in ("held", "unheld"):
            self._hold(event)
            return
        moved = self._moved(event)
        if moved is None:
            return
        before = self._step.wake_at if self._step else None
        if moved.wake_at is not None and moved.wake_at != before:
            self.wakes.append(moved.wake_at + self._behind)
        if list(moved.passed) != event.passed:
            self._faults.append(f"event {event.seq} passed {event.passed}, not {moved.passed}")
        self._step = moved

    def _hold(self, event: Event) -> None:
        if event.verb == "held":
            self._held_at = event.at
            return
        assert self._held_at, "what was not held is not freed"
        self._behind += timedelta(seconds=int((event.at - self._held_at).total_seconds()))
        self._held_at = None
        if self._step and self._step.wake_at:
            self.wakes.append(self._step.wake_at + self._behind)

    def _workdays(self, moment: datetime, days: int) -> datetime:
        return self._calendar(moment + self._behind, days) - self._behind

    def _moved(self, event: Event) -> Step | None:
        when = {"at": event.at - self._behind, "workdays": self._workdays}
        if self._held_at is not None:
            self._faults.append(f"event {event.seq} {event.verb} while it was held")
        if event.verb in BEGUN:
            return engine.start(self.process, _values(event.routing), **when)
        assert self._step, "a case begins by being filed or opened"
        snapshot = self._step.snapshot
        if event.verb in ("lapsed", "timed"):
            return engine.wake(self.process, snapshot, **when)
        if event.verb == "messaged":
            return engine.deliver(self.process, snapshot, event.outcome, {}, **when)
        if event.verb == "withdrew":
            return engine.cancel(self.process, snapshot)
        if event.verb in DECIDED and event.passed:
            waiting = engine.waiting(self.process, snapshot)
            here = [task.ref for task in waiting if task.element == event.element]
            if not here:
                self._faults.append(f"event {event.seq} decided {event.element}, not open then")
                return None
            return engine.complete(self.process, snapshot, here[0], _values(event.routing), **when)
        return None

    def differences(self) -> Iterator[str]:
        """Where the stored case stands elsewhere than its events led."""
        yield from self._faults
        if self._step is None:
            return
        kept = engine.wake(
            self.process, self._case.snapshot, at=_NOTHING_DUE, workdays=self._workdays
        )
        for name, told, found in (
            ("open steps", _elements(self._step), _elements(kept)),
            ("values", self._step.data, kept.data),
            ("ended", self._step.ended, kept.ended),
            ("next timer", self._step.wake_at, kept.wake_at),
            ("next timer in the row", self._woken(self._step.wake_at), self._case.wake_at),
        ):
            if told != found:
                yield f"{name}: {found} is stored, the events led to {told}"

    def _woken(self, at: datetime | None) -> datetime | None:
        """On our clocks; while it is held, as if the hold had ended at once."""
        return at and at + self._behind


def _elements(step: Step) -> list[str]:
    return sorted(task.element for task in step.open)


def _values(routing: Mapping[str, Any]) -> dict[str, Scalar]:
    return {
        name: Decimal(value["$d"]) if isinstance(value, dict) else value
        for name, value in routing.items()
    }
