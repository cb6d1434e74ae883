"""The allow-list at work: whatever a BPMN file holds is known to us, or named and refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from app.engine import gate_words as words
from app.engine.gate_xml import attributes, mark
from app.engine.policy import ATTRIBUTES as FLOW_ATTRIBUTES
from app.errors import Finding

ID = re.compile(r"(?!__)[A-Za-z_][A-Za-z0-9_.\-]{0,63}\Z")
RESERVED = re.compile(
    r"(Start|End|Root|StartEventSplit|StartEventJoin)\Z"
    r"|.*\.(EndJoin|BoundaryEventSplit|BoundaryEventJoin|BoundaryEventParent)\Z"
)
"""Names that SpiffWorkflow gives to specs of its own; an element of that name replaces them."""
MAX_NAME = 200
_NEAR = 5
"""How many lines back a name is looked for."""
_COLOUR = re.compile(r"(#[0-9A-Fa-f]{3,8}|[A-Za-z]{3,20}|rgba?\([0-9., %]{5,30}\))\Z")
_NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,20})?(e-?\d{1,2})?\Z")
_XSD = r"\S+\s+(?:http://www\.omg\.org/spec/(?:[\w-]+(?:\.[\w-]+)*/){1,6})?[\w-]+(?:\.[\w-]+)*\.xsd"
_PLAIN_XSD = re.compile(rf"{_XSD}(\s+{_XSD})*\Z")
"""Schemas beside the file, or the standard's own as Signavio names them; none is ever read."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check_tags(root: etree._Element, file: str) -> list[Finding]:
    """Every tag, attribute, id and name of one BPMN file, against the lists of gate_words."""
    if mark(root) != (words.BPMN, "definitions"):
        return [
            Finding("bpmn-root", file, f"文件 {file} 不是 BPMN 2.0 流程图，请用流程编辑器重新导出")
        ]
    findings: list[Finding] = []
    _walk(root, file, findings)
    return findings


def called(element: etree._Element) -> str:
    """How a finding names an element: `用户任务“社区初审”`.

    One without a name is called by what stands before it, a line by its ends; else by its id.
    """
    _, tag = mark(element)
    kind = (
        words.NODES.get(tag) or _KINDS.get(tag) or words.REFUSED.get(tag, (f"元素“{tag}”", ""))[0]
    )
    name = _name(element)
    if not name and (where := _where(element, tag)):
        return f"{where}{kind}"
    name = name or element.get("id", "")[:64]
    return f"{kind}“{name}”" if name else kind


def _name(element: etree._Element | None) -> str:
    said = "" if element is None else element.get("name") or ""
    return " ".join(_CONTROL.sub("", said).split())[:40]


def _where(element: etree._Element, tag: str) -> str:
    """Where an element without a name stands: `“社区初审”后面的`, `从“社区初审”到“办结”的`."""
    around = element.getparent()
    if around is None:
        return ""
    if tag == "sequenceFlow":
        ends = [_name(_of_id(around, element.get(end))) for end in ("sourceRef", "targetRef")]
        return f"从“{ends[0]}”到“{ends[1]}”的" if all(ends) else ""
    lines = around.findall(f"{{{words.BPMN}}}sequenceFlow")
    before: etree._Element | None = element
    for _ in range(_NEAR):
        into = (line for line in lines if before is not None and _ends_at(line, before))
        line = next(into, None)
        before = None if line is None else _of_id(around, line.get("sourceRef"))
        if before is None or _name(before):
            break
    return f"“{_name(before)}”后面的" if _name(before) else ""


def _ends_at(line: etree._Element, element: etree._Element) -> bool:
    return bool(element.get("id")) and line.get("targetRef") == element.get("id")


def _of_id(around: etree._Element, key: str | None) -> etree._Element | None:
    """The element beside others that has this id."""
    return next((each for each in around if key and each.get("id") == key), None)


def owner(element: etree._Element) -> etree._Element:
    """The nearest element at or above that an editor can show: one that has an id."""
    around = (element, *element.iterancestors())
    return next(
        (each for each in around if each.get("id") and mark(each)[0] == words.BPMN),
        element,
    )


_KINDS = {
    "process": "流程",
    "sequenceFlow": "连线",
    "lane": "泳道",
    "participant": "参与者",
    "message": "消息",
    "signal": "信号",
    "error": "错误",
    "escalation": "升级",
    "dataObject": "数据对象",
    "dataObjectReference": "数据对象",
    "definitions": "流程图文件",
    "collaboration": "协作",
}


def _walk(element: etree._Element, file: str, findings: list[Finding]) -> None:
    """A refused element is one finding; what stands inside it is not looked at."""
    space, tag = mark(element)
    if space in words.DIAGRAM_TAGS:
        findings.extend(_drawing(element, file))
    elif space != words.BPMN:
        findings.append(_foreign_element(element, file))
        return
    elif tag not in words.ATTRIBUTES:
        findings.append(_refused(element, file))
        return
    else:
        findings.extend(_attributes(element, file))
    for child in element:
        _walk(child, file, findings)


def _finding(code: str, element: etree._Element, file: str, message: str) -> Finding:
    holder = owner(element)
    return Finding(code, holder.get("id") or file, f"{called(holder)}{message}")


def _refused(element: etree._Element, file: str) -> Finding:
    _, tag = mark(element)
    kind, instead = words.REFUSED.get(tag, (tag, "系统不支持该元素，请删除"))
    holder = owner(element)
    if holder is element:
        return Finding(
            "tag-refused", element.get("id") or file, f"{called(element)}不支持：{instead}"
        )
    return _finding("tag-refused", element, file, f"含有不支持的{kind}:{instead}")


def _foreign_element(element: etree._Element, file: str) -> Finding:
    _, tag = mark(element)
    prefix = element.prefix or "未知"
    hint = words.FOREIGN.get(tag, "请删除，本系统的设置都写在 flow: 属性里")
    return _finding(
        "foreign-element",
        element,
        file,
        f"含有不认识的扩展元素 {prefix}:{tag[:40]}。{hint}",
    )


def _shape_finding(element: etree._Element, file: str, message: str) -> Finding:
    """About a shape, named by what it draws."""
    around = (element, *element.iterancestors())
    drawn = next((key for each in around if (key := each.get("bpmnElement"))), "")
    if not drawn:
        return _finding("diagram", element, file, message)
    return Finding("diagram", drawn[:64], f"元素“{drawn[:64]}”{message}")


def _drawing(element: etree._Element, file: str) -> Iterator[Finding]:
    """Shapes and edges: known tags, plain numbers, colours that are colours."""
    space, tag = mark(element)
    if tag not in words.DIAGRAM_TAGS[space]:
        yield _shape_finding(element, file, f"的图形含有不认识的元素 {tag[:40]}，请删除")
        return
    for own, name, value in attributes(element):
        if own in words.COLOURS:
            if name not in words.COLOUR_ATTRIBUTES or not _COLOUR.match(value):
                what = f"的图形颜色 {name[:40]} 写法不对，请重新选色"
                yield _shape_finding(element, file, what)
        elif own or name not in words.DIAGRAM_ATTRIBUTES:
            what = f"的图形含有不认识的属性 {name[:40]}，请删除"
            yield _shape_finding(element, file, what)
        elif name in words.NUMBERS and not _NUMBER.match(value):
            what = f"的图形坐标“{value[:20]}”不是数字，请重新摆放该图形"
            yield _shape_finding(element, file, what)


def _attributes(element: etree._Element, file: str) -> Iterator[Finding]:
    for space, name, value in attributes(element):
        if not space:
            yield from _plain_attribute(element, name, value, file)
        elif space != words.FLOW and not _harmless(element, space, name, value):
            prefix = next((p for p, uri in element.nsmap.items() if uri == space), None)
            hint = words.FOREIGN.get(name, "请删除，本系统的设置都写在 flow: 属性里")
            what = f"含有不认识的属性 {prefix or '未知'}:{name[:40]}。{hint}"
            yield _finding("foreign-attribute", element, file, what)
    name = element.get("name", "")
    if len(name) > MAX_NAME or _CONTROL.search(name):
        what = f"的名称超过 {MAX_NAME} 个字或含有控制字符，请改短"
        yield _finding("name", element, file, what)


def _harmless(element: etree._Element, space: str, name: str, value: str) -> bool:
    """What editors add on their own and nothing reads: types, colours, versions, schema names."""
    if space in words.COLOURS:
        return name in words.COLOUR_ATTRIBUTES and bool(_COLOUR.match(value))
    if space == words.MODELER:
        return mark(element)[1] == "definitions"
    if space != words.XSI:
        return False
    return name == "type" or (name == "schemaLocation" and bool(_PLAIN_XSD.match(value.strip())))


def _plain_attribute(
    element: etree._Element, name: str, value: str, file: str
) -> Iterator[Finding]:
    if name not in words.ATTRIBUTES[mark(element)[1]]:
        if name in FLOW_ATTRIBUTES:
            yield _finding(
                "attribute", element, file, f"的属性 {name} 缺少前缀，请写成 flow:{name}"
            )
        else:
            yield _finding("attribute", element, file, f"含有不支持的属性 {name[:40]}，请删除")
    elif name == "id":
        yield from _id(element, value, file)
    elif name in words.FIXED and value not in words.FIXED[name]:
        hint = words.FIXED_HINTS.get(name, "请恢复默认值")
        yield _finding(
            "attribute-value", element, file, f"的属性 {name} 不支持取值“{value[:40]}”：{hint}"
        )


def _id(element: etree._Element, value: str, file: str) -> Iterator[Finding]:
    if not ID.match(value):
        what = "以字母或一个下划线开头，只用字母、数字、下划线、点和连字符，不超过 64 个字符"
        what = f"{called(element)}的 id“{value[:40]}”不可用：{what}"
        yield Finding("id-unusable", file, what)
    elif RESERVED.match(value):
        yield Finding(
            "id-reserved", value, f"{called(element)}的 id“{value}”是系统保留字，请换一个"
        )
