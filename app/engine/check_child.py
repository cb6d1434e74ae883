"""The child that reads strangers' files: limits first, then JSON in, findings out."""

from __future__ import annotations

import json
import os
import resource
import sys
import traceback
from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import Any

from app.engine.check import OUT_OF_MEMORY, Bounds, Law, Vocabulary
from app.errors import Finding

Work = Callable[[dict[str, Any]], Sequence[Finding]]
MAX_FINDINGS = 200
FAILED = 1


def examine(request: dict[str, Any]) -> Sequence[Finding]:
    """The whole check of one bundle."""
    from app.engine.check_bundle import check_bundle

    files = {name: b64decode(body) for name, body in request["files"].items()}
    return check_bundle(files, request["key"], _words(request["words"]))


def _words(plain: dict[str, Any]) -> Vocabulary:
    names = ("routing", "settled", "actions", "results", "roles", "approving")
    sets: dict[str, Any] = {name: frozenset(plain[name]) for name in names}
    laws = tuple(Law(**{**law, "results": frozenset(law["results"])}) for law in plain["laws"])
    same: dict[str, Any] = {name: plain[name] for name in ("forms", "values", "levels_needed")}
    bounds = {
        source: {name: Bounds(**said) for name, said in names.items()}
        for source, names in plain["bounds"].items()
    }
    return Vocabulary(**same, **sets, laws=laws, bounds=bounds)


def confine(cpu_seconds: int, memory: int) -> None:
    """Give up the right to more time, more memory, files to write and core dumps."""
    for what, soft, hard in (
        (resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(what, (soft, hard))


def serve(work: Work) -> int:
    """Answer one request with findings."""

    def said(request: dict[str, Any]) -> dict[str, Any]:
        found = work(request)[:MAX_FINDINGS]
        return {"findings": [[f.code, f.element, f.message, f.path, f.steps] for f in found]}

    return answer(said)


def answer(said: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Answer one request on stdin; nothing but the answer, or a fault of ours, reaches stdout."""
    confine(int(sys.argv[2]), int(sys.argv[3]))
    way, code = os.dup(1), 0
    os.dup2(2, 1)
    try:
        text = json.dumps(said(json.loads(sys.stdin.buffer.read())))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception:
        text, code = traceback.format_exc(), FAILED
    with os.fdopen(way, "wb") as out:
        out.write(text.encode())
    return code


def main() -> int:
    """What `check.ask_child` runs."""
    return serve(examine)
