"""What differs between two states of a decision table, as whoever approves it reads it."""

from __future__ import annotations

import re

import pytest

from app.engine.drafting import columns
from app.engine.drafting.tables import Tables
from app.workflow import definitions
from app.workflow.studio import wording

FILES = dict(definitions.shipped_files("filing"))
NAME = "scores.dmn"
_RULE = """      <rule id="r{n}">
        <description>{note}</description>
        <inputEntry id="r{n}a"><text>{area}</text></inputEntry>
        <inputEntry id="r{n}b"><text>{risk}</text></inputEntry>
        <outputEntry id="r{n}c"><text>{fits}</text></outputEntry>
      </rule>
"""
_ROWS = [
    ("1", "&gt;= 100", '"high"', "false", ""),
    ("2", "&lt; 100", '"high", "medium"', "true", "小的"),
    ("3", "-", '"low"', "true", ""),
    ("4", "sqrt(area_sqm)", "-", "null", ""),
]


def table(*rows: tuple[str, str, str, str, str], heads: str = "") -> str:
    said = [
        _RULE.format(n=n, area=area, risk=risk, fits=fits, note=note)
        for n, area, risk, fits, note in rows or _ROWS
    ]
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d">
  <decision id="scores" name="评分">
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="i1" label="面积"><inputExpression id="e1" typeRef="number">
        <text>area_sqm</text></inputExpression></input>
      <input id="i2" label="风险"><inputExpression id="e2" typeRef="string">
        <text>risk_floor</text></inputExpression></input>
      <output id="o1" label="合格" name="fits" typeRef="boolean">{heads}</output>
{"".join(said)}    </decisionTable>
  </decision>
</definitions>
"""


def differing(after: str, before: str = "") -> list[tuple[str, str]]:
    was, now = {**FILES, NAME: before or table()}, {**FILES, NAME: after}
    return [(one.kind, one.text) for one in wording.differing(was, now, "filing")]


def changed(after: str) -> str:
    (only,) = differing(after)
    assert only[0] == "changed"
    return only[1].removeprefix("决策表“评分”")


def test_a_result_that_changed_is_told_with_its_row() -> None:
    said = changed(table(("1", "&gt;= 100", '"high"', "true", ""), *_ROWS[1:]))
    assert said == "第 1 行：面积 ≥ 100，风险“高风险” → 合格由“否”改为“是”"


def test_a_condition_that_changed_is_told_where_it_stands() -> None:
    said = changed(table(("1", "&gt;= 200", "-", "false", "大的"), *_ROWS[1:]))
    assert said == (
        "第 1 行：面积由 ≥ 100 改为 ≥ 200，风险由“高风险”改为不限 → 合格“否”；备注由“无”改为“大的”"
    )


def test_what_only_reads_alike_is_told_as_it_is_written() -> None:
    said = changed(table(*_ROWS[:3], ("4", "sqrt(area_sqm)", "-", '"空"', "")))
    assert said == '第 4 行：面积〔sqrt(area_sqm)〕 → 合格由〔null〕改为〔"空"〕'


def test_rows_that_came_went_and_moved() -> None:
    fresh = ("9", "&gt; 5", '"low"', "false", "新的")
    assert differing(table(_ROWS[0], fresh, *_ROWS[2:])) == [
        ("added", "决策表“评分”新增第 2 行：面积 > 5，风险“low” → 合格“否”（备注：新的）"),
        (
            "removed",
            "决策表“评分”删除原第 2 行：面积 < 100，风险“高风险”或“中风险” → 合格“是”"
            "（备注：小的）",
        ),
    ]
    said = changed(table(_ROWS[3], *_ROWS[:3]))
    assert said == "第 1 行（原第 4 行，移到这里）：面积〔sqrt(area_sqm)〕 → 合格“空”"


def test_rows_are_found_again_when_every_id_is_new() -> None:
    renamed = [(f"9{n}", *rest) for n, *rest in _ROWS]
    assert changed(table(*renamed)) == (
        f"决策表 {NAME} 的行和列都没有变，只改了编号、排版或图形位置"
    )
    renamed[0] = ("91", "&gt;= 100", '"high"', "true", "")
    assert changed(table(*renamed)).startswith("第 1 行：")
    assert "合格由“否”改为“是”" in changed(table(*renamed))


def test_a_row_that_went_above_a_changed_one_names_both_places() -> None:
    said = dict(differing(table(_ROWS[1], ("3", "-", '"low"', "false", ""), _ROWS[3])))
    assert said["removed"].startswith("决策表“评分”删除原第 1 行：")
    assert said["changed"] == "决策表“评分”第 2 行（原第 3 行）：风险“low” → 合格由“是”改为“否”"


def test_columns_that_came_and_went_and_how_rows_are_hit() -> None:
    made = Tables(table(), NAME)
    columns.add(made, "scores", "input", ("栋数", "count", "number"))
    columns.drop(made, "scores", 1)
    columns.hit(made, "scores", "COLLECT MAX")
    assert differing(made.text()) == [
        ("changed", "决策表“评分”几行都成立时，由“取最先命中的一行”改为“汇总：最大”"),
        ("added", "决策表“评分”新增条件列“栋数”（取〔count〕，数字）：各行都是不限"),
        (
            "removed",
            "决策表“评分”删除条件列“风险”（取〔risk_floor〕，文字）："
            "第 1 行“高风险”，第 2 行“高风险”或“中风险”，第 3 行“low”，第 4 行不限",
        ),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('label="面积"', 'label="建筑面积"', "条件列“建筑面积”原名“面积”"),
        (
            "<text>area_sqm</text>", "<text>area_sqm * 2</text>",
            "条件列“面积”的取的值由〔area_sqm〕改为〔area_sqm * 2〕",
        ),
        ('typeRef="boolean"', 'typeRef="number"', "结果列“合格”的类型由“是或否”改为“数字”"),
        ('name="评分"', 'name="打分"', "原名“评分”"),
    ],
)  # fmt: skip
def test_a_head_that_changed(old: str, new: str, said: str) -> None:
    told = [text for _kind, text in differing(table().replace(old, new))]
    assert f"决策表“{'打分' if '打分' in new else '评分'}”{said}" in told


def test_what_counts_where_no_row_does() -> None:
    default = '<defaultOutputEntry id="o2"><text>false</text></defaultOutputEntry>'
    assert changed(table(heads=default)) == "结果列“合格”没有一行符合时，由没有结果改为“否”"


def test_what_stands_outside_of_rows_is_not_passed_over() -> None:
    noted = table().replace('name="评分">', 'name="评分"><description>按新办法</description>')
    assert differing(noted) == [
        ("changed", f"决策表 {NAME} 的说明、依赖或取值范围有修改，请下载文件查看")
    ]
    spoken = table().replace('id="r1a"', 'id="r1a" expressionLanguage="other"')
    assert differing(spoken)[-1][1].endswith("请下载文件查看")


def test_a_new_table_with_all_its_rows_and_one_that_is_gone() -> None:
    came = [one.text for one in wording.differing(FILES, {**FILES, NAME: table()}, "filing")]
    assert came[0] == "新增决策表“评分”：4 行，“取最先命中的一行”"
    assert came[1] == "决策表“评分”第 1 行：面积 ≥ 100，风险“高风险” → 合格“否”"
    assert len(came) == 5
    (went,) = wording.differing({**FILES, NAME: table()}, FILES, "filing")
    assert (went.kind, went.text) == ("removed", "不再用决策表“评分”")


def test_a_file_that_cannot_be_read_says_so() -> None:
    assert differing("<x/>") == [("changed", f"决策表 {NAME} 有修改，不能逐行对照，请下载文件查看")]


def test_the_shipped_table_says_which_row() -> None:
    text = FILES["limits.dmn"]
    turned = re.sub(r'(id="limits_3_in_limit">\s*<text>)false', r"\1true", text)
    assert turned != text
    (only,) = wording.differing(FILES, {**FILES, "limits.dmn": turned}, "filing")
    assert "第 3 行：" in only.text
    assert only.text.endswith("限额以内由“否”改为“是”")
