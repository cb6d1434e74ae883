"""Nothing lies in the tree that does not belong there, and nothing is left unsaid or undone."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.tree import APP, ROOT, ending, files, name, read

TEXT = (".py", ".md", ".txt", ".in", ".html", ".css", ".js", ".mjs", ".json", ".toml", ".bpmn",
        ".dmn", ".typ", ".csv", ".mako", ".svg")  # fmt: skip
HERE = Path(__file__)
TOP = {
    ".ci", "app", "benchmarks", "bpmn", "docs", "forms", "frontend", "migrations", "papers",
    "setup", "tests",
}  # fmt: skip

# each letter in brackets once, so that the rule does not itself name what it forbids
HOSTS = re.compile(
    r"py[p]i\.org|python[h]osted|np[m]js\.|npm[m]irror|regis[t]ry\.|proxy\.[g]olang|tun[a]\."
)
PLACES = re.compile(r"(?<![\w.:/-])/(?:root|home|work|Users|mnt|tmp)/\w")
UNDONE = re.compile(
    r"(?:#|//|/\*|<!--|^- ).*\b(?:TODO|FIXME|XXX|HACK|WIP|TBD)\b|(?i:lorem ipsum)|待补充|此处填写",
    re.M,
)
SKIPPED = re.compile(r"mark\.(?:skip|xfail)|pytest\.(?:skip|xfail|importorskip)\(|unittest\.skip")
BROWSER = {"tests/browser/conftest.py"}
"""Where tests that need a browser are left out when there is none, loudly."""


def texts() -> list[tuple[str, str]]:
    plain = [*ending(*TEXT), ROOT / ".ci" / "run", ROOT / ".npmrc", ROOT / ".gitignore"]
    return [(name(path), read(path)) for path in plain if path != HERE]


def found(pattern: re.Pattern[str]) -> set[str]:
    return {f"{where}: {hit[0]}" for where, text in texts() for hit in pattern.finditer(text)}


def test_the_top_level_is_as_described():
    folders = {path.relative_to(ROOT).parts[0] for path in files() if path.parent != ROOT}
    assert folders == TOP


def test_no_registry_is_named():
    assert found(HOSTS) == set()


def test_no_place_of_one_machine_is_named():
    assert found(PLACES) == set()


def test_nothing_is_left_for_later():
    assert found(UNDONE) == set()


def test_no_test_is_left_out():
    left = {where for where, text in texts() if SKIPPED.search(text)}
    assert left <= BROWSER


def test_no_file_is_empty_or_ends_without_a_line():
    odd = [where for where, text in texts() if not text.endswith("\n") or not text.strip()]
    assert odd == []


def test_the_bundle_is_not_committed():
    kept = {path.relative_to(APP / "static").parts[0] for path in files()
            if path.is_relative_to(APP / "static")}  # fmt: skip
    assert "dist" not in kept
    assert "dist" in read(ROOT / ".gitignore")


def test_fonts_and_pictures_are_small():
    """What is not text is a picture of the guide; everything else comes from a package."""
    other = {path: path.stat().st_size for path in files() if not path.name.endswith(TEXT)}
    pictures = {path: size for path, size in other.items() if path.suffix == ".png"}
    assert all(path.is_relative_to(ROOT / "docs" / "img") for path in pictures)
    assert {name(path): size for path, size in pictures.items() if size > 200_000} == {}
    rest = {name(path) for path in other} - {name(path) for path in pictures}
    assert rest == {".ci/run", ".gitignore", ".npmrc", "LICENSE", "NOTICE"}
