"""What conditions may come to: enumerated over declared values, and left open over all others.

A variable is in a state as a whole number: which of its values it has, ABSENT before anything sets
it, ANY while it may have every value that is declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product

from app.engine.feel import FeelError, FeelSyntaxError, Program, compile_expression
from app.engine.feel.lexer import Token, tokens

ABSENT, ANY = -2, -1
YES, NO, MAYBE, LACKS, FAILS = "yes", "no", "maybe", "lacks", "fails"
MAX_COMBINATIONS = 2000
OTHER = "其他"
"""Stands for every text that no condition names."""
_SIGNS = frozenset({"=", "==", "!=", "<", "<=", ">", ">="})
_ARITHMETIC = frozenset("+-*/")
_PLAIN_CALLS = frozenset({"or else", "get or else", "is defined"})

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


class Knowledge:
    """The variables of one process and what conditions over them come to."""

    def __init__(
        self,
        texts: Iterable[str],
        declared: Mapping[str, Sequence[object]],
        given: Mapping[str, Sequence[object]],
    ) -> None:
        """`declared`: the finite values of variables; `given`: those that steps give to them."""
        programs = [program for text in texts if (program := _compiled(text)) is not None]
        read = sorted({name for program in programs for name in program.names})
        self.place = {name: at for at, name in enumerate(read)}
        examples = _examples(programs)
        self.variables = [
            _variable(name, declared, given.get(name, ()), examples.get(name, [])) for name in read
        ]
        self.absent: Values = (ABSENT,) * len(read)

    def condition(self, text: str) -> Condition:
        """One expression of the process, ready to be asked."""
        program = _compiled(text)
        assert program is not None, text  # noqa: S101 - expressions were checked before
        reads = tuple(sorted(self.place[name] for name in program.names))
        open_ = any(self.variables[at].open for at in reads)
        return Condition(program, reads, open_ and not _plain(text, program))

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
        if condition.vague and len(known) == len(condition.reads):
            return MAYBE, ""
        try:
            return (YES if condition.program.holds(known) else NO), ""
        except FeelError as fault:
            lacking = [self.variables[at].name for at in condition.reads if values[at] == ABSENT]
            if lacking:
                return LACKS, "、".join(lacking)
            unsure = any(self.variables[at].open for at in condition.reads)
            return (MAYBE, "") if unsure else (FAILS, str(fault))

    def with_value(self, values: Values, name: str, value: object) -> Values:
        """The state of the variables after one of them is set; unread ones are not kept."""
        at = self.place.get(name)
        if at is None:
            return values
        return (*values[:at], self.variables[at].index(value), *values[at + 1 :])

    def with_any(self, values: Values, names: Iterable[str]) -> Values:
        """The same after something may have set them to whatever is declared."""
        made = list(values)
        for name in names:
            if name in self.place:
                made[self.place[name]] = ANY
        return tuple(made)

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


def _variable(
    name: str,
    declared: Mapping[str, Sequence[object]],
    given: Sequence[object],
    examples: Sequence[object],
) -> Variable:
    known = declared.get(name)
    values: list[object] = []
    for value in (*(examples if known is None else known), *given):
        if not any(type(v) is type(value) and v == value for v in values):
            values.append(value)
    many = len(values) if known is None else len(set(map(written, known)))
    values = values or [OTHER]
    return Variable(name, tuple(values), tuple(range(max(many, 1))), known is None)


def _examples(programs: Sequence[Program]) -> dict[str, list[object]]:
    """A value of each kind that the conditions on a variable tell apart, from what they name."""
    found: dict[str, list[object]] = {}
    for program in programs:
        parts = tokens(program.text)
        for at, token in enumerate(parts):
            if _is_literal(token):
                beside = _beside(parts, at) & program.names or program.names
                for name in beside:
                    found.setdefault(name, []).append(_literal(token))
    return {name: list(_apart(named)) for name, named in found.items()}


def _beside(parts: Sequence[Token], at: int) -> set[str]:
    """The names that a literal is held against: `x = 5`, `5 = x`, `x in (5, 6)`."""
    found = {parts[at - 2].text} if at > 1 and parts[at - 1].text in _SIGNS else set[str]()
    if parts[at + 1].text in _SIGNS:
        found.add(parts[at + 2].text)
    back = at
    while back > 1 and (_is_literal(parts[back]) or parts[back].text in {",", "(", "["}):
        back -= 1
    if parts[back].text == "in":
        found.add(parts[back - 1].text)
    return found


def _is_literal(token: Token) -> bool:
    return token.kind in {"text", "number"} or token.text in {"true", "false", "True", "False"}


def _literal(token: Token) -> object:
    if token.kind == "text":
        return token.text
    return Decimal(token.text) if token.kind == "number" else token.text.lower() == "true"


def _apart(named: Sequence[object]) -> Iterator[object]:
    texts = {each for each in named if isinstance(each, str)}
    numbers = sorted({each for each in named if isinstance(each, Decimal)})
    if any(isinstance(each, bool) for each in named):
        yield from (True, False)
    yield from sorted(texts)
    if texts:
        yield OTHER
    if numbers:
        yield numbers[0] - 1
        for low, high in pairwise(numbers):
            yield from (low, (low + high) / 2)
        yield from (numbers[-1], numbers[-1] + 1)


def _plain(text: str, program: Program) -> bool:
    """Whether a condition only holds variables against what is written out beside them."""
    if not program.calls <= _PLAIN_CALLS:
        return False
    parts = tokens(text)
    if any(part.kind == "sign" and part.text in _ARITHMETIC for part in parts):
        return False
    names = [part.kind == "name" and part.text in program.names for part in parts]
    compared = any(
        names[at] and parts[at + 1].text in _SIGNS and names[at + 2] for at in range(len(parts) - 2)
    )
    bare = any(each for at, each in enumerate(names) if each and _stands_alone(parts, at))
    return not compared and not bare


def _stands_alone(parts: Sequence[Token], at: int) -> bool:
    """Whether a variable is itself the condition: it holds true or false then."""
    around = (parts[at - 1].text if at else "", parts[at + 1].text)
    return not any(each in _SIGNS | {"in", "between", ","} for each in around)
