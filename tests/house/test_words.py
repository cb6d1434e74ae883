"""Words for people: Chinese, punctuated as Chinese, and never what a rule depends on."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from tests.house.tree import APP, ROOT, ending, name, parsed, read

HAN = "\u4e00-\u9fff"
CHINESE = re.compile(f"[{HAN}]")
SLIP = re.compile(f"(?<=[{HAN}”」）》])[,;!?:]|(?<![a-z_])[,;!?:](?=[{HAN}“「（《])")
"""An ASCII mark that touches a Chinese character. `approve:通过` is a key and its label."""
BRACKET = re.compile(rf"(?<=[{HAN}”])\([^()]*[{HAN}][^()]*\)|(?<=[{HAN}])\)")
FORMULAS = {"app/workflow/forms/coerce.py", "app/identity/annexes/patterns.py"}
"""Patterns that read how people write dates, names and numbers."""
KINDS = {"app/engine/feel/values.py", "app/workflow/forms/reading.py"}
"""Where a module compares words of its own making."""

HOLE = "0"
"""What stands for a value inside a sentence; a figure, since figures may touch a mark."""


def docstrings(tree: ast.AST) -> set[ast.AST]:
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Expr)}


def sentences(path: Path) -> Iterator[str]:
    """Every Chinese string of a module but its documentation; what is filled in is a figure."""
    tree = parsed(path)
    skipped = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped.update(node.values)
            parts = [str(each.value) if isinstance(each, ast.Constant) else HOLE
                     for each in node.values]  # fmt: skip
            yield "".join(parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in skipped and isinstance(node.value, str):
            yield node.value


def strings(value: Any) -> Iterator[str]:
    """Every text of a JSON document."""
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else ():
        yield from strings(each)
    for each in value if isinstance(value, list) else ():
        yield from strings(each)


def drawn(path: Path) -> Iterator[str]:
    """The names, notes and button words of a diagram or decision; expressions are not prose."""
    for node in etree.parse(str(path)).iter("{*}*"):
        named = (value for key, value in node.attrib.items() if key in ("name", "label"))
        yield from named
        if etree.QName(node).localname in ("documentation", "description"):
            yield node.text or ""


def prose(path: Path) -> Iterator[str]:
    """What of a page is read: not its comments, not the code inside it."""
    text = re.sub(r"{#.*?#}", "", read(path), flags=re.S)
    return iter(re.sub(r"{{.*?}}", HOLE, text).splitlines())


def papers(path: Path) -> Iterator[str]:
    return (line for line in read(path).splitlines() if not line.lstrip().startswith("//"))


def texts() -> Iterator[tuple[str, str]]:
    """Every text that somebody may read on screen or paper, and its file."""
    programs = [*ending(".py", under=APP), *ending(".py", under=ROOT / "setup"), ROOT / "manage.py"]
    for path in programs:
        if name(path) not in FORMULAS:
            yield from ((name(path), text) for text in sentences(path))
    for path in ending(".html", under=APP):
        yield from ((name(path), text) for text in prose(path))
    for path in [*ending(".json", under=ROOT / "forms"), *ending(".json", under=APP)]:
        yield from ((name(path), text) for text in strings(json.loads(read(path))))
    for path in ending(".bpmn", ".dmn", under=ROOT / "bpmn"):
        yield from ((name(path), text) for text in drawn(path))
    for path in ending(".typ", under=ROOT / "papers"):
        yield from ((name(path), text) for text in papers(path))
    for path in ending(".js", under=ROOT / "frontend"):
        yield from ((name(path), line) for line in read(path).splitlines())


def test_chinese_is_punctuated_as_chinese():
    read_by_people = list(texts())
    assert len(read_by_people) > 2000
    slips = [(where, text) for where, text in read_by_people if CHINESE.search(text)
             and (SLIP.search(text) or BRACKET.search(text))]  # fmt: skip
    assert slips == []


def chinese(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and bool(CHINESE.search(node.value))
    )


def decided_by(node: ast.AST) -> list[ast.AST]:
    """What a piece of code compares with, or looks up by."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return [*sides, *(e for s in sides if isinstance(s, ast.Tuple | ast.Set) for e in s.elts)]
    if isinstance(node, ast.Dict):
        return [key for key in node.keys if key is not None]
    if isinstance(node, ast.Subscript):
        return [node.slice]
    return [node.value] if isinstance(node, ast.MatchValue) else []


def test_no_rule_depends_on_a_chinese_word():
    """Names and labels are drawing: renaming a lane, a button or a place changes nothing."""
    found = {
        f"{name(path)}:{ast.unparse(each)}"
        for path in ending(".py", under=APP)
        for node in ast.walk(parsed(path))
        for each in decided_by(node)
        if chinese(each) and name(path) not in KINDS
    }
    assert found == set()


REFUSALS = {"NotFound", "Forbidden", "Conflict", "Invalid", "BrokenProcess"}
FAULTS = {"RuntimeError", "TypeError", "KeyError", "LookupError", "AssertionError"}


def raised(kinds: set[str]) -> Iterator[tuple[str, ast.Constant]]:
    """The first text of everything of these kinds that is raised, where it is written there."""
    for path in ending(".py", under=APP):
        for node in ast.walk(parsed(path)):
            match node:
                case ast.Raise(exc=ast.Call(func=ast.Name(id=kind), args=[ast.Constant() as text])):
                    if kind in kinds:
                        yield name(path), text


def test_refusals_speak_chinese_and_faults_of_ours_english():
    refusals = list(raised(REFUSALS))
    assert len(refusals) > 50
    assert [(where, text.value) for where, text in refusals if not chinese(text)] == []
    assert [(where, text.value) for where, text in raised(FAULTS) if chinese(text)] == []


def test_the_record_of_faults_is_in_english():
    lines = re.compile(rf"\blog(?:ger)?\.\w+\([^)]*[{HAN}]")
    assert {name(p) for p in ending(".py", under=APP) if lines.search(read(p))} == set()
