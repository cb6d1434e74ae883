"""The files that the house is made of, and where each of them stands."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
TEMPLATES = APP / "templates"
NOT_OURS = frozenset({".git", ".venv", "node_modules", "var", "dist", "__pycache__", "corpus"})
"""Folders that are made, not written; and the corpus, which is written as strangers write."""
TOP_DOCUMENTS = {
    "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE", "README.md",
    "SECURITY.md",
}  # fmt: skip


@lru_cache(maxsize=1)
def files() -> tuple[Path, ...]:
    """Every file that somebody wrote."""
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> Iterator[Path]:
    for entry in os.scandir(folder):
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            made = entry.name in NOT_OURS or entry.name.endswith("_cache")
            if not made and entry.name != ".hypothesis":
                yield from _walk(path)
        elif not entry.name.endswith((".pyc", ".lock")):
            yield path


def ending(*ends: str, under: Path = ROOT) -> tuple[Path, ...]:
    """The files below a folder whose names end so."""
    return tuple(p for p in files() if p.name.endswith(ends) and p.is_relative_to(under))


def name(path: Path) -> str:
    """A file's place in the tree, as messages and lists write it."""
    return path.relative_to(ROOT).as_posix()


@lru_cache(maxsize=2048)
def read(path: Path) -> str:
    """A file's text."""
    return path.read_text("utf-8")


@lru_cache(maxsize=2048)
def parsed(path: Path) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse(read(path))


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a module."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, Function):
            yield node
