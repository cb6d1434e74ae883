"""Templates compile, import only what they use, escape what they print, and need no script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from tests.house.tree import APP, TEMPLATES, ending, read

PAGES = ending(".html", under=TEMPLATES)
NAMES = [path.relative_to(TEMPLATES).as_posix() for path in PAGES]
TRUSTED = {"components/icons.html"}
"""Where text is printed as it stands: the shapes of icons, written in that very file."""


def source(name: str) -> str:
    return read(TEMPLATES / name)


def used(tree: nodes.Template) -> set[str]:
    return {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}


def brought(tree: nodes.Template) -> Iterator[str]:
    """The names that a template gives to what it imports."""
    for node in tree.find_all(nodes.FromImport):
        yield from (each if isinstance(each, str) else each[1] for each in node.names)
    yield from (node.target for node in tree.find_all(nodes.Import))


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles_and_uses_what_it_imports(app: Flask, name: str):
    app.jinja_env.get_template(name)
    tree = app.jinja_env.parse(source(name))
    assert sorted(set(brought(tree)) - used(tree)) == []


@pytest.mark.parametrize("name", [name for name in NAMES if "extends" in source(name)])
def test_a_page_says_its_title(name: str):
    parents = re.findall(r'{%\s*extends "([^"]+)"', source(name))
    assert "{% block title %}" in source(name) or "{% block title %}" in source(parents[0])


def test_every_template_is_asked_for():
    asked = "\n".join(read(path) for path in [*ending(".py", under=APP), *PAGES])
    by_stem = read(APP / "web" / "session.py")  # f"session/{template}.html"
    assert 'f"session/{template}.html"' in by_stem
    silent = [name for name in NAMES if f'"{name}"' not in asked]
    assert [name for name in silent if f'"{Path(name).stem}"' not in by_stem] == []


def test_text_is_escaped():
    plain = re.compile(r"\|\s*safe\b|autoescape\s+false")
    assert {name for name in NAMES if plain.search(source(name))} == TRUSTED


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_page_is_refused_by_its_own_policy(name: str):
    """No inline script, style or handler: the browser is told to run none (CSP)."""
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\bstyle=|\son\w+=\"|javascript:"
    )
    assert inline.findall(source(name)) == []


ALWAYS_THERE = {
    "talk/answer.html": {"values"}, "talk/beside.html": {"values"},
    "patrols/concluded.html": {"items"}, "patrols/sheet.html": {"items"},
}  # fmt: skip
"""What an event keeps, and the items that each group of a list has."""


def uncalled(tree: nodes.Template) -> set[str]:
    """What dicts do, asked for and not called: where no value has that name, this is what comes."""
    called = {id(call.node) for call in tree.find_all(nodes.Call)}
    asked = {node.attr for node in tree.find_all(nodes.Getattr) if id(node) not in called}
    named = (node.arg for node in tree.find_all(nodes.Getitem))
    asked |= {str(arg.value) for arg in named if isinstance(arg, nodes.Const)}
    return {name for name in asked if hasattr(dict, name)}


@pytest.mark.parametrize("name", NAMES)
def test_no_method_of_a_dict_is_taken_for_a_value(app: Flask, name: str):
    """`faults.copy` and `faults["copy"]` are always there; `faults.get("copy")` was meant."""
    assert uncalled(app.jinja_env.parse(source(name))) == ALWAYS_THERE.get(name, set())


MACRO = re.compile(r"{%-? macro (\w+)\(.*?endmacro", re.S)
CARRIERS = {
    "csrf",
    *(m[1] for name in NAMES for m in MACRO.finditer(source(name)) if "csrf()" in m[0]),
}
"""The token's field, and the macros that bring it."""


@pytest.mark.parametrize("name", [name for name in NAMES if 'method="post"' in source(name)])
def test_what_is_posted_carries_the_token(name: str):
    carries = re.compile(rf"\b({'|'.join(sorted(CARRIERS))})\(")
    forms = re.findall(r'<form[^>]*method="post".*?</form>', source(name), re.S)
    assert forms
    assert [form for form in forms if not carries.search(form)] == []
