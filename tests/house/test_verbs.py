"""Every verb that the audit may record has its word: who reads the record reads Chinese."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from app.identity import words
from tests.house.tree import APP, name, parsed


class Place(NamedTuple):
    """Where a verb is handed over: whose call, the argument's place, and its keyword."""

    call: str
    at: int
    keyword: str


class Within(NamedTuple):
    """A function and the module in which it stands."""

    module: str
    body: ast.FunctionDef


PUT_TOGETHER = {"post_given", "post_ended", "account_disabled", "account_enabled"}
"""Of two parts, `post_` and a key of `changes`, say."""
DEED, SHEET = Place("Deed", 0, "verb"), Place("Sheet", 4, "deed")


def key(function: str, module: str) -> str:
    """A private function is known in its own module alone."""
    return f"{module}:{function}" if function.startswith("_") else function


def called(node: ast.Call, module: str) -> str:
    made = node.func
    return key(made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", ""), module)


def handed(node: ast.Call, place: Place) -> ast.expr | None:
    if len(node.args) > place.at:
        return node.args[place.at]
    return next((one.value for one in node.keywords if one.arg == place.keyword), None)


def said(given: ast.expr, within: Within) -> Iterator[str | Place]:
    """The verbs that an expression may be, or whence its function has it."""
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value
    elif isinstance(given, ast.IfExp):
        yield from said(given.body, within)
        yield from said(given.orelse, within)
    elif isinstance(given, ast.Tuple):
        yield from said(given.elts[0], within)
    elif isinstance(given, ast.Attribute):
        yield from constants().get(given.attr, ())
    elif isinstance(given, ast.Name):
        yield from constants().get(given.id, ())
        yield from named(given.id, within)


def named(word: str, within: Within) -> Iterator[str | Place]:
    function = within.body
    names = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
    if word in names:
        yield Place(key(function.name, within.module), names.index(word), word)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            (to,) = node.targets
            # of several names the first: a verb stands before its detail
            first = to.elts[0] if isinstance(to, ast.Tuple) else to
            if isinstance(first, ast.Name) and first.id == word:
                yield from said(node.value, within)


@lru_cache(maxsize=1)
def constants() -> dict[str, set[str]]:
    """What modules call by capitals."""
    found = defaultdict[str, set[str]](set)
    for path in sorted(APP.rglob("*.py")):
        for node in parsed(path).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple | ast.Name):
                for to, value in zip(flat(node.targets[0]), flat(node.value), strict=False):
                    if isinstance(to, ast.Name) and isinstance(value, ast.Constant):
                        found[to.id].add(str(value.value))
    return found


def flat(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def verbs() -> set[str]:
    """By the calls that hand one on, back to where each was written down."""
    calls = defaultdict[str, list[tuple[ast.Call, Within]]](list)
    for path in sorted(APP.rglob("*.py")):
        for each in ast.walk(parsed(path)):
            if isinstance(each, ast.FunctionDef):
                within = Within(name(path), each)
                for node in ast.walk(each):
                    if isinstance(node, ast.Call):
                        calls[called(node, within.module)].append((node, within))
    known, places, ahead = set[str](), set[Place](), {DEED, SHEET}
    while ahead:
        place = ahead.pop()
        places.add(place)
        for node, within in calls[place.call]:
            given = handed(node, place)
            found = set(said(given, within)) if given else set()
            known |= {one for one in found if isinstance(one, str)}
            ahead |= {one for one in found if isinstance(one, Place)} - places
    return known


def test_every_verb_of_the_audit_has_its_word_and_no_word_is_for_nothing() -> None:
    assert verbs() | PUT_TOGETHER == set(words.AUDIT)
