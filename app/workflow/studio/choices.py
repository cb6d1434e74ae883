"""What may be chosen for a process while it is drawn: roles, forms, fields, actions, results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import engine
from app.engine.policy import APPLICANT, OFFICES, POSITIONS, SCOPES
from app.engine.policy_words import LABELS
from app.errors import BrokenProcess
from app.identity import words
from app.identity.trades import INDUSTRIES
from app.workflow import definitions, forms, kinds, publishing
from app.workflow.forms import Form
from app.workflow.forms.field import Field
from app.workflow.kinds import CaseKind
from app.workflow.studio.models import FlowDraft

Choices = list[tuple[str, str]]
"""What is written, and what it is called."""


_RECIPIENTS = {"subject": "工程的备案件", "parent": "引出本件的办件", "child": "本件引出的办件"}


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that conditions may ask for. `kind`: text, number, boolean or choice."""

    name: str
    title: str
    kind: str
    choices: Choices


@dataclass(frozen=True, slots=True)
class Offered:
    """All that the panel of the editor offers, each in the order in which it is shown."""

    roles: Choices
    scopes: Choices
    industries: Choices
    outcomes: Choices
    forms: Choices
    actions: Choices
    results: Choices
    decisions: Choices
    recipients: Choices
    variables: list[Variable]


def offered(work: Session, draft: FlowDraft, *, at: datetime) -> Offered:
    """The lists for one draft; of files that are broken, what can be read."""
    files = publishing.completed(work, draft.unit, draft.key, draft.files, at=at)
    read, tables = list(_forms(files)), _decisions(files)
    kind = kinds.of(draft.key)
    return Offered(
        roles=_roles(),
        scopes=[(each, words.LEVELS[each]) for each in SCOPES],
        industries=[("department", "本行业主管部门"), *INDUSTRIES.items()],
        outcomes=list(LABELS.items()),
        forms=sorted((form.key, form.title) for form in read),
        actions=_actions(work, draft, sorted(kind.actions)),
        results=list((kind.results or kinds.RESULTS).items()),
        decisions=sorted((key, table.name) for key, table in tables.items()),
        recipients=list(_RECIPIENTS.items()),
        variables=_variables(read, tables, kind),
    )


def variables(files: Mapping[str, str], key: str) -> list[Variable]:
    """Everything that may stand in a condition of a process with these files."""
    return _variables(list(_forms(files)), _decisions(files), kinds.of(key))


def _roles() -> Choices:
    called = {**words.ROLES, **words.POSITIONS, APPLICANT: "申请人"}
    return [(each, called[each]) for each in (APPLICANT, *sorted(POSITIONS), *sorted(OFFICES))]


def _forms(files: Mapping[str, str]) -> Iterator[Form]:
    for name, text in files.items():
        if name.endswith(".json"):
            try:
                yield forms.read(text, name)
            except BrokenProcess:
                continue  # the check says what is wrong with it


def _decisions(files: Mapping[str, str]) -> dict[str, engine.Decision]:
    found: dict[str, engine.Decision] = {}
    for name, text in files.items():
        if name.endswith(".dmn"):
            try:
                found |= engine.read_decisions(text.encode(), name)
            except BrokenProcess:
                continue
    return found


def _actions(work: Session, draft: FlowDraft, known: list[str]) -> Choices:
    """Each action, called as the version in which the draft began calls its step."""
    process = definitions.get(work, draft.begun_from_id).process
    called = {action: process.names[step] for step, action in process.actions.items()}
    return [(action, called.get(action, action)) for action in known]


def _variables(
    read: list[Form], tables: Mapping[str, engine.Decision], kind: CaseKind
) -> list[Variable]:
    """Everything that may stand in a condition, each name once."""
    found = {"outcome": Variable("outcome", "办理结果", "choice", [])}
    for form in read:
        for field in form.fields:
            for name in field.routes:
                found.setdefault(name, _of_field(field, name))
    for table in tables.values():
        for output in table.tables[-1].outputs:
            typed = _KINDS.get(output.type, "text")
            found.setdefault(output.name, Variable(output.name, output.label, typed, []))
    for name in sorted(kind.routing_names):
        found.setdefault(name, _of_system(kind, name))
    return list(found.values())


def _of_system(kind: CaseKind, name: str) -> Variable:
    """What only the system gives: yes or no, one of few that have words, or whatever it is."""
    title, values = kind.routing_words.get(name, ""), kind.routing_values.get(name, ())
    if values and all(isinstance(value, bool) for value in values):
        return Variable(name, title, "boolean", [])
    called = {**words.LEVELS, **kind.value_words.get(name, {})}
    keys = [str(value) for value in values if value != ""]
    choices = [(key, called[key]) for key in keys] if called.keys() >= set(keys) else []
    return Variable(name, title, "choice" if choices else "text", choices)


_KINDS = {"boolean": "boolean", "number": "number", "integer": "number", "double": "number"}


def _of_field(field: Field, name: str) -> Variable:
    """A field as it enters the engine: a box of its own for each choice, where it routes so."""
    if one := field.routes[name]:
        return Variable(name, f"{field.title}：{field.label(one)}", "boolean", [])
    kind = {"number": "number", "integer": "number", "boolean": "boolean"}.get(field.kind, "text")
    choices = [(choice.value, choice.title) for choice in field.choices]
    return Variable(name, field.title, "choice" if choices else kind, choices)
