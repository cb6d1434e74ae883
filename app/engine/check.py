"""Publishing asks here: may this bundle run? A child with limits does all the reading."""

from __future__ import annotations

import json
import logging
import signal
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from app.children import Child
from app.engine.gate_xml import MAX_FILE
from app.engine.policy import ROLES
from app.engine.types import Scalar
from app.errors import Conflict, Finding

MAX_FILES = 20
MAX_FORMS = 60
_child = Child(Path(__file__).with_name("reader_child.py"))
_turns = BoundedSemaphore(2)
"""One that reads wants a core and up to half a gigabyte; a burst must queue."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Law:
    """A law of the domain: a case of which `when` holds ends with one of `results` only after a
    review at `level` or above. `said` is how such cases are called, in Chinese.
    """

    when: str
    results: frozenset[str]
    level: str
    said: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a variable can be whose values are too many to list; `empty`: also nothing at all.

    `kind` is number, integer or text, or nothing where it may be any of them. `above` and `below`:
    it never comes to `low` or `high` itself.
    """

    kind: str = ""
    low: float | None = None
    high: float | None = None
    above: bool = False
    below: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a diagram may speak of: known to the caller, not to the engine.

    `forms` maps each form to the routing variables that it declares; `routing` are the variables
    that come from elsewhere. `values` lists, by form and for `routing` under an empty name, all
    values of those variables that have few, `bounds` in the same way what is known of others.
    Those of `routing` that are `settled` change with the start form alone. An empty `results` takes
    any. `levels_needed` is how many levels must have reviewed before an end with one of the
    `approving` results.
    """

    forms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    routing: frozenset[str] = frozenset()
    values: Mapping[str, Mapping[str, Sequence[Scalar]]] = field(default_factory=dict)
    bounds: Mapping[str, Mapping[str, Bounds]] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    results: frozenset[str] = frozenset()
    roles: frozenset[str] = ROLES
    levels_needed: int = 0
    approving: frozenset[str] = frozenset({"approved"})
    laws: tuple[Law, ...] = ()

    def plain(self) -> dict[str, object]:
        """As JSON carries it."""
        said = {**asdict(self), "laws": [_plain(asdict(law)) for law in self.laws]}
        return _plain(said)


def _plain(said: Mapping[str, object]) -> dict[str, object]:
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in said.items()
    }


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may use up before it is stopped; `patience` is the wait for a turn."""

    cpu_seconds: int = 10
    memory: int = 512 << 20
    wall_seconds: int = 30
    patience: float = 20


def check(
    files: Mapping[str, bytes | str], key: str, *, words: Vocabulary, limits: Limits | None = None
) -> tuple[Finding, ...]:
    """Every reason why process `key` of these files may not be published; none means that it may.

    `files` are `<name>.bpmn`, `<name>.dmn` and `forms/<domain>/<name>.json` (whose content is the
    caller's business). Raises Conflict where too many are checked at once.
    """
    raw = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    drawn = {name: body for name, body in raw.items() if name.endswith((".bpmn", ".dmn"))}
    if findings := tuple(_unfit(raw, drawn)):
        return findings
    request = {
        "key": key,
        "files": {name: b64encode(body).decode() for name, body in drawn.items()},
        "words": words.plain(),
    }
    return ask_child("app.engine.check_child", request, limits or Limits())


def _unfit(raw: Mapping[str, bytes], drawn: Mapping[str, bytes]) -> list[Finding]:
    """What can be said without opening a file."""
    found = [
        Finding("file-size", name, f"文件 {name} 超过 1 MB，请精简后再上传")
        for name, body in raw.items()
        if len(body) > MAX_FILE
    ]
    if len(drawn) > MAX_FILES or len(raw) - len(drawn) > MAX_FORMS:
        found.append(
            Finding(
                "file-count",
                "",
                f"一次最多上传 {MAX_FILES} 个流程图和决策表、{MAX_FORMS} 张表单，请分开发布",
            )
        )
    return found


def ask_child(module: str, request: Mapping[str, object], limits: Limits) -> tuple[Finding, ...]:
    """Run `main` of a module of ours, which answers with findings. A death is itself a finding."""
    answer = answer_of(module, request, limits)
    if isinstance(answer, Finding):
        return (answer,)
    told = answer["findings"]
    return tuple(
        Finding(code, at, said, tuple(path), tuple(steps)) for code, at, said, path, steps in told
    )


def answer_of(
    module: str, request: Mapping[str, object], limits: Limits
) -> dict[str, Any] | Finding:
    """What `main` of a module of ours says to a request, or what it died of. Raises Conflict."""
    words = (module, str(limits.cpu_seconds), str(limits.memory))
    if not _turns.acquire(timeout=limits.patience):
        raise Conflict("同时检查流程图的人太多，还没有轮到，请过一会儿再试")
    try:
        sent = json.dumps(request).encode()
        code, out = _child.ask(sent, *words, seconds=limits.wall_seconds)
    except TimeoutError:
        return _died("check-time")
    finally:
        _turns.release()
    if code == 0:
        said: dict[str, Any] = json.loads(out)
        return said
    _log.warning("a child that read a bundle died with %s: %s", code, out[-2000:])
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return _died("check-time")
    return _died("check-memory" if code == OUT_OF_MEMORY else "check-crash")


OUT_OF_MEMORY = 77
"""How a child says that its memory was not enough."""

_DEATHS = {
    "check-time": "检查用时超过上限，已停止。流程图过于复杂，请减少元素、分支和决策表行数",
    "check-memory": "检查占用内存超过上限，已停止。流程图过于复杂，请减少元素、分支和决策表行数",
    "check-crash": "检查中断，无法确认流程图安全。请用流程编辑器重新导出；仍不行请联系系统管理员",
}


def _died(code: str) -> Finding:
    return Finding(code, "", _DEATHS[code])
