"""What may be asked of a drawing by the table of its steps: one dataclass for each edit."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.engine.types import Limit, Party, Sign

ONWARD = ""
"""Where an outcome of a new level leads that lets the case go on."""


@dataclass(frozen=True, slots=True)
class Way:
    """An outcome of a new level: its key, the words on its button, and the element it leads to.

    `target` is ONWARD, a step, or an end event, of which the new level gets one like it.
    """

    key: str
    label: str
    target: str = ONWARD


@dataclass(frozen=True, slots=True)
class Level:
    """A review level as it is to be: who decides, on which form, by when, with which ways out."""

    name: str
    party: Party
    form: str
    ways: tuple[Way, ...]
    limit: Limit | None = None
    lane: str = ""
    """What a lane of its own would be called, where no lane stands for its level yet."""


@dataclass(frozen=True, slots=True)
class InsertBefore:
    """A new level that a case passes before it comes to `step` for the first time."""

    step: str
    level: Level


@dataclass(frozen=True, slots=True)
class InsertAfter:
    """A new level on `flow`, one of the ways that lead on from `step`."""

    step: str
    flow: str
    level: Level


@dataclass(frozen=True, slots=True)
class Change:
    """What one step is from now on. Labels are by the key of their outcome."""

    step: str
    name: str
    parties: tuple[Party, ...]
    form: str
    labels: tuple[tuple[str, str], ...]
    limit: Limit | None = None
    sign: Sign = field(default_factory=Sign)
    each: bool = False


@dataclass(frozen=True, slots=True)
class AddOutcome:
    """One more way out of a step, to another step or to an end."""

    step: str
    way: Way


@dataclass(frozen=True, slots=True)
class DropOutcome:
    """A way out of a step that is there no longer."""

    step: str
    key: str


@dataclass(frozen=True, slots=True)
class Remove:
    """A step goes; what came to it goes on along `flow`, one of its ways, or its only one."""

    step: str
    flow: str = ""


Edit = InsertBefore | InsertAfter | Change | AddOutcome | DropOutcome | Remove
