"""Files, functions, views and templates are small enough to be read at a glance."""

from __future__ import annotations

import ast

from tests.house.tree import APP, Function, ending, functions, name, read

FILE, FUNCTION, VIEW, TEMPLATE, PARAMETERS = 300, 40, 25, 120, 5
ROUTES = frozenset({"get", "post", "put", "patch", "delete", "route"})
LISTS = ("migrations/versions/",)
"""A migration is a list of what changes, read once and never again."""


def lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def positional(function: Function) -> int:
    """What a caller must give in the right order."""
    given = [*function.args.posonlyargs, *function.args.args]
    return sum(each.arg not in ("self", "cls") for each in given)


def is_view(function: Function) -> bool:
    calls = [each.func for each in function.decorator_list if isinstance(each, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in ROUTES for call in calls)


def source() -> list[tuple[str, Function]]:
    found = [(name(path), each) for path in ending(".py") for each in functions(path)]
    return [(where, each) for where, each in found if not where.startswith(LISTS)]


def test_no_file_is_long():
    counted = {name(path): read(path).count("\n") for path in ending(".py", ".js", ".mjs", ".css")}
    mine = {where: size for where, size in counted.items() if not where.startswith(LISTS)}
    assert {where: size for where, size in mine.items() if size > FILE} == {}


def test_no_function_is_long():
    long = {f"{where}:{each.name}": lines(each) for where, each in source()}
    assert {where: size for where, size in long.items() if size > FUNCTION} == {}


def test_no_view_is_long():
    views = {
        f"{where}:{each.name}": lines(each)
        for where, each in source()
        if where.startswith("app/") and is_view(each)
    }
    assert len(views) > 50
    assert {where: size for where, size in views.items() if size > VIEW} == {}


def test_no_template_is_long():
    counted = {name(path): read(path).count("\n") for path in ending(".html", under=APP)}
    assert {where: size for where, size in counted.items() if size > TEMPLATE} == {}


def test_nothing_takes_a_row_of_parameters():
    many = {
        f"{where}:{each.name}": positional(each)
        for where, each in source()
        if not where.startswith("tests/")
    }
    assert {where: count for where, count in many.items() if count > PARAMETERS} == {}
