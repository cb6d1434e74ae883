"""Every error says in Chinese where it is and what it is."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from app.engine.feel import FeelError, FeelSyntaxError, compile_expression, compile_unary_tests

CASE: dict[str, object] = {
    "amount": 5,
    "level": "community",
    "flag": True,
    "note": None,
    "kinds": ["a"],
    "rate": 0.5,
    "huge": 10**34,
    "endless": Decimal("Infinity"),
    "nested": [[1]],
    "thing": {"a": 1},
    "naive": datetime(2026, 1, 1),  # noqa: DTZ001 - the very thing that is refused
    "long": "长" * 5000,
    "many": list(range(1001)),
}


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, "这里应为一个值，却是结尾"),
        ("1 +", 3, "这里应为一个值，却是结尾"),
        ("amount amount", 7, "多出了“amount”（变量名中间不能有空格，文字要加英文引号）"),
        ("1 < 2 < 3", 6, "比较不能连写，请用 and 或 between"),
        ("(1 + 2", 6, "这里应为“)”，却是结尾"),
        ("[1, 2", 5, "这里应为“]”，却是结尾"),
        ("if a then b", 11, "这里应为“else”，却是结尾"),
        ("some in [1]", 5, "some 后面应为一个名字"),
        ("x in [1..2] or y", 2, "in 与 and、or 同用时请加括号，如 (a in [1..2]) or b"),
        ("y and x in (1, 2)", 8, "in 与 and、or 同用时请加括号"),
        ("a or b and c in [1]", 13, "in 与 and、or 同用时请加括号"),
        ("a or not b in [1]", 11, "in 与 and、or 同用时请加括号"),
        ('"abc', 0, "文字没有用引号收尾"),
        (r'"\q"', 0, r"文字里不认识“\q”，反斜杠本身请写成两个"),
        (r'"\ud800"', 0, "文字太长，或含有不成对的编码"),
        ("a.b", 1, "不能用“.”取下级内容，请直接写变量名"),
        ("${a}", 0, "不用写 ${ }，直接写表达式"),
        ("a && b", 2, "“并且”请写 and"),
        ("a || b", 2, "“或者”请写 or"),
        ("!a", 0, "“不等于”请写 !=，“不是”请写 not(…)"),
        ("a % 2", 2, "不支持求余数或百分号"),
        ("金额 ＞ 5", 3, "“＞”是中文或全角符号，请改用英文的 >"),
        ("（1）", 0, "“（”是中文或全角符号，请改用英文的 ("),
        ("a = “x”", 4, '““”是中文或全角符号，请改用英文的 "'),
        ("a ≥ 5", 2, "请改用英文的 >="),
        ("a \x00", 2, "不认识字符“U+0000”"),
        ("_secret", 0, "变量名不能以下划线开头"),
        ("__class__", 0, "变量名不能以下划线开头"),
        ("ａｂ", 0, "变量名太长，或含有全角字母等异形字符"),
        ("5元", 1, "数字太长，或后面直接跟了别的字"),
        ("1" * 35, 34, "数字太长，或后面直接跟了别的字"),
        ('matches(a, "b")', 0, "没有“matches”这个函数"),
        ("contains(a)", 11, "contains(…) 要 2 个参数，写了 1 个"),
        ("workdays()", 10, "workdays(…) 要 1 个参数，写了 0 个"),
        ("substring(a)", 12, "substring(…) 要 2 至 3 个参数，写了 1 个"),
        ("is defined(1)", 11, "is defined(…) 的第一个参数应为变量名"),
        ("? > 5", 0, "“?”只能用在决策表的输入格里"),
        ("1 in ]1, 2]", 7, "这里应为“..”"),
        ("[1..2", 5, "范围应以“]”或“)”收尾，却是结尾"),
        ("2 ** 3", 3, "这里应为一个值，却是“*”"),
    ],
)
def test_what_cannot_be_read(text: str, position: int, message: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    assert caught.value.position == position
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"第 {position + 1} 个字符处：")


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("amount + missing", 9, "没有变量“missing”的值（如果是文字，请加英文引号）"),
        ("note < 5", 5, "不能比较空值和数字的大小"),
        ("amount < level", 7, "不能比较数字和文字的大小"),
        ('level < "z"', 6, "文字不能比大小；日期请写 date(…)，数字请写 number(…)"),
        ("amount = level", 7, "不能把数字和文字相比较"),
        ("flag = 1", 5, "不能把是否和数字相比较"),
        ("kinds = kinds", 6, "列表不能用等号比较，请用 in 或 list contains"),
        ("flag < true", 5, "不能比较是否和是否的大小"),
        ("amount and flag", 0, "这里要判断结果（true 或 false），得到的是数字"),
        ("flag and note", 9, "得到的是空值"),
        ("not(amount)", 0, "得到的是数字"),
        ("if level then 1 else 2", 0, "得到的是文字"),
        ("amount + level", 7, "这里要数字，得到的是文字"),
        ("level + 1", 6, "这里要数字，得到的是文字"),
        ("-level", 0, "这里要数字，得到的是文字"),
        ("1 / 0", 2, "除数是 0"),
        ("0 / 0", 2, "算不出结果"),
        ("amount in [5..1]", 10, "范围的起点大于终点"),
        ('amount in ["a".."b"]', 10, "文字不能比大小"),
        ("rate", 0, "变量“rate”：不支持的数据类型（float）"),
        ("thing", 0, "变量“thing”：不支持的数据类型（dict）"),
        ("huge", 0, "变量“huge”：数字超过 34 位"),
        ("endless", 0, "变量“endless”：不是有限的数字"),
        ("nested", 0, "变量“nested”：列表里不能再放列表"),
        ("naive", 0, "变量“naive”：日期时间没有时区"),
        ("long", 0, "变量“long”：文字超过 4096 个字"),
        ("many", 0, "变量“many”：列表超过 1000 项"),
        ("9999999999999999999999999999999999 + 1", 35, "数字超过 34 位"),
        ("sum([])", 0, "列表是空的"),
        ("count(level)", 0, "这里要列表，得到的是文字"),
        ("some x in level satisfies true", 0, "这里要列表，得到的是文字"),
        ("contains(amount, level)", 0, "这里要文字，得到的是数字"),
        ("decimal(1, 13)", 0, "小数位数要在 0 到 12 之间"),
        ("decimal(1, 0.5)", 0, "这里要整数"),
        ('number("1e9")', 0, "“1e9”不是数字"),
        ("string(note)", 0, "空值不能变成文字"),
        ("substring(level, 0)", 0, "起始位置超出了文字的长度（第一个字是 1）"),
        ("substring(level, 1, 0)", 0, "截取的字数至少是 1"),
        ('date("2026-13-01")', 0, "“2026-13-01”不是日期，请写成 2026-11-22 的样子"),
        ('duration("3 days")', 0, "“3 days”不是时长，请写成 P3D（3 天）、PT48H（48 小时）的样子"),
        ('duration("P9999999999M")', 0, "不是时长"),
        ('duration("P11Y")', 0, "时长“P11Y”太长，最多 10 年"),
        ('date and time("2026-11-22")', 0, "不是日期时间"),
        ('date("9999-12-31") + duration("P1D")', 19, "日期超出了可用范围"),
        ('date("0001-01-01") - duration("P1M")', 19, "日期超出了可用范围"),
        ('date("2026-11-22") + duration("PT1H")', 19, "日期只能加减整天的时长"),
        ('5 + duration("P1D")', 2, "时长只能加在日期或日期时间上，不能加在数字上"),
    ],
)
def test_what_has_no_value(text: str, position: int, message: str) -> None:
    program = compile_expression(text)
    with pytest.raises(FeelError) as caught:
        program.run(CASE)
    assert message in str(caught.value)
    assert caught.value.position == position
    assert str(caught.value).startswith(f"第 {position + 1} 个字符处：")


@pytest.mark.parametrize(
    ("cell", "value", "message"),
    [
        ("< 5", None, "不能比较空值和数字的大小"),
        ("[1..5]", "a", "不能比较数字和文字的大小"),
        ('"a"', 5, "不能把数字和文字相比较"),
        ("approve", "approve", "没有变量“approve”的值（如果是文字，请加英文引号）"),
        ("?", 5, "这里要判断结果（true 或 false），得到的是数字"),
        ("< 5", 0.5, "不支持的数据类型（float）"),
    ],
)
def test_a_cell_without_an_answer(cell: str, value: object, message: str) -> None:
    with pytest.raises(FeelError) as caught:
        compile_unary_tests(cell).run({}, value)
    assert message in str(caught.value)


@pytest.mark.parametrize("cell", ["<", "< 5 6", "not(1", "not(1) and 2", "1,", "? in [1] or true"])
def test_a_cell_that_cannot_be_read(cell: str) -> None:
    with pytest.raises(FeelSyntaxError, match=r"第 [0-9]+ 个字符处："):
        compile_unary_tests(cell)


def test_a_range_is_no_result() -> None:
    with pytest.raises(FeelError, match="结果不能是范围"):
        compile_expression("[1..5]").run({})
