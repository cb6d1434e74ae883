"""Where the numbers of an expression change what it does, and what of that nobody can say.

Values on and between the roots of all lines tell apart whatever an expression does. What is no
line of one variable may come to anything: the expression is also tried with either answer of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from itertools import product

from app.engine.feel import (
    FeelError,
    FeelSyntaxError,
    Program,
    compile_expression,
    compile_unary_tests,
)
from app.engine.proof.examples import NUMERIC, UNKNOWN_KIND
from app.engine.proof.lines import SUBJECT, Line, Lines, Reading, Span, combined, minus
from app.engine.proof.listed import Known, Listed

MAX_DOUBTS = 5
UNSETTLED = (
    "没有证明它总算得出来：除数、比较或范围里有两个变量一起算、变量相乘或取整，或者变量的类型不明。"
    "请改成每处只有一个变量的加减乘除（如 amount * 2 - 10），或者分几列、几张表分别判断"
)
_COUNTS = frozenset({"substring", "decimal"})
_DIGITS, _CONTEXT = Decimal("1e-20"), Context(prec=100)


@dataclass(frozen=True, slots=True)
class Survey:
    """One expression or cell. `points` are the roots of its lines, by variable.

    `doubted` is the same with a flag in place of each answer that is in doubt: by `soft` ones a
    comparison holds or does not, by a `hard` one a part of it fails.
    """

    points: Mapping[str, tuple[Decimal, ...]]
    lines: Lines
    breaks: bool = False
    """Whether it divides or counts by what varies: some number may let it fail."""
    branches: bool = False
    """Whether it may come to values of different kinds."""
    doubted: Program | None = None
    soft: tuple[str, ...] = ()
    hard: tuple[str, ...] = ()
    hopeless: bool = False
    """More is in doubt than is gone through."""

    def doubts(self) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
        """Answers of all that is in doubt: with nothing failing, and with one thing failing."""
        none = dict[str, object](dict.fromkeys(self.hard, False))
        for chosen in product((True, False), repeat=len(self.soft)):
            base = dict[str, object](zip(self.soft, chosen, strict=True)) | none
            yield base, base
            yield from ((base, base | {each: True}) for each in self.hard)

    def unsettled(self, fails: Callable[[Program, Known], object], loose: bool = False) -> bool:
        """Whether it fails for some answer of what is in doubt.

        `loose`: of variables whose kind nobody knows only what fails by a doubt alone is held.
        """
        if self.doubted is None:
            return self.hopeless
        for base, doubt in self.doubts():
            if loose and (doubt is base or fails(self.doubted, base)):
                continue
            if fails(self.doubted, doubt):
                return True
        return False


NOTHING = Survey({}, None)


def survey(
    program: Program, listed: Listed, subject: Lines = None, *, cell: bool = False
) -> Survey:
    """One expression, or with `cell` a cell of which `subject` are the lines of its column."""
    if not program.names and not cell:
        return NOTHING
    reading = Reading(program.text, lambda name: _known(name, listed), subject)
    lines = reading.all(cell=cell)
    return _Surveyed(program, reading, lines, cell=cell).made()


def _known(name: str, listed: Listed) -> Lines:
    """What a variable may be as a number; None where nobody knows what it is."""
    if (values := listed.declared.get(name)) is not None:
        values = [*values, *listed.given.get(name, ())]
        numbers = [each for each in values if isinstance(each, int | Decimal)]
        zero = Fraction(0)
        return tuple(Line("", zero, Fraction(n)) for n in numbers if type(n) is not bool)
    kind = listed.bounds.get(name, UNKNOWN_KIND).kind
    return (Line(name, Fraction(1), Fraction(0)),) if kind in NUMERIC else () if kind else None


class _Surveyed:
    """What was read of one expression, on the way to its survey."""

    def __init__(self, program: Program, reading: Reading, lines: Lines, *, cell: bool) -> None:
        self.program, self.reading, self.lines, self.cell = program, reading, lines, cell
        self.points: dict[str, set[Decimal]] = {}
        self.wraps: list[tuple[Span, str, str]] = []
        self.soft: list[str] = []
        self.hard: list[str] = []
        self.breaks = False
        self.branches = any(part[:2] == ("word", "if") for part in reading.tokens)

    def made(self) -> Survey:
        self._divided()
        self._compared()
        self._stretched()
        self._called()
        points = {name: tuple(sorted(each)) for name, each in self.points.items()}
        found = Survey(points, self.lines, self.breaks, self.branches)
        if not self.soft and not self.hard:
            return found
        doubted = self._doubted() if len(self.soft) + len(self.hard) <= MAX_DOUBTS else None
        hopeless = doubted is None and (self.breaks or self.branches)
        soft, hard = tuple(self.soft), tuple(self.hard)
        return replace(found, doubted=doubted, soft=soft, hard=hard, hopeless=hopeless)

    # -- the parts ---------------------------------------------------------------------------------
    def _divided(self) -> None:
        for span in self.reading.divisors:
            self.breaks |= self._varies(span)
            if not self._solved(self.reading.of(span)):
                self._fails(span, "0")

    def _compared(self) -> None:
        for whole, left, right, cell in self.reading.compared:
            if self._solved(combined(left, right, minus)):
                continue
            flag = self._flag(self.soft)
            before, after = ("? in (", ")") if cell else ("", "")
            self.wraps.append((whole, f"(if ({before}", f"{after}) then {flag} else {flag})"))

    def _stretched(self) -> None:
        for low, high in self.reading.ranges:
            self.breaks |= self._varies(low) or self._varies(high)
            if not self._solved(combined(self.reading.of(low), self.reading.of(high), minus)):
                self._fails(low, "1 / 0")

    def _called(self) -> None:
        """Functions that take only some numbers: a place in a text, how many digits."""
        for name, span in self.reading.called:
            if name in _COUNTS:
                given = self.reading.arguments_of((span[0] + len(name.split()) + 1, span[1]))
                if any(self._varies(each) for each in [*given][1:]):
                    self.breaks = True
                    self._fails(span, "1 / 0")

    def _solved(self, lines: Lines) -> bool:
        """Note the roots; whether these are lines at all."""
        for name, rate, rest in lines or ():
            if name:
                self.points.setdefault(name, set()).add(_root(-rest / rate))
        return lines is not None

    def _varies(self, span: Span) -> bool:
        parts = self.reading.tokens[slice(*span)]
        return any(part.kind == "name" or part[:2] == ("sign", SUBJECT) for part in parts)

    # -- what is in doubt --------------------------------------------------------------------------
    def _fails(self, span: Span, value: str) -> None:
        self.wraps.append((span, f"(if {self._flag(self.hard)} then {value} else ", ")"))

    def _flag(self, among: list[str]) -> str:
        stem = "doubt"
        while any(part.text.startswith(stem) for part in self.reading.tokens):
            stem += "s"
        among.append(f"{stem}{len(self.soft) + len(self.hard)}")
        return among[-1]

    def _doubted(self) -> Program | None:
        compiled = compile_unary_tests if self.cell else compile_expression
        try:
            return compiled(self._rewritten())
        except (FeelError, FeelSyntaxError):
            return None  # longer or deeper than expressions may be

    def _rewritten(self) -> str:
        """The text with what is in doubt in brackets of its own, the outer ones outermost."""
        place = [part.position for part in self.reading.tokens]
        added: list[tuple[int, bool, int, str]] = []
        for (start, end), before, after in self.wraps:
            added.append((place[start], True, start - end, before))
            added.append((place[end], False, end - start, after))
        text, done = "", 0
        for at, _, _, piece in sorted(added, key=lambda each: each[:3]):
            text += self.program.text[done:at] + piece
            done = at
        return text + self.program.text[done:]


def _root(root: Fraction) -> Decimal:
    """A root as a number; one that cannot be written out is beside one that can."""
    exact = _CONTEXT.divide(Decimal(root.numerator), Decimal(root.denominator))
    return exact if Fraction(exact) == root else exact.quantize(_DIGITS, context=_CONTEXT)
