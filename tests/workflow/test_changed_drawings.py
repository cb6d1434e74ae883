"""What an approver is told of a drawing beside its steps: instructions, and that there is more."""

from __future__ import annotations

import re

import pytest

from app.engine import drafting
from app.engine.drafting import InsertBefore, Level, Remove, Sheet, ways_like
from app.engine.telling import UNTOLD
from app.engine.types import Limit, Party
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


PLAIN = 'name="小散工程和零星作业备案" isExecutable'
CHECK = 'refer:转办施工许可" flow:sla="1wd"'
LIMIT = "“社区初审”的时限由 1 个工作日改为 3 个工作日"
LATER = DRAWN.replace(CHECK, CHECK.replace("1wd", "3wd"))
"""With something else that a sentence tells."""


@pytest.mark.parametrize("drawn", [DRAWN, LATER])
@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ('id="limits_gate" name="', 'id="limits_gate" name="其实不看',
         "排他网关“其实不看限额以内？”原名“限额以内？”"),
        ('<bpmn:lane id="lane_township" name="', '<bpmn:lane id="lane_township" name="其他',
         "泳道“其他乡镇（街道）”原名“乡镇（街道）”"),
        (PLAIN, PLAIN.replace("小散工程", "大型工程"),
         "流程“大型工程和零星作业备案”原名“小散工程和零星作业备案”"),
        ("refer:转办施工许可", "approve2:先行通过 refer:转办施工许可",
         "用户任务“社区初审”新增办理结果“先行通过”"),
        (' isExecutable="true"', "", UNTOLD),
    ],
)  # fmt: skip
def test_what_no_step_tells_is_told_beside_or_announced(
    drawn: str, was: str, now: str, words: str
) -> None:
    said = [words] if drawn == DRAWN else [LIMIT, words]
    assert told(drawn.replace(was, now, 1)) == said


def test_names_and_results_are_told_and_the_rest_announced_once() -> None:
    both = LATER.replace(PLAIN, PLAIN.replace("小散", "大型")).replace(' isExecutable="true"', "")
    assert told(both.replace("<bpmn:process ", '<bpmn:process isClosed="true" ')) == [
        LIMIT, "流程“大型工程和零星作业备案”原名“小散工程和零星作业备案”", UNTOLD,
    ]  # fmt: skip


def test_what_is_told_leaves_nothing_to_announce() -> None:
    step = "township_review"
    party = Party(("head",), "district")
    ways = ways_like(Sheet(DRAWN, "filing"), step, after=False)
    level = Level("区县复核", party, "smallworks/review", ways, Limit(2, "wd"))
    changed = [LATER, DRAWN.replace('name="补正材料"', 'name="补齐材料"')]
    changed.append(drafting.edit(DRAWN, "filing", InsertBefore(step, level)))
    changed.append(drafting.edit(DRAWN, "filing", Remove("community_check")))
    for drawn in changed:
        said = told(drawn)
        assert said
        assert UNTOLD not in said


def test_a_drawing_that_was_only_moved_is_the_same() -> None:
    moved = re.sub(r'x="(\d+)"', lambda found: f'x="{int(found[1]) + 7}"', DRAWN)
    assert told(moved) == []
    assert told(DRAWN.replace("<bpmn:definitions", '<bpmn:definitions exporter="别的软件"')) == []
