"""What conditions may come to: enumerated over declared values, and left open over all others.

A variable is in a state as a whole number: which of its values it has, ABSENT before anything sets
it, ANY while it may have every value that is declared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from app.engine.feel import FeelError, FeelSyntaxError, Program, compile_expression
from app.engine.proof.examples import OTHER, UNKNOWN_KIND, apart, named_beside, tells_apart
from app.engine.proof.listed import FILLED, Known, Listed
from app.engine.proof.survey import UNSETTLED, Survey, survey

ABSENT, ANY = -2, -1
YES, NO, MAYBE, LACKS, FAILS = "yes", "no", "maybe", "lacks", "fails"
MAX_COMBINATIONS = 2000
MAX_LOOSE = 3
_STAND_INS = (Decimal(1), OTHER, True)
"""One value of each kind, for what nobody knows the kind of."""

Values = tuple[int, ...]
"""What each variable is in one state, by its place."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A routing variable that some condition reads.

    `any_of` are the values that ANY stands for; of an `open` one they are examples of each kind of
    value that its conditions tell apart.
    """

    name: str
    values: tuple[object, ...]
    any_of: tuple[int, ...]
    open: bool
    loose: bool
    """Not even its kind is known."""

    def index(self, value: object) -> int:
        """The place of a value; types differ as values do."""
        return next(
            (at for at, v in enumerate(self.values) if type(v) is type(value) and v == value), ANY
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression that is asked about the case; `vague`: its answer is not known in advance."""

    program: Program
    reads: tuple[int, ...]
    vague: bool
    survey: Survey


class Knowledge:
    """The variables of one process and what conditions over them come to."""

    def __init__(
        self, texts: Iterable[str], listed: Listed, noticed: Collection[str] = frozenset()
    ) -> None:
        """`noticed`: names of which is only kept whether they have a value at all."""
        programs = [program for text in texts if (program := _compiled(text)) is not None]
        self.read = {name for program in programs for name in program.names}
        read = sorted(self.read.union(noticed))
        self.place = {name: at for at, name in enumerate(read)}
        self.surveys = {program.text: survey(program, listed) for program in programs}
        examples = named_beside(programs)
        for found in self.surveys.values():
            for name, points in found.points.items():
                examples.setdefault(name, []).extend(points)
        self.variables = [_variable(name, listed, examples.get(name, [])) for name in read]
        self.absent: Values = (ABSENT,) * len(read)

    def condition(self, text: str) -> Condition:
        """One expression of the process, ready to be asked."""
        program = _compiled(text)
        assert program is not None, text  # noqa: S101 - expressions were checked before
        reads = tuple(sorted(self.place[name] for name in program.names))
        open_ = [self.variables[at].name for at in reads if self.variables[at].open]
        vague = bool(open_) and not tells_apart(program, open_)
        return Condition(program, reads, vague, self.surveys[text])

    def combinations(self, reads: Iterable[int], values: Values) -> Iterator[Values] | None:
        """`values` with each ANY among `reads` made definite; none where there are too many."""
        loose = [at for at in reads if values[at] == ANY]
        many = 1
        for at in loose:
            many *= len(self.variables[at].any_of)
        if many > MAX_COMBINATIONS:
            return None
        return self._made_definite(loose, values)

    def _made_definite(self, loose: list[int], values: Values) -> Iterator[Values]:
        for chosen in product(*(self.variables[at].any_of for at in loose)):
            made = list(values)
            for at, value in zip(loose, chosen, strict=True):
                made[at] = value
            yield tuple(made)

    def asked(self, condition: Condition, values: Values) -> tuple[str, str]:
        """What a condition comes to where all that it reads is definite; what went wrong."""
        known = {
            self.variables[at].name: self.variables[at].values[values[at]]
            for at in condition.reads
            if values[at] >= 0
        }
        lacking = [self.variables[at].name for at in condition.reads if values[at] == ABSENT]
        try:
            answer = YES if condition.program.holds(known) else NO
        except FeelError as fault:
            if lacking:
                return LACKS, "、".join(lacking)
            loose = [self.variables[at].name for at in condition.reads if self.variables[at].loose]
            if not loose:
                return FAILS, str(fault)
            why = fails_of_nothing(condition.program, known, loose)
            return (FAILS, why) if why else (MAYBE, "")
        if not lacking and self._unsettled(condition, known):
            return FAILS, UNSETTLED
        return (MAYBE if condition.vague and not lacking else answer), ""

    def _unsettled(self, condition: Condition, known: Known) -> bool:
        loose = any(self.variables[at].loose for at in condition.reads)
        return condition.survey.unsettled(lambda each, doubt: failure(each, known, doubt), loose)

    def known(self, names: Iterable[str], values: Values, listed: Listed) -> dict[str, object]:
        """Which of these a case surely has, or FILLED; examples stand for more than themselves."""
        found: dict[str, object] = {}
        for at in sorted(self.place[name] for name in names if name in self.read):
            variable, value = self.variables[at], values[at]
            if value < 0:
                continue
            if not variable.open or variable.values[value] is None:
                found[variable.name] = variable.values[value]
            elif listed.bounds.get(variable.name, UNKNOWN_KIND).empty:
                found[variable.name] = FILLED
        return found

    def with_value(self, values: Values, name: str, value: object) -> Values:
        """The state of the variables after one of them is set; unread ones are not kept."""
        at = self.place.get(name)
        if at is None:
            return values
        made = self.variables[at].index(value) if name in self.read else ANY
        return (*values[:at], made, *values[at + 1 :])

    def with_any(self, values: Values, names: Iterable[str]) -> Values:
        """The same after something may have set them to whatever is declared."""
        made = list(values)
        for name in names:
            if name in self.place:
                made[self.place[name]] = ANY
        return tuple(made)

    def is_empty(self, at: int, values: Values) -> bool:
        """Whether a variable has the value that stands for nothing."""
        return values[at] >= 0 and self.variables[at].values[values[at]] is None

    def said(self, reads: Iterable[int], values: Values) -> str:
        """These values in words: `in_limit = false`."""
        named = ((self.variables[at], values[at]) for at in reads if values[at] >= 0)
        return "、".join(f"{each.name} = {written(each.values[at])}" for each, at in named)


def written(value: object) -> str:
    """A value as it is written in a condition."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return f"“{value}”" if isinstance(value, str) else f"{value}"


def _compiled(text: str) -> Program | None:
    try:
        return compile_expression(text)
    except (FeelSyntaxError, FeelError):
        return None


def _variable(name: str, listed: Listed, named: Sequence[object]) -> Variable:
    known, bounds = listed.declared.get(name), listed.bounds.get(name, UNKNOWN_KIND)
    values: list[object] = []
    for value in (*(apart(named, bounds) if known is None else known), *listed.given.get(name, ())):
        if not any(type(v) is type(value) and v == value for v in values):
            values.append(value)
    many = len(values) if known is None else len(set(map(written, known)))
    values = values or [OTHER]
    loose = known is None and not bounds.kind
    return Variable(name, tuple(values), tuple(range(max(many, 1))), known is None, loose)


def fails_of_nothing(program: Program, known: Known, loose: Sequence[str]) -> str:
    """Why an expression fails where a variable is empty, and does not where it has a value.

    For `loose` variables, whose kind nobody knows, one value of each kind is tried.
    """
    empty = [name for name, value in known.items() if value is None]
    others = [name for name in loose if name not in empty]
    if not empty or len(others) > MAX_LOOSE:
        return ""
    for chosen in product(_STAND_INS, repeat=len(others)):
        full = {**known, **dict(zip(others, chosen, strict=True))}
        why = failure(program, full)
        if why and any(
            not failure(program, {**full, **dict.fromkeys(empty, each)}) for each in _STAND_INS
        ):
            return why
    return ""


def failure(program: Program, known: Known, more: Known | None = None) -> str:
    """Why an expression cannot be worked out with these values; nothing where it can."""
    try:
        program.run({**known, **more} if more else known)
    except FeelError as fault:
        return str(fault)
    return ""
