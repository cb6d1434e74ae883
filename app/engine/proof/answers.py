"""What decision tables may answer: the rows that can apply, whatever they were asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from app.engine.decision_tables import AGGREGATORS, Output, Table, folded, scalar, summable
from app.engine.decisions import Decision
from app.engine.feel import FeelError, Program
from app.engine.proof.cells import Cells
from app.engine.proof.listed import Listed
from app.engine.proof.rows import bits
from app.engine.proof.tables import DEAD, Examined, Wrong
from app.engine.proof.tests_tried import Tests

MAX_COMBINATIONS = 500
MAX_TOTALS = 200
UNKNOWN = object()
"""Stands for an output that rests on values which nobody has listed."""

Answer = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answered:
    """Each combination of outputs that a decision comes to; and what is wrong with its tables.

    `idle` are the rows for no case, also where there is worse to say.
    """

    decision: Decision
    answers: tuple[Answer, ...]
    wrong: tuple[Wrong, ...]
    idle: tuple[Wrong, ...]
    asked: tuple[Cells, ...]

    @property
    def fails(self) -> tuple[Wrong, ...]:
        """What is wrong for some case, and not only written in vain."""
        return tuple(each for each in self.wrong if each[0] != DEAD)

    def lacking(self, absent: frozenset[str]) -> Iterator[Wrong]:
        """What is wrong where some variables have no value yet."""
        names = sorted({name for each in self.asked for name in each.lacking(absent)})
        if names:
            what = (
                f"决策表“{self.decision.name}”要看“{'、'.join(names)}”，但走到这里时它还没有值，"
                "请把给出它的步骤（表单或决策任务）放到前面"
            )
            yield "variable-unset", what


def answered(decision: Decision, listed: Listed) -> Answered:
    """A decision asked with everything that its variables can be, required ones first."""
    wrong: list[Wrong] = []
    idle: list[Wrong] = []
    answers: list[Answer] = []
    asked: list[Cells] = []
    for table in decision.tables:
        examined = Examined(table, listed)
        found = [*examined.wrong()]
        idle += ((code, f"决策表“{table.name}”{what}") for code, what in examined.dead())
        cells = Cells(examined, listed)
        if all(code != "decision-failed" for code, _ in found):
            found += Tests(cells).wrong()
        wrong += [*found, *cells.wrong()]
        asked.append(cells)
        answers = _answers(examined, listed)
        listed = _with(listed, table, answers)
    return Answered(decision, tuple(answers), tuple(wrong), tuple(idle), tuple(asked))


def _with(listed: Listed, table: Table, answers: Sequence[Answer]) -> Listed:
    """What is known to the tables that require this one."""
    declared, bounds = dict(listed.declared), dict(listed.bounds)
    given = dict(listed.given)
    for output in table.outputs:
        values = [answer[output.name] for answer in answers]
        names = [output.name, table.element] if len(table.outputs) == 1 else [output.name]
        for name in names:
            for known in (declared, bounds, given):
                known.pop(name, None)
            if UNKNOWN not in values:
                declared[name] = list({(type(each), each): each for each in values}.values())
    return Listed(declared, given, bounds)


def _answers(examined: Examined, listed: Listed) -> list[Answer]:
    table = examined.table
    if table.hit == "COLLECT":
        return _totals(examined)
    found: list[Answer] = []
    for row in bits(examined.live):
        allowed = examined.found.allowed.get(row, {}) if examined.found else {}
        known = {name: _values(listed, name) for name in listed.declared}
        known |= {n: list(v.values()) for n, v in allowed.items() if n in listed.declared}
        found += _of_row(table.outputs, table.rules[row].values, known)
    defaults = [each.default for each in table.outputs if each.default is not None]
    if examined.default and examined.falls:
        known = {name: _values(listed, name) for name in listed.declared}
        found += _of_row(table.outputs, defaults, known)
    return list({tuple((n, type(v), v) for n, v in each.items()): each for each in found}.values())


def _values(listed: Listed, name: str) -> list[object]:
    return [*listed.declared[name], *listed.given.get(name, ())]


def _of_row(
    outputs: Sequence[Output], row: Sequence[Program], known: Mapping[str, Sequence[object]]
) -> list[Answer]:
    names = sorted({name for program in row for name in program.names if name in known})
    many = 1
    for name in names:
        many *= len(known[name])
    if many > MAX_COMBINATIONS:
        return [{output.name: UNKNOWN for output in outputs}]
    found: list[Answer] = []
    for values in product(*(known[name] for name in names)):
        context = dict(zip(names, values, strict=True))
        given = [_value(program, context) for program in row]
        found.append(dict(zip((output.name for output in outputs), given, strict=True)))
    return found


def _value(program: Program, context: Mapping[str, object]) -> object:
    if not program.names <= context.keys():
        return UNKNOWN
    try:
        return scalar(program.run(context))
    except FeelError:
        return UNKNOWN


def _totals(examined: Examined) -> list[Answer]:
    """What the rows that fit come to together."""
    table, name = examined.table, examined.table.outputs[0].name
    fits = list(examined.found.fits) if examined.found else []
    known: dict[str, list[object]] = {}
    rows = [_of_row(table.outputs, rule.values, known)[0][name] for rule in table.rules]
    default = table.outputs[0].default
    found: list[object] = []
    for fit in fits:
        given = [rows[row] for row in bits(fit.sure)]
        numbers = [each for each in given if summable(each)]
        if table.total == "COUNT":
            found.append(len(given))
        elif not given and default is not None:
            found.append(_value(default, {}))
        elif given:
            whole = len(numbers) == len(given)
            found.append(_folded(table, numbers) if whole else UNKNOWN)
    unsure = not fits or UNKNOWN in found or any(fit.maybe for fit in fits)
    totals = list(dict.fromkeys(found))
    return [{name: UNKNOWN}] if unsure or len(totals) > MAX_TOTALS else [{name: e} for e in totals]


def _folded(table: Table, numbers: Sequence[int | Decimal]) -> object:
    try:
        return folded(AGGREGATORS[table.total], numbers)
    except FeelError:
        return UNKNOWN
