"""What we build on is declared, pinned with hashes, explained, and names no host."""

from __future__ import annotations

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.txt"))


def declared(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    return {re.split(r"[\[=<>~]", line)[0].lower() for line in lines if line[:1].isalnum()}


def imported(folder: Path) -> set[str]:
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"app", "config", "setup", "tests", "benchmarks"}


def test_what_the_product_imports_is_required_by_name():
    owners = packages_distributions()
    needed = {name: {owner.lower() for owner in owners[name]} for name in imported(ROOT / "app")}
    required = declared("requirements.in")
    assert {name for name, by in needed.items() if not by & required} == set()


PROGRAMS = {"gunicorn", "psycopg", "tzdata"}
"""Started, or found by another package; nothing of ours imports them."""


def test_nothing_is_required_that_nothing_uses():
    owners = packages_distributions()
    used = {owner.lower() for name in imported(ROOT / "app") for owner in owners[name]}
    assert {name for name in declared("requirements.in") if name not in used} == PROGRAMS


def test_the_driver_imports_only_the_standard_library():
    driver = ast.walk(ast.parse((ROOT / "manage.py").read_text("utf-8")))
    modules = {node.module for node in driver if isinstance(node, ast.ImportFrom)}
    assert {m.split(".")[0] for m in modules if m} <= {*sys.stdlib_module_names, "setup"}
    assert imported(ROOT / "setup") == set()


def test_every_dependency_is_explained():
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    explained = {name.lower() for name in re.findall(r"^\| ([\w@/.-]+) \|", page, re.M)} - {
        "package"
    }
    npm = json.loads((ROOT / "package.json").read_text())
    wanted = {*npm["dependencies"], *npm["devDependencies"]}
    for source in ROOT.glob("requirements*.in"):
        wanted |= declared(source.name)
    assert explained == wanted


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_with_its_hash_and_names_no_host(name):
    text = (ROOT / name).read_text()
    packages = re.findall(
        r"^[\w.-]+(?:\[\w+\])?==\S+.*(?:\n {4}--hash=sha256:[0-9a-f]{64}.*)+", text, re.M
    )
    assert len(packages) == len(re.findall(r"^\w", text, re.M)) > 0
    assert "://" not in text
    assert declared(name.replace(".txt", ".in")) <= declared(name)


def test_the_npm_lock_pins_with_integrity_and_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    wanted = json.loads((ROOT / "package.json").read_text())
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    for path, package in lock["packages"].items():
        assert not path or package["integrity"].startswith("sha512-")
        assert "resolved" not in package
