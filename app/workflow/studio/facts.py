"""The values that a trial begins with: what the form and the system would give, each with a sample.

What people wrote is never shown: a sample is the routing value that several cases share, or that
of cases which whoever asks may read; those of one case are copied only for such a reader.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.engine.rehearsing import scalars
from app.engine.types import Data, Scalar
from app.errors import Invalid
from app.identity.actor import Actor
from app.workflow import kinds
from app.workflow.models import Case, Event
from app.workflow.reach import visible
from app.workflow.studio import choices
from app.workflow.studio.choices import Choices, Variable
from app.workflow.studio.legible import forms_of
from app.workflow.studio.models import FlowDraft

Files = Mapping[str, str]
MANY = 200
"""How many of the newest cases say what is common."""
SEVERAL = 5
"""A value that so many cases have tells of none of them."""
LONGEST = 60
BEGUN = ("filed", "opened")
YES_OR_NO: Choices = [("true", "是"), ("false", "否")]


@dataclass(frozen=True, slots=True)
class Fact:
    """One value that the drawing reads. `kind`: boolean, number, choice, text, or any by itself.

    `legend`: it is one box of a group that is called so.
    """

    name: str
    title: str
    kind: str
    choices: Choices
    sample: str = ""
    legend: str = ""


class Facts:
    """What can be given to a process with these files, and how it is read from a page."""

    def __init__(self, files: Files, key: str, common: Data) -> None:
        self._known = {one.name: one for one in choices.variables(files, key)}
        self._forms = {form.key: form for form in forms_of(files)}
        self._boxes = {
            name: (field.title, field.label(box))
            for form in self._forms.values()
            for field in form.fields
            for name, box in field.routes.items()
            if box
        }
        self._units = {
            name: field.unit
            for form in self._forms.values()
            for field in form.fields
            for name in field.routes
        }
        self._own = kinds.of(key).routing_names
        self._declared = kinds.of(key).routing_values
        self._common = common

    def asked(self, form: str, reads: Iterable[str], data: Data | None = None) -> list[Fact]:
        """What a form and the system give of all that is read, as it stands or with samples."""
        read, standing = set(reads), data if data is not None else self._common
        found = self._forms.get(form)
        routed = [name for one in found.fields for name in one.routes] if found else []
        system = sorted(self._own - set(routed))
        names = [name for name in (*routed, *system) if name in read and name != "outcome"]
        facts = [self._fact(name, standing) for name in dict.fromkeys(names)]
        return sorted(facts, key=lambda fact: bool(fact.legend))

    def _fact(self, name: str, standing: Data) -> Fact:
        known = self._known.get(name) or Variable(name, "", "text", [])
        kind = self._kind(known, standing)
        offered = YES_OR_NO if kind == "boolean" else known.choices if kind == "choice" else []
        value = written(standing[name]) if name in standing else ""
        if not value and name not in standing:
            value = {"boolean": "false", "number": "1"}.get(kind, "")
            value = offered[0][0] if kind == "choice" and offered else value
        legend, title = self._boxes.get(name, ("", known.title or name))
        unit = self._units.get(name)
        said = f"{title}（{unit}）" if unit and unit not in title else title
        return Fact(name, said, kind, offered, value, legend)

    def _kind(self, known: Variable, standing: Data) -> str:
        """Of what the system gives, what it gave before says it, or what the kind declares."""
        if known.name not in self._own:
            return known.kind
        value = standing.get(known.name, self._common.get(known.name))
        if value is None:
            value = next(iter(self._declared.get(known.name, ())), None)
        if isinstance(value, bool):
            return "boolean"
        if isinstance(value, int | Decimal):
            return "number"
        if isinstance(value, str):
            return "choice" if known.choices else "text"
        return "any"

    def read(self, said: Mapping[str, str]) -> dict[str, Scalar]:
        """What a page said, as the engine takes it. Raises Invalid with the fields at fault."""
        values: dict[str, Scalar] = {}
        faults: dict[str, str] = {}
        for name, text in said.items():
            if name not in self._known or name == "outcome" or len(text) > LONGEST:
                faults[name] = f"没有这一项，或者超过 {LONGEST} 个字"
                continue
            try:
                values[name] = _value(self._fact(name, {}).kind, text.strip())
            except InvalidOperation:
                faults[name] = "请写数字"
        if faults:
            raise Invalid("填写的值不对", faults)
        return values

    def said(self, data: Data) -> dict[str, str]:
        """Values by what they are called, in words."""
        found = {}
        for name, value in data.items():
            known = self._known.get(name)
            if known is not None and name != "outcome":
                words = dict(YES_OR_NO if isinstance(value, bool) else known.choices)
                text = written(value)
                found[known.title or name] = words.get(text, text)
        return found


def _value(kind: str, text: str) -> Scalar:
    if not text:
        return None
    if kind == "number":
        return _number(text)
    if kind == "boolean" or (kind == "any" and text in {"true", "false"}):
        return text == "true"
    if kind == "any":
        try:
            return _number(text)
        except InvalidOperation:
            return text
    return text


_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{1,6})?")
"""No exponents: what is short to write could be long to reckon."""


def _number(text: str) -> Scalar:
    if not _NUMBER.fullmatch(text):
        raise InvalidOperation
    return Decimal(text) if "." in text else int(text)


def written(value: Scalar) -> str:
    """A value as a page writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def common(work: Session, actor: Actor, draft: FlowDraft) -> dict[str, Scalar]:
    """The commonest value of each name among the newest cases of this process in the unit.

    Of cases that this person may not read, only what several of them have.
    """
    unit = draft.unit_id
    here = or_(Case.l1 == unit, Case.l2 == unit, Case.l3 == unit)
    newest = select(Case.id).where(Case.process_key == draft.key, here)
    newest = newest.order_by(Case.opened_at.desc()).limit(MANY)
    ids = list(work.scalars(newest))
    readable = list(work.scalars(select(Case.id).where(Case.id.in_(ids), visible(actor))))
    most, mine = _most(work, ids), _most(work, readable)
    shared = {name: value for name, (value, n) in most.items() if n >= SEVERAL}
    likely = {name: _like(value) for name, (value, _n) in most.items() if _like(value) is not None}
    return likely | {name: value for name, (value, _n) in mine.items()} | shared


def _like(value: Scalar) -> Scalar:
    """A value of the same type that tells nothing; none for a text."""
    if isinstance(value, bool):
        return False
    return 1 if isinstance(value, int | Decimal) else None


def _most(work: Session, case_ids: Sequence[str]) -> dict[str, tuple[Scalar, int]]:
    """The commonest value of each name with which these began, and how many have it."""
    counted: dict[str, Counter[Any]] = {}
    for sent in begun_with(work, case_ids):
        for name, value in sent.items():
            counted.setdefault(name, Counter())[type(value), value] += 1
    tops = {name: values.most_common(1)[0] for name, values in counted.items()}
    return {name: (value, n) for name, ((_type, value), n) in tops.items()}


def begun_with(work: Session, case_ids: Sequence[str]) -> list[dict[str, Scalar]]:
    """The routing values with which these cases began."""
    told = select(Event.routing).where(Event.case_id.in_(case_ids), Event.verb.in_(BEGUN))
    return [scalars(sent) for sent in work.scalars(told)]
