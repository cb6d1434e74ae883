"""Drawings that cannot run are refused by the door, with every fault and what to do about it."""

from __future__ import annotations

import pytest

from app import engine
from app.errors import BrokenProcess
from tests.engine.door import drawing, drawn, flows

PERSON = '<userTask id="a" name="甲" flow:role="head" flow:scope="city" />'
FAULTS = {
    "script": ('<scriptTask id="a" name="甲"><script>1</script></scriptTask>', "脚本"),
    "plain": ('<task id="a" name="甲" />', "用户任务"),
    "ad hoc": ('<adHocSubProcess id="a" name="甲" />', "子流程"),
    "many": (
        PERSON.replace(" />", "><multiInstanceLoopCharacteristics /></userTask>"),
        "flow:sign",
    ),
    "event sub-process": (
        f'{PERSON}<subProcess id="e" name="事件" triggeredByEvent="true"><startEvent id="s" />'
        "</subProcess>",
        "事件子流程",
    ),
    "data": (
        PERSON.replace(" />", "><dataInputAssociation id='d' /></userTask>"),
        "数据",
    ),
    "no role": ('<userTask id="a" name="甲" />', "flow:role"),
    "no decision": ('<businessRuleTask id="a" name="甲" flow:decision="none" />', "决策表"),
    "no process": ('<callActivity id="a" name="甲" calledElement="none" />', "调用的流程"),
    "itself": ('<callActivity id="a" name="甲" calledElement="drawn" />', "调用了自己"),
    "cycle": (
        '<intermediateCatchEvent id="a" name="甲"><timerEventDefinition><timeCycle>R3/P1D'
        "</timeCycle></timerEventDefinition></intermediateCatchEvent>",
        "循环定时",
    ),
    "expression": (
        '<intermediateCatchEvent id="a" name="甲"><timerEventDefinition><timeDate>__import__("os")'
        "</timeDate></timerEventDefinition></intermediateCatchEvent>",
        "读不懂",
    ),
    "waits for nothing": ('<intermediateCatchEvent id="a" name="甲" />', "要等待的事件"),
    "message without name": ('<receiveTask id="a" name="甲" />', "没有选定消息"),
    "alarm on a task": (
        f'{PERSON}<boundaryEvent id="b" attachedToRef="a"><errorEventDefinition />'
        '</boundaryEvent><endEvent id="f" />' + flows("b-f"),
        "子流程或调用活动",
    ),
    "several ways": (
        PERSON + '<endEvent id="f" />' + flows("a-f"),
        "多条去向",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_run_is_refused_with_what_to_do(fault: str) -> None:
    body, hint = FAULTS[fault]
    whole = f"""<startEvent id="opened" />{body}<endEvent id="done" />
        {flows("opened-a", "a-done")}"""
    with pytest.raises(BrokenProcess) as refusal:
        drawn(whole)
    assert any(hint in finding.message for finding in refusal.value.findings), [
        finding.message for finding in refusal.value.findings
    ]


def test_all_faults_are_told_at_once() -> None:
    whole = f"""<startEvent id="opened" /><task id="a" /><scriptTask id="b" />
        <userTask id="c" />{flows("opened-a", "a-b", "b-c")}"""
    with pytest.raises(BrokenProcess) as refusal:
        drawn(whole)
    assert {finding.element for finding in refusal.value.findings} >= {"a", "b", "c"}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("not xml", "XML"),
        ('<!DOCTYPE d [<!ENTITY e "x">]><d/>', "DOCTYPE"),
        ("<nothing/>", "BPMN"),
        (drawing("", "other"), "没有找到流程"),
        (drawing("").replace('"true"', '"false"'), "可执行"),
        (drawing("<startEvent id='a' /><startEvent id='b' />"), "2 个开始事件"),
    ],
)
def test_a_file_that_is_no_drawing_is_refused(text: str, hint: str) -> None:
    with pytest.raises(BrokenProcess) as refusal:
        engine.parse({"drawn.bpmn": text}, "drawn")
    assert hint in " ".join(finding.message for finding in refusal.value.findings)
