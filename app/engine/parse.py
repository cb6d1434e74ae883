"""From the files of one process version to a Process, or to everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from app.engine.decisions import Decision, read_decisions
from app.engine.drawing import DrawingParser
from app.engine.events import EventGateway, Timer
from app.engine.gate_tags import check_tags
from app.engine.gate_xml import read_xml
from app.engine.nodes import Exclusive, Inclusive, Rule
from app.engine.outline import places_of, walk
from app.engine.policy import BPMN, Policy, read_policy
from app.engine.process import Path, Process
from app.engine.soundness import check_soundness
from app.errors import BrokenProcess, Finding

Roots = dict[str, etree._Element]


def parse(files: Mapping[str, bytes | str], key: str) -> Process:
    """Read `files`, the bundle of one version, for the process `key`. Forms are not looked at."""
    roots, findings = _read(files)
    _refuse(findings)
    decisions = _decisions(files)
    policy = _policy(roots)
    findings = [
        *(finding for file, root in roots.items() for finding in check_tags(root, file)),
        *policy.findings,
        *check_soundness(roots.values(), policy, frozenset(decisions), key),
    ]
    _refuse(findings)
    spec, scopes = _build(roots, policy, key, decisions)
    return _process(roots, policy, key, spec, scopes)


def _refuse(findings: list[Finding]) -> None:
    if findings:
        raise BrokenProcess(f"流程有 {len(findings)} 处问题，请逐条修改", findings)


def _read(files: Mapping[str, bytes | str]) -> tuple[Roots, list[Finding]]:
    roots: Roots = {}
    findings: list[Finding] = []
    for name, content in files.items():
        if name.endswith(".bpmn"):
            root, faults = read_xml(_bytes(content), name)
            findings += faults
            if root is not None:
                roots[name] = root
    return roots, findings


def _bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _decisions(files: Mapping[str, bytes | str]) -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    for name, content in files.items():
        if name.endswith(".dmn"):
            found |= read_decisions(_bytes(content), name)
    return found


def _policy(roots: Roots) -> Policy:
    whole = Policy()
    for root in roots.values():
        whole.add(read_policy(root))
    return whole


def _build(
    roots: Roots, policy: Policy, key: str, decisions: Mapping[str, Decision]
) -> tuple[Any, dict[str, Any]]:
    parser = DrawingParser(policy)
    try:
        for name, root in roots.items():
            parser.add_bpmn_xml(root, name)
        return parser.build(key, decisions)
    except ValidationException as error:
        where = error.name or error.id or key
        message = f"“{where}”画得不完整，流程走不通，请检查它的连线和设置"
        raise BrokenProcess(message, [Finding("unsound", error.id or key, message)]) from error
    except Exception as error:
        message = "流程图画得不完整，无法运行，请用流程编辑器检查后重新导出"
        raise BrokenProcess(message, [Finding("unsound", key, message)]) from error


def _process(roots: Roots, policy: Policy, key: str, spec: Any, scopes: dict[str, Any]) -> Process:
    places = {k: v for root in roots.values() for k, v in places_of(root).items()}
    nodes = list(walk(spec, scopes, places))
    paths: dict[str, list[Path]] = {}
    for node, path, _ in nodes:
        paths.setdefault(node.bpmn_id, []).append(path)
    human = dict.fromkeys(node.bpmn_id for node, _, _ in nodes if node.bpmn_id in policy.tasks)
    return Process(
        key=key,
        title=spec.description,
        start_form=policy.start_forms.get(key, ""),
        start_message=_start_message(roots, key),
        limit=policy.limits.get(key),
        tasks=MappingProxyType({k: policy.tasks[k] for k in human}),
        actions=MappingProxyType({k: v for k, v in policy.actions.items() if k in paths}),
        acts=frozenset(paths).intersection({*policy.actions, *policy.recipients}),
        results=MappingProxyType({k: v for k, v in policy.results.items() if k in paths}),
        names=MappingProxyType(
            {node.bpmn_id: node.bpmn_name or node.bpmn_id for node, _, _ in nodes}
        ),
        routing=frozenset(name for node, _, _ in nodes for name in reads(node)),
        steps=tuple(human),
        repeated=frozenset(node.bpmn_id for node, _, repeats in nodes if repeats),
        paths=MappingProxyType({k: tuple(v) for k, v in paths.items()}),
        spec=spec,
        scopes=MappingProxyType(scopes),
    )


def reads(node: Any) -> frozenset[str]:
    """The variables that a node reads."""
    if isinstance(node, Exclusive | Inclusive):
        programs = [condition.program for condition, _ in node.cond_task_specs if condition]
        return frozenset(name for program in programs for name in program.names)
    if isinstance(node, Rule):
        inputs: frozenset[str] = node.decision.inputs
        return inputs
    events = [getattr(node, "event_definition", None)]
    if isinstance(node, EventGateway):
        events = node.choices
    return frozenset(n for event in events if isinstance(event, Timer) for n in event.program.names)


def _start_message(roots: Roots, key: str) -> str:
    for root in roots.values():
        for process in root.iter(f"{{{BPMN}}}process"):
            event = process.find(f"{{{BPMN}}}startEvent/{{{BPMN}}}messageEventDefinition")
            if process.get("id") == key and event is not None:
                messages = {m.get("id"): m.get("name", "") for m in root.iter(f"{{{BPMN}}}message")}
                return messages.get(event.get("messageRef"), "")
    return ""
