"""Names and references: each id stands for one thing, and whatever is pointed at is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from app.engine.decisions import NAMESPACES
from app.engine.gate_model import Bundle, Drawing, Node, Scope
from app.engine.gate_tags import called, owner
from app.engine.gate_words import BPMN
from app.engine.gate_xml import mark
from app.errors import Finding

MAX_NODES = 300
MAX_NESTING = 5
EVENTS = ("message", "signal", "error", "escalation")


def check_refs(bundle: Bundle) -> Iterator[Finding]:
    """Everything that can be said of names alone, over all files."""
    yield from _main(bundle)
    yield from _unique(bundle)
    yield from _shared(bundle)
    for drawing in bundle.drawings:
        yield from _definitions(drawing)
    for scope in bundle.scopes():
        yield from _scope(scope, bundle)
    yield from _recursion(bundle)


def _main(bundle: Bundle) -> Iterator[Finding]:
    main = bundle.main()
    if main is None:
        found = "、".join(sorted(key for key in bundle.processes if key)) or "无"
        yield Finding(
            "process-missing",
            bundle.key,
            f"没有找到流程“{bundle.key}”，文件中有：{found}；请把流程的 id 改为“{bundle.key}”",
        )
    for scope in bundle.processes.values():
        if scope.element.get("isExecutable") != "true":
            yield Finding(
                "process-off", scope.id, f"{called(scope.element)}没有勾选“可执行”，请勾选"
            )


def _unique(bundle: Bundle) -> Iterator[Finding]:
    """Ids differ within a file; those of nodes and decisions differ over all files."""
    for drawing in bundle.drawings:
        seen = Counter(key for element in drawing.root.iter() if (key := element.get("id")))
        for key, times in seen.items():
            if times > 1:
                what = f"id“{key}”在 {drawing.file} 中用了 {times} 次，请改成各不相同"
                yield Finding("id-twice", key, what)
    for key, files in _places(bundle).items():
        if len(files) > 1:
            what = f"id“{key}”同时出现在 {'、'.join(sorted(files))} 中，请改掉一个"
            yield Finding("id-twice", key, what)


def _places(bundle: Bundle) -> dict[str, set[str]]:
    """The files in which each process, node and decision is defined."""
    found: dict[str, set[str]] = {}
    for drawing in bundle.drawings:
        for scope in drawing.scopes():
            for key in (scope.id, *scope.nodes):
                found.setdefault(key, set()).add(drawing.file)
    for file, root in bundle.tables.items():
        for key in decision_ids(root):
            found.setdefault(key, set()).add(file)
    found.pop("", None)
    return found


def _shared(bundle: Bundle) -> Iterator[Finding]:
    """A message or signal that two files define is one thing, so it has one name."""
    names: dict[tuple[str, str], set[str]] = {}
    for drawing in bundle.drawings:
        for kind in EVENTS:
            for element in drawing.root.findall(f"{{{BPMN}}}{kind}"):
                names.setdefault((kind, element.get("id", "")), set()).add(element.get("name", ""))
    for (kind, key), found in names.items():
        if len(found) > 1:
            words = "、".join(f"“{name}”" for name in sorted(found))
            yield Finding(
                "id-twice",
                key,
                f"{_NAMES[kind]}的 id“{key}”在几个文件中名称不同（{words}），请改掉一个",
            )


def decision_ids(root: etree._Element) -> list[str]:
    """The ids of the decisions in one DMN file."""
    found = (each for each in root.iter() if mark(each)[1] == "decision")
    return [each.get("id", "") for each in found if mark(each)[0] in NAMESPACES]


_NAMES = {"message": "消息", "signal": "信号", "error": "错误", "escalation": "升级"}
_SAID_BY = {
    "message": "name",
    "signal": "name",
    "error": "errorCode",
    "escalation": "escalationCode",
}


def _definitions(drawing: Drawing) -> Iterator[Finding]:
    """Events point at a message, signal, error or escalation that the file defines and names."""
    defined = {
        kind: {
            each.get("id", "")
            for each in drawing.root.findall(f"{{{BPMN}}}{kind}")
            if each.get(word)
        }
        for kind, word in _SAID_BY.items()
    }
    for kind in EVENTS:
        for event in drawing.root.iter(f"{{{BPMN}}}{kind}EventDefinition"):
            holder = event.getparent()
            if holder is not None and not _catches_all(holder, event, kind):
                yield from _points(event, owner(holder), kind, defined[kind])
    for tag in ("sendTask", "receiveTask"):
        for task in drawing.root.iter(f"{{{BPMN}}}{tag}"):
            yield from _points(task, task, "message", defined["message"])


def _catches_all(holder: etree._Element, event: etree._Element, kind: str) -> bool:
    """A boundary event for errors or escalations may name none: it then catches every one."""
    silent = event.get(f"{kind}Ref") is None
    return silent and kind in {"error", "escalation"} and mark(holder)[1] == "boundaryEvent"


def _points(
    event: etree._Element, holder: etree._Element, kind: str, defined: set[str]
) -> Iterator[Finding]:
    if event.get(f"{kind}Ref", "") not in defined:
        name, word = _NAMES[kind], _SAID_BY[kind]
        what = f"{called(holder)}没有指定{name}，或所指的{name}没有填写 {word}，请补上"
        yield Finding("ref-missing", holder.get("id", ""), what)


def _scope(scope: Scope, bundle: Bundle) -> Iterator[Finding]:
    if len(scope.nodes) > MAX_NODES:
        yield Finding(
            "too-big",
            scope.id,
            f"{called(scope.element)}超过 {MAX_NODES} 个元素，请拆成子流程或调用活动",
        )
    if scope.depth > MAX_NESTING:
        yield Finding(
            "too-deep",
            scope.id,
            f"{called(scope.element)}嵌套超过 {MAX_NESTING} 层，请改用调用活动",
        )
    for flow in scope.flows:
        if flow.source not in scope.nodes or flow.target not in scope.nodes:
            yield Finding(
                "flow-loose", flow.id, f"{called(flow.element)}有一端没有接上元素，请接好或删除"
            )
    for node in scope.nodes.values():
        yield from _node(node, scope, bundle)
    yield from _data_objects(scope)


def _node(node: Node, scope: Scope, bundle: Bundle) -> Iterator[Finding]:
    if node.tag == "boundaryEvent":
        host = scope.nodes.get(node.element.get("attachedToRef", ""))
        if host is None or not (
            host.tag.endswith("Task") or host.tag in {"subProcess", "callActivity"}
        ):
            yield Finding(
                "ref-missing", node.id, f"{node.called}没有贴在任务或子流程上，请重新放置"
            )
    elif node.tag == "callActivity":
        target = node.element.get("calledElement", "")
        if target not in bundle.processes:
            yield Finding(
                "call-unknown",
                node.id,
                f"{node.called}调用的流程“{target}”不在上传的文件中，请一并上传",
            )
    default = node.element.get("default")
    if default is not None and default not in {flow.id for flow in scope.out(node.id)}:
        yield Finding(
            "ref-missing", node.id, f"{node.called}的默认连线不是它引出的连线，请重新指定"
        )


def _data_objects(scope: Scope) -> Iterator[Finding]:
    """SpiffWorkflow looks for a missing data object for ever, so none may be missing."""
    here = {each.get("id") for each in scope.element.findall(f"{{{BPMN}}}dataObject")}
    for reference in scope.element.findall(f"{{{BPMN}}}dataObjectReference"):
        if reference.get("dataObjectRef") not in here:
            yield Finding(
                "ref-missing",
                reference.get("id") or scope.id,
                f"{called(reference)}所指的数据对象不存在，请删除",
            )


def _recursion(bundle: Bundle) -> Iterator[Finding]:
    calls = {key: called_processes(process) for key, process in bundle.processes.items()}
    for start, process in bundle.processes.items():
        seen: set[str] = set()
        front = list(calls[start])
        while front:
            target = front.pop()
            if target == start:
                yield Finding(
                    "call-recursive",
                    start,
                    f"{called(process.element)}直接或间接调用了自己，请改为回路",
                )
                break
            if target in calls and target not in seen:
                seen.add(target)
                front.extend(calls[target])


def called_processes(process: Scope) -> list[str]:
    """The processes that one calls, as often as it calls them."""
    return [
        node.element.get("calledElement", "")
        for scope in process.all()
        for node in scope.nodes.values()
        if node.tag == "callActivity"
    ]
