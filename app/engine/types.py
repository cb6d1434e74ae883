"""What passes through the door: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

Scalar = str | int | bool | Decimal | None
Data = Mapping[str, Scalar]
Workdays = Callable[[datetime, int], datetime]
"""(moment, n) -> the moment n working days later, UTC. The calendar belongs to the caller."""


@dataclass(frozen=True, slots=True)
class Party:
    """One pool of people that is asked: holders of any of `roles` in the unit at `scope`.

    `scope` is a level, `case` for the applicant, or a level and an industry: `district:housing`.
    """

    roles: tuple[str, ...]
    scope: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way out of a task: its key, and the words on its button."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit of a task: `3wd` is three working days, `48h` forty-eight hours."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Sign:
    """How several parties decide a task: one, any, all, vote (`share` in percent) or order."""

    mode: str = "one"
    share: int = 0


@dataclass(frozen=True, slots=True)
class TaskPolicy:
    """What the `flow:` attributes of one human task say, inherited from its lane where silent."""

    element: str
    name: str
    parties: tuple[Party, ...]
    form: str
    outcomes: tuple[Outcome, ...]
    limit: Limit | None = None
    sign: Sign = Sign()
    each: bool = False  # every person of a party signs, not one of them
    lane: str = ""
    documentation: str = ""
    stops_clock: bool = False  # the limit of the whole case stands still while only such steps wait


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A human task that waits. `ref` is the engine's own id of it, unique within the case."""

    ref: str
    element: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message that a case sent in this step. `to` is subject, parent or child."""

    name: str
    to: str
    element: str
    data: Data = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """A named action that a service task asks its caller to carry out in the same transaction."""

    name: str
    element: str


@dataclass(frozen=True, slots=True)
class Step:
    """What one move of a case came to. `opened` and `closed` are against the state before it."""

    snapshot: bytes
    ended: bool
    open: tuple[OpenTask, ...]
    opened: tuple[OpenTask, ...]
    closed: tuple[str, ...]
    passed: tuple[str, ...]
    messages: tuple[Message, ...]
    actions: tuple[Action, ...]
    data: Data
    result: str | None
    wake_at: datetime | None
