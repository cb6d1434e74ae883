"""Events: each waits for or says one thing, of a kind that the engine knows at that place."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.gate_model import Bundle, Node, Scope
from app.engine.gate_xml import mark
from app.errors import Finding

_CATCHES = frozenset({"message", "signal", "timer"})
_KNOWN = {
    "startEvent": frozenset({"message"}),
    "endEvent": frozenset({"message", "error", "escalation", "terminate"}),
    "intermediateCatchEvent": _CATCHES,
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation"}),
    "boundaryEvent": _CATCHES | {"error", "escalation"},
}
_WAITS = frozenset({"intermediateCatchEvent", "boundaryEvent"})
_NAMES = {
    "message": "消息",
    "signal": "信号",
    "timer": "定时器",
    "error": "错误",
    "escalation": "升级",
    "terminate": "终止",
}


def check_events(bundle: Bundle) -> Iterator[Finding]:
    """Every event of every file."""
    main = bundle.main()
    for scope in bundle.scopes():
        for node in scope.nodes.values():
            if node.tag in _KNOWN:
                yield from _event(node, scope)
            if scope is main and node.tag == "endEvent" and node.event("error") is not None:
                what = "请改为普通结束事件，或放进带错误边界事件的子流程"
                what = f"{node.called}抛出的错误没有边界事件接住，{what}"
                yield Finding("event-uncaught", node.id, what)


def _event(node: Node, scope: Scope) -> Iterator[Finding]:
    tags = [mark(child)[1] for child in node.element]
    kinds = [tag.removesuffix("EventDefinition") for tag in tags if tag.endswith("EventDefinition")]
    kinds = [kind for kind in kinds if kind in _NAMES]
    if len(kinds) > 1:
        yield Finding("event", node.id, f"{node.called}含有多个事件定义，请拆成几个事件")
    if node.tag in _WAITS and not any(tag.endswith("EventDefinition") for tag in tags):
        yield Finding("event", node.id, f"{node.called}没有写明等什么，请选定时器、消息或信号")
    if node.tag == "startEvent" and scope.depth and kinds:
        yield Finding("event", node.id, f"{node.called}在子流程里只能是普通开始事件，请改正")
        return
    for kind in kinds:
        if kind not in _KNOWN[node.tag]:
            known = "、".join(_NAMES[each] for each in sorted(_KNOWN[node.tag]))
            what = f"{node.called}不支持{_NAMES[kind]}，这里可用：{known}"
            yield Finding("event", node.id, what)
    host = scope.nodes.get(node.element.get("attachedToRef", ""))
    alarms = node.tag == "boundaryEvent" and {"error", "escalation"} & set(kinds)
    if alarms and host is not None and host.tag not in {"subProcess", "callActivity"}:
        what = f"{node.called}只能贴在子流程或调用活动上，请移过去"
        yield Finding("event", node.id, what)
