"""The tests of a table's rows that reckon, each tried with everything that its variables can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod

from app.engine.feel import FeelError, Program
from app.engine.proof.axes import any_value
from app.engine.proof.cells import MANY, Cells, Choice, told, worded
from app.engine.proof.examples import literals, texts_beside
from app.engine.proof.listed import Known
from app.engine.proof.rows import TooMany
from app.engine.proof.survey import UNSETTLED, Survey, survey
from app.engine.proof.tables import Wrong
from app.engine.proof.values import MAX_COMBINATIONS


class Tests:
    """The tests of one table in which a number may be what lets them fail."""

    def __init__(self, cells: Cells) -> None:
        self.cells, self.table = cells, cells.table
        self.rows = cells.rows

    def wrong(self) -> Iterator[Wrong]:
        """The first test that fails in some case, or of which that is not settled."""
        for at, column in enumerate(self.table.columns):
            value = survey(column.value, self.cells.listed)
            mixed = value.branches and self.rows.axes[at].loose
            for row, rule in enumerate(self.table.rules):
                test = rule.tests[at]
                if any_value(test):
                    continue
                found = survey(test, self.cells.listed, value.lines, cell=True)
                if not (found.breaks or found.branches or mixed):
                    continue
                for code, why in self._of(row, at, found):
                    place = f"第 {rule.number} 行“{column.label}”"
                    yield code, f"决策表“{self.table.name}”{place}{why}"
                    return

    def _of(self, row: int, at: int, found: Survey) -> Iterator[Wrong]:
        test, unsettled = self.table.rules[row].tests[at], False
        choices = self._choices(test, self.table.columns[at].value, found)
        if prod(map(len, choices.values())) > MAX_COMBINATIONS:
            yield "not-proved", MANY
            return
        for chosen in product(*choices.values()):
            asked = dict(zip(choices, chosen, strict=True))

            def fails(program: Program, doubt: Known, asked: Mapping[str, Choice] = asked) -> str:
                return self._fails(at, program, asked, doubt)

            why = fails(test, {})
            doubtful = not why and not unsettled and found.unsettled(fails)
            if (why or doubtful) and self._reached(row, at, told(asked)):
                if why:
                    yield "decision-failed", worded(f"无法判断：{why}", asked)
                    return
                unsettled = True
        if unsettled:
            yield "not-proved", UNSETTLED

    def _choices(self, test: Program, value: Program, found: Survey) -> dict[str, list[Choice]]:
        own = survey(value, self.cells.listed).points
        numbers = [*literals(test.text), *literals(value.text)]
        texts = [each for each in numbers if isinstance(each, str)]
        return {
            name: self.cells.choice(
                name,
                [*numbers, *found.points.get(name, ()), *own.get(name, ())],
                [*texts_beside(value, name), *texts_beside(test, name), *texts],
            )
            for name in sorted(test.names | value.names)
        }

    def _fails(self, at: int, test: Program, asked: Mapping[str, Choice], doubt: Known) -> str:
        """Why the test fails for all values of these choices; nothing where it does for none."""
        first = ""
        for values in product(*asked.values()):
            known = dict(zip(asked, values, strict=True))
            try:
                value = self.table.columns[at].value.run(known)
            except FeelError:
                continue  # told of the column
            try:
                test.run({**known, **doubt}, value)
            except FeelError as fault:
                first = first or str(fault)
            else:
                return ""
        return first

    def _reached(self, row: int, at: int, known: Known) -> bool:
        """Whether some case with these values comes to this column of this row."""
        seen = {name: value for name, value in known.items() if name in self.rows.looked_at}
        try:
            found = self.rows.under(seen)
        except TooMany:
            return True
        if not all(found.ever.get(each, 0) >> row & 1 for each in range(at)):
            return False
        above = (1 << row) - 1
        return self.table.hit != "FIRST" or any(not fit.sure & above for fit in found.fits)
