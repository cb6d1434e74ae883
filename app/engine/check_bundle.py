"""The checks, in order: cheap and safe ones first, SpiffWorkflow last, on what passed them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from app.engine.check import Vocabulary
from app.engine.check_decisions import check_decisions, decisions_used
from app.engine.check_events import check_events
from app.engine.check_expressions import check_expressions
from app.engine.check_graph import check_graph
from app.engine.check_outcomes import check_outcomes
from app.engine.check_policy import check_policy, forms_used, read_policies
from app.engine.check_refs import check_refs, decision_ids
from app.engine.check_start import check_start
from app.engine.decisions import Decision, read_decisions
from app.engine.gate_dmn import check_dmn_tags
from app.engine.gate_model import Bundle, Drawing, read_drawing
from app.engine.gate_tags import check_tags
from app.engine.gate_walk import TooBig, unfold
from app.engine.gate_xml import read_xml
from app.engine.policy import Policy
from app.engine.proof import prove
from app.errors import BrokenProcess, Finding

_BESIDE = frozenset(
    {"unreachable", "form-unknown", "form-missing", "task-name", "action-unknown", "start-form"}
)
"""Findings beside which a case can still be gone through."""


def check_bundle(files: Mapping[str, bytes], key: str, words: Vocabulary) -> list[Finding]:
    """All findings at once, sorted. To be called where a hang or a crash does no harm."""
    findings: list[Finding] = []
    bundle = _read(files, key, findings)
    if len(bundle.drawings) + len(bundle.tables) < len(files):
        return _sorted(findings)  # with a file missing, the rest would be guesses
    decisions = _decisions(files, bundle, findings)
    policy = read_policies(bundle)
    declared = _declared(bundle, policy, words, decisions)
    defined = {each for root in bundle.tables.values() for each in decision_ids(root)}
    findings += check_refs(bundle)
    findings += check_decisions(bundle, decisions, declared, defined)
    findings += check_expressions(bundle, declared)
    findings += check_events(bundle)
    findings += check_graph(bundle)
    findings += check_policy(bundle, policy, words)
    findings += _walks(bundle, policy)
    if {finding.code for finding in findings} <= _BESIDE:
        told = bool(findings)
        proved = prove(bundle, policy, decisions, words)
        findings += [each for each in proved if not (told and each.code == "dead")]
    if not findings:
        findings += check_start(files, key)
    return _sorted(findings)


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(set(findings), key=lambda each: (each.element, each.code, each.message))


def _read(files: Mapping[str, bytes], key: str, findings: list[Finding]) -> Bundle:
    drawings: list[Drawing] = []
    tables: dict[str, etree._Element] = {}
    for name, raw in sorted(files.items()):
        root, faults = read_xml(raw, name)
        findings += faults
        if root is None:
            continue
        faults = check_dmn_tags(root, name) if name.endswith(".dmn") else check_tags(root, name)
        findings += faults
        if any(fault.code in {"bpmn-root", "dmn-root"} for fault in faults):
            continue
        if name.endswith(".dmn"):
            tables[name] = root
        else:
            drawings.append(read_drawing(root, name))
    return Bundle(key, drawings, tables)


def _decisions(
    files: Mapping[str, bytes], bundle: Bundle, findings: list[Finding]
) -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    for name in bundle.tables:
        try:
            found |= read_decisions(files[name], name)
        except BrokenProcess as broken:
            findings += broken.findings
    return found


def _declared(
    bundle: Bundle, policy: Policy, words: Vocabulary, decisions: Mapping[str, Decision]
) -> frozenset[str]:
    """Every routing variable that a case of this process can have."""
    used = forms_used(policy, bundle.key)
    forms = {name for form in used for name in words.forms.get(form, ())}
    asked = [decisions[key] for key in decisions_used(bundle) if key in decisions]
    outputs = {name for decision in asked for name in decision.outputs}
    return frozenset({"outcome"} | forms | outputs | words.routing)


def _walks(bundle: Bundle, policy: Policy) -> Iterator[Finding]:
    try:
        walk = unfold(bundle)
    except TooBig:
        yield Finding("too-big", bundle.key, "流程连同它调用的流程元素过多，请减少调用的层数和次数")
        return
    yield from check_outcomes(bundle, walk, policy)
