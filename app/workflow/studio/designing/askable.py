"""What conditions within a form may ask for: which fields, how compared, with which answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.engine.policy_words import LABELS
from app.workflow.forms import Field, Form
from app.workflow.forms.conditions import OUTCOME
from app.workflow.studio.designing import tests

_COMPARES = {
    "choice": (tests.IS,),
    "choices": (tests.HAS,),
    "boolean": (tests.IS,),
    "number": (tests.ABOVE, tests.LEAST),
    "integer": (tests.ABOVE, tests.LEAST),
}


@dataclass(frozen=True, slots=True)
class Askable:
    """One field that a condition may ask for; without options its value is a number."""

    key: str
    title: str
    compares: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


def askable(form: Form, path: str, outcomes: Mapping[str, str], *, earlier: bool) -> list[Askable]:
    """For the conditions of one field: the others, or only those that stand before it."""
    found = [Askable(OUTCOME, "办理结果", (tests.IS,), _with_asked(form, OUTCOME, outcomes))]
    for one in form.fields:
        if one.key == path and earlier:
            break
        if one.key != path and one.kind in _COMPARES:
            found.append(_of(form, one))
    return found


def _of(form: Form, one: Field) -> Askable:
    options = {choice.value: choice.title for choice in one.choices}
    asked = _with_asked(form, one.key, options) if options else ()
    return Askable(one.key, one.title, _COMPARES[one.kind], asked)


def _with_asked(form: Form, key: str, options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The options, and what a condition asks for without its being one: it is not to be lost."""
    shown = [one.show_if for one in form.fields if one.show_if is not None]
    lost = {
        value: f"{LABELS.get(value, value)}（没有这一项）"
        for condition in (*shown, *(rule.condition for rule in form.rules))
        for test in condition.tests()
        if test.field == key
        for value in test.values
        if isinstance(value, str) and value not in options
    }
    return (*options.items(), *lost.items())
