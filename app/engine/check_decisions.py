"""Decision tasks and their tables: the table is there, and it reads what the case has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.engine.decisions import Decision
from app.engine.gate_model import Bundle, Scope
from app.engine.gate_words import FLOW, TO_DECLARE
from app.errors import Finding


def decisions_used(bundle: Bundle) -> dict[str, list[str]]:
    """The decision tasks of all files, by the decision that they ask."""
    used: dict[str, list[str]] = {}
    for process in bundle.processes.values():
        for asked, tasks in decisions_asked(process).items():
            used.setdefault(asked, []).extend(tasks)
    return used


def decisions_asked(process: Scope) -> dict[str, list[str]]:
    """The decision tasks of one process and its sub-processes, by the decision that they ask."""
    used: dict[str, list[str]] = {}
    for scope in process.all():
        for node in scope.nodes.values():
            if node.tag == "businessRuleTask":
                asked = (node.element.get(f"{{{FLOW}}}decision") or "").strip()
                used.setdefault(asked, []).append(node.id)
    return used


def check_decisions(
    bundle: Bundle, decisions: Mapping[str, Decision], declared: frozenset[str], defined: set[str]
) -> Iterator[Finding]:
    """`defined` are all decisions of the bundle, `decisions` those that could be read."""
    for key, tasks in decisions_used(bundle).items():
        if key not in defined:
            for task in tasks:
                yield Finding("decision-unknown", task, _missing(bundle, task, key))
        elif key in decisions:
            yield from _inputs(decisions[key], declared)


def _missing(bundle: Bundle, task: str, key: str) -> str:
    node = next(scope.nodes[task] for scope in bundle.scopes() if task in scope.nodes)
    if not key:
        return f"{node.called}没有指定决策表，请选“决策表”（flow:decision）"
    return f"{node.called}用的决策“{key}”不在上传的文件中，请一并上传决策表（.dmn）"


def _inputs(decision: Decision, declared: frozenset[str]) -> Iterator[Finding]:
    for name in sorted(decision.inputs - declared):
        known = "、".join(sorted(declared)[:12])
        what = f"用了未声明的变量“{name}”。可用的变量：{known}；{TO_DECLARE}"
        yield Finding("variable-unknown", decision.id, f"决策表“{decision.name}”{what}")
