"""Text, dates, telephone and identity numbers: tolerated, or refused in which words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.workflow.small_forms import faults, made, words

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
DATED = made(
    {
        "urgent": {"type": "boolean", "title": "抢修"},
        "begin": {
            "type": "string",
            "title": "开工",
            "format": "date",
            "x-check": ["date-not-past:urgent"],
        },
        "end": {
            "type": "string",
            "title": "完工",
            "format": "date",
            "x-check": ["not-before:begin"],
        },
    }
)
PHONE = made({"phone": {"type": "string", "title": "电话", "format": "phone"}})
IDENTITY = made(
    {"id": {"type": "string", "title": "身份证号", "format": "id-number", "x-check": ["id-number"]}}
)
CREDIT = made(
    {
        "code": {
            "type": "string",
            "title": "代码",
            "format": "credit-code",
            "x-check": ["credit-code"],
        }
    }
)


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-30",
        "2026-13-01",
        "2025-02-29",
        "2026-00-10",
        "20260305",
        "2026-W10-4",
        "明天",
        "2026-3",
    ],
)
def test_days_that_do_not_exist(day: str) -> None:
    assert "2026-03-05 的样子" in faults(DATED, {"begin": day}, at=NOON)["begin"]


@pytest.mark.parametrize(
    "day", ["2026-12-05", "2026/12/5", "2026.12.05", "2026年12月5日", "２０２６－１２－０５"]
)
def test_ways_of_writing_a_day(day: str) -> None:
    assert DATED.clean({"begin": day}, at=NOON).values["begin"] == "2026-12-05"


def test_the_end_is_not_before_the_beginning() -> None:
    assert faults(DATED, {"begin": "2026-12-05", "end": "2026-12-04"}, at=NOON) == {
        "end": "完工不能早于开工"
    }
    assert not faults(DATED, {"begin": "2026-12-05", "end": "2026-12-05"}, at=NOON)


def test_a_beginning_in_the_past_only_for_an_urgent_repair_since_yesterday() -> None:
    assert faults(DATED, {"begin": "2026-11-22"}, at=NOON) == {"begin": "开工不能早于今天"}
    assert not faults(DATED, {"begin": "2026-11-23"}, at=NOON)
    assert not faults(DATED, {"begin": "2026-11-22", "urgent": "true"}, at=NOON)
    assert "24 小时" in faults(DATED, {"begin": "2026-11-21", "urgent": "true"}, at=NOON)["begin"]


def test_today_is_yichangs_day() -> None:
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # already the 23rd in Yichang
    assert "begin" in faults(DATED, {"begin": "2026-11-22"}, at=late)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13812345678", "13812345678"),
        ("１３８ 1234 5678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("0717-6222333", "07176222333"),
        ("010-12345678", "0101-2345678"),
    ],
)
def test_telephone_numbers(typed: str, kept: str) -> None:
    assert PHONE.clean({"phone": typed}).values["phone"].replace("-", "") == kept.replace("-", "")


@pytest.mark.parametrize(
    "typed", ["12345678901", "1381234567", "138123456789", "6222333", "+49 30 123456", "二三"]
)
def test_what_is_no_telephone_number(typed: str) -> None:
    assert "11 位手机号" in faults(PHONE, {"phone": typed})["phone"]


def test_identity_numbers_and_their_last_digit() -> None:
    assert IDENTITY.clean({"id": " 11010519491231002x "}).values == {"id": "11010519491231002X"}
    assert "有一位写错了" in faults(IDENTITY, {"id": "110105194912310021"})["id"]
    assert "18 位" in faults(IDENTITY, {"id": "11010519490230002X"})["id"]
    assert "18 位" in faults(IDENTITY, {"id": "110105491231002"})["id"]


def test_credit_codes_and_their_last_sign() -> None:
    assert CREDIT.clean({"code": "91350100m000100y43"}).values == {"code": "91350100M000100Y43"}
    assert "有一位写错了" in faults(CREDIT, {"code": "91350100M000100Y44"})["code"]
    assert "18 位" in faults(CREDIT, {"code": "91350100I000100Y43"})["code"]


def test_lengths_and_patterns_say_what_to_do() -> None:
    form = made(
        {
            "name": words(minLength=2),
            "code": {
                "type": "string",
                "title": "编号",
                "maxLength": 9,
                "pattern": "^[A-Z]{2}\\d{3}$",
            },
        },
        {"code": {"ui:messages": {"pattern": "编号是两个大写字母加三个数字"}}},
        required=["name"],
    )
    assert faults(form, {}) == {"name": "填写名称"}
    assert faults(form, {"name": "　 "}) == {"name": "填写名称"}
    assert faults(form, {"name": "楼"}) == {"name": "名称至少写 2 个字"}
    assert faults(form, {"name": "很" * 21}) == {"name": "名称最多 20 个字，现在 21 个"}
    assert faults(form, {"name": "可以", "code": "ab1"}) == {"code": "编号是两个大写字母加三个数字"}


def test_signs_that_stores_and_pages_choke_on_are_taken_out() -> None:
    form = made({"name": words()})
    typed = "a\x00b\ud800c\x1b[31m\u202ed\r\ne"
    assert form.clean({"name": typed}).values == {"name": "abc[31md e"}
