"""The linters find nothing: directions of imports, style, types, templates."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.house.tree import APP, ROOT, TEMPLATES, ending, name, read

SETTINGS = str(ROOT / "pyproject.toml")
PROGRAMS = Path(sys.executable).parent


def run(*words: str) -> str:
    """What a linter complains of; nothing if it is content."""
    program = [str(PROGRAMS / words[0]), *words[1:]]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def test_imports_only_go_down():
    # in a process of its own: it switches off every logger that it meets
    assert run("lint-imports", "--no-cache", "--config", SETTINGS) == ""


WIRING = {"__init__", "cli", "cli_flows", "first_start", "migrating"}
"""Above every layer: what puts the parts together, and what the command line calls."""


def test_every_room_stands_in_a_layer():
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    rooms = set(re.findall(r"app\.(\w+)", " ".join(layers)))
    there = {p.stem for p in APP.glob("*.py")} | {p.parent.name for p in APP.glob("*/__init__.py")}
    assert there - WIRING - rooms == set()


def test_only_wiring_names_the_wiring():
    named = re.compile(r"(?:from|import) app(?:\.| import )(?:cli|first_start|migrating)\b")
    users = {name(p) for p in ending(".py", under=APP) if named.search(read(p))}
    assert users == {"app/__init__.py", "app/cli.py"}


def test_only_the_door_names_the_engine():
    users = {name(p) for p in ending(".py", under=APP) if "import SpiffWorkflow" in read(p)}
    users |= {name(p) for p in ending(".py", under=APP) if "from SpiffWorkflow" in read(p)}
    assert users
    assert {user for user in users if not user.startswith("app/engine/")} == set()


def test_nothing_generic_names_the_domain():
    named = re.compile(r"^\s*from app import .*\bsmallworks\b|\bapp\.smallworks\b", re.M)
    users = {name(p) for p in ending(".py", under=APP) if named.search(read(p))}
    above = {user for user in users if not user.startswith("app/smallworks/")}
    assert above == {"app/__init__.py"}
    assert read(APP / "__init__.py").count("smallworks.") == 1


def test_ruff_finds_nothing():
    assert run("ruff", "check", "--output-format", "concise", ".") == ""


def test_every_file_is_formatted():
    assert run("ruff", "format", "--check", ".") == ""


def test_types_hold():
    assert run("mypy") == ""


def test_djlint_finds_nothing():
    assert run("djlint", "--lint", str(TEMPLATES)) == ""
