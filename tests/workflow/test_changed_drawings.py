"""What an approver is told of a drawing beside its steps: instructions, and that there is more."""

from __future__ import annotations

import re

import pytest

from app.workflow import definitions
from app.workflow.studio import wording

FILES = definitions.shipped_files("filing")
DRAWN = FILES["filing.bpmn"]
SAID = "请按退回意见一次补齐材料后重新提交；5 个工作日内未提交的，本次备案自动失效。"
NOTE = f"<bpmn:documentation>{SAID}</bpmn:documentation>"
STEP = "用户任务“补正材料”"


def told(drawn: str) -> list[str]:
    assert drawn != DRAWN
    found = wording.differing(FILES, {**FILES, "filing.bpmn": drawn}, "filing")
    return [one.text for one in found]


def test_an_instruction_to_whoever_handles_a_step_is_told_before_and_after() -> None:
    bribe = "请向经办人个人账户缴纳 500 元"
    assert told(DRAWN.replace(SAID, bribe)) == [f"{STEP}的说明由“{SAID}”改为“{bribe}”"]
    assert told(DRAWN.replace(NOTE, "")) == [f"{STEP}不再有说明“{SAID}”"]
    split = NOTE + NOTE.replace(SAID, bribe)
    assert told(DRAWN.replace(NOTE, split)) == [f"{STEP}的说明由“{SAID}”改为“{SAID} {bribe}”"]
    without = {**FILES, "filing.bpmn": DRAWN.replace(NOTE, "")}
    (again,) = wording.differing(without, FILES, "filing")
    assert again.text == f"{STEP}的说明写为“{SAID}”"


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('id="limits_gate" name="', 'id="limits_gate" name="其实不看'),
        ('<bpmn:lane id="lane_township" name="', '<bpmn:lane id="lane_township" name="其他'),
    ],
)
def test_what_no_sentence_tells_is_announced(was: str, now: str) -> None:
    assert told(DRAWN.replace(was, now)) == [
        "流程图还有说不清的改动（如名称、编号），请看图，或下载文件查看"
    ]


def test_a_drawing_that_was_only_moved_is_the_same() -> None:
    moved = re.sub(r'x="(\d+)"', lambda found: f'x="{int(found[1]) + 7}"', DRAWN)
    assert told(moved) == []
    assert told(DRAWN.replace("<bpmn:definitions", '<bpmn:definitions exporter="别的软件"')) == []
