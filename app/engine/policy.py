"""What the `flow:` attributes of a drawing say: who is asked, by when, and which way out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from app.engine import policy_words as written
from app.engine.policy_words import Report
from app.engine.types import Limit, Party, TaskPolicy
from app.errors import Finding

FLOW = "http://anguan.gov.example/flow"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"

HUMAN = frozenset({"userTask", "manualTask"})
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "startForm": frozenset({"process"}),
    "role": HUMAN | {"lane"},
    "scope": HUMAN | {"lane"},
    "form": HUMAN,
    "outcomes": HUMAN,
    "sla": HUMAN | {"process"},
    "clock": HUMAN,
    "sign": HUMAN,
    "each": HUMAN,
    "result": frozenset({"endEvent"}),
    "action": frozenset({"serviceTask"}),
    "decision": frozenset({"businessRuleTask"}),
    "to": frozenset({"sendTask", "intermediateThrowEvent", "endEvent"}),
}
"""Each attribute and the elements that it may stand on. The modeler's descriptor says the same."""

APPLICANT = "applicant"
POSITIONS = frozenset({"head", "leader", "inspector", "safety_officer"})
OFFICES = frozenset(
    f"{level}_{side}_{rank}"
    for level in ("city", "district")
    for side in ("gov", "dept")
    for rank in ("user", "admin")
)
ROLES = OFFICES | POSITIONS | {APPLICANT}
SCOPES = ("community", "township", "district", "city")
"""A level, and after a colon the industry where it is not the case's: `district:housing`; or
`district:department`, the case's own, where the roles alone do not say that a department is asked.
"""
OWN_SCOPE = "case"
MAX_PARTIES = 8

_SCOPE = re.compile(rf"(?:{'|'.join(SCOPES)})(?::[a-z][a-z0-9_]{{0,39}})?")


@dataclass(slots=True)
class Policy:
    """All that one BPMN file says in our namespace, by element id, and what is wrong with it."""

    start_forms: dict[str, str] = field(default_factory=dict)
    limits: dict[str, Limit | None] = field(default_factory=dict)  # of whole processes
    tasks: dict[str, TaskPolicy] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    recipients: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: Policy) -> None:
        """Take in what another file of the same bundle says."""
        self.start_forms |= other.start_forms
        self.limits |= other.limits
        self.tasks |= other.tasks
        self.results |= other.results
        self.actions |= other.actions
        self.decisions |= other.decisions
        self.recipients |= other.recipients
        self.findings += other.findings


@dataclass(frozen=True, slots=True)
class _Lane:
    name: str
    role: str
    scope: str


def read_policy(root: etree._Element) -> Policy:
    """Read every `flow:` attribute below `root`, a `bpmn:definitions` element."""
    policy, lanes = Policy(), _lanes(root)
    for element in root.iter(f"{{{BPMN}}}*"):
        tag, key = etree.QName(element).localname, element.get("id", "")
        report = _reporter(policy, element)
        _check_places(element, tag, report)
        if tag in HUMAN:
            lane = _lane_of(element, lanes)
            policy.tasks[key] = _task(element, lane, report)
        elif tag == "process":
            policy.start_forms[key] = written.form(_get(element, "startForm"), report)
            policy.limits[key] = written.limit(_get(element, "sla"), report)
        elif tag == "endEvent" and (result := _get(element, "result")):
            policy.results[key] = written.word(result, "flow:result", report)
        elif tag == "serviceTask":
            policy.actions[key] = written.action(_get(element, "action"), report)
        elif tag == "businessRuleTask":
            policy.decisions[key] = written.decision(_get(element, "decision"), report)
        if _throws_message(element, tag):
            policy.recipients[key] = written.recipient(_get(element, "to"), report)
    return policy


def _get(element: etree._Element, name: str) -> str:
    return (element.get(f"{{{FLOW}}}{name}") or "").strip()


def _reporter(policy: Policy, element: etree._Element) -> Report:
    key, name = element.get("id", ""), element.get("name") or element.get("id", "")

    def report(code: str, message: str) -> None:
        policy.findings.append(Finding(code, key, f"“{name}”{message}"))

    return report


def _check_places(element: etree._Element, tag: str, report: Report) -> None:
    for attribute in element.attrib:
        mark = etree.QName(attribute)
        if mark.namespace != FLOW:
            continue
        places = ATTRIBUTES.get(mark.localname)
        if places is None:
            report("flow-unknown", f"的属性 flow:{mark.localname} 不认识，请删除或改正拼写")
        elif tag not in places:
            report("flow-misplaced", f"不能设置 flow:{mark.localname}，请移到适用的元素上")


def _throws_message(element: etree._Element, tag: str) -> bool:
    if tag == "sendTask":
        return True
    event = element.find(f"{{{BPMN}}}messageEventDefinition")
    return tag in {"intermediateThrowEvent", "endEvent"} and event is not None


def _lanes(root: etree._Element) -> dict[str, _Lane]:
    """The innermost lane of each element that a lane names; a silent lane speaks as its parent."""
    found: dict[str, _Lane] = {}
    for lane in root.iter(f"{{{BPMN}}}lane"):
        own = _Lane(lane.get("name", ""), _spoken(lane, "role"), _spoken(lane, "scope"))
        for ref in lane.findall(f"{{{BPMN}}}flowNodeRef"):
            found[(ref.text or "").strip()] = own
    return found


def _spoken(lane: etree._Element, name: str) -> str:
    around = (lane, *lane.iterancestors(f"{{{BPMN}}}lane"))
    return next((value for each in around if (value := _get(each, name))), "")


def _lane_of(element: etree._Element, lanes: Mapping[str, _Lane]) -> _Lane:
    """A task inside a sub-process stands in the lane of the sub-process."""
    around = (element, *element.iterancestors(f"{{{BPMN}}}subProcess"))
    named = (lanes[key] for each in around if (key := each.get("id", "")) in lanes)
    return next(named, _Lane("", "", ""))


def _task(element: etree._Element, lane: _Lane, report: Report) -> TaskPolicy:
    parties = tuple(_parties(_get(element, "role"), _get(element, "scope"), lane, report))
    words = element.find(f"{{{BPMN}}}documentation")
    return TaskPolicy(
        element=element.get("id", ""),
        name=element.get("name", ""),
        parties=parties,
        form=written.form(_get(element, "form"), report),
        outcomes=written.outcomes(_get(element, "outcomes"), report),
        limit=written.limit(_get(element, "sla"), report),
        sign=written.sign(_get(element, "sign"), len(parties), report),
        lane=lane.name,
        documentation=(words.text or "").strip() if words is not None else "",
        stops_clock=written.stops(_get(element, "clock"), report),
        each=written.each(_get(element, "each"), _get(element, "sign"), parties, report),
    )


def _parties(own_role: str, own_scope: str, lane: _Lane, report: Report) -> Iterator[Party]:
    pools = [tuple(part.split()) for part in (own_role or lane.role).split(";") if part.strip()]
    if not pools:
        return report("flow-role", "没有写明由谁办理，请在任务或泳道上选“办理人”（flow:role）")
    if len(pools) > MAX_PARTIES:
        return report("flow-role", f"的签署方超过 {MAX_PARTIES} 个，请减少")
    for word in sorted({role for pool in pools for role in pool} - ROLES):
        report("flow-role", f"的角色“{word}”不认识，请从角色表中选用")
    if any(APPLICANT in pool and len(pool) > 1 for pool in pools):
        return report("flow-role", "把申请人与工作人员写在同一方，请用分号分开")
    official = [pool for pool in pools if APPLICANT not in pool]
    scopes = _scopes(own_scope or (lane.scope if official else ""), len(official), report)
    given = iter(scopes)
    for pool in pools:
        yield Party(pool, OWN_SCOPE if APPLICANT in pool else next(given, ""))


def _scopes(text: str, parties: int, report: Report) -> list[str]:
    scopes = text.replace(";", " ").split()
    if not parties:
        if scopes:
            report("flow-scope", "由申请人办理，不需要写哪一级（flow:scope），请删除")
        return []
    if not scopes:
        report("flow-scope", "没有写明哪一级办理，请在任务或泳道上选哪一级（flow:scope）")
    elif len(scopes) not in {1, parties}:
        report("flow-scope", "的级别（flow:scope）个数与签署方个数不一致，请写一个或逐方写全")
    for scope in sorted(set(scopes)):
        if not _SCOPE.fullmatch(scope):
            report("flow-scope", f"的层级“{scope}”不认识，可用：{'、'.join(SCOPES)}")
    return scopes * parties if len(scopes) == 1 else scopes
