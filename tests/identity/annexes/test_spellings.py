"""Names of places and departments: full, short, official, with the district before them."""

from __future__ import annotations

import pytest

from app.identity.annexes.spellings import Index, Spelled

ABOVE = ("当阳市", "宜昌市")
STREET = ("玉阳街道", "当阳市玉阳街道", *ABOVE)
UNITS = [
    Spelled("street", "玉阳街道", "当阳市玉阳街道", "", ABOVE),
    Spelled("town", "两河镇", "当阳市两河镇", "", ABOVE),
    Spelled("ethnic", "潘家湾土家族乡", "潘家湾土家族乡", "", ("宜都市", "宜昌市")),
]
HOMES = [
    Spelled("village", "窑湾村", "窑湾村委会", "", STREET),
    Spelled("quarter", "窑湾社区", "窑湾社区居委会", "", STREET),
    Spelled("zilong", "子龙路社区", "子龙路社区居委会", "", STREET),
    Spelled("peace", "和平村", "和平村委会", "", STREET),
]
OFFICES = [
    Spelled("housing", "西陵区住建局", "", "housing", ("西陵区", "宜昌市")),
    Spelled("emergency", "西陵区应急管理局", "", "emergency", ("西陵区", "宜昌市")),
    Spelled("other", "西陵区其他主管部门", "", "other", ("西陵区", "宜昌市")),
]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("玉阳街道", "street"), ("玉阳", "street"), ("玉阳街道办事处", "street"),
        ("玉阳街办", "street"), ("玉阳办事处", "street"), ("当阳市玉阳街道", "street"),
        ("宜昌市当阳市玉阳街道办", "street"), ("玉 阳 街　道", "street"), ("1.玉阳街道", "street"),
        ("两河镇人民政府", "town"), ("两河镇", "town"), ("潘家湾乡", "ethnic"),
        ("潘家湾土家族乡", "ethnic"),
    ],
)  # fmt: skip
def test_a_township_by_any_of_its_names(text: str, unit: str) -> None:
    assert Index(UNITS).find(text) == (unit,)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("窑湾村", "village"), ("窑湾村委会", "village"), ("窑湾村村民委员会", "village"),
        ("窑湾社区", "quarter"), ("窑湾居委会", "quarter"), ("窑湾社区居民委员会", "quarter"),
        ("玉阳街道窑湾村", "village"), ("子龙路", "zilong"), ("子龙路社区（城区）", "zilong"),
        ("和平", "peace"),
    ],
)  # fmt: skip
def test_a_village_is_never_the_community_of_its_name(text: str, unit: str) -> None:
    assert Index(HOMES).find(text) == (unit,)


def test_without_its_kind_a_twin_is_asked_about() -> None:
    assert Index(HOMES).find("窑湾") == ("quarter", "village")


@pytest.mark.parametrize("text", ["和平社区", "新村", "玉阳", ""])
def test_what_is_only_alike_is_not_guessed(text: str) -> None:
    assert Index(HOMES).find(text) == ()


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("住建局", "housing"), ("住建部门", "housing"), ("西陵区住建局", "housing"),
        ("住房和城乡建设局", "housing"), ("西陵区住房和城乡建设局", "housing"),
        ("2、住建", "housing"),
        ("应急局", "emergency"), ("区应急管理局", "emergency"), ("其它部门", "other"),
    ],
)  # fmt: skip
def test_a_department_by_any_of_its_names(text: str, unit: str) -> None:
    assert Index(OFFICES).find(text) == (unit,)
