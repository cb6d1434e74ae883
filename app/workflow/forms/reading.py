"""Answers in words, for those who only read: a list of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.workflow.forms.coerce import rows_sent
from app.workflow.forms.field import HIDE, Field
from app.workflow.forms.survey import Sent

if TYPE_CHECKING:
    from app.workflow.forms.form import Form


@dataclass(frozen=True, slots=True)
class File:
    """One file that is already there."""

    id: str
    name: str
    url: str
    image: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A field and its answer, in words."""

    key: str
    label: str
    text: str
    files: tuple[File, ...] = ()
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class FactGroup:
    """A heading and the facts beneath it."""

    key: str
    title: str
    facts: tuple[Fact, ...]


def facts(
    form: Form, values: Sent, step: str, files: Mapping[str, Sequence[File]]
) -> list[FactGroup]:
    """What was answered, without what was not asked."""
    made = []
    for spec in form.groups:
        told = tuple(
            fact
            for fact in (
                _fact(form.by_key[key], values, files)
                for key in spec.fields
                if form.by_key[key].access(step) != HIDE and not _only_carried(form.by_key[key])
            )
            if fact is not None
        )
        if told:
            made.append(FactGroup(spec.key, spec.title, told))
    return made


def _only_carried(one: Field) -> bool:
    """Whether a field holds a reference that nobody typed and nobody can read."""
    return one.widget == "hidden" and not one.stamp


def in_words(one: Field, value: Any) -> str:
    """One answer as a reader wants it: 是, 房屋新改扩建, 12.5 万元."""
    if value is None or value in ("", []):
        return ""
    if one.kind == "boolean":
        return "是" if value in (True, "true") else "否"
    if one.kind == "choices":
        return "、".join(
            one.label(item) for item in (value if isinstance(value, list) else [value])
        )
    if one.kind == "choice":
        return one.label(str(last(value)))
    text = str(last(value))
    return f"{text} {one.unit}" if one.unit else text


def _fact(one: Field, values: Sent, files: Mapping[str, Sequence[File]]) -> Fact | None:
    if one.kind == "files":
        kept = tuple(files.get(one.key, ()))
        return Fact(one.key, one.title, f"{len(kept)} 份", files=kept, wide=True) if kept else None
    if one.kind == "rows":
        rows = tuple(
            tuple((column.title, in_words(column, row.get(column.key))) for column in one.columns)
            for row in rows_sent(one, values)
        )
        return Fact(one.key, one.title, f"{len(rows)} 行", rows=rows, wide=True) if rows else None
    text = in_words(one, values.get(one.key))
    if not text or (one.kind == "boolean" and one.widget != "radio" and text == "否"):
        return None  # an unticked box says nothing; a question answered no does
    return Fact(one.key, one.title, text, wide=one.widget == "textarea")


def last(raw: Any) -> Any:
    """Of what a form sent, the last value of a name."""
    if isinstance(raw, list | tuple):
        return raw[-1] if raw else ""
    return raw
