"""Expressions read as lines: `rate * name + rest`, with what they divide by and hold together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from app.engine.feel import nodes
from app.engine.feel.cells import CellParser
from app.engine.feel.lexer import Token
from app.engine.feel.nodes import Node, Test
from app.engine.feel.reader import COMPARISONS

SUBJECT = "?"
MAX_LINES = 64
_NO_NUMBER = frozenset(
    {"string", "substring", "upper case", "lower case", "contains", "starts with", "ends with",
     "list contains", "is defined", "not", "date", "date and time", "duration"}
)  # fmt: skip
_EITHER = frozenset({"min", "max", "or else", "get or else"})


class Line(NamedTuple):
    """`rate` times one variable and `rest`; without a name it is the number `rest`."""

    name: str
    rate: Fraction
    rest: Fraction


Lines = tuple[Line, ...] | None
"""The lines of which a part is one, none where it is no number; None: it is none of that kind."""
Span = tuple[int, int]


class Compared(NamedTuple):
    """What is held against what; `whole` is all of it."""

    whole: Span
    left: Lines
    right: Lines
    cell: bool = False
    """A cell that does not name the value which it is held against."""


class Reading(CellParser):
    """Reads one expression or cell and notes, by their tokens, the parts where numbers matter."""

    def __init__(self, source: str, known: Callable[[str], Lines], subject: Lines = None) -> None:
        super().__init__(source)
        self.known, self.own = known, subject
        self.lines: dict[Span, Lines] = {}
        self.divisors: list[Span] = []
        self.compared: list[Compared] = []
        self.ranges: list[tuple[Span, Span]] = []
        self.called: list[tuple[str, Span]] = []
        self.totals: dict[int, int] = {}
        self.parts: dict[int, int] = {}
        self.begun: dict[int, int] = {}

    def all(self, *, cell: bool) -> Lines:
        """Read all of it: the lines of an expression."""
        if cell:
            self.cell()
            return ()
        self.take("=")
        start = self.at
        self.expression()
        return self.of((start, self.at))

    def of(self, span: Span) -> Lines:
        """The lines of a part that was read; what holds or does not hold is no number."""
        return self.lines.get(span, ())

    def arguments_of(self, span: Span) -> Iterator[Span]:
        """What stands between commas, or at both ends of a range, in brackets that were read."""
        at = span[0]
        while at < span[1] - 1:
            yield at, self.parts[at]
            at = self.parts[at] + 1

    # -- arithmetic --------------------------------------------------------------------------------
    def expression(self) -> Node:
        start = self.at
        node = super().expression()
        self.parts[start], self.begun[self.at] = self.at, start
        return node

    def conditional(self, start: Token) -> Node:
        at = self.at
        node = super().conditional(start)
        then = self.parts[at] + 1
        other = self.parts[then] + 1
        both = [self.of((then, other - 1)), self.of((other, self.at))]
        self.lines[at - 1, self.at] = _either(both)
        return node

    def total(self) -> Node:
        start = self.at
        node = super().total()
        self.totals[start] = self.at
        return node

    def fold(self, signs: Mapping[str, nodes.Operation], part: Callable[[], Node]) -> Node:
        start, spans = self.at, list[Span]()

        def noted() -> Node:
            begin = self.at
            node = part()
            spans.append((begin, self.at))
            return node

        node = super().fold(signs, noted)
        found = self.of(spans[0])
        for span in spans[1:]:
            found = combined(found, self.of(span), _OPERATIONS[self.tokens[span[0] - 1].text])
        self.lines[start, self.at] = found
        return node

    def signed(self) -> Node:
        start, before = self.at, self.tokens[self.at - 1]
        node = super().signed()
        inner = start
        while self.tokens[inner][:2] == ("sign", "-"):
            inner += 1
        found = self.of((inner, self.at))
        self.lines[start, self.at] = _negated(found) if (inner - start) % 2 else found
        if start and before[:2] == ("sign", "/"):
            self.divisors.append((start, self.at))
        return node

    def atom(self) -> Node:
        start = self.at
        node = super().atom()
        span, first = (start, self.at), self.tokens[start]
        if self.called and self.called[-1][1] == span:
            self.lines[span] = self._of_call(*self.called[-1])
        elif first.kind == "sign" and first.text in {"(", "[", "]"}:
            inner = (start + 1, self.at)
            self.lines[span] = _either([self.of(each) for each in self.arguments_of(inner)])
        else:
            self.lines[span] = self._of_one(first)
        return node

    def _of_one(self, token: Token) -> Lines:
        if token.kind == "number":
            return (Line("", Fraction(0), Fraction(token.text)),)
        if token.kind == "name":
            return None if token.text in self.bound else self.known(token.text)
        return self.own if token[:2] == ("sign", SUBJECT) else ()

    def call(self, name: str) -> Node:
        start = self.at
        node = super().call(name)
        self.called.append((name, (start, self.at)))
        return node

    def _of_call(self, name: str, span: Span) -> Lines:
        if name in _NO_NUMBER:
            return ()
        first = span[0] + len(name.split()) + 1
        if name in {"or else", "get or else"}:
            other = self.of((first + 2, self.parts[first + 2]))
            return _either([self._of_one(self.tokens[first]), other])
        given = [self.of(each) for each in self.arguments_of((first, span[1]))]
        if name == "abs":
            return _either([*given, *map(_negated, given)])
        return _either(given) if name in _EITHER else None

    # -- what is held together ---------------------------------------------------------------------
    def comparison(self) -> Node:
        start = self.at
        node = super().comparison()
        middle = self.totals[start]
        if middle == self.at:
            return node
        sign, begin = self.tokens[middle].text, middle + 1
        if sign == "between":
            low, high = (begin, self.totals[begin]), (self.totals[begin] + 1, self.at)
            self.ranges.append((low, high))
            against = [low, high]
        else:
            against = [*self._members(begin)] if sign == "in" else [(begin, self.at)]
        right = _either([self.of(each) for each in against])
        self.compared.append(Compared((start, self.at), self.of((start, middle)), right))
        return node

    def _members(self, begin: int) -> Iterator[Span]:
        """What stands behind an `in` that was read."""
        if self._compares(begin):
            yield begin + 1, self.at
        elif self.tokens[begin][:2] == ("sign", "("):
            at = begin + 1
            while at < self.at - 1:
                ends, at = (self.totals, at + 1) if self._compares(at) else (self.parts, at)
                yield at, ends[at]
                at = ends[at] + 1
        else:
            yield begin, self.at

    def _compares(self, at: int) -> bool:
        return self.tokens[at].kind == "sign" and self.tokens[at].text in COMPARISONS

    def stretched(self, low: Node, low_in: bool) -> Node:
        middle, begin = self.at - 1, self.at
        node = super().stretched(low, low_in)
        self.ranges.append(((self.begun[middle], middle), (begin, self.at - 1)))
        return node

    def cell_test(self) -> Test:
        start, seen = self.at, self.subjects
        test = super().cell_test()
        if self.subjects == seen:
            begin = start + self._compares(start)
            held = Compared((start, self.at), self.own, self.of((begin, self.at)), cell=True)
            self.compared.append(held)
        return test


# -- reckoning with lines --------------------------------------------------------------------------
def combined(one: Lines, two: Lines, by: Callable[[Line, Line], Line | None]) -> Lines:
    """All of one with all of the other; None where something of that is no line."""
    if one == () or two == ():
        return ()
    if one is None or two is None or len(one) * len(two) > MAX_LINES:
        return None
    made = [by(*pair) for pair in product(one, two)]
    return None if None in made else tuple(dict.fromkeys(each for each in made if each))


def minus(one: Line, two: Line) -> Line | None:
    """The difference of two lines, where that is one."""
    return _plus(one, Line(two.name, -two.rate, -two.rest))


def _plus(one: Line, two: Line) -> Line | None:
    if one.name and two.name and one.name != two.name:
        return None
    rate = one.rate + two.rate
    return Line((one.name or two.name) if rate else "", rate, one.rest + two.rest)


def _times(one: Line, two: Line) -> Line | None:
    if one.name and two.name:
        return None
    line, by = (one, two.rest) if one.name else (two, one.rest)
    return Line(line.name if by else "", line.rate * by, line.rest * by)


def _divided(one: Line, two: Line) -> Line | None:
    if two.name or not two.rest:
        return None
    return Line(one.name, one.rate / two.rest, one.rest / two.rest)


def _negated(lines: Lines) -> Lines:
    return None if lines is None else tuple(Line(n, -rate, -rest) for n, rate, rest in lines)


def _either(several: list[Lines]) -> Lines:
    """Everything that some of them may be."""
    if None in several:
        return None
    found = tuple(dict.fromkeys(line for lines in several for line in lines or ()))
    return found if len(found) <= MAX_LINES else None


_OPERATIONS = {"+": _plus, "-": minus, "*": _times, "/": _divided}
