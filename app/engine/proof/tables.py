"""What is wrong with a decision table: cases that no row or several rows fit, and rows for none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from app.engine.decision_tables import Rule, Table
from app.engine.feel import FeelError
from app.engine.proof.axes import any_value
from app.engine.proof.listed import Known, Listed
from app.engine.proof.rows import Case, Fit, Found, Rows, TooMany, bits
from app.engine.proof.survey import UNSETTLED
from app.engine.proof.values import written

DEAD = "decision-row-dead"
Wrong = tuple[str, str]
"""A stable code, and what to say."""


class Examined:
    """One table, asked with everything that its variables can be."""

    def __init__(self, table: Table, listed: Listed) -> None:
        self.table = table
        self.rows = Rows(table, listed)
        self.found: Found | None
        try:
            self.found = self.rows.survey()
        except TooMany:
            self.found = None
        self.default = all(output.default is not None for output in table.outputs)
        fits = self.found.fits if self.found else {Fit(0, self.rows.all): ()}
        self.live = 0
        for fit in fits:
            self.live |= self.taken(fit)
        self.falls = any(not fit.sure for fit in fits)
        """Whether a case may come to none of the rows."""

    def taken(self, fit: Fit) -> int:
        """The rows whose outputs may be given."""
        first = fit.sure & -fit.sure
        upto = (first << 1) - 1 if first and self.table.hit == "FIRST" else -1
        return (fit.sure | fit.maybe) & upto

    def wrong(self) -> Iterator[Wrong]:
        """Everything that is wrong, each kind with one case."""
        called = f"决策表“{self.table.name}”"
        if self.found is None:
            what = "一起看的变量取值组合太多，无法逐一核对，请拆成几张决策表"
            yield "not-proved", f"{called}{what}"
            return
        told = [*self._failing(self.found), *self._fitting(self.found)] or list(self.dead())
        for code, what in dict(reversed(told)).items():
            yield code, f"{called}{what}"

    # -- what cannot be worked out -----------------------------------------------------------------
    def _failing(self, found: Found) -> Iterator[Wrong]:
        for at, (why, asked) in sorted(found.failing.items()):
            label = self.table.columns[at].label
            if why == UNSETTLED:
                yield "not-proved", f"的输入“{label}”{why}"
                continue
            yield "decision-failed", f"的输入“{label}”在 {said(asked)} 时算不出来：{why}"

    def _broken(self, fit: Fit, case: Case) -> Iterator[Wrong]:
        first = fit.sure & -fit.sure
        reached = fit.broken & ((first - 1) if first and self.table.hit == "FIRST" else -1)
        for row in list(bits(reached))[:1]:
            rule = self.table.rules[row]
            for at, asked in enumerate(case):
                if self.rows.fit(at, asked).broken >> row & 1:
                    place = f"第 {rule.number} 行“{self.table.columns[at].label}”"
                    why = self._why(rule, at, asked)
                    yield "decision-failed", f"{place}在 {said(asked)} 时无法判断：{why}"
                    return

    def _why(self, rule: Rule, at: int, asked: Known) -> str:
        try:
            rule.tests[at].run(asked, self.rows.axes[at].value(asked))
        except FeelError as fault:
            return str(fault)
        return ""

    # -- what fits ---------------------------------------------------------------------------------
    def _fitting(self, found: Found) -> Iterator[Wrong]:
        for fit, case in found.fits.items():
            yield from self._broken(fit, case)
            if not fit.sure and not fit.broken and not self._stays():
                yield self._nothing(fit, case)
            elif self.table.hit in {"UNIQUE", "ANY"}:
                yield from self._several(fit, case)

    def _stays(self) -> bool:
        """Whether the table has an answer where no row fits."""
        return self.default or self.table.total == "COUNT"

    def _nothing(self, fit: Fit, case: Case) -> Wrong:
        advice = "请补上这种情形的行，或给输出写默认值"
        if fit.maybe:
            return "not-proved", f"没有证明总有一行适用：有的格事先无法判断，{advice}"
        return "decision-no-row", f"{self._when(self._against(case))}没有一行适用，{advice}"

    def _several(self, fit: Fit, case: Case) -> Iterator[Wrong]:
        rules = self.table.rules
        for one, two in combinations(list(bits(fit.sure | fit.maybe)), 2):
            if self.table.hit == "ANY" and _agree(rules[one], rules[two]):
                continue
            numbers = f"第 {rules[one].number}、{rules[two].number} 行"
            if not (fit.sure >> one & fit.sure >> two & 1):
                what = f"没有证明{numbers}不会同时适用：有的格事先无法判断，请改用 FIRST"
                yield "not-proved", what
                continue
            when = self._when(self._of(case, (one, two)))
            if self.table.hit == "ANY":
                what = f"{numbers}同时适用而输出不同，命中策略 ANY 要求它们一样"
                yield "decision-rows-disagree", f"{when}{what}"
            else:
                what = f"{numbers}同时适用，但命中策略 UNIQUE 只许一行，请改条件或改用 FIRST"
                yield "decision-several-rows", f"{when}{what}"
            return

    # -- rows for no case --------------------------------------------------------------------------
    def dead(self) -> Iterator[Wrong]:
        """Rows that no case takes."""
        found = self.found
        if found is None:
            return
        for row, rule in reversed(list(enumerate(self.table.rules))):
            if self.live >> row & 1 or all(map(any_value, rule.tests)):
                continue  # a last row that takes everything may be there for safety
            yield DEAD, f"第 {rule.number} 行永远用不到：{self._reason(found, row)}"

    def _reason(self, found: Found, row: int) -> str:
        for at, column in enumerate(self.table.columns):
            if not found.ever.get(at, 0) >> row & 1:
                text = self.table.rules[row].tests[at].text.strip()[:40]
                return f"“{column.label}”不会是 {text}，请改正这一格，或者删除这一行"
        if self.table.hit == "FIRST" and row:
            what = "前面的行已经包括了它的情形，或它的几个条件不会同时成立"
            return f"{what}，请调整行的次序或条件，或者删除它"
        return "它的几个条件不会同时成立，请改正条件，或者删除这一行"

    # -- cases in words ----------------------------------------------------------------------------
    def _when(self, asked: Iterable[Known]) -> str:
        words = said({name: value for each in asked for name, value in each.items()})
        return f"在 {words} 时" if words else ""

    def _of(self, case: Case, rows: Iterable[int]) -> Iterator[Known]:
        """The columns of a case that these rows look at."""
        rules = [self.table.rules[row] for row in rows]
        for at, asked in enumerate(case):
            if not all(any_value(rule.tests[at]) for rule in rules):
                yield asked

    def _against(self, case: Case) -> Iterator[Known]:
        """As few columns of a case as keep all rows from fitting."""
        left, shown = self.rows.all, set[int]()
        fits = [self.rows.fit(at, asked) for at, asked in enumerate(case)]
        stopped = {at: left & ~fit.sure for at, fit in enumerate(fits)}
        while left and stopped:
            most = max(stopped, key=lambda at: (stopped[at] & left).bit_count())
            shown.add(most)
            left &= ~stopped.pop(most)
        return (case[at] for at in sorted(shown))


def said(asked: Known) -> str:
    """Values in words: `in_limit = false`."""
    return "、".join(f"{name} = {written(value)}" for name, value in asked.items())


def _agree(one: Rule, two: Rule) -> bool:
    """Whether two rows give the same: written alike, or the same value written otherwise."""
    for mine, other in zip(one.values, two.values, strict=True):
        if mine.text.strip() == other.text.strip():
            continue
        if mine.names or other.names:
            return False
        try:
            if mine.run({}) != other.run({}):
                return False
        except FeelError:
            return False
    return True
