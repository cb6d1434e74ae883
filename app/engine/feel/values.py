"""What a value may be: its kind, its bounds, and how two of them compare and add up."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.engine.feel.errors import FeelError
from app.engine.feel.moments import Duration

Number = int | Decimal
Value = str | int | bool | Decimal | None | date | datetime | Duration | list["Value"]

MAX_TEXT, MAX_LIST, MAX_DIGITS = 4096, 1000, 34
_LIMIT = 10**MAX_DIGITS
ARITHMETIC = decimal.Context(
    prec=MAX_DIGITS,
    rounding=decimal.ROUND_HALF_EVEN,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch between two ends; not a value of its own, only something to be in."""

    low: object
    high: object
    low_in: bool
    high_in: bool

    def holds(self, value: object) -> bool:
        """Whether the value lies in the stretch; all three must be of one kind."""
        if order(self.low, self.high) > 0:
            raise FeelError("范围的起点大于终点")
        low, high = order(self.low, value), order(value, self.high)
        return (low <= 0 if self.low_in else low < 0) and (high <= 0 if self.high_in else high < 0)


_KINDS: dict[type, str] = {
    type(None): "空值",
    bool: "是否",
    int: "数字",
    Decimal: "数字",
    str: "文字",
    date: "日期",
    datetime: "日期时间",
    Duration: "时长",
    list: "列表",
    Range: "范围",
}
_ORDERED = ("数字", "日期", "日期时间")


def kind(value: object) -> str:
    """The Chinese word for what a value is; exact types only, so nothing foreign slips in."""
    return _KINDS.get(type(value), "不支持的类型")


def admitted(value: object) -> object:
    """A value from outside, refused unless it is of our kinds and within bounds."""
    if type(value) is tuple:
        value = list(value)
    if type(value) is list:
        if len(value) > MAX_LIST:
            raise FeelError(f"列表超过 {MAX_LIST} 项")
        if any(type(item) is list for item in value):
            raise FeelError("列表里不能再放列表")
        return [admitted(item) for item in value]
    return _admitted_one(value)


def _admitted_one(value: object) -> object:
    match value:
        case str() if type(value) is str:
            return capped(value)
        case None | bool() | Duration():
            return value
        case int() | Decimal():
            return number(value)
        case datetime() if value.tzinfo is None:
            raise FeelError("日期时间没有时区")
        case date() if type(value) in _KINDS:
            return value
    raise FeelError(f"不支持的数据类型（{type(value).__name__[:40]}）")


def result(value: object) -> Value:
    """What leaves an expression: a plain value, never a range."""
    match value:
        case list():
            return [result(item) for item in value]
        case None | str() | int() | Decimal() | date() | Duration():
            return value
    raise FeelError(f"结果不能是{kind(value)}")


def number(value: object) -> Number:
    """The value as a number within 34 digits."""
    if type(value) is int:
        if -_LIMIT < value < _LIMIT:
            return value
        raise FeelError(f"数字超过 {MAX_DIGITS} 位")
    if type(value) is Decimal:
        if not value.is_finite():
            raise FeelError("不是有限的数字")
        if not value:
            return 0
        if -100 <= value.adjusted() < MAX_DIGITS:
            return value
        raise FeelError(f"数字超过 {MAX_DIGITS} 位")
    raise FeelError(f"这里要数字，得到的是{kind(value)}")


def whole(value: object) -> int:
    """The value as a whole number."""
    given = number(value)
    if given != int(given):
        raise FeelError("这里要整数")
    return int(given)


def truth(value: object) -> bool:
    """The value as a yes or no; nothing else counts as either."""
    if value is True or value is False:
        return value
    raise FeelError(f"这里要判断结果（true 或 false），得到的是{kind(value)}")


def text(value: object) -> str:
    """The value as text."""
    if type(value) is str:
        return value
    raise FeelError(f"这里要文字，得到的是{kind(value)}")


def items(value: object) -> list[object]:
    """The value as a list."""
    if type(value) is list:
        return value
    raise FeelError(f"这里要列表，得到的是{kind(value)}")


def capped(written: str) -> str:
    """The same text, refused when too long."""
    if len(written) > MAX_TEXT:
        raise FeelError(f"文字超过 {MAX_TEXT} 个字")
    return written


def same(a: object, b: object) -> bool:
    """Whether two values are equal. Null equals only null; other kinds must agree."""
    if a is None or b is None:
        return a is b
    left, right = kind(a), kind(b)
    if left != right:
        raise FeelError(f"不能把{left}和{right}相比较")
    if left in ("列表", "范围", "不支持的类型"):
        raise FeelError(f"{left}不能用等号比较，请用 in 或 list contains")
    return a == b


def order(a: object, b: object) -> int:
    """-1, 0 or 1 as the first comes before, with or after the second."""
    left, right = kind(a), kind(b)
    if left == right == "文字":
        raise FeelError("文字不能比大小；日期请写 date(…)，数字请写 number(…)")
    if left != right or left not in _ORDERED:
        raise FeelError(f"不能比较{left}和{right}的大小")
    one: Any = a
    return int(one > b) - int(one < b)


def _exact(operation: Callable[[Number, Number], Number], a: Number, b: Number) -> Number:
    try:
        return number(operation(a, b))
    except decimal.DivisionByZero:
        raise FeelError("除数是 0") from None
    except decimal.DecimalException:
        raise FeelError("算不出结果（数字过大，或 0 除以 0）") from None


def add(a: object, b: object) -> object:
    """Numbers add up, texts join, a duration moves a day or a moment."""
    if type(a) is str and type(b) is str:
        return capped(a + b)
    if type(b) is Duration:
        return _moved(a, b)
    return _exact(ARITHMETIC.add, number(a), number(b))


def added(a: Number, b: Number) -> Number:
    """The sum of two numbers in our own arithmetic."""
    return _exact(ARITHMETIC.add, a, b)


def subtract(a: object, b: object) -> object:
    """Numbers, or a duration off a day or a moment."""
    if type(b) is Duration:
        return _moved(a, -b)
    return _exact(ARITHMETIC.subtract, number(a), number(b))


def multiply(a: object, b: object) -> object:
    """Numbers only."""
    return _exact(ARITHMETIC.multiply, number(a), number(b))


def divide(a: object, b: object) -> object:
    """Numbers only; the result has 34 digits."""
    return _exact(ARITHMETIC.divide, number(a), number(b))


def negative(a: object) -> object:
    """The number with its sign turned."""
    return ARITHMETIC.minus(number(a))


def _moved(start: object, by: Duration) -> object:
    if isinstance(start, datetime):
        return by.after(start)
    if isinstance(start, date):
        return by.after_day(start)
    raise FeelError(f"时长只能加在日期或日期时间上，不能加在{kind(start)}上")
