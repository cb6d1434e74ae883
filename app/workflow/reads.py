"""What code reads of a form: fields that a district may reword and move, but not take away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.engine.contents import placed
from app.errors import Finding
from app.workflow.forms import Field, Form, read
from app.workflow.forms.conditions import OUTCOME, Condition, Test
from app.workflow.forms.form import Rule

_ASKS = "这个事项要用到“{}”，"
_MISSING = _ASKS + "请加回来（编号 {}）"
_KEEP = _ASKS + "不能删除，也不能改编号"
_TYPE = _ASKS + "类型和格式不能改，请改回来"
_NEED = _ASKS + "原来必填的仍要必填，请改回来"
_HIDDEN = _ASKS + "不能隐藏，也不能加显示条件，请改回来"
_OPTION = _ASKS + "请把选项“{}”加回来"


@dataclass(frozen=True, slots=True)
class Reads:
    """The fields of one shipped form that code reads, a column as `workers.name`.

    `answers` are choices of which it knows some answers: those stay to be chosen.
    """

    fields: tuple[str, ...] = ()
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lost:
    """One field that is not as it is needed: which of its settings, and what to do about it."""

    path: str
    what: str
    words: str


@dataclass(frozen=True)
class Measure:
    """A form as it ships, and what is read of it: the measure of any that stands in for it.

    What a field needs in order to be asked for is needed as well: what its conditions test.
    """

    shipped: Form
    reads: Reads

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every field that is needed, by path."""
        front = [*self.reads.fields, *self.reads.answers]
        found: dict[str, Field] = {}
        while front:
            path = front.pop()
            one = _at(self.shipped, path)
            if one is None:
                raise KeyError(f"{self.shipped.key} has no field {path}")
            if path not in found:
                found[path] = one
                key, _, column = path.partition(".")
                front += [key] if column else [test.field for test in self._tests(key)]
        return found

    @cached_property
    def answers(self) -> Mapping[str, frozenset[str]]:
        """The options of each that have to stay."""
        found = {path: set(some) for path, some in self.reads.answers.items()}
        for path in self.fields:
            for test in self._tests(path):
                found.setdefault(test.field, set()).update(map(str, test.values))
        return {path: frozenset(some) for path, some in found.items()}

    def _tests(self, key: str) -> Iterator[Test]:
        """What decides whether a field is asked for, or must be answered."""
        one = self.shipped.by_key.get(key)
        conditions = [one.show_if] if one and one.show_if else []
        conditions += [rule.condition for rule in self.shipped.rules
                       if key in (*rule.then, *rule.otherwise)]  # fmt: skip
        for condition in conditions:
            yield from (test for test in condition.tests() if test.field != OUTCOME)

    def lost(self, form: Form) -> Iterator[Lost]:
        """All that is needed and that this form does not give."""
        for path, ours in self.fields.items():
            here = _at(form, path)
            if here is None:
                yield Lost(path, "key", _MISSING.format(ours.title, path))
                continue
            if _kind(here) != _kind(ours):
                yield Lost(path, "key", _TYPE.format(here.title))
            elif not _as_needed(form, self.shipped, path):
                yield Lost(path, "need", _NEED.format(here.title))
            if not _as_shown(here, ours):
                yield Lost(path, "show-rows", _HIDDEN.format(here.title))
            left = {choice.value for choice in here.choices}
            for choice in ours.choices:
                if choice.value in self.answers.get(path, frozenset()) - left:
                    yield Lost(path, "option_0", _OPTION.format(here.title, choice.title))


def measures(
    reads: Mapping[str, Reads], files: Mapping[str, str], shipped: Mapping[str, str], key: str
) -> dict[str, list[Measure]]:
    """What is needed of each form of these files: of the one a case begins with, of those that
    shipped steps ask now, and of those that go by a shipped name.
    """
    drawn, ours = files.get(f"{key}.bpmn", ""), shipped.get(f"{key}.bpmn", "")
    begins, began = placed(drawn, "startForm"), placed(ours, "startForm")
    asks, asked = placed(drawn, "form"), placed(ours, "form")
    found: dict[str, list[Measure]] = {}
    for name, some in reads.items():
        file = f"forms/{name}.json"
        measure = Measure(read(shipped[file], file), some)
        if name in began.values():
            used = set(begins.values())
        else:
            mine = {step for step, form in asked.items() if form == name}
            used = {form for step, form in asks.items() if step in mine or form == name}
        for one in used:
            found.setdefault(one, []).append(measure)
    return found


def lost(form: Form, by: Sequence[Measure]) -> list[Lost]:
    """All that is needed and that this form does not give."""
    return list(dict.fromkeys(each for measure in by for each in measure.lost(form)))


def kept(one: Field) -> str:
    """Why a field that is needed does not go."""
    return _KEEP.format(one.title)


def findings(form: Form, by: Sequence[Measure]) -> list[Finding]:
    """The same, as publishing is told of it."""
    at = f"forms/{form.key}.json#/"
    return [
        Finding("form-reads", at + one.path.replace(".", "/"), one.words) for one in lost(form, by)
    ]


def _at(form: Form, path: str) -> Field | None:
    key, _, column = path.partition(".")
    one = form.by_key.get(key)
    if one is None or not column:
        return one
    return next((each for each in one.columns if each.key == column), None)


def _kind(one: Field) -> tuple[object, ...]:
    const = None if one.stamp else one.schema.get("const")  # a stamped text may be a newer one
    return one.kind, one.format, one.stamp, const


def _as_needed(form: Form, shipped: Form, path: str) -> bool:
    """Whether it must be answered wherever the shipped form asks so."""
    key, _, column = path.partition(".")
    if column:
        return column not in _beneath(shipped, key) or column in _beneath(form, key)
    if key in form.required:
        return True
    return key not in shipped.required and all(
        any(_asks_as(mine, rule, key) for mine in form.rules)
        for rule in shipped.rules
        if key in (*rule.then, *rule.otherwise)
    )


def _asks_as(mine: Rule, rule: Rule, key: str) -> bool:
    """Whether one rule asks for a field wherever the other does."""
    if key in rule.then:
        return key in mine.then and _within(rule.condition, mine.condition)
    return key in mine.otherwise and _within(mine.condition, rule.condition)


def _beneath(form: Form, table: str) -> list[str]:
    found: list[str] = form.by_key[table].schema["items"].get("required", [])
    return found


def _as_shown(here: Field, ours: Field) -> bool:
    """Whether it is asked for wherever the shipped form asks it."""
    if here.widget == "hidden" and ours.widget != "hidden":
        return False
    if "ui:access" in here.ui and here.ui["ui:access"] != ours.ui.get("ui:access"):
        return False
    if here.show_if is None:
        return True
    return ours.show_if is not None and _within(ours.show_if, here.show_if)


def _within(narrow: Condition, wide: Condition) -> bool:
    """Whether the one plainly never holds where the other does not."""
    return all(
        any(
            all(any(_implies(mine, test) for mine in row) for test in other)
            for other in wide.alternatives
        )
        for row in narrow.alternatives
    )


def _implies(one: Test, other: Test) -> bool:
    if (one.field, one.how) != (other.field, other.how):
        return False
    return set(one.values) <= set(other.values) and one.bound >= other.bound
