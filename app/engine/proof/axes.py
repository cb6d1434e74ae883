"""A column of a decision table as something to be asked: with which values, and how surely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.engine.decision_tables import Column
from app.engine.feel import Program
from app.engine.feel.lexer import tokens
from app.engine.proof.examples import (
    ARITHMETIC,
    UNKNOWN_KIND,
    apart,
    literals,
    named_beside,
    results,
    tells_apart,
)
from app.engine.proof.listed import Known, Listed


@dataclass(frozen=True, slots=True)
class Axis:
    """One column. `names` are the variables that it is asked with.

    Where its expression is not followed it is `computed`: asked with all that it may come to.
    `held` is what it holds each variable of unlisted values against.
    """

    column: Column
    tests: tuple[Program, ...]
    names: tuple[str, ...]
    held: dict[str, list[object]]
    computed: tuple[object, ...] = ()
    loose: bool = False
    """Not even the kind of its value is known."""
    vague: int = 0
    """Rows, as bits, whose test nobody can answer beforehand."""

    def value(self, known: Known) -> object:
        """What the column comes to. Raises FeelError."""
        return known[self.told] if self.computed else self.column.value.run(known)

    @property
    def told(self) -> str:
        """How a computed value is called."""
        label = self.column.label
        return f"{label}（算出）" if label in self.names else label


def axis_of(column: Column, tests: tuple[Program, ...], listed: Listed) -> Axis:
    """One column with its tests, row by row."""
    closed, asked = listed.declared.keys(), column.value.names
    empties = {name for name, each in listed.bounds.items() if each.empty}
    beside = {name for test in tests for name in test.names} & (closed | empties)
    said = [each for test in tests for each in _said(test, listed)]
    open_ = asked - closed
    vague = sum(
        1 << row
        for row, test in enumerate(tests)
        if test.names - closed or (open_ and not _simple(test))
    )
    if open_ and not tells_apart(column.value, open_, value=True):
        known = results(column.value, listed.declared)
        computed = tuple(apart(said) if known is None else known)
        return Axis(column, tests, tuple(sorted(beside)), {}, computed, known is None, vague)
    held = named_beside([column.value])
    loose = any(not listed.bounds.get(name, UNKNOWN_KIND).kind for name in open_)
    own = [] if results(column.value, listed.declared) == [True, False] else said
    against = {name: [*own, *held.get(name, [])] for name in open_}
    return Axis(column, tests, tuple(sorted(asked | beside)), against, (), loose, vague)


def any_value(test: Program) -> bool:
    """Whether a cell takes everything."""
    return test.text.strip() in {"", "-"}


def _said(test: Program, listed: Listed) -> Iterator[object]:
    if not any_value(test):
        yield from literals(test.text)
    for name in test.names & listed.declared.keys():
        yield from listed.declared[name]


def _simple(test: Program) -> bool:
    """Whether a cell only holds its value against what is written out or listed."""
    parts = tokens(test.text)
    signs = {part.text for part in parts if part.kind == "sign"}
    reckoned = any(
        two.text == "-" and (one.kind != "sign" or one.text in {")", "]"})
        for one, two in pairwise(parts)
    )
    return any_value(test) or not (test.calls or reckoned or signs & (ARITHMETIC - {"-"}))
