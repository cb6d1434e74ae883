"""Real-life workbooks, one trap each: built here, opened by the child, read without a store."""

from __future__ import annotations

from openpyxl import Workbook

from app.identity.annexes import workbooks
from app.identity.annexes.reading import Line, Reading, read
from tests.identity.annexes.books import (
    DONGYUAN,
    HEADS,
    TITLES,
    annex,
    book,
    fill,
    saved,
)

THREE = [
    ("leader", "石磊峰", "13900000021"),
    ("head", "温如玉", "13900000022"),
    ("inspector", "方晓禾", "13900000023"),
]
"""Who stands in the line of 东苑街道, however it is written."""


def reading(content: bytes) -> Reading:
    return read(workbooks.sheets_of(content))


def people(lines: list[Line]) -> list[tuple[str, str, str]]:
    return [(line.position, line.name, line.phone) for line in lines]


def test_the_annex_as_the_notice_has_it():
    found = reading(annex("1", DONGYUAN))
    assert people(found.lines) == THREE
    assert {(one.annex, one.owner, one.place, one.row) for one in found.lines} == {
        ("1", "西陵区", "东苑街道", 5)
    }
    assert {one.role for one in found.lines} == {"district_gov_user"}
    assert not any(one.fault for one in found.lines)


def test_title_rows_anywhere_above():
    above = [
        ("附件1",),
        (),
        (TITLES["1"],),
        ("（2020年11月）",),
        (),
        ("所属县市区", None, "西陵区"),
    ]
    found = reading(book([*above, (), *HEADS["1"], DONGYUAN]))
    assert people(found.lines) == THREE
    assert {one.owner for one in found.lines} == {"西陵区"}


def test_merged_cells_repeat_nobody():
    second = (None, None, None, None, None, "白若溪", "13900000024", None)
    rows = [(TITLES["1"],), ("所属县市区：西陵区",), *HEADS["1"], DONGYUAN, second]
    merged = ["A1:H1", "A3:A4", "B3:C3", "D3:E3", "F3:G3", "H3:H4"]
    merged += ["A5:A6", "B5:B6", "C5:C6", "D5:D6", "E5:E6", "H5:H6"]
    found = reading(book(rows, merged=merged))
    assert people(found.lines) == [*THREE, ("inspector", "白若溪", "13900000024")]
    assert {one.place for one in found.lines} == {"东苑街道"}


def test_blank_rows_between_and_behind():
    blank = (None,) * 8
    found = reading(annex("1", blank, DONGYUAN, blank, blank, ("南苑街道",), blank))
    assert people(found.lines) == THREE
    assert found.bare == 1


def test_several_people_in_a_cell():
    names, numbers = (
        "方晓禾、白若溪；秦越川\n顾南星",
        "13900000023，13900000024\n13900000025/13900000026",
    )
    line = ("东苑街道", "石磊峰", "13900000021", "温如玉", "13900000022", names, numbers)
    found = reading(annex("1", line))
    assert people(found.lines)[2:] == [
        ("inspector", "方晓禾", "13900000023"),
        ("inspector", "白若溪", "13900000024"),
        ("inspector", "秦越川", "13900000025"),
        ("inspector", "顾南星", "13900000026"),
    ]


def test_full_width_digits_and_spaces():
    line = ("东 苑 街 道", "石　磊　峰", "１３９００００００２１", "温 如 玉", "139 0000 0022",
            "方晓禾　", " 13900000023")  # fmt: skip
    assert people(reading(annex("1", line)).lines) == THREE


def test_numbers_that_the_sheet_took_for_quantities():
    line = ("东苑街道", "石磊峰", 13900000021, "温如玉", 13900000022.0, "方晓禾", 13900000023)
    assert people(reading(annex("1", line)).lines) == THREE


def test_brackets_of_both_kinds():
    head = ("乡镇(街道)", "分管领导（姓名、电话）", "负责人(姓名、电话)", "巡查人员（姓名、电话）")
    line = (
        "东苑街道",
        "石磊峰（13900000021）",
        "温如玉(主任)13900000022",
        "方晓禾（网格员）13900000023",
    )
    found = reading(book([("所属县市区:西陵区",), head, line]))
    assert people(found.lines) == THREE


def test_name_and_number_in_one_cell():
    line = ("住建部门", "石磊峰13900000021", "温如玉 13900000022", "方晓禾\n13900000023")
    found = reading(annex("3", line))
    assert people(found.lines) == [*THREE[:2], ("safety_officer", "方晓禾", "13900000023")]
    assert {one.annex for one in found.lines} == {"3"}


def test_a_head_over_one_two_and_three_lines():
    one = ("乡镇街道", "分管领导姓名", "分管领导电话", "负责人姓名", "负责人电话",
           "巡查人员姓名", "巡查人员联系电话", "用户角色")  # fmt: skip
    three = (("乡镇（街道）", "安全管控人员"), (None, *HEADS["1"][0][1:]), HEADS["1"][1])
    for head in ([one], HEADS["1"], three):
        found = reading(book([("所属县市区：西陵区",), *head, DONGYUAN]))
        assert people(found.lines) == THREE


def test_a_head_without_a_second_line_spans_its_blank_neighbours():
    found = reading(book([("所属县市区：西陵区",), HEADS["1"][0], DONGYUAN]))
    assert people(found.lines) == THREE


def test_the_sheet_is_chosen_by_its_content():
    made = Workbook()
    fill(made.worksheets[0], [("各位同志：请于周五前报送",), ("联系电话", "0717-6223344")])
    fill(made.create_sheet("Sheet7"), [("所属县市区：西陵区",), *HEADS["1"], DONGYUAN])
    sample = made.create_sheet("填写示例")
    fill(sample, [("所属县市区：某区",), *HEADS["1"], ("某街道", "某某某", "13900000099")])
    hidden = made.create_sheet("旧表")
    fill(hidden, [("所属县市区：西陵区",), *HEADS["1"], ("南苑街道", "旧某某", "13900000098")])
    hidden.sheet_state = "hidden"
    found = reading(saved(made))
    assert found.sheets == ["Sheet7"]
    assert people(found.lines) == THREE


def test_tables_stacked_in_one_sheet_each_with_its_own_township():
    stacked = [
        ("所属乡镇：东苑街道",), *HEADS["2"], ("汕头路社区", "石磊峰", "13900000021"),
        (), ("所属乡镇：南苑街道",), *HEADS["2"], ("果园路社区", "温如玉", "13900000022"),
    ]  # fmt: skip
    found = reading(book(stacked))
    assert [(one.owner, one.place, one.name) for one in found.lines] == [
        ("东苑街道", "汕头路社区", "石磊峰"),
        ("南苑街道", "果园路社区", "温如玉"),
    ]


def test_a_column_may_say_whose_each_line_is():
    head = ("序号", "所属乡镇", "社区（村）", "分管领导", None)
    under = (None, None, None, "姓名", "电话")
    rows = [head, under, (1, "东苑街道", "汕头路社区", "石磊峰", "13900000021"),
            (2, None, "深圳路社区", "温如玉", "13900000022")]  # fmt: skip
    found = reading(book(rows))
    assert [(one.owner, one.place) for one in found.lines] == [
        ("东苑街道", "汕头路社区"),
        ("东苑街道", "深圳路社区"),
    ]


def test_heads_printed_again_and_the_foot_are_nobody():
    foot = ("填表人：许朝晖", "联系电话：13900000088")
    found = reading(annex("1", DONGYUAN, *HEADS["1"], ("南苑街道", "白若溪", "13900000024"), foot))
    assert [one.name for one in found.lines] == ["石磊峰", "温如玉", "方晓禾", "白若溪"]
    assert [(number, text) for _, number, text in found.aside] == [
        (9, "填表人:许朝晖 联系电话:13900000088")
    ]


def test_the_keeper_in_the_head_in_one_cell_or_many():
    heads = [
        ("所属县市区：西陵区", None, "系统后台管理员：顾南星 电话：13900000011"),
        ("所属县市区：西陵区", "系统后台管理员", "姓名", "顾南星", "电话", 13900000011),
    ]
    for head in heads:
        found = reading(book([(TITLES["1"],), head, *HEADS["1"], DONGYUAN]))
        assert people(found.lines)[0] == ("administrator", "顾南星", "13900000011")
        assert {one.owner for one in found.lines} == {"西陵区"}


def test_ditto_is_the_line_above():
    other = ("南苑街道", "同上", "同上", "白若溪", "13900000024", None, None, "同上")
    found = reading(annex("1", DONGYUAN, other))
    assert people(found.lines)[3:] == [
        ("leader", "石磊峰", "13900000021"),
        ("head", "白若溪", "13900000024"),
    ]
    assert found.lines[4].role == "district_gov_user"


def test_roles_one_for_all_one_for_each_or_none():
    each = (*DONGYUAN[:-1], "区级政府管理员、区级政府用户、区级政府用户")
    named = (*DONGYUAN[:-1], "负责人：区级政府管理员；分管领导：区级政府用户")
    none = (*DONGYUAN[:-1], None)
    roles = [[one.role for one in reading(annex("1", line)).lines] for line in (each, named, none)]
    assert roles == [
        ["district_gov_admin", "district_gov_user", "district_gov_user"],
        ["district_gov_user", "district_gov_admin", ""],
        ["", "", ""],
    ]


def test_a_role_that_there_is_not_and_roles_that_do_not_fit():
    odd = reading(annex("1", (*DONGYUAN[:-1], "安全员")))
    assert {one.fault for one in odd.lines} == {"没有“安全员”这个角色，请从附件4的角色中选"}
    two = reading(annex("1", (*DONGYUAN[:-1], "区级政府用户、区级政府管理员")))
    assert {one.fault[:8] for one in two.lines} == {"角色写了2个，与"}


def test_a_placeholder_for_the_owner_is_not_an_owner():
    found = reading(annex("1", DONGYUAN, owner="所属县市区：XXX县市"))
    assert {one.owner for one in found.lines} == {""}


def test_the_same_person_twice_in_a_post_counts_once():
    assert len(reading(annex("1", DONGYUAN, DONGYUAN)).lines) == 3
    other = (*DONGYUAN[:-1], "区级政府管理员")
    lines = reading(annex("1", DONGYUAN, other)).lines
    assert [one.fault for one in lines[3:]] == [
        "同一人同一职务在第5行已填写，角色不同，请保留一处"
    ] * 3


def test_what_is_no_annex_gives_nothing():
    found = reading(book([("姓名", "电话"), ("石磊峰", "13900000021")]))
    assert (found.lines, found.heads) == ([], {})
