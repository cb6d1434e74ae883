"""Which rows of a decision table can fit together, found by asking it with every kind of value.

Column by column, only the sets of rows that are still in play are kept, each with one case that
leads to it. Columns that read the same variable are asked with the same value of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from itertools import product
from math import prod
from typing import NamedTuple

from app.engine.decision_tables import Table
from app.engine.feel import FeelError, Program
from app.engine.proof.axes import Axis, any_value, axis_of
from app.engine.proof.examples import NUMERIC, OTHER, UNKNOWN_KIND, apart, literals
from app.engine.proof.listed import Known, Listed
from app.engine.proof.survey import UNSETTLED, Survey, survey
from app.engine.proof.values import MAX_COMBINATIONS, fails_of_nothing, failure, written

MAX_PAIRS = 20_000
"""Sets of rows that are in play, times what the next column says of them."""
Case = tuple[Known, ...]
"""By column: the values with which it was asked."""


class TooMany(ValueError):
    """More combinations than are gone through."""


class Fit(NamedTuple):
    """Rows as bits: they fit, they may fit, their test cannot be worked out."""

    sure: int
    maybe: int = 0
    broken: int = 0


@dataclass(slots=True)
class Found:
    """Everything that the rows of one table may come to."""

    fits: dict[Fit, Case] = field(default_factory=dict)
    failing: dict[int, tuple[str, Known]] = field(default_factory=dict)
    """Columns that cannot be worked out: why, and with which values."""
    allowed: dict[int, dict[str, dict[str, object]]] = field(default_factory=dict)
    """Of each row: the values of the variables that let it pass, as they are written."""
    ever: dict[int, int] = field(default_factory=dict)
    """Of each column: the rows that some value of it fits."""


class Rows:
    """The rows of one table under everything that its variables can be."""

    def __init__(self, table: Table, listed: Listed) -> None:
        self.table, self.listed = table, listed
        columns = enumerate(table.columns)
        self.axes = [
            axis_of(each, tuple(rule.tests[at] for rule in table.rules), listed)
            for at, each in columns
        ]
        names = [name for axis in self.axes for name in axis.names]
        self.values = {name: self._values(name) for name in names}
        self.shared = sorted({name for name in names if names.count(name) > 1})
        self.all = (1 << len(table.rules)) - 1
        self.found = Found()
        self.known: dict[object, Fit | FeelError] = {}

    def survey(self) -> Found:
        """Every set of rows that can fit, each with a case. Raises TooMany."""
        for at, axis in enumerate(self.axes):
            self._failing(at, axis)
        return self._gone_through()

    @property
    def looked_at(self) -> frozenset[str]:
        """The variables that make a difference to which rows fit."""
        return frozenset(self.values).union(*(axis.column.value.names for axis in self.axes))

    def under(self, known: Known) -> Found:
        """What the rows can come to where some variables are so. Raises TooMany."""
        if not known:
            return self.found
        held = {name: [value] for name, value in known.items() if name in self.values}
        narrow = copy(self)
        narrow.values, narrow.found = self.values | held, Found()
        narrow.axes = [self._narrowed(axis, known) for axis in self.axes]
        return narrow._gone_through()

    def _gone_through(self) -> Found:
        for shared in self._product(self.shared):
            front: dict[Fit, Case] = {Fit(self.all): ()}
            for at, axis in enumerate(self.axes):
                front = self._next(front, at, self._cases(at, axis, shared))
            for fit, case in front.items():
                self.found.fits.setdefault(fit, case)
        return self.found

    def fit(self, at: int, asked: Known) -> Fit:
        """What one column says of all rows, asked like this. Raises FeelError."""
        key = at, *((name, type(value), value) for name, value in asked.items())
        if key not in self.known:
            try:
                self.known[key] = self._fit(at, asked)
            except FeelError as fault:
                self.known[key] = fault
        if isinstance(found := self.known[key], FeelError):
            raise found.with_traceback(None)
        return found

    def _fit(self, at: int, asked: Known) -> Fit:
        axis, sure, maybe, broken = self.axes[at], 0, 0, 0
        try:
            value = axis.value(asked)
        except FeelError:
            if axis.loose:
                return Fit(0, self.all)
            raise
        stands_in = OTHER in (value, *asked.values())
        for row, test in enumerate(axis.tests):
            bit = 1 << row
            vague = bool(axis.vague & bit)
            if vague and (stands_in or not test.names <= asked.keys()):
                maybe |= bit
                continue
            try:
                fits = test.run(asked, value) is True
            except FeelError:
                broken |= bit
                continue
            maybe |= bit if vague else 0
            sure |= bit if fits and not vague else 0
        return Fit(sure, maybe | broken) if axis.loose else Fit(sure, maybe, broken)

    def lacking(self, absent: frozenset[str]) -> Iterator[str]:
        """Those of the variables without which a column cannot be worked out."""
        for axis in self.axes:
            program = axis.column.value
            read = sorted(program.names)
            self.values |= {name: self._values(name) for name in read if name not in self.values}
            with suppress(TooMany):
                for name, asked in product(program.names & absent, self._product(read)):
                    known = {each: value for each, value in asked.items() if each != name}
                    if failure(program, known) and not failure(program, asked):
                        yield name

    # -- with what it is asked ---------------------------------------------------------------------
    def _values(self, name: str) -> list[object]:
        given = self.listed.given.get(name, ())
        if (known := self.listed.declared.get(name)) is None:
            held = [each for axis in self.axes for each in axis.held.get(name, ())]
            known = apart(held, self.listed.bounds.get(name, UNKNOWN_KIND))
        return list({(type(each), each): each for each in (*known, *given)}.values())

    def _product(
        self, names: Sequence[str], among: Mapping[str, Sequence[object]] | None = None
    ) -> Iterator[dict[str, object]]:
        values = {name: (among or self.values)[name] for name in names}
        if prod(map(len, values.values())) > MAX_COMBINATIONS:
            raise TooMany
        return _each(values)

    def _asked(self, axis: Axis, shared: Known) -> Iterator[dict[str, object]]:
        own = {name: shared[name] for name in axis.names if name in shared}
        for private in self._product([name for name in axis.names if name not in shared]):
            if not axis.computed:
                yield own | private
            for value in axis.computed:
                yield own | private | {axis.told: value}

    def _cases(self, at: int, axis: Axis, shared: Known) -> dict[Fit, Known]:
        """What the column says of the rows, with the first case of each."""
        cases: dict[Fit, Known] = {}
        for asked in self._asked(axis, shared):
            try:
                fit = self.fit(at, asked)
            except FeelError as fault:
                self.found.failing.setdefault(at, (str(fault), asked))
                continue
            cases.setdefault(fit, asked)
            self._note(at, fit, asked)
        return cases

    def _failing(self, at: int, axis: Axis) -> None:
        """A column that is not followed may still be seen to fail: of nothing, or of a zero."""
        if not (axis.computed or axis.loose):
            return
        program, bounds = axis.column.value, self.listed.bounds
        open_ = [name for name in program.names if name not in self.listed.declared]
        loose = [name for name in open_ if not bounds.get(name, UNKNOWN_KIND).kind]
        found, unsettled = survey(program, self.listed), dict[int, tuple[str, Known]]()
        for asked in self._tried(program, open_, found):
            stands_in = bool(loose) or OTHER in asked.values()
            if why := (fails_of_nothing if stands_in else _fails)(program, asked, loose):
                self.found.failing.setdefault(at, (why, asked))
            elif at not in unsettled and found.unsettled(partial(_doubted, asked), stands_in):
                unsettled[at] = UNSETTLED, asked
        self.found.failing = unsettled | self.found.failing

    def _tried(
        self, program: Program, open_: Sequence[str], found: Survey
    ) -> Iterator[dict[str, object]]:
        """What such a column is asked with; fewer values where those are too many."""
        read, bounds = sorted(program.names), self.listed.bounds
        own = {name: self.values.get(name) or self._values(name) for name in read}
        near = [Decimal(0), *literals(program.text)]
        wide = own | {
            name: apart([*near, *found.points.get(name, ())], bounds[name]) + own[name]
            for name in open_
            if name in bounds and bounds[name].kind in NUMERIC
        }
        if prod(map(len, wide.values())) <= MAX_COMBINATIONS:
            return _each(wide)
        if found.breaks:
            raise TooMany
        empty = any(bounds[name].empty for name in open_ if name in bounds)
        return self._product(read, own) if empty else iter(())

    def _narrowed(self, axis: Axis, known: Known) -> Axis:
        """A column that is not followed, where all of it is known, or some is nothing or zero."""
        program = axis.column.value
        held = {name: [value] for name, value in known.items() if name in program.names}
        exact = len(held) == len(program.names) and [OTHER] not in held.values()
        empty = not axis.loose and any(value in ([None], [0]) for value in held.values())
        if not axis.computed or not (exact or empty):
            return axis
        found: dict[str, object] = {}
        with suppress(TooMany):
            values = {name: self._values(name) for name in program.names} | held
            for asked in self._product(sorted(values), values):
                with suppress(FeelError):
                    value = program.run(asked)
                    found[written(value)] = value
        return replace(axis, computed=tuple(found.values())) if found else axis

    def _note(self, at: int, fit: Fit, asked: Known) -> None:
        passed = fit.sure | fit.maybe
        self.found.ever[at] = self.found.ever.get(at, 0) | passed
        for row in bits(passed):
            allowed = self.found.allowed.setdefault(row, {})
            for name in self.axes[at].names:
                allowed.setdefault(name, {})[written(asked[name])] = asked[name]

    # -- the rows that are left --------------------------------------------------------------------
    def _next(self, front: dict[Fit, Case], at: int, cases: dict[Fit, Known]) -> dict[Fit, Case]:
        after: dict[Fit, Case] = {}
        if len(front) * len(cases) > MAX_PAIRS:
            raise TooMany
        settled = self._settled(at)
        for (before, case), (fit, asked) in product(front.items(), cases.items()):
            left = _both(before, fit)
            if self.table.hit == "FIRST" and (done := left.sure & settled):
                upto = ((done & -done) << 1) - 1
                left = Fit(left.sure & upto, left.maybe & upto, left.broken & upto)
            after.setdefault(left, (*case, asked))
        return after

    def _settled(self, at: int) -> int:
        """The rows that take everything in the columns behind this one."""
        return sum(
            1 << row
            for row, rule in enumerate(self.table.rules)
            if all(map(any_value, rule.tests[at + 1 :]))
        )


def _both(before: Fit, fit: Fit) -> Fit:
    alive = before.sure | before.maybe
    sure = before.sure & fit.sure
    return Fit(
        sure,
        alive & (fit.sure | fit.maybe) & ~sure,
        before.broken | (alive & fit.broken),
    )


def _each(values: Mapping[str, Sequence[object]]) -> Iterator[dict[str, object]]:
    return (dict(zip(values, chosen, strict=True)) for chosen in product(*values.values()))


def _fails(program: Program, known: Known, _: Sequence[str]) -> str:
    return failure(program, known)


def _doubted(asked: Known, program: Program, doubt: Known) -> str:
    return failure(program, asked, doubt)


def bits(rows: int) -> Iterable[int]:
    """The rows of a set, the topmost first."""
    return (row for row in range(rows.bit_length()) if rows >> row & 1)
