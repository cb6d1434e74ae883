"""A child that misbehaves on demand, under the limits of the real one."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.engine.check_child import serve
from app.errors import Finding


def _burn(_request: dict[str, Any]) -> str:
    return str(9**9**9)


def _hog(_request: dict[str, Any]) -> str:
    return str(len(bytearray(4 << 30)))


def _crash(_request: dict[str, Any]) -> str:
    return str(ctypes.string_at(0))


def _wait(_request: dict[str, Any]) -> str:
    return str(os.read(os.pipe()[0], 1))


def _write(request: dict[str, Any]) -> str:
    return str(Path(request["path"]).write_text("x" * 100))


def _print(_request: dict[str, Any]) -> str:
    os.write(1, b"noise that is no answer")
    return ""


def _fail(_request: dict[str, Any]) -> str:
    raise KeyError(1)


def _look(_request: dict[str, Any]) -> str:
    return " ".join(sorted(os.environ))


def _stain(_request: dict[str, Any]) -> str:
    STAINS.append("one")
    return str(len(STAINS))


def _handles(_request: dict[str, Any]) -> str:
    ours = [each for each in os.listdir("/proc/self/fd") if Path(f"/proc/self/fd/{each}").exists()]
    return " ".join(os.readlink(f"/proc/self/fd/{each}") for each in ours)


STAINS: list[str] = []
DEEDS = {
    "burn": _burn,
    "hog": _hog,
    "crash": _crash,
    "wait": _wait,
    "write": _write,
    "print": _print,
    "fail": _fail,
    "look": _look,
    "stain": _stain,
    "handles": _handles,
}


def misbehave(request: dict[str, Any]) -> Sequence[Finding]:
    return [Finding("deed", "", DEEDS[request["do"]](request))]


def main() -> int:
    return serve(misbehave)
