"""The cells of a table's answers, each worked out with everything that its variables can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import islice, product
from math import prod

from app.engine.decision_tables import Output, scalar, summable, unfit
from app.engine.decisions import FUEL
from app.engine.feel import Env, FeelError, Program
from app.engine.proof.examples import (
    NUMERIC,
    OTHER,
    UNKNOWN_KIND,
    apart,
    literals,
    texts_beside,
)
from app.engine.proof.listed import Known, Listed
from app.engine.proof.rows import Fit, TooMany, bits
from app.engine.proof.survey import UNSETTLED, Survey, survey
from app.engine.proof.tables import Examined, Wrong, said
from app.engine.proof.values import MAX_COMBINATIONS

MAX_TOLD, MAX_ROWS = 3, 5
MAX_TRIED = 2000
MAX_BESIDE = 4
MANY = "一起看的变量取值组合太多，无法逐一核对，请拆成几张决策表"
_TEXTS = (OTHER, "1", "2024-01-01", "2024-01-01T08:00:00Z", "P1D")
"""Stand for a text that nobody has listed: it may be a number, a day, a moment or a while."""
_ANYTHING = (*_TEXTS, Decimal(1), True)
_ABSENT_WORDS = "。可能没有填的，请先判断是否为空，再计算"

Choice = tuple[object, ...]
"""One value; or several that stand for one, of which it is enough that the cell takes any."""


class Cells:
    """What the rows of one table answer, and the defaults where no row fits."""

    def __init__(self, examined: Examined, listed: Listed) -> None:
        self.examined, self.table, self.listed = examined, examined.table, listed
        self.rows = examined.rows
        self.beside = self._beside()
        self.under: dict[object, tuple[Fit, ...] | None] = {}
        self.surveys: dict[str, Survey] = {}

    def wrong(self) -> Iterator[Wrong]:
        """Cells that fail, or come to what their column does not take."""
        if self.examined.found is None or self.table.total == "COUNT":
            return  # too many to say anything, or no cell is looked at
        said_of: dict[tuple[str, str, str], list[int]] = {}
        for row, output, program in self._cells():
            for code, why in self._of(row, output, program):
                said_of.setdefault((code, output.label or output.name, why), []).append(row + 1)
        faults: dict[str, list[str]] = {}
        for (code, label, why), places in said_of.items():
            faults.setdefault(code, []).append(f"{_places(places)}的结果“{label}”{why}")
        for code, words in faults.items():
            more = f"；还有 {len(words) - MAX_TOLD} 处" if len(words) > MAX_TOLD else ""
            yield code, f"决策表“{self.table.name}”{'；'.join(words[:MAX_TOLD])}{more}"

    def lacking(self, absent: frozenset[str]) -> Iterator[str]:
        """Those of the variables without which a column or a cell cannot be worked out."""
        yield from self.rows.lacking(absent)
        for row, output, program in self._cells() if self.table.total != "COUNT" else ():
            for name in sorted(program.names & absent):
                if self._needs(row, output, program, name) and self._asked(row, {name: None}):
                    yield name

    def _needs(self, row: int, output: Output, program: Program, name: str) -> bool:
        choices = self._choices(row, program)
        for chosen in islice(product(*choices.values()), MAX_TRIED):
            asked = dict(zip(choices, chosen, strict=True))
            without = {each: choice for each, choice in asked.items() if each != name}
            if self._fails(output, program, without) and not self._fails(output, program, asked):
                return True
        return False

    def _cells(self) -> Iterator[tuple[int, Output, Program]]:
        """Every cell that may be asked, with its row; those of the defaults have none."""
        for row, rule in enumerate(self.table.rules):
            if self.examined.live >> row & 1:
                for output, program in zip(self.table.outputs, rule.values, strict=True):
                    yield row, output, program
        for output in self.table.outputs:
            if output.default is not None and self.examined.falls:
                yield -1, output, output.default

    # -- one cell ----------------------------------------------------------------------------------
    def _of(self, row: int, output: Output, program: Program) -> Iterator[Wrong]:
        """The first thing that is wrong with a cell."""
        choices, unsettled = self._choices(row, program), False
        if prod(map(len, choices.values())) > MAX_COMBINATIONS:
            yield "not-proved", MANY
            return
        for chosen in product(*choices.values()):
            asked = dict(zip(choices, chosen, strict=True))
            fails = partial(self._doubted, output, row >= 0, asked)
            why = fails(program, {})
            doubtful = not why and not unsettled and self.survey(program).unsettled(fails)
            if (why or doubtful) and self._asked(row, told(asked)):
                if why:
                    yield "decision-failed", worded(why, asked)
                    return
                unsettled = True
        if unsettled:
            yield "not-proved", UNSETTLED

    def _doubted(
        self,
        output: Output,
        summed: bool,
        asked: Mapping[str, Choice],
        program: Program,
        doubt: Known,
    ) -> str:
        flags = {name: (value,) for name, value in doubt.items()}
        return self._fails(output, program, {**asked, **flags}, summed=summed)

    def _fails(
        self, output: Output, program: Program, asked: Mapping[str, Choice], *, summed: bool = False
    ) -> str:
        """Why no value of these choices will do; nothing where some does."""
        first = ""
        for values in islice(product(*asked.values()), MAX_TRIED):
            why = self._fault(output, program, dict(zip(asked, values, strict=True)), summed)
            if not why:
                return ""
            first = first or why
        return first

    def _fault(self, output: Output, program: Program, known: Known, summed: bool) -> str:
        try:
            value = scalar(program.within(Env(known, fuel=FUEL)))
        except FeelError as fault:
            return f"算不出来：{fault}"
        if summed and self.table.hit == "COLLECT" and not summable(value):
            return "应为数字，因为各行要汇总"
        return unfit(output, value)

    # -- with what it is asked ---------------------------------------------------------------------
    def survey(self, program: Program) -> Survey:
        """Where numbers change what a cell comes to."""
        if program.text not in self.surveys:
            self.surveys[program.text] = survey(program, self.listed)
        return self.surveys[program.text]

    def _choices(self, row: int, program: Program) -> dict[str, list[Choice]]:
        points = self.survey(program).points
        return {
            name: self.choice(
                name,
                [*literals(program.text), *points.get(name, ())],
                texts_beside(program, name),
                self.beside.get(row, {}).get(name, ()),
            )
            for name in sorted(program.names)
        }

    def choice(
        self,
        name: str,
        numbers: Sequence[object],
        texts: Sequence[object],
        beside: Sequence[object] = (),
    ) -> list[Choice]:
        """All that a variable is tried with, of numbers and texts that are held against it."""
        given = self.listed.given.get(name, ())
        if (declared := self.listed.declared.get(name)) is not None:
            return _each([*declared, *given])
        bounds = self.listed.bounds.get(name, UNKNOWN_KIND)
        if bounds.kind in NUMERIC:
            return _each([*beside, *apart([Decimal(0), *numbers], bounds), *given])
        nothing: list[object] = [None] if bounds.empty else []
        if not bounds.kind:
            return [_ANYTHING, *_each([*nothing, *given])]
        exact = [*beside, *texts, *nothing, *given]
        return [_TEXTS, *_each([each for each in exact if each != OTHER])]

    def _beside(self) -> dict[int, dict[str, list[object]]]:
        """Some values of the columns' variables with which each row is come to."""
        found: dict[int, dict[str, list[object]]] = {}
        seen, left = Counter[int](), self.rows.all
        for fit, case in self.examined.found.fits.items() if self.examined.found else ():
            rows = [*bits(self.examined.taken(fit) & left)]
            rows += [] if fit.sure or seen[-1] >= MAX_BESIDE else [-1]
            for row in rows:
                seen[row] += 1
                for name, value in (each for asked in case for each in asked.items()):
                    found.setdefault(row, {}).setdefault(name, []).append(value)
                if seen[row] == MAX_BESIDE:
                    left &= ~(1 << row) if row >= 0 else -1
        return found

    def _asked(self, row: int, known: Known) -> bool:
        """Whether a row can be answered with, or no row fits, where some variables are so."""
        known = {name: value for name, value in known.items() if name in self.rows.looked_at}
        key = tuple((name, type(value), value) for name, value in known.items())
        if key not in self.under:
            try:
                self.under[key] = tuple(self.rows.under(known).fits)
            except TooMany:
                self.under[key] = None
        fits = self.under[key]
        if fits is None:
            return True
        if row < 0:
            return any(not fit.sure for fit in fits)
        return any(self.examined.taken(fit) >> row & 1 for fit in fits)


def _each(values: Sequence[object]) -> list[Choice]:
    return [(value,) for value in {(type(each), each): each for each in values}.values()]


def told(asked: Mapping[str, Choice]) -> Known:
    """What is said of the variables that the columns of a table can look at."""
    return {name: each[0] for name, each in asked.items() if each is not _ANYTHING}


def worded(why: str, asked: Mapping[str, Choice]) -> str:
    """Why something fails, with the values for which it does."""
    when = said({name: each[0] for name, each in asked.items() if len(each) == 1})
    empty = any(each == (None,) for each in asked.values())
    return f"{f'在 {when} 时' if when else ''}{why}{_ABSENT_WORDS if empty else ''}"


def _places(places: Sequence[int]) -> str:
    """`第 1、2、3 行`, at most five of them; the last is the default, as zero."""
    rows = [each for each in places if each]
    more = f" 等 {len(rows)} " if len(rows) > MAX_ROWS else " "
    words = [f"第 {'、'.join(map(str, rows[:MAX_ROWS]))}{more}行"] if rows else []
    return "和".join([*words, *(["默认值"] if 0 in places else [])])
