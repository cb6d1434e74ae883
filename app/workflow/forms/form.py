"""A form: reads answers, judges them, guards the secret ones, and lays itself out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator

from app import clock
from app.engine.check import Bounds
from app.engine.types import Scalar
from app.errors import Invalid
from app.workflow.forms import checks, reading, secrets, survey
from app.workflow.forms.coerce import Faults
from app.workflow.forms.conditions import Condition
from app.workflow.forms.field import Field, bounds
from app.workflow.forms.reading import FactGroup, File
from app.workflow.forms.survey import Asked, Sent, Survey
from app.workflow.forms.view import Drawing, GroupView, lay_out


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Answers that hold: plain JSON to keep (numbers as text), and what the engine may see."""

    values: dict[str, Any]
    routing: dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class Rule:
    """What else must be answered, if and if not."""

    condition: Condition
    then: tuple[str, ...]
    otherwise: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A heading and the fields beneath it; on a phone, one screen."""

    key: str
    title: str
    help: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """One form file, read and found sound. Never changes."""

    key: str
    title: str
    schema: Mapping[str, Any]
    fields: tuple[Field, ...]
    groups: tuple[GroupSpec, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Field]:
        """Its fields by name."""
        return {one.key: one for one in self.fields}

    @cached_property
    def routing_names(self) -> frozenset[str]:
        """Every value that it can hand to the engine."""
        return frozenset(name for one in self.fields for name in one.routes)

    @cached_property
    def routing_values(self) -> Mapping[str, tuple[Scalar, ...]]:
        """All values that some of them can have: those of choices, and of yes or no."""
        found: dict[str, tuple[Scalar, ...]] = {}
        for one in self.fields:
            if one.kind in {"boolean", "choices"}:
                found |= dict.fromkeys(one.routes, (True, False))
            elif one.kind == "choice":
                none = () if self._always(one) else (None,)
                values = (*(choice.value for choice in one.choices), *none)
                found |= dict.fromkeys(one.routes, values)
        return found

    @cached_property
    def routing_bounds(self) -> Mapping[str, Bounds]:
        """What is known of the others: of numbers and texts."""
        found: dict[str, Bounds] = {}
        for one in self.fields:
            if one.kind in {"number", "integer", "text"}:
                said = bounds(one, empty=not self._always(one))
                found |= dict.fromkeys(one.routes, said)
        return found

    def _always(self, one: Field) -> bool:
        """Whether there is an answer whenever the form was sent."""
        return one.key in self.required and not one.show_if and "ui:access" not in one.ui

    @cached_property
    def validator(self) -> Draft202012Validator:
        """Its schema, ready to judge; making one costs as much as using it."""
        return Draft202012Validator(self.schema, format_checker=checks.formats)

    @property
    def required(self) -> frozenset[str]:
        """What must always be answered."""
        return frozenset(self.schema.get("required", ()))

    def clean(
        self,
        sent: Sent,
        *,
        step: str = "start",
        outcome: str = "",
        attachments: Mapping[str, int] | None = None,
        base: Sent | None = None,
        at: datetime | None = None,
    ) -> Cleaned:
        """Typed, complete answers, or Invalid with every fault at once.

        `sent` is a posted form (also a MultiDict) or JSON. Undeclared, hidden and read-only fields
        of it are dropped; read-only ones keep their value in `base`, what is already there.
        """
        asked = Asked(step, outcome, attachments or {}, single(base or {}))
        found = survey.look(self, single(sent), asked)
        faults = survey.judge(self, found, asked, _day(at))
        if faults:
            raise Invalid(f"有 {len(faults)} 处需要修改", faults)
        return Cleaned(_plain(self, found), _routing(self, found))

    def trusted(self, values: Mapping[str, Any]) -> Cleaned:
        """Answers that a domain or another case gives: kept as they are, however incomplete."""
        known = {name: _as_json(value) for name, value in values.items() if name in self.by_key}
        return Cleaned(known, _routing(self, survey.look(self, known, Asked(base=known))))

    def faults(
        self, sent: Sent, asked: Asked, *, group: str = "", at: datetime | None = None
    ) -> Faults:
        """What `clean` would complain of; with `group`, only of that group's fields."""
        found = survey.look(self, single(sent), asked)
        said = survey.judge(self, found, asked, _day(at))
        if not group:
            return said
        mine = next((spec.fields for spec in self.groups if spec.key == group), ())
        return {path: words for path, words in said.items() if path.split(".")[0] in mine}

    def preview(self, sent: Sent, asked: Asked) -> dict[str, Any]:
        """What would be sent: tidied where it can be read, as typed where not, nothing unasked."""
        typed = single(sent)
        found = survey.look(self, typed, asked)
        tidy = _plain(self, found)
        return {
            one.key: tidy.get(one.key, typed.get(one.key))
            for one in self.fields
            if one.key in found.shown and (not one.stamp or found.values.get(one.key) is True)
        }

    def hold(self, sent: Sent, group: str = "", act: str = "") -> dict[str, Any]:
        """What was typed, right or wrong, for a draft: declared fields, none that we stamp.

        `group` is the screen it came from: boxes on it that were not sent are unticked. `act` is
        a row button, `add:workers` or `remove:workers:2`.
        """
        mine = next((spec.fields for spec in self.groups if spec.key == group), ())
        held = secrets.hold(self.fields, single(sent), frozenset(mine))
        return secrets.change_rows(held, act)

    def seal(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The same values with the secret ones encrypted, fit to be stored."""
        return secrets.seal(self.fields, values)

    def unseal(self, values: Mapping[str, Any], show_secrets: bool) -> dict[str, Any]:
        """Stored values readable again; secret ones masked unless they may be shown."""
        return secrets.unseal(self.fields, values, show_secrets)

    def erase(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Stored values without what is personal in them."""
        return secrets.erase(self.fields, values)

    def view(
        self,
        values: Sent,
        faults: Mapping[str, str] | None = None,
        step: str = "start",
        *,
        outcome: str = "",
        files: Mapping[str, Sequence[File]] | None = None,
    ) -> list[GroupView]:
        """The form laid out with these answers: what the macros draw."""
        kept = files or {}
        asked = Asked(step, outcome, {key: len(some) for key, some in kept.items()}, values)
        found = survey.look(self, single(values), asked)
        return lay_out(self, Drawing(single(values), faults or {}, asked, found, kept))

    def facts(
        self,
        values: Sent,
        step: str = "*",
        *,
        files: Mapping[str, Sequence[File]] | None = None,
    ) -> list[FactGroup]:
        """The answered fields in words, for reading; secrets as `unseal` left them."""
        return reading.facts(self, values, step, files or {})

    def stamps(self, *, at: datetime, address: str, behalf: bool) -> dict[str, Any]:
        """What the server itself says at the moment of signing; hand it to `clean` in `base`."""
        moment = clock.local(at).strftime("%Y-%m-%d %H:%M:%S")
        known = {"time": moment, "address": address, "behalf": behalf}
        return {one.key: known[one.stamp] for one in self.fields if one.stamp in known}

    def needed(self, found: Survey, outcome: str = "") -> frozenset[str]:
        """What must be answered, given the answers so far."""
        names = set(self.required)
        for rule in self.rules:
            holds = rule.condition.holds(survey.with_outcome(found.values, outcome))
            names.update(rule.then if holds else rule.otherwise)
        return frozenset(names)


def single(sent: Sent) -> Sent:
    """A MultiDict as a mapping of lists, so that no ticked box is lost; anything else as it is."""
    lists = getattr(sent, "lists", None)
    return dict(lists()) if callable(lists) else sent


def _day(at: datetime | None) -> date:
    return clock.local(at or clock.now()).date()


def _plain(form: Form, found: Survey) -> dict[str, Any]:
    return {
        one.key: _as_json(found.values[one.key])
        for one in form.fields
        if one.key in found.values and one.kind != "files"
    }


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    return value


def _routing(form: Form, found: Survey) -> dict[str, Scalar]:
    """Every declared routing name, always: a condition must never meet an absent one."""
    made: dict[str, Scalar] = {}
    for one in form.fields:
        value = found.values.get(one.key)
        for name, choice in one.routes.items():
            if one.kind == "choices":
                made[name] = choice in (value or [])
            else:
                made[name] = bool(value) if one.kind == "boolean" else value
    return made
