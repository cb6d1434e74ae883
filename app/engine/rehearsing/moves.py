"""What can happen to a case that is tried out, and what came of it; as JSON carries both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.engine.types import Data, Limit, Outcome, Party, Scalar, Sign, TaskPolicy

DECIDE, DUE, HEAR = "decide", "due", "hear"
"""A step is decided, the next clock runs out, a message comes."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happens. `what` is the step or the message; `place` counts the open steps."""

    kind: str
    what: str = ""
    place: int = 0
    data: Data = field(default_factory=dict)

    def plain(self) -> list[Any]:
        """As JSON carries it."""
        return [self.kind, self.what, self.place, plain(self.data)]


@dataclass(frozen=True, slots=True)
class Stage:
    """What the start, or one move, came to; elements by their ids."""

    passed: tuple[str, ...]
    opened: tuple[str, ...]
    acted: tuple[str, ...]
    sent: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the drawing says: its form, the names of elements, the values read, the human steps."""

    form: str
    names: Mapping[str, str]
    reads: tuple[str, ...]
    tasks: Mapping[str, TaskPolicy]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """Where the moves led. `fault` says why the move after the last stage could not be made.

    `timer` is the event whose clock runs out first, at `due`; `hears` are the messages waited for.
    """

    drawn: Drawn
    stages: tuple[Stage, ...]
    open: tuple[str, ...]
    data: Data
    ended: bool = False
    result: str | None = None
    timer: str = ""
    due: datetime | None = None
    hears: tuple[str, ...] = ()
    fault: str = ""


def plain(data: Data) -> dict[str, Any]:
    """Routing values as JSON carries them; a decimal as `{"$d": "30.5"}`."""
    return {
        name: {"$d": str(value)} if isinstance(value, Decimal) else value
        for name, value in data.items()
    }


def scalars(said: Mapping[str, Any]) -> dict[str, Scalar]:
    """And back."""
    return {
        name: Decimal(value["$d"]) if isinstance(value, dict) else value
        for name, value in said.items()
    }


def moves(said: list[list[Any]]) -> list[Move]:
    """Moves as they came out of JSON."""
    return [Move(kind, what, place, scalars(data)) for kind, what, place, data in said]


def policy(said: Mapping[str, Any]) -> TaskPolicy:
    """What a step says, as it came out of JSON."""
    named = {
        "parties": tuple(Party(tuple(one["roles"]), one["scope"]) for one in said["parties"]),
        "outcomes": tuple(Outcome(**one) for one in said["outcomes"]),
        "limit": Limit(**said["limit"]) if said["limit"] else None,
        "sign": Sign(**said["sign"]),
    }
    return TaskPolicy(**{**said, **named})
