"""A drawing in words: what is told of each kind of element, and what differs between two."""

from __future__ import annotations

import re
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


AMOUNTS = Words(
    party,
    fields={
        "depth": FieldWords("级别", {"city": "市级", "town": "乡镇级"}),
        "fee": FieldWords("金额", {}, "number"),
        "major": FieldWords("重大", {}, "boolean"),
    },
)
BRACKETS = [
    ('outcome = "approve" and (major or fee > 3)', ""),
    ('(depth = "city" or fee > 3) and major', ""),
    ('outcome in ("approve", "return") and major', ""),
    ('depth = "city" or depth = "town" and fee > 3',
     "级别为“市级”，或者级别为“乡镇级”且金额大于 3"),
    ('depth = "city" or depth = "town"', "级别为“市级”或“乡镇级”"),
    ("(major and fee > 3) or (fee < 1)", "重大为“是”且金额大于 3，或者金额小于 1"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "words"), BRACKETS)
def test_words_never_say_another_rule_than_the_formula(formula: str, words: str):
    labels = {"approve": "同意", "return": "退回"}
    assert telling.condition_words(formula, AMOUNTS, labels) == words


def test_conditions_that_read_alike_and_are_not_the_same_differ():
    text = (DRAWN / "clocks.bpmn").read_text("utf-8")
    other = text.replace("workdays(days)", "workdays(days + 5)", 1)
    before = telling.tell({"clocks.bpmn": text}, "clocks", WORDS)
    assert telling.differences(before, telling.tell({"clocks.bpmn": other}, "clocks", WORDS))


def test_no_sentence_names_a_step_by_its_id() -> None:
    drawn = (DRAWN / "checked.bpmn").read_text("utf-8")
    nameless = re.sub(r'(<\w+(?:Task|Gateway|Event) id="\w+") name="[^"]*"', r"\1", drawn)
    assert nameless != drawn
    ids = set(re.findall(r'<\w+(?:Task|Gateway|Event) id="(\w+)"', drawn))
    was, now = (telling.tell({"checked.bpmn": one}, "checked", WORDS) for one in (drawn, nameless))
    said = [one.text for one in now] + [one.text for one in telling.differences(was, now)]
    assert not [(text, one) for text in said for one in ids if re.search(rf"\b{one}\b", text)]
    assert any("没有名称的" in text for text in said)
