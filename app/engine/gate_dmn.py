"""The allow-list for decision tables: one table per decision, and nothing that is not a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from app.engine.decisions import NAMESPACES
from app.engine.gate_tags import ID
from app.engine.gate_words import XSI
from app.engine.gate_xml import attributes, mark
from app.errors import Finding

DRAWING = frozenset(
    {
        "https://www.omg.org/spec/DMN/20191111/DMNDI/",
        "https://www.omg.org/spec/DMN/20230324/DMNDI/",
        "http://www.omg.org/spec/DMN/20180521/DMNDI/",
        "http://www.omg.org/spec/DMN/20180521/DC/",
        "http://www.omg.org/spec/DMN/20180521/DI/",
        "http://bpmn.io/schema/dmn/biodi/2.0",
        "http://bpmn.io/schema/dmn/biodi/1.0",
    }
)
MAX_CELLS = 3000
_EXPRESSION = "expressionLanguage"
TAGS: Mapping[str, frozenset[str]] = {
    tag: frozenset(f"id name label {extra}".split())
    for tag, extra in {
        "definitions": f"namespace exporter exporterVersion {_EXPRESSION} typeLanguage",
        "decision": "",
        "decisionTable": "hitPolicy aggregation preferredOrientation outputLabel",
        "input": "",
        "inputExpression": f"typeRef {_EXPRESSION}",
        "inputValues": _EXPRESSION,
        "output": "typeRef",
        "outputValues": _EXPRESSION,
        "defaultOutputEntry": f"typeRef {_EXPRESSION}",
        "rule": "",
        "inputEntry": _EXPRESSION,
        "outputEntry": f"typeRef {_EXPRESSION}",
        "annotation": "",
        "annotationEntry": "",
        "text": "",
        "description": "",
        "variable": "typeRef",
        "inputData": "",
        "informationRequirement": "",
        "requiredInput": "href",
        "requiredDecision": "href",
        "textAnnotation": "textFormat",
        "association": "associationDirection",
        "sourceRef": "href",
        "targetRef": "href",
        "extensionElements": "",
    }.items()
}
REFUSED: Mapping[str, str] = {
    "literalExpression": "文字表达式",
    "invocation": "调用",
    "businessKnowledgeModel": "业务知识模型",
    "functionDefinition": "函数",
    "context": "上下文",
    "import": "外部引用",
    "decisionService": "决策服务",
    "relation": "关系",
    "list": "列表",
}


def check_dmn_tags(root: etree._Element, file: str) -> list[Finding]:
    """Every tag and attribute of one DMN file. The cells are the business of `decisions`."""
    space, tag = mark(root)
    if space not in NAMESPACES or tag != "definitions":
        what = f"文件 {file} 不是 DMN 决策表，请用决策表编辑器重新导出"
        return [Finding("dmn-root", file, what)]
    findings = [fault for element in _known(root) for fault in _faults(element, file)]
    cells = sum(1 for each in root.iter() if mark(each)[1] in {"inputEntry", "outputEntry"})
    if cells > MAX_CELLS:
        what = f"文件 {file} 的决策表超过 {MAX_CELLS} 格，请拆成几张"
        findings.append(Finding("dmn-size", file, what))
    return findings


def _known(root: etree._Element) -> Iterator[etree._Element]:
    """All elements but what stands inside a refused one."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        space, tag = mark(element)
        if space in NAMESPACES and tag in TAGS:
            waiting.extend(reversed(element))


def _faults(element: etree._Element, file: str) -> Iterator[Finding]:
    space, tag = mark(element)
    if space in DRAWING:
        return
    where, decision = _decision(element, file)
    if space not in NAMESPACES or tag not in TAGS:
        what = f"{decision}含有不支持的{REFUSED.get(tag, tag[:40])}，请改用决策表"
        yield Finding("dmn-tag", where, what)
        return
    for own, name, _ in attributes(element):
        if own in DRAWING or (own == XSI and name == "type"):
            continue
        if own or name not in TAGS[tag]:
            what = f"{decision}含有不支持的属性 {name[:40]}，请删除"
            yield Finding("dmn-attribute", where, what)
    if (key := element.get("id")) is not None and not ID.match(key):
        what = f"{decision}的 id“{key[:40]}”不可用，请只用字母、数字、下划线"
        yield Finding("id-unusable", where, what)


def _decision(element: etree._Element, file: str) -> tuple[str, str]:
    """The id and the Chinese name of the decision that an element belongs to."""
    around = (element, *element.iterancestors())
    found = next((each for each in around if mark(each)[1] == "decision"), None)
    if found is None:
        return file, f"文件 {file} "
    name = found.get("name") or found.get("id") or ""
    return found.get("id") or file, f"决策表“{name[:40]}”"
