"""Walking a shipped process through the door, without a store: data in, steps and results out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from app import engine
from app.engine import Message, Process, Scalar, Step
from app.workflow import definitions

ROOT = Path(__file__).resolve().parents[2]
MONDAY = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
"""A Monday morning in Yichang."""

Move = tuple[str, str] | tuple[str, str, Mapping[str, Scalar]]
"""The step at which somebody decides, the outcome, and routing values sent along."""

FILED: Mapping[str, Scalar] = {
    "kind": "small_work", "project_type": "home_decoration",
    "investment_wan": Decimal(20), "area_sqm": Decimal(120),
    "limit_investment": Decimal(30), "limit_area": Decimal(300),
    "limit_mode": "or", "limit_inclusive": True,
    "risk_height": False, "risk_hot_work": False, "risk_confined": False,
    "risk_excavation": False, "risk_demolition": False, "risk_lifting": False,
    "risk_structure": False, "risk_scaffold": False,
    "indoor": True, "city_case": False, "duplicate": False, "risk_floor": "low",
}  # fmt: skip
"""A flat done up inside: within the limit, low risk."""


@cache
def shipped(key: str) -> Process:
    return engine.parse(definitions.shipped_files(key), key)


def workdays(moment: datetime, days: int) -> datetime:
    """A calendar without weekends: what a working day is, is tested elsewhere."""
    return moment + timedelta(days=days)


def open_elements(step: Step) -> list[str]:
    return [task.element for task in step.open]


class Walk:
    """One case on its way; every move names the step that it expects to be open, alone."""

    def __init__(
        self, key: str = "filing", begun: Mapping[str, Scalar] = FILED, **changed: Scalar
    ) -> None:
        self.process = shipped(key)
        self.at = MONDAY
        data = {**begun, **changed}
        self.step = engine.start(self.process, data, at=self.at, workdays=workdays)
        self.passed: list[str] = list(self.step.passed)
        self.actions = [action.name for action in self.step.actions]
        self.messages: list[Message] = list(self.step.messages)

    def move(self, element: str, outcome: str, data: Mapping[str, Scalar] | None = None) -> Walk:
        assert open_elements(self.step) == [element]
        sent = {**(data or {}), "outcome": outcome}
        return self._took(
            engine.complete(
                self.process,
                self.step.snapshot,
                self.step.open[0].ref,
                sent,
                at=self.at,
                workdays=workdays,
            )
        )

    def through(self, *moves: Move) -> Walk:
        for move in moves:
            self.move(*move)
        return self

    def wait(self, days: int) -> Walk:
        self.at += timedelta(days=days)
        return self._took(
            engine.wake(self.process, self.step.snapshot, at=self.at, workdays=workdays)
        )

    def _took(self, step: Step) -> Walk:
        self.step = step
        self.passed += step.passed
        self.actions += [action.name for action in step.actions]
        self.messages += step.messages
        return self
