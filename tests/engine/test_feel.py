"""What every construct of the expression language comes to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.engine.feel import (
    Duration,
    FeelError,
    Value,
    compile_expression,
    compile_timer,
    compile_unary_tests,
)

CASE = {
    "amount": Decimal("299999.99"),
    "area": 120,
    "level": "community",
    "project_type": "housing",
    "indoor": False,
    "inspected": True,
    "note": None,
    "code": "420503001",
    "kinds": ["焊接", "登高"],
    "风险": "高",
    "面积_平方米": Decimal("80.5"),
    "opened": date(2026, 11, 20),
    "filed_at": datetime(2026, 11, 20, 20, 0, tzinfo=UTC),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # literals
        ("42", 42),
        (".5 + 0.25", Decimal("0.75")),
        ('"文字"', "文字"),
        (r'"a\"b\\c\n\u5b89"', 'a"b\\c\n安'),
        ("'single'", "single"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("True and not False", True),
        ("[1, 2, 3]", [1, 2, 3]),
        ("[]", []),
        # names
        ("风险", "高"),
        ("面积_平方米 * 2", Decimal("161.0")),
        ("= amount < 300000", True),
        # comparison
        ("amount < 300000", True),
        ("amount <= 299999.99", True),
        ("area >= 120", True),
        ("area > 120", False),
        ('level = "community"', True),
        ('level == "community"', True),
        ('level != "city"', True),
        ("area = 120.0", True),
        ("note = null", True),
        ("note != null", False),
        ("level = null", False),
        ("area between 100 and 200", True),
        ("area between 100 and 110 or inspected", True),
        ("area between 121 and 200", False),
        # in
        ("area in [100..120]", True),
        ("area in [100..120)", False),
        ("area in (120..130]", False),
        ("area in ]119..121[", True),
        ("area in (1, 2, >= 100)", True),
        ("area in < 100", False),
        ('level in ["community", "township"]', True),
        ('level in ("township", "city")', False),
        ('"登高" in kinds', True),
        ("(area in [1..2]) or inspected", True),
        ("not (area in [1..2]) and inspected", True),
        # logic
        ('amount < 300000 and level = "community"', True),
        ("indoor or area > 100", True),
        ("indoor or inspected and false", False),
        ("not(indoor)", True),
        ("not indoor", True),
        ("not not indoor", False),
        ("false and missing", False),
        ("true or missing", True),
        # arithmetic
        ("0.1 + 0.2 = 0.3", True),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 3 - 2", 5),
        ("1 / 4", Decimal("0.25")),
        ("-area", -120),
        ("--area", 120),
        ("2 - -3", 5),
        ('"备案" + "回执"', "备案回执"),
        # choice and lists
        ('if area > 100 then "district" else "township"', "district"),
        ('if indoor then missing else "township"', "township"),
        ('some k in kinds satisfies k = "登高"', True),
        ('every k in kinds satisfies k = "登高"', False),
        ("every k in [] satisfies missing", True),
        ("some a in [1, 2] satisfies some b in [2, 3] satisfies a + b = 5", True),
        ("some area in [1] satisfies area = 1", True),
        # absence
        ("is defined(level)", True),
        ("is defined(note)", False),
        ("is defined(missing)", False),
        ("get or else(missing, 0) + 1", 1),
        ("or else(note, area)", 120),
        ("get or else(area, missing)", 120),
        ("inspected or or else(missing, true)", True),
        # functions
        ("count(kinds)", 2),
        ("sum(1, 2.5)", Decimal("3.5")),
        ("sum([1, 2, 3])", 6),
        ("min(3, 2, area)", 2),
        ("max([3, 200])", 200),
        ('min(date("2026-01-02"), opened)', date(2026, 1, 2)),
        ("abs(0 - 3)", 3),
        ("floor(-1.5)", -2),
        ("ceiling(1.2)", 2),
        ("decimal(2.345, 2)", Decimal("2.34")),
        ('number("12.50")', Decimal("12.50")),
        ("string(12.50)", "12.5"),
        ("string(area)", "120"),
        ("string(100.0 * 3)", "300"),
        ("string(0.000000001)", "0.000000001"),
        ("string(true)", "true"),
        ("string(opened)", "2026-11-20"),
        ("string(filed_at)", "2026-11-20T20:00:00Z"),
        ('contains(level, "mun")', True),
        ('starts with(code, "4205")', True),
        ('ends with(code, "001")', True),
        ("string length(level)", 9),
        ("substring(code, 1, 6)", "420503"),
        ("substring(code, -3)", "001"),
        ('upper case("ab") + lower case("CD")', "ABcd"),
        ('list contains(kinds, "焊接")', True),
        # dates
        ('opened < date("2026-11-22")', True),
        ("date(filed_at)", date(2026, 11, 21)),
        ('days between(opened, "2026-11-22")', 2),
        ('opened + duration("P3D")', date(2026, 11, 23)),
        ('date("2026-01-31") + duration("P1M")', date(2026, 2, 28)),
        ('opened - duration("P1W")', date(2026, 11, 13)),
        ('duration("P1DT12H")', Duration(seconds=36 * 3600)),
        ('duration("P1Y2M")', Duration(months=14)),
        ('filed_at + duration("PT48H")', datetime(2026, 11, 22, 20, 0, tzinfo=UTC)),
        ('date and time("2026-11-22T08:00:00")', datetime(2026, 11, 22, 0, 0, tzinfo=UTC)),
        ('date and time("2026-11-22T08:00:00Z") > filed_at', True),
    ],
)
def test_expression(text: str, expected: Value) -> None:
    answer = compile_expression(text).run(CASE)
    assert answer == expected
    assert isinstance(answer, bool) == isinstance(expected, bool)
    assert not isinstance(answer, float)


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", "anything", True),
        ("", None, True),
        ("< 5", 4, True),
        ("< 5", 5, False),
        (">= 5, = 1", 1, True),
        ("5", Decimal("5.00"), True),
        ("[1..5]", 5, True),
        ("[1..5)", 5, False),
        ("]1..5]", 1, False),
        ('"a", "b"', "b", True),
        ('"a", "b"', "c", False),
        ('not("a", "b")', "c", True),
        ('not("a", "b")', "b", False),
        ("not(< 5)", 5, True),
        ('["a", "b"]', "a", True),
        ("? > 5 and ? < 9", 7, True),
        ("? > 5 and ? < 9", 9, False),
        ('contains(?, "楼")', "三号楼", True),
        ("? > area", 121, True),
        ("area", 120, True),
        ("< area", 120, False),
        ("true", True, True),
        ("true", False, False),
        ("false", False, True),
        ("null", None, True),
        ("null", "a", False),
        ('"a"', None, False),
        ("? = null or ? > 5", None, True),
        ("if indoor then 1 else 2", 2, True),
    ],
)
def test_cell(cell: str, value: object, expected: bool) -> None:
    assert compile_unary_tests(cell).run(CASE, value) is expected


def test_a_program_knows_what_it_reads_and_calls() -> None:
    program = compile_expression(
        "some k in kinds satisfies starts with(k, prefix) and (or else(limit, 5) > 风险)"
    )
    assert program.names == {"kinds", "prefix", "limit", "风险"}
    assert program.calls == {"starts with", "or else"}
    assert compile_unary_tests("? > area").names == {"area"}
    assert compile_unary_tests("-").names == frozenset()


@pytest.mark.parametrize("cell", ["inspected", "area > 100", "not(inspected)", "1, inspected"])
@pytest.mark.parametrize("value", [True, False, None])
def test_a_cell_that_comes_to_a_truth_says_of_what(cell: str, value: Value) -> None:
    """The browser's FEEL takes it for a condition, a reader may take it for a value."""
    column = 7 if cell.startswith("1") else value
    with pytest.raises(FeelError, match=r"请用 [?] 写成完整的条件"):
        compile_unary_tests(cell).run(CASE, column)
    assert compile_unary_tests("? = inspected").run(CASE, True) is True
    assert compile_unary_tests("true, false").run(CASE, False) is True


def test_working_days_come_from_the_caller() -> None:
    due = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
    asked: list[int] = []

    def workdays(days: int) -> datetime:
        asked.append(days)
        return due

    program = compile_expression("workdays(if area > 100 then 5 else 3)")
    assert program.calls == {"workdays"}
    assert program.run(CASE, functions={"workdays": workdays}) == due
    assert asked == [5]
    with pytest.raises(FeelError, match=r"workdays\(…\) 只能用在定时器里"):
        program.run(CASE)
    with pytest.raises(FeelError, match="这里的数不能超过 1000"):
        compile_expression("workdays(1001)").run({}, functions={"workdays": workdays})
    with pytest.raises(FeelError, match="这里要整数"):
        compile_expression("workdays(1.5)").run({}, functions={"workdays": workdays})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P3D", "P3D"),
        (" PT48H ", "PT48H"),
        ("R3/P1D", "R3/P1D"),
        ("2026-11-22", "2026-11-22"),
        ("2026-11-22T08:00:00+08:00", "2026-11-22T08:00:00+08:00"),
        ('"P3D"', "P3D"),
        ('if area > 100 then "P5D" else "P3D"', "P5D"),
        ('duration("P3D")', Duration(seconds=3 * 86400)),
        ('date("2026-11-22")', date(2026, 11, 22)),
    ],
)
def test_a_timer_is_an_iso_text_or_an_expression(text: str, expected: Value) -> None:
    assert compile_timer(text).run(CASE) == expected


def test_a_condition_holds_or_not_and_nothing_between() -> None:
    assert compile_expression("area > 100").holds(CASE) is True
    assert compile_expression("area > 200").holds(CASE) is False
    for text, kind in [("area", "数字"), ("note", "空值"), ('"true"', "文字"), ("[true]", "列表")]:
        with pytest.raises(FeelError, match=f"条件的结果应为 true 或 false，得到的是{kind}"):
            compile_expression(text).holds(CASE)


def test_runs_do_not_touch_each_other() -> None:
    program = compile_expression("some x in xs satisfies x > limit")
    assert program.run({"xs": [1, 2], "limit": 1}) is True
    assert program.run({"xs": [1, 2], "limit": 2}) is False
    assert program.run({"xs": (3,), "limit": 2}) is True
