"""One look at a set of answers: what is asked, what was said, and all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from app.workflow.forms import checks, messages
from app.workflow.forms.coerce import Faults, coerce, rows_sent
from app.workflow.forms.conditions import OUTCOME
from app.workflow.forms.field import EDIT, Field

if TYPE_CHECKING:
    from app.workflow.forms.form import Form

Sent = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: the step, the button pressed, files at hand by field, and what is already there."""

    step: str = "start"
    outcome: str = ""
    attachments: Mapping[str, int] = field(default_factory=dict)
    base: Sent = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Survey:
    """Typed values of the fields that are asked for; `faults` only of what could not be read."""

    values: Mapping[str, Any]
    shown: frozenset[str]
    faults: Faults


def look(form: Form, sent: Sent, asked: Asked) -> Survey:
    """Read every field in order; a field whose condition fails is neither asked for nor kept."""
    values: dict[str, Any] = {}
    faults: Faults = {}
    shown: set[str] = set()
    for one in form.fields:
        if one.show_if and not one.show_if.holds(with_outcome(values, asked.outcome)):
            continue
        shown.add(one.key)
        value = _value(one, sent, asked, faults)
        if value is not None:
            values[one.key] = value
    return Survey(values, frozenset(shown), faults)


def judge(form: Form, survey: Survey, asked: Asked, today: date) -> Faults:
    """Everything wrong with these answers, by path, in the order of the form."""
    faults = dict(survey.faults)
    editable = {
        one.key: one
        for one in form.fields
        if one.key in survey.shown and one.access(asked.step) == EDIT
    }
    for path, said in _schema_faults(form, survey, asked, editable):
        faults.setdefault(path, said)
    titles = {one.key: one.title for one in form.fields}
    for one in editable.values():
        for path, said in _named_faults(one, survey.values, titles, today):
            faults.setdefault(path, said)
    place = {one.key: at for at, one in enumerate(form.fields)}
    return dict(sorted(faults.items(), key=lambda item: place[item[0].split(".")[0]]))


def with_outcome(values: Mapping[str, Any], outcome: str) -> Mapping[str, Any]:
    """The answers as conditions see them."""
    return {**values, OUTCOME: outcome} if outcome else values


def _value(one: Field, sent: Sent, asked: Asked, faults: Faults) -> Any:
    if one.kind == "files":
        return ["file"] * asked.attachments.get(one.key, 0) or None
    if one.stamp == "text":
        return one.schema.get("const")
    mine = one.access(asked.step) == EDIT
    source = sent if mine else asked.base
    raw = rows_sent(one, source) if one.kind == "rows" else source.get(one.key)
    value = coerce(one, raw, one.key, faults if mine else {})
    if (
        value is None
        and one.kind == "boolean"
        and one.widget == "checkbox"
        and one.key not in faults
    ):
        return False  # a box that is not ticked is not sent
    return value


def _schema_faults(
    form: Form, survey: Survey, asked: Asked, editable: Mapping[str, Field]
) -> Iterator[tuple[str, str]]:
    instance = dict(with_outcome(survey.values, asked.outcome))
    for error in form.validator.iter_errors(instance):
        where = list(error.absolute_path)
        if error.validator == "required":
            for missing in error.validator_value:
                if missing in error.instance:
                    continue
                one = _at(editable, [*where, missing])
                if one is not None:
                    yield _path([*where, missing]), messages.required(one)
            continue
        one = _at(editable, where)
        if one is not None:
            yield _path(where[:1] if one.kind == "choices" else where), messages.broken(one, error)


def _at(editable: Mapping[str, Field], where: list[Any]) -> Field | None:
    """The field that a path of the validator is about; of a table, the column."""
    one = editable.get(str(where[0])) if where else None
    if one is not None and one.kind == "rows" and len(where) == 3:
        return next((column for column in one.columns if column.key == where[2]), None)
    return one


def _path(where: list[Any]) -> str:
    return ".".join(str(part) for part in where)


def _named_faults(
    one: Field, values: Mapping[str, Any], titles: Mapping[str, str], today: date
) -> Iterator[tuple[str, str]]:
    value = values.get(one.key)
    if value is None:
        return
    if one.kind == "rows":
        for index, row in enumerate(value):
            for column in one.columns:
                for path, said in _named_faults(column, row, titles, today):
                    yield f"{one.key}.{index}.{path}", said
        return
    said = checks.fault(one, value, values, titles, today) or _outside_its_group(one, value, values)
    if said:
        yield one.key, said


def _outside_its_group(one: Field, value: Any, values: Mapping[str, Any]) -> str:
    for group in one.choice_groups:
        if group.when and value in group.values and not group.when.holds(values):
            return messages.choose(one)
    return ""
