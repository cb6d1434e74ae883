"""What a file may not hold: each hostile or unfit thing is refused, by its code and by name."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.engine.check_bundle import check_bundle
from app.errors import Finding
from tests.engine.drawings import (
    SPACES,
    WORDS,
    document,
    end,
    flows,
    graded,
    honest,
    node,
    on_the_way,
    review,
    start,
    table,
)

ATTACK = "__import__('os').getpid()"
EXTENSION = "<bpmn:extensionElements>{}</bpmn:extensionElements>"


def findings_of(files: Mapping[str, str | bytes] | str | bytes) -> list[Finding]:
    whole = files if isinstance(files, Mapping) else {"demo.bpmn": files}
    raw = {name: body.encode() if isinstance(body, str) else body for name, body in whole.items()}
    return check_bundle(raw, "demo", WORDS)


def task(inside: str = "", **attributes: str) -> str:
    """The honest flow with a further task before the first review."""
    words = {
        "flow_role": "inspector",
        "flow_scope": "community",
        "flow_form": "demo/review",
        "flow_outcomes": "submit",
    }
    return on_the_way(node("userTask", "odd", "现场查看", inside, **(words | attributes)), "odd")


def odd(tag: str, inside: str = "", **attributes: str) -> str:
    return on_the_way(node(tag, "odd", "怪元素", inside, **attributes), "odd")


CODE = {
    "script task": (odd("scriptTask", f"<bpmn:script>{ATTACK}</bpmn:script>"), "tag-refused"),
    "plain task": (odd("task"), "tag-refused"),
    "pre-script": (
        task(EXTENSION.format("<spiffworkflow:preScript>x=1</spiffworkflow:preScript>")),
        "foreign-element",
    ),
    "post-script": (
        task(EXTENSION.format("<spiffworkflow:postScript>x=1</spiffworkflow:postScript>")),
        "foreign-element",
    ),
    "service operator": (
        odd(
            "serviceTask",
            EXTENSION.format('<spiffworkflow:serviceTaskOperator id="http/Get"/>'),
            flow_action="register",
        ),
        "foreign-element",
    ),
    "listener": (
        task(EXTENSION.format('<camunda:taskListener class="java.lang.Runtime" event="create"/>')),
        "foreign-element",
    ),
    "form path": (task(camunda_x="").replace("camunda_x", "camunda:formKey"), "foreign-attribute"),
    "java class": (
        odd("serviceTask", camunda_x="Evil").replace("camunda_x", "camunda:class"),
        "foreign-attribute",
    ),
    "input and output": (task("<bpmn:ioSpecification/>"), "tag-refused"),
    "data association": (
        task(
            '<bpmn:dataInputAssociation id="da"><bpmn:sourceRef>x</bpmn:sourceRef>'
            "</bpmn:dataInputAssociation>"
        ),
        "tag-refused",
    ),
    "multi-instance": (
        task(
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>10000000"
            "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
        ),
        "tag-refused",
    ),
    "standard loop": (task("<bpmn:standardLoopCharacteristics/>"), "tag-refused"),
    "ad-hoc sub-process": (odd("adHocSubProcess"), "tag-refused"),
    "event sub-process": (
        odd("subProcess", start("s1") + end("e1") + flows("s1", "e1"), triggeredByEvent="true"),
        "attribute-value",
    ),
    "event sub-process, prefixed": (
        odd("subProcess", start("s1") + end("e1") + flows("s1", "e1")).replace(
            '<bpmn:subProcess id="odd"', '<bpmn:subProcess bpmn:triggeredByEvent="true" id="odd"'
        ),
        "foreign-attribute",
    ),
    "conditional event": (
        odd(
            "intermediateCatchEvent",
            f"<bpmn:conditionalEventDefinition><bpmn:condition>{ATTACK}</bpmn:condition>"
            "</bpmn:conditionalEventDefinition>",
        ),
        "tag-refused",
    ),
    "correlation": (
        honest(extra='<bpmn:correlationProperty id="c" name="c"/>'),
        "tag-refused",
    ),
    "message payload": (
        odd(
            "sendTask",
            EXTENSION.format("<spiffworkflow:messagePayload>1</spiffworkflow:messagePayload>"),
            messageRef="M",
            flow_to="parent",
        ),
        "foreign-element",
    ),
    "compensation": (
        odd("intermediateThrowEvent", "<bpmn:compensateEventDefinition/>"),
        "tag-refused",
    ),
    "other expression language": (
        honest().replace('xsi:type="bpmn:tFormalExpression"', 'language="groovy"', 1),
        "attribute-value",
    ),
    "unknown attribute": (task(assignee="admin"), "attribute"),
    "our attribute without its prefix": (task(sla="3wd"), "attribute"),
    "unknown attribute of ours": (task(flow_script="1"), "flow-unknown"),
    "instantiating receive task": (odd("receiveTask", instantiate="true"), "attribute-value"),
    "name with control characters": (task().replace("现场查看", "查看&#x7f;"), "name"),
    "shape that is nowhere": (
        honest().replace(
            "</bpmn:definitions>",
            '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane><bpmndi:BPMNShape bpmnElement="begin">'
            '<dc:Bounds x="abc" y="nan"/></bpmndi:BPMNShape></bpmndi:BPMNPlane>'
            "</bpmndi:BPMNDiagram></bpmn:definitions>",
        ),
        "diagram",
    ),
    "colour that is a script": (
        honest().replace(
            "</bpmn:definitions>",
            '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane><bpmndi:BPMNShape bpmnElement="begin" '
            'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:fill="url(javascript:x)"/>'
            "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>",
        ),
        "diagram",
    ),
    "markup from another world in the diagram": (
        honest().replace(
            "</bpmn:definitions>",
            '<svg xmlns="http://www.w3.org/2000/svg" onload="x"/></bpmn:definitions>',
        ),
        "foreign-element",
    ),
}

TABLES = {
    "decision as a text": (
        table()
        .replace("decisionTable id", "literalExpression id")
        .replace("/decisionTable", "/literalExpression"),
        "dmn-tag",
    ),
    "function": (table(more="<functionDefinition/>"), "dmn-tag"),
    "foreign attribute": (
        table().replace('name="定级"', 'name="定级" xmlns:c="urn:c" c:ttl="1"'),
        "dmn-attribute",
    ),
    "Python in a cell": (table(test=ATTACK), "expression"),
    "Python in an answer": (table(output="[0]*10**10"), "expression"),
    "Python as the question": (table(asked="amount.__class__"), "expression"),
    "unknown variable": (table(asked="salary"), "variable-unknown"),
    "document type": (
        table().replace("<definitions", "<!DOCTYPE d><definitions", 1),
        "xml-doctype",
    ),
    "not a table file": ("<definitions/>", "dmn-root"),
}


@pytest.mark.parametrize("name", CODE)
def test_elements_and_attributes_that_would_run_or_hide_something(name: str) -> None:
    body, code = CODE[name]
    assert code in {finding.code for finding in findings_of(body)}


@pytest.mark.parametrize("name", TABLES)
def test_decision_tables(name: str) -> None:
    body, code = TABLES[name]
    found = findings_of({"demo.bpmn": graded(), "grade.dmn": body})
    assert code in {finding.code for finding in found}


def test_a_refusal_names_the_element_and_what_to_use_instead() -> None:
    drawn = on_the_way(node("scriptTask", "sum", "计算得分", "<bpmn:script>1</bpmn:script>"), "sum")
    (finding,) = findings_of(drawn)
    assert (finding.code, finding.element) == ("tag-refused", "sum")
    assert finding.message.startswith("脚本任务“计算得分”不支持")
    assert "flow:action" in finding.message


def test_an_attribute_of_another_product_is_named_with_ours() -> None:
    drawn = task(camunda_x="zhang").replace("camunda_x", "camunda:assignee")
    (finding,) = findings_of(drawn)
    assert "camunda:assignee" in finding.message
    assert "flow:role" in finding.message


def test_all_findings_come_at_once() -> None:
    drawn = document(
        start(),
        node("scriptTask", "a", inside="<bpmn:script>1</bpmn:script>"),
        node("task", "b"),
        review("c", "village", flow_form="demo/none"),
        end("yes"),
        flows("begin", "a", "b", "c", "yes"),
    )
    codes = [finding.code for finding in findings_of(drawn)]
    assert codes.count("tag-refused") == 2
    assert {"flow-scope", "form-unknown"} <= set(codes)


def test_what_other_editors_add_is_taken() -> None:
    """Exporter names, default values written out, colours, schema names, a participant, notes."""
    plain = honest(
        '<bpmn:textAnnotation id="note"><bpmn:text>说明 {{ config }} &lt;b&gt;</bpmn:text>'
        "</bpmn:textAnnotation>",
        '<bpmn:association id="as" sourceRef="community" targetRef="note"/>',
        extra='<bpmn:collaboration id="co"><bpmn:participant id="pool" processRef="demo"/>'
        "</bpmn:collaboration>",
    )
    drawn = (
        plain.replace('id="defs"', 'id="defs" exporter="bpmn-js" exporterVersion="18"')
        .replace('id="defs"', 'id="defs" xsi:schemaLocation="urn:x BPMN20.xsd"')
        .replace('<bpmn:userTask id="fix"', '<bpmn:userTask isForCompensation="false" id="fix"')
        .replace(
            "</bpmn:definitions>",
            '<bpmndi:BPMNDiagram id="dia"><bpmndi:BPMNPlane id="pl" bpmnElement="co">'
            '<bpmndi:BPMNShape id="sh" bpmnElement="begin" '
            'xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0" '
            'color:background-color="#ffe0b2"><dc:Bounds x="10" y="-2.5" width="36" height="36"/>'
            '</bpmndi:BPMNShape><bpmndi:BPMNEdge id="ed" bpmnElement="begin-community">'
            '<di:waypoint x="1" y="2"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
            "</bpmn:definitions>",
        )
    )
    assert findings_of(drawn) == []


def test_the_namespaces_are_what_is_read_not_the_prefixes() -> None:
    renamed = honest().replace("bpmn:", "b:").replace("xmlns:bpmn=", "xmlns:b=")
    assert "xmlns:b=" in renamed
    assert SPACES not in renamed
    assert findings_of(renamed) == []
