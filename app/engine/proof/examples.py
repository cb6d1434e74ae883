"""A value of each kind that expressions tell apart, of variables whose values nobody can list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from math import floor

from app.engine.check import Bounds
from app.engine.feel import Program
from app.engine.feel.lexer import Token, tokens

OTHER = "其他"
"""Stands for every text that nothing names."""
UNKNOWN_KIND = Bounds()
SIGNS = frozenset({"=", "==", "!=", "<", "<=", ">", ">="})
ARITHMETIC = frozenset("+-*/")
GUARDS = frozenset({"or else", "get or else", "is defined"})
NUMERIC = frozenset({"number", "integer"})


# -- what expressions name -------------------------------------------------------------------------
def named_beside(programs: Iterable[Program]) -> dict[str, list[object]]:
    """What the expressions hold each variable against: `x = 5`, `5 = x`, `x in (5, 6)`."""
    found: dict[str, list[object]] = {}
    for program in programs:
        parts = tokens(program.text)
        for at, token in enumerate(parts):
            if is_literal(token):
                for name in _beside(parts, at) & program.names or program.names:
                    found.setdefault(name, []).append(_literal(token))
    return found


def texts_beside(program: Program, name: str) -> list[object]:
    """The texts that an expression holds one variable against."""
    parts = tokens(program.text)
    texts = ((at, part.text) for at, part in enumerate(parts) if part.kind == "text")
    return [text for at, text in texts if name in _beside(parts, at)]


def literals(text: str) -> list[object]:
    """Everything that a cell of a table writes out, with its sign where it may have one."""
    parts = tokens(text)
    found = [_literal(token) for token in parts if is_literal(token)]
    if any(part.text == "-" for part in parts):
        found += [-each for each in found if isinstance(each, Decimal)]
    return found


def _beside(parts: Sequence[Token], at: int) -> set[str]:
    found = {parts[at - 2].text} if at > 1 and parts[at - 1].text in SIGNS else set[str]()
    if parts[at + 1].text in SIGNS:
        found.add(parts[at + 2].text)
    back = at
    while back > 1 and (is_literal(parts[back]) or parts[back].text in {",", "(", "["}):
        back -= 1
    if parts[back].text == "in":
        found.add(parts[back - 1].text)
    return found


def is_literal(token: Token) -> bool:
    """Whether it is a text, a number, true, false or null, written out."""
    truth = token.kind == "word" and token.text in {"true", "false", "True", "False"}
    return token.kind in {"text", "number"} or truth


def _is_written(token: Token) -> bool:
    return is_literal(token) or (token.kind == "word" and token.text in {"null", "None"})


def _literal(token: Token) -> object:
    if token.kind == "text":
        return token.text
    return Decimal(token.text) if token.kind == "number" else token.text.lower() == "true"


# -- a value of each kind --------------------------------------------------------------------------
def apart(named: Iterable[object], bounds: Bounds = UNKNOWN_KIND) -> list[object]:
    """A value on, between and beyond all that is named, within what the variable can be."""
    values = list(named)
    found: list[object] = []
    texts = sorted({each for each in values if isinstance(each, str)})
    if not bounds.kind and any(isinstance(each, bool) for each in values):
        found += [True, False]
    if bounds.kind == "text" or (not bounds.kind and texts):
        found += [*texts, OTHER]
    if bounds.kind in NUMERIC:
        found += _numbers(values, bounds) or [Decimal(1)]
    elif not bounds.kind:
        found += _numbers(values, bounds)
    return [*(found or [OTHER]), *([None] if bounds.empty else [])]


def _numbers(values: Iterable[object], bounds: Bounds) -> list[object]:
    named = {each for each in values if isinstance(each, Decimal)}
    named |= {_exact(end) for end in (bounds.low, bounds.high) if end is not None}
    whole = bounds.kind == "integer"
    tried = [each for each in _around(sorted(named), whole=whole) if _within(each, bounds)]
    return [each for each in tried if not whole or each == floor(each)]


def _exact(end: float) -> Decimal:
    return Decimal(int(end)) if end == int(end) else Decimal(str(end))


def _around(named: Sequence[Decimal], *, whole: bool) -> Iterator[Decimal]:
    if named:
        yield Decimal(floor(named[0])) - 1 if whole else named[0] - 1
        for low, high in pairwise(named):
            yield low
            middle = Decimal(floor((low + high) / 2)) if whole else (low + high) / 2
            if low < middle < high:
                yield middle
            elif whole and low < middle + 1 < high:
                yield middle + 1
        yield named[-1]
        yield Decimal(floor(named[-1])) + 1 if whole else named[-1] + 1


def _within(value: Decimal, bounds: Bounds) -> bool:
    low = (
        bounds.low is None
        or value > (low_end := Decimal(str(bounds.low)))
        or (value == low_end and not bounds.above)
    )
    high = (
        bounds.high is None
        or value < (high_end := Decimal(str(bounds.high)))
        or (value == high_end and not bounds.below)
    )
    return low and high


def merged(several: Sequence[Bounds]) -> Bounds:
    """What is known of a variable that several sources set: the widest."""
    kinds = {each.kind for each in several}
    kinds = {"number"} if len(kinds) > 1 and kinds <= NUMERIC else kinds
    empty = any(each.empty for each in several)
    if len(kinds) > 1:
        return Bounds(empty=empty)
    lows = [(each.low, each.above) for each in several if each.low is not None]
    highs = [(each.high, not each.below) for each in several if each.high is not None]
    low, above = min(lows) if len(lows) == len(several) else (None, False)
    high, within = max(highs) if len(highs) == len(several) else (None, True)
    return Bounds(kinds.pop(), low, high, above=above, below=not within, empty=empty)


# -- whether examples are enough -------------------------------------------------------------------
def tells_apart(program: Program, open_names: Collection[str], *, value: bool = False) -> bool:
    """Whether an expression tells apart values of these variables by what is written out alone.

    With `value` it may also come to the variable itself, as the column of a table does.
    """
    parts = tokens(program.text)
    if not program.calls <= GUARDS | {"not"} or any(
        part.text in ARITHMETIC for part in _signs(parts)
    ):
        return False
    for at, part in enumerate(parts):
        beside = (parts[at - 1] if at else part, parts[min(at + 1, len(parts) - 1)])
        if part.kind == "sign" and part.text in SIGNS and not any(map(_is_written, beside)):
            return False
        if part.kind == "name" and part.text in open_names and not _held(parts, at, value=value):
            return False
    return True


def _signs(parts: Sequence[Token]) -> Iterator[Token]:
    return (part for part in parts if part.kind == "sign")


def _held(parts: Sequence[Token], at: int, *, value: bool) -> bool:
    """Whether a variable is held against something, guarded, or (`value`) answered as it is."""
    before = parts[at - 1].text if at else ""
    if parts[at + 1].text in SIGNS | {"in", "between"} or before in SIGNS:
        return True
    if before == "(" and at > 1 and parts[at - 2].text in {"defined", "else"}:
        return True
    return value and before in {"", "then", "else"}


def results(program: Program, declared: Mapping[str, Sequence[object]]) -> list[object] | None:
    """Everything that an expression can come to, where its shape says so."""
    parts = tokens(program.text)[:-1]
    return _results(parts, declared)


def _results(
    parts: Sequence[Token], declared: Mapping[str, Sequence[object]]
) -> list[object] | None:
    parts = _bare(parts)
    if parts and parts[0].text == "if" and parts[0].kind == "word":
        split = _branches(parts)
        both = [_results(branch, declared) for branch in split] if split else [None]
        if any(found is None for found in both):
            return None
        return [each for found in both for each in found or ()]
    if len(parts) == 1 and parts[0].kind == "name":
        known = declared.get(parts[0].text)
        return None if known is None else list(known)
    if len(parts) == 1 and _is_written(parts[0]):
        return [_literal(parts[0]) if is_literal(parts[0]) else None]
    outer = list(_outside([part for part in parts if not _of_guard(part, parts)]))
    words = {part.text for part in outer if part.kind in {"word", "sign"}}
    return [True, False] if words & (SIGNS | {"and", "or", "not", "in", "between"}) else None


def _of_guard(part: Token, parts: Sequence[Token]) -> bool:
    """Whether it is the `or` or the `else` of `or else(…)`, which is a name of a function."""
    return any(
        part in {one, two}
        for one, two in pairwise(parts)
        if (one.kind, one.text, two.text) == ("word", "or", "else")
    )


def _outside(parts: Sequence[Token]) -> Iterator[Token]:
    """What stands in no bracket."""
    depth = 0
    for part in parts:
        depth -= part.kind == "sign" and part.text in {")", "]"}
        if not depth:
            yield part
        depth += part.kind == "sign" and part.text in {"(", "["}


def _bare(parts: Sequence[Token]) -> Sequence[Token]:
    """Without a bracket around all of it."""
    while len(parts) > 1 and parts[0].text == "(" and len(list(_outside(parts))) == 2:
        parts = parts[1:-1]
    return parts


def _branches(parts: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]] | None:
    """What stands behind the `then` and the `else` of the `if` at the beginning."""
    nested, depth, then = 0, 0, 0
    for at, part in enumerate(parts):
        if part.kind == "sign":
            depth += (part.text in {"(", "["}) - (part.text in {")", "]"})
        if depth or part.kind != "word" or _of_guard(part, parts):
            continue
        nested += part.text == "if"
        if part.text == "then" and nested == 1 and not then:
            then = at
        elif part.text == "else":
            if nested == 1:
                return parts[then + 1 : at], parts[at + 1 :]
            nested -= 1
    return None
