"""What one declared field is, once read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.engine.check import Bounds
from app.workflow.forms.conditions import Condition

EDIT, READ, HIDE = "edit", "read", "hide"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be chosen."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Answers under one heading; offered only while `when` holds."""

    title: str
    values: tuple[str, ...]
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Check:
    """A named check and what it refers to: `not-before:planned_start`."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `kind`: text, number, integer, boolean, choice, choices, rows or files."""

    key: str
    title: str
    kind: str
    widget: str
    schema: Mapping[str, Any]
    ui: Mapping[str, Any]
    choices: tuple[Choice, ...] = ()
    choice_groups: tuple[ChoiceGroup, ...] = ()
    columns: tuple[Field, ...] = ()
    show_if: Condition | None = None
    checks: tuple[Check, ...] = ()
    # routing name -> "" or the choice it stands for
    routes: Mapping[str, str] = field(default_factory=dict)

    @property
    def secret(self) -> bool:
        """Sealed at rest, masked on pages."""
        return self.schema.get("x-personal") == "secret"

    @property
    def personal(self) -> bool:
        """Says something of a person, secret or not."""
        return "x-personal" in self.schema

    @property
    def stamp(self) -> str:
        """Set by the server, never taken from the sender: text, time, address, behalf."""
        return str(self.schema.get("x-stamp", ""))

    @property
    def format(self) -> str:
        return str(self.schema.get("format", ""))

    @property
    def decimals(self) -> int:
        return 0 if self.kind == "integer" else int(self.ui.get("ui:decimals", 2))

    @property
    def unit(self) -> str:
        return str(self.ui.get("ui:unit", ""))

    def access(self, step: str) -> str:
        """What may be done with it at this step: edit, read or hide."""
        if self.stamp:
            return READ
        said = self.ui.get("ui:access", {})
        return str(said.get(step, said.get("*", EDIT)))

    def label(self, value: str) -> str:
        """The words of a chosen value."""
        return next((choice.title for choice in self.choices if choice.value == value), value)


def bounds(one: Field, *, empty: bool) -> Bounds:
    """What its schema says of the numbers or texts that it takes."""
    low, above = _limit(one.schema, "minimum", "exclusiveMinimum", max)
    high, below = _limit(one.schema, "maximum", "exclusiveMaximum", min)
    return Bounds(one.kind, low, high, above=above, below=below, empty=empty)


def _limit(
    schema: Mapping[str, Any], plain: str, strict: str, narrower: Callable[..., Any]
) -> tuple[float | None, bool]:
    """The narrower of two limits, and whether it is itself left out."""
    said = [float(schema[word]) for word in (plain, strict) if word in schema]
    narrow = narrower(said) if said else None
    return narrow, narrow is not None and strict in schema and float(schema[strict]) == narrow
