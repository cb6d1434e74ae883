"""People out of cells: how names and numbers are written, paired and refused."""

from __future__ import annotations

import pytest

from app.identity.annexes.cells import Named, people

ONE = [
    ("石磊峰 13900000021", "石磊峰", "13900000021"),
    ("石磊峰１３９０００００021", "石磊峰", "13900000021"),
    ("石磊峰（副主任）139 0000 0021", "石磊峰", "13900000021"),
    ("石磊峰(13900000021)", "石磊峰", "13900000021"),
    ("姓名：石磊峰 电话：+86 139-0000-0021", "石磊峰", "13900000021"),
    ("石\u3000磊 13900000021", "石磊", "13900000021"),
    ("欧阳 峰 13900000021", "欧阳峰", "13900000021"),
    ("买买提•阿里 13900000021", "买买提·阿里", "13900000021"),
    ("石磊峰：(0717)6223344", "石磊峰", "0717-6223344"),
    ("石磊峰 6223344", "石磊峰", "0717-6223344"),
]
SEVERAL = [
    "石磊峰、温如玉",
    "石磊峰，温如玉",
    "石磊峰；温如玉",
    "石磊峰/温如玉",
    "石磊峰\n温如玉",
    "石磊峰 温如玉",
    "石 磊峰、温　如玉",
]


@pytest.mark.parametrize(("text", "name", "phone"), ONE, ids=[text for text, _, _ in ONE])
def test_one_person_in_one_cell(text: str, name: str, phone: str) -> None:
    assert people([("both", text)]) == (Named(name, phone),)


@pytest.mark.parametrize("names", SEVERAL)
def test_several_people_pair_with_their_numbers_in_order(names: str) -> None:
    found = people([("name", names), ("phone", "13900000021；13900000022")])
    assert found == (Named("石磊峰", "13900000021"), Named("温如玉", "13900000022"))


def test_each_piece_keeps_its_own_number() -> None:
    found = people([("both", "石磊峰 13900000021、温如玉、方晓禾 13900000023")])
    assert [(one.name, one.phone) for one in found] == [
        ("石磊峰", "13900000021"),
        ("温如玉", ""),
        ("方晓禾", "13900000023"),
    ]
    assert found[1].fault == "缺少电话"


def test_a_missing_number_keeps_the_others_in_step() -> None:
    found = people([("name", "石磊峰、温如玉"), ("phone", "无、13900000022")])
    assert [(one.phone, one.fault) for one in found] == [("", "缺少电话"), ("13900000022", "")]


def test_people_of_an_office_share_its_telephone() -> None:
    found = people([("both", "0717-6223344 石磊峰、温如玉")])
    assert [one.phone for one in found] == ["0717-6223344", "0717-6223344"]


@pytest.mark.parametrize("text", ["", "  ", "无", "暂缺", "/", "—", "待定"])
def test_what_says_nothing_is_nobody(text: str) -> None:
    assert people([("name", text), ("phone", "")]) == ()


FAULTS = [
    ("石磊峰 1390000002", "电话“1390000002”位数不对，应为11位手机号或带区号的座机"),
    ("石磊峰 139000000211", "电话“139000000211”位数不对，应为11位手机号或带区号的座机"),
    ("1.39E+10", "电话被表格改成了科学计数，请把该列设为文本后重新填写"),
    ("13900000021", "有电话没有姓名"),
    ("石磊峰", "缺少电话"),
    ("分管副主任石磊峰 13900000021", "姓名“分管副主任石磊峰”看不明白，请只填姓名，不写职务"),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS, ids=[text for text, _ in FAULTS])
def test_what_cannot_be_read_says_why(text: str, fault: str) -> None:
    assert [one.fault for one in people([("both", text)])] == [fault]


def test_two_names_for_one_mobile_number_are_not_guessed() -> None:
    found = people([("name", "石磊峰、温如玉"), ("phone", "13900000021")])
    assert {one.fault for one in found} == {"2个姓名对应1个电话，请逐人对应填写"}
