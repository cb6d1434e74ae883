"""A form laid out for drawing, with nothing left to decide."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from app.engine.policy_words import LABELS
from app.workflow.forms.coerce import rows_sent
from app.workflow.forms.conditions import OUTCOME, Condition, Test
from app.workflow.forms.field import EDIT, HIDE, Field
from app.workflow.forms.reading import File, in_words, last
from app.workflow.forms.survey import Asked, Sent, Survey

if TYPE_CHECKING:
    from app.workflow.forms.form import Form, GroupSpec


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One answer to tick or pick."""

    value: str
    title: str
    checked: bool
    id: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field now. `hidden`: its condition fails; `local`: it may yet hold on this screen.

    `folded`: asked for by some outcomes only, so out of the way until one is chosen.
    """

    key: str
    name: str
    id: str
    title: str
    kind: str
    widget: str
    value: str = ""
    text: str = ""
    choices: tuple[ChoiceView, ...] = ()
    required: bool = False
    readonly: bool = False
    fault: str = ""
    help: str = ""
    note: str = ""
    unit: str = ""
    placeholder: str = ""
    colspan: int = 1
    show_if: str = ""
    hidden: bool = False
    local: bool = False
    folded: bool = False
    attrs: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[tuple[FieldView, ...], ...] = ()
    files: tuple[File, ...] = ()
    accept: str = ""
    camera: bool = False
    add_label: str = ""

    @property
    def described_by(self) -> str:
        """The ids that explain this field, for aria-describedby."""
        parts = [(self.help, "help"), (self.note, "note"), (self.fault, "fault")]
        return " ".join(f"{self.id}-{suffix}" for said, suffix in parts if said)


@dataclass(frozen=True, slots=True)
class GroupView:
    """One heading with its fields; on a phone, one screen."""

    key: str
    title: str
    help: str
    fields: tuple[FieldView, ...]

    @property
    def faults(self) -> tuple[tuple[str, str], ...]:
        """(id, message) of every fault in it, top down."""
        return tuple(pair for one in self.fields for pair in _faults_of(one))

    @property
    def empty(self) -> bool:
        """Nothing in it is asked for, given the answers so far."""
        return all(one.hidden and not one.local for one in self.fields)


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that laying out needs."""

    values: Sent
    faults: Mapping[str, str]
    asked: Asked
    found: Survey
    files: Mapping[str, Sequence[File]]


ACCEPT = {
    "image": "image/jpeg,image/png,image/webp",
    "document": ".pdf,.docx,.xlsx,.ofd",
    "any": "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx,.ofd",
}


def lay_out(form: Form, drawing: Drawing) -> list[GroupView]:
    """Every group with the fields that this step may see."""
    needed = form.needed(drawing.found, drawing.asked.outcome) | _once_shown(form)
    groups = []
    for spec in form.groups:
        fields = tuple(
            _field(form, form.by_key[key], spec, drawing, key in needed)
            for key in spec.fields
            if form.by_key[key].access(drawing.asked.step) != HIDE
            and form.by_key[key].widget != "hidden"
        )
        if fields:
            groups.append(GroupView(spec.key, spec.title, spec.help, fields))
    return groups


def _once_shown(form: Form) -> frozenset[str]:
    """Fields that are required by the very condition that shows them: marked before they show."""
    return frozenset(
        key
        for rule in form.rules
        for key in rule.then
        if form.by_key[key].show_if == rule.condition
    )


def _field(form: Form, one: Field, spec: GroupSpec, drawing: Drawing, needed: bool) -> FieldView:
    made = _cell(one, one.key, drawing.values.get(one.key), drawing)
    rows: tuple[tuple[FieldView, ...], ...] = ()
    if one.kind == "rows":
        rows = _rows(one, drawing)
    if one.show_if is None:
        return replace(made, required=needed, rows=rows)
    fixed = {key for key in spec.fields if form.by_key[key].stamp}
    tested = one.show_if.fields() - fixed
    return replace(
        made,
        required=needed,
        rows=rows,
        show_if=json.dumps(one.show_if.as_data(), ensure_ascii=False),
        hidden=one.key not in drawing.found.shown,
        local=bool(tested & {*spec.fields, OUTCOME}),
        folded=OUTCOME in tested,
        note=_note(form, one.show_if),
    )


def _cell(one: Field, name: str, raw: Any, drawing: Drawing) -> FieldView:
    ident = "f-" + name.replace(".", "-").replace("_", "-")
    options = one.ui.get("ui:options", {})
    return FieldView(
        key=one.key,
        name=name,
        id=ident,
        title=one.title,
        kind=one.kind,
        widget=one.widget,
        value="true" if raw is True else "" if raw is None or raw is False else str(last(raw)),
        text=in_words(one, raw) if one.kind not in ("rows", "files") else "",
        choices=_choices(one, raw, ident, drawing.found.values),
        readonly=one.access(drawing.asked.step) != EDIT,
        fault=drawing.faults.get(name, ""),
        help=str(one.ui.get("ui:help", "")),
        unit=one.unit,
        placeholder=str(one.ui.get("ui:placeholder", "")),
        colspan=int(one.ui.get("ui:colspan", 1)),
        attrs=_attrs(one, options),
        files=tuple(drawing.files.get(one.key, ())),
        accept=ACCEPT[options.get("accept", "any")] if one.kind == "files" else "",
        camera=bool(options.get("camera")),
        add_label=str(options.get("addLabel", "再加一行")),
    )


def _rows(one: Field, drawing: Drawing) -> tuple[tuple[FieldView, ...], ...]:
    needed = one.schema["items"].get("required", ())
    rows = rows_sent(one, drawing.values)
    if not rows or any(last(cell) for cell in rows[-1].values()):
        rows = [*rows, {}]  # always one to write in; an empty row is not kept
    return tuple(
        tuple(
            replace(
                _cell(column, f"{one.key}.{index}.{column.key}", row.get(column.key), drawing),
                required=column.key in needed,
            )
            for column in one.columns
        )
        for index, row in enumerate(rows)
    )


def _choices(
    one: Field, raw: Any, ident: str, answers: Mapping[str, Any]
) -> tuple[ChoiceView, ...]:
    picked = raw if isinstance(raw, list | tuple) else [raw]
    if one.kind == "boolean":
        picked = ["true" if item is True else "false" if item is False else item for item in picked]
    groups = {value: group for group in one.choice_groups for value in group.values}
    made = []
    for at, choice in enumerate(one.choices):
        group = groups.get(choice.value)
        if (
            group
            and group.when
            and group.when.fields() <= answers.keys()
            and not group.when.holds(answers)
        ):
            continue
        made.append(
            ChoiceView(
                choice.value,
                choice.title,
                choice.value in picked,
                f"{ident}-{at}",
                group.title if group else "",
            )
        )
    return tuple(made)


def _attrs(one: Field, options: Mapping[str, Any]) -> dict[str, str]:
    attrs: dict[str, str] = {}
    if one.kind in ("number", "integer"):
        attrs["inputmode"] = "numeric" if one.kind == "integer" else "decimal"
    if one.format == "phone":
        attrs |= {"inputmode": "tel", "autocomplete": "off"}
    if one.secret:
        attrs["autocomplete"] = "off"
    if "maxLength" in one.schema and one.kind == "text" and not one.format:
        attrs["maxlength"] = str(one.schema["maxLength"])
    if one.widget == "textarea":
        attrs["rows"] = str(options.get("rows", 4))
    return attrs


def _note(form: Form, condition: Condition) -> str:
    """In words when this is asked for, for a page on which it cannot appear by itself."""
    return (
        "；".join("，且".join(_say(form, test) for test in row) for row in condition.alternatives)
        + "时填写"
    )


def _say(form: Form, test: Test) -> str:
    one = form.by_key.get(test.field)
    title = one.title if one else "结论"
    if test.how in ("above", "least"):
        word = "大于" if test.how == "above" else "不少于"
        return f"「{title}」{word} {test.bound}{one.unit if one else ''}"
    if test.values == (True,):
        return f"勾选「{title}」"
    if one is None:
        known = [LABELS[str(value)] for value in test.values if str(value) in LABELS]
        return "、".join(known) or "办理结论需要"
    named = [one.label(str(value)) for value in test.values]
    shown = "、".join(named[:4]) + ("等" if len(named) > 4 else "")
    return f"「{title}」选{shown}"


def _faults_of(one: FieldView) -> list[tuple[str, str]]:
    mine = (
        [(one.choices[0].id if one.choices and one.widget != "select" else one.id, one.fault)]
        if one.fault
        else []
    )
    return mine + [(cell.id, cell.fault) for row in one.rows for cell in row if cell.fault]
