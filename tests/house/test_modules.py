"""Every module says what it is, is named for what it holds, and runs no text as a program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import APP, ROOT, ending, functions, name, parsed, read

VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?|services?|base_?models?)(_|$)")
PROGRAMS = frozenset({"eval", "exec", "compile", "__import__"})
LOADERS = frozenset({"pickle", "marshal", "shelve", "dill", "runpy", "code"})


def named(path: Path) -> Iterator[str]:
    """The names of a module, of the folders it lies in, and of its classes in several words."""
    yield path.stem
    yield from (parent.name for parent in path.relative_to(ROOT).parents)
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ClassDef):
            words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name).lower()
            yield from [words] if "_" in words else []  # `Service` alone is a word of BPMN


def test_every_module_opens_with_a_sentence():
    silent = [name(p) for p in ending(".py") if not (ast.get_docstring(parsed(p)) or "").strip()]
    assert [where for where in silent if not where.startswith("migrations/versions/")] == []


def test_nothing_is_named_for_being_useful():
    vague = {
        f"{name(path)}:{word}"
        for path in ending(".py")
        for word in named(path)
        if VAGUE.search(word)
    }
    assert vague == {"app/web/service.py:service"}  # 服务中心, the public's entrance


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]


def test_no_text_is_run_as_a_program():
    found = {
        f"{name(path)}:{word}"
        for path in ending(".py", under=APP)
        for word in [*called(parsed(path)), *imported(parsed(path))]
        if word in PROGRAMS | LOADERS or word == "render_template_string"
    }
    assert found == set()


def test_only_the_transaction_commits():
    """Commands open `transaction()`; nothing else commits."""
    calls = re.compile(r"\.commit\(\)")
    assert {name(p) for p in ending(".py", under=APP) if calls.search(read(p))} == {"app/db.py"}


def test_views_open_no_transaction():
    pages = [*ending(".py", under=APP / "web"), *ending("views.py", under=APP / "smallworks")]
    assert {name(p) for p in pages if "transaction" in set(called(parsed(p)))} == set()


def test_no_view_undoes_what_a_command_did():
    """A refused command has rolled back already; one that went through is not undone."""
    pages = [*ending(".py", under=APP / "web"), *ending("views.py", under=APP / "smallworks")]
    assert len(pages) > 20
    assert {name(p) for p in pages if ".rollback(" in read(p)} == set()


def test_a_command_takes_its_moment_by_name():
    rooms = [APP / "workflow" / "commands", APP / "identity" / "commands"]
    for path in [each for room in rooms for each in ending(".py", under=room)]:
        for each in functions(path):
            if not each.name.startswith("_") and "transaction" in set(called(each)):
                assert "at" in {given.arg for given in each.args.kwonlyargs}, each.name
