"""What makes a drawing impossible to run, said before SpiffWorkflow trips over it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from lxml import etree

from app.engine.feel import FeelSyntaxError, Program, compile_expression, compile_timer
from app.engine.policy import BPMN, Policy
from app.errors import Finding

CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})
BRANCHING = CONDITIONAL | {"parallelGateway", "eventBasedGateway", "startEvent"}
MESSAGING = frozenset({"sendTask", "receiveTask"})
CALLS = frozenset({"subProcess", "callActivity"})
REFERENCES: Mapping[str, tuple[str, str, str]] = {
    "messageEventDefinition": ("messageRef", "message", "name"),
    "signalEventDefinition": ("signalRef", "signal", "name"),
    "errorEventDefinition": ("errorRef", "error", "errorCode"),
    "escalationEventDefinition": ("escalationRef", "escalation", "escalationCode"),
}
_NAMES = {"message": "消息", "signal": "信号", "error": "错误", "escalation": "升级"}
_MAY_LACK = frozenset({"errorEventDefinition", "escalationEventDefinition"})


def check_soundness(
    roots: Iterable[etree._Element], policy: Policy, decisions: Collection[str], key: str
) -> Iterator[Finding]:
    """Everything in the bundle that would fail at run time, element by element."""
    bundle = list(roots)
    processes = {p.get("id", ""): p for root in bundle for p in root.iter(_tag("process"))}
    if key not in processes:
        yield Finding("process-missing", key, f"没有找到流程“{key}”，请检查流程的 id")
    for name, process in processes.items():
        if process.get("isExecutable") == "false":
            text = f"流程{_called(process)}没有勾选“可执行”（isExecutable），请勾选后重新上传"
            yield Finding("not-executable", name, text)
    yield from _twice(bundle)
    yield from _calls(processes)
    for element, decision in policy.decisions.items():
        if decision and decision not in decisions:
            yield Finding(
                "decision-missing", element, f"决策表“{decision}”没有随流程一起上传，请补上"
            )
    for root in bundle:
        yield from _elements(root)


def _tag(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _called(element: etree._Element) -> str:
    return f"“{element.get('name') or element.get('id') or ''}”"


def _twice(bundle: list[etree._Element]) -> Iterator[Finding]:
    seen: set[str] = set()
    for root in bundle:
        for element in root.iter(f"{{{BPMN}}}*"):
            node, key = element.find(_tag("incoming")) is not None, element.get("id", "")
            known = node or _local(element) in CALLS | MESSAGING | {"startEvent", "process"}
            if known and key in seen:
                yield Finding("id-twice", key, f"id“{key}”用了两次，请改掉一个")
            if known:
                seen.add(key)


def _calls(processes: Mapping[str, etree._Element]) -> Iterator[Finding]:
    """Called processes are in the bundle, and none calls itself, however far around."""
    calls = {
        key: {each.get("calledElement", "") for each in process.iter(_tag("callActivity"))}
        for key, process in processes.items()
    }
    for key, process in processes.items():
        for each in process.iter(_tag("callActivity")):
            if each.get("calledElement") not in processes:
                text = f"{_called(each)}调用的流程没有随流程一起上传，请补上"
                yield Finding("call-missing", each.get("id", ""), text)
        found: set[str] = set()
        waiting = [key]
        while waiting:
            fresh = calls.get(waiting.pop(), set()) - found
            found |= fresh
            waiting += fresh
        if key in found:
            yield Finding("call-circular", key, f"流程“{key}”绕回来调用了自己，请改用连线画出回路")


def _elements(root: etree._Element) -> Iterator[Finding]:
    named = {(_local(e), e.get("id", "")): e for e in root if e.get("id")}
    outgoing: dict[str, list[etree._Element]] = {}
    for flow in root.iter(_tag("sequenceFlow")):
        outgoing.setdefault(flow.get("sourceRef", ""), []).append(flow)
    tags = {e.get("id", ""): _local(e) for e in root.iter(f"{{{BPMN}}}*")}
    for element in root.iter(f"{{{BPMN}}}*"):
        kind = _local(element)
        if kind.endswith("Event"):
            yield from _event(element, kind, tags, named)
        elif kind in MESSAGING:
            yield from _reference(element, element, "messageEventDefinition", named)
        elif kind == "process" or kind == "subProcess":
            yield from _scope(element)
        yield from _flows(element, kind, outgoing.get(element.get("id", ""), []))


def _scope(element: etree._Element) -> Iterator[Finding]:
    starts = len(element.findall(_tag("startEvent")))
    if starts != 1:
        text = f"{_called(element)}里有 {starts} 个开始事件，应恰好有一个"
        yield Finding("start-count", element.get("id", ""), text)


def _event(
    element: etree._Element,
    kind: str,
    tags: Mapping[str, str],
    named: Mapping[tuple[str, str], etree._Element],
) -> Iterator[Finding]:
    definitions = [child for child in element if _local(child).endswith("EventDefinition")]
    key, name = element.get("id", ""), _called(element)
    if len(definitions) > 1:
        yield Finding("event-multiple", key, f"{name}含有多个事件定义，请拆成几个事件")
    if not definitions:
        if kind in {"boundaryEvent", "intermediateCatchEvent"}:
            yield Finding("event-none", key, f"{name}没有选定要等待的事件，请选定时器、消息等")
        return
    what = _local(definitions[0])
    if kind == "startEvent" and what != "messageEventDefinition":
        yield Finding("start-event", key, f"{name}只能是普通开始或消息开始，请改正")
    if what == "timerEventDefinition":
        yield from _timer(element, definitions[0])
    elif what in REFERENCES:
        yield from _reference(element, definitions[0], what, named)
    inside = tags.get(element.get("attachedToRef", ""), "")
    if kind == "boundaryEvent" and what in _MAY_LACK and inside not in CALLS:
        yield Finding("event-alarm", key, f"{name}只能放在子流程或调用活动的边上，请移过去")


def _reference(
    element: etree._Element,
    holder: etree._Element,
    what: str,
    named: Mapping[tuple[str, str], etree._Element],
) -> Iterator[Finding]:
    attribute, kind, label = REFERENCES[what]
    ref = holder.get(attribute)
    if ref is None and what in _MAY_LACK and _local(element) == "boundaryEvent":
        return
    target = named.get((kind, ref or ""))
    if target is None or not target.get(label):
        text = (
            f"{_called(element)}没有选定{_NAMES[kind]}，或该{_NAMES[kind]}没有填写 {label}，请补上"
        )
        yield Finding("event-reference", element.get("id", ""), text)


def _timer(element: etree._Element, definition: etree._Element) -> Iterator[Finding]:
    parts = [child for child in definition if _local(child).startswith("time")]
    key = element.get("id", "")
    if len(parts) != 1 or _local(parts[0]) == "timeCycle":
        text = f"{_called(element)}请只写一个时长（timeDuration）或日期（timeDate），不支持循环定时"
        yield Finding("timer", key, text)
    else:
        yield from _expression(element, parts[0].text, compile_timer)


def _flows(element: etree._Element, kind: str, flows: list[etree._Element]) -> Iterator[Finding]:
    key = element.get("id", "")
    if len(flows) > 1 and kind not in BRANCHING:
        yield Finding("flow-several", key, f"{_called(element)}有多条去向，请在后面加一个网关")
    for flow in flows:
        condition = flow.find(_tag("conditionExpression"))
        default = flow.get("id") == element.get("default")
        if condition is not None and kind not in CONDITIONAL:
            text = f"{_called(element)}后的连线写了条件，条件只能写在排他或包容网关之后"
            yield Finding("flow-condition", flow.get("id", ""), text)
        elif condition is not None and not default:
            yield from _expression(flow, condition.text, compile_expression)
        elif kind in CONDITIONAL and len(flows) > 1 and condition is None and not default:
            text = f"{_called(element)}后的连线{_called(flow)}没有条件，请补上或设为默认连线"
            yield Finding("flow-condition", flow.get("id", ""), text)


def _expression(
    element: etree._Element, text: str | None, compiled: Callable[[str], Program]
) -> Iterator[Finding]:
    try:
        compiled(text or "")
    except FeelSyntaxError as error:
        yield Finding(
            "expression", element.get("id", ""), f"{_called(element)}的表达式读不懂：{error}"
        )
