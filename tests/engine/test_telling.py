"""A drawing in words: what is told of each kind of element, and what differs between two."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine import telling
from app.engine.telling import FieldWords, Words
from app.engine.types import Party

DRAWN = Path(__file__).parent / "bpmn"


def party(one: Party) -> str:
    return f"{'或'.join(one.roles)}（{one.scope}）"


WORDS = Words(party, fields={"depth": FieldWords("办到哪一级", {"city": "市级"})})


def told(name: str, text: str = "") -> list[str]:
    files = {f"{name}.bpmn": text or (DRAWN / f"{name}.bpmn").read_text("utf-8")}
    return [each.text for each in telling.tell(files, name, WORDS)]


TOLD = [
    ("review", "2. 社区初审：head（community）办理，不限时；通过→结束（予以备案），退回补正→3，"
               "其他情况→结束（不予备案）"),
    ("review", "3. 补正材料：head（community）办理，不限时；提交→回到 2（社区初审）"),
    ("checked", "1. 提交：同时→2，同时→7（南侧）"),
    ("checked", "3. 会合：前面各路都办完后继续；→4"),
    ("several", "4. 汇总：前面走到的各路都办完后继续；→5"),
    ("clocks", "2. 公示期：等待 1 天；→3"),
    ("clocks", "3. 补正材料：head（community）办理，不限时；提交→结束（已补正）；"
               "逾期未补正时→结束（逾期失效）；提醒时，本步照办，另外→4"),
    ("calling", "3. 现场核查：调用流程“inspection”；→4"),
    ("interrupted", "2. 审核：分环节，见 2.1 至 2.5；→3；申请人撤回时→结束（已撤回）；"
                    "不合格时→结束（不合格）；有风险时，本步照办，另外→4（领导查看）"),
    ("interrupted", "2.5. 上报：系统发出信号；→2.3（并行）"),
    ("messages", "2. 通知缴费：系统发出消息，告知同一工程的办件；先等到消息“已缴费”→3，"
                 "先等到 3 天→6（超时），先等到 5 天→7（再超时）"),
    ("signing", "3. 会签：district_gov_user（district）、district_dept_user（district）、"
                "safety_officer（district）会签，全部签署，不限时；通过、退回补正→4"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sentence"), TOLD)
def test_each_kind_of_element_is_told(name: str, sentence: str):
    assert sentence in told(name)


CONDITIONS = [
    ('outcome = "approve" and depth != "city"', "同意且办到哪一级不是“市级”"),
    ('depth = "city" or depth = "district"', ""),  # the district has no words here
    ('outcome in ("approve", "return")', "同意、退回"),
    ("get or else(depth, false) = false", "办到哪一级为“否”"),
    ("strange(depth)", ""),
]


@pytest.mark.parametrize(("formula", "words"), CONDITIONS)
def test_a_condition_is_said_or_left_to_its_formula(formula: str, words: str):
    labels = {"approve": "同意", "return": "退回"}
    assert telling.condition_words(formula, WORDS, labels) == words


def test_what_differs_is_said_of_steps_ways_and_limits():
    text = (DRAWN / "review.bpmn").read_text("utf-8")
    other = text.replace('name="补正材料"', 'name="补齐材料"', 1)
    other = other.replace('id="check"', 'id="check" flow:sla="3wd"', 1)
    assert other != text
    before = telling.tell({"review.bpmn": text}, "review", WORDS)
    after = telling.tell({"review.bpmn": other}, "review", WORDS)
    said = {each.text for each in telling.differences(before, after)}
    assert "“补齐材料”原名“补正材料”" in said
    assert telling.differences(before, before) == ()
    gone = telling.differences(before, before[:-1])
    assert [(each.kind, each.element) for each in gone] == [("removed", before[-1].element)]
