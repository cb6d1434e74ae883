"""The closed list of functions: what each takes, and how it is worked out."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from types import MappingProxyType

from app.clock import local
from app.engine.feel.errors import FeelError
from app.engine.feel.moments import Duration, read_date, read_duration, read_moment
from app.engine.feel.values import (
    ARITHMETIC,
    Number,
    add,
    capped,
    items,
    kind,
    number,
    order,
    same,
    text,
    truth,
    whole,
)

MAX_ARGUMENTS = 20
MAX_SCALE = 12


@dataclass(frozen=True, slots=True)
class Function:
    """One function: `call` takes from `least` to `most` values."""

    call: Callable[..., object]
    least: int
    most: int


HOST_FUNCTIONS = MappingProxyType({"workdays": 1})
"""Functions that the caller hands in at run time, and how many whole numbers each takes."""

MAX_HOST_NUMBER = 1000


def host_number(value: object) -> int:
    """An argument of a host function: a whole number of sensible size."""
    given = whole(value)
    if abs(given) > MAX_HOST_NUMBER:
        raise FeelError(f"这里的数不能超过 {MAX_HOST_NUMBER}")
    return given


def _spread(given: tuple[object, ...]) -> list[object]:
    values = items(given[0]) if len(given) == 1 and type(given[0]) is list else list(given)
    if not values:
        raise FeelError("列表是空的")
    return values


def _total(*given: object) -> object:
    total: object = 0
    for value in _spread(given):
        total = add(total, number(value))
    return total


def _least(*given: object) -> object:
    return reduce(lambda a, b: a if order(a, b) <= 0 else b, _one_kind(given))


def _greatest(*given: object) -> object:
    return reduce(lambda a, b: a if order(a, b) >= 0 else b, _one_kind(given))


def _one_kind(given: tuple[object, ...]) -> list[object]:
    values = _spread(given)
    order(values[0], values[0])
    return values


def _rounded(value: object, scale: object) -> Number:
    digits = whole(scale)
    if not 0 <= digits <= MAX_SCALE:
        raise FeelError(f"小数位数要在 0 到 {MAX_SCALE} 之间")
    try:
        return ARITHMETIC.quantize(Decimal(number(value)), Decimal(1).scaleb(-digits))
    except decimal.InvalidOperation:
        raise FeelError("数字过大，不能保留这么多位小数") from None


def _floor(value: object) -> int:
    return int(Decimal(number(value)).to_integral_value(decimal.ROUND_FLOOR))


def _ceiling(value: object) -> int:
    return int(Decimal(number(value)).to_integral_value(decimal.ROUND_CEILING))


def _number(value: object) -> Number:
    given = text(value)
    try:
        if len(given) <= 40 and given.isascii() and not set(given) - set("0123456789.-"):
            return number(Decimal(given))
    except decimal.InvalidOperation:
        pass
    raise FeelError(f"“{given[:40]}”不是数字")


def _string(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case Decimal():
            return _digits(value)
        case date():
            return value.isoformat().replace("+00:00", "Z")
    raise FeelError(f"{kind(value)}不能变成文字")


def _digits(value: Decimal) -> str:
    """A number as people write it: no exponent, no zeros behind the last digit that counts."""
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _substring(value: object, start: object, length: object = None) -> str:
    given, first = text(value), whole(start)
    if not 1 <= abs(first) <= max(len(given), 1):
        raise FeelError("起始位置超出了文字的长度（第一个字是 1）")
    begin = first - 1 if first > 0 else len(given) + first
    rest = given[max(begin, 0) :]
    if length is None:
        return rest
    wanted = whole(length)
    if wanted < 1:
        raise FeelError("截取的字数至少是 1")
    return rest[:wanted]


def _date(value: object) -> date:
    if isinstance(value, datetime):
        return local(value).date()
    return value if isinstance(value, date) else read_date(text(value))


def _moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else read_moment(text(value))


def _duration(value: object) -> Duration:
    return value if isinstance(value, Duration) else read_duration(text(value))


FUNCTIONS = MappingProxyType(
    {
        "not": Function(lambda value: not truth(value), 1, 1),
        "count": Function(lambda values: len(items(values)), 1, 1),
        "sum": Function(_total, 1, MAX_ARGUMENTS),
        "min": Function(_least, 1, MAX_ARGUMENTS),
        "max": Function(_greatest, 1, MAX_ARGUMENTS),
        "abs": Function(lambda value: ARITHMETIC.abs(number(value)), 1, 1),
        "floor": Function(_floor, 1, 1),
        "ceiling": Function(_ceiling, 1, 1),
        "decimal": Function(_rounded, 2, 2),
        "number": Function(_number, 1, 1),
        "string": Function(_string, 1, 1),
        "contains": Function(lambda whole_, part: text(part) in text(whole_), 2, 2),
        "starts with": Function(lambda given, head: text(given).startswith(text(head)), 2, 2),
        "ends with": Function(lambda given, tail: text(given).endswith(text(tail)), 2, 2),
        "string length": Function(lambda given: len(text(given)), 1, 1),
        "substring": Function(_substring, 2, 3),
        "upper case": Function(lambda given: capped(text(given).upper()), 1, 1),
        "lower case": Function(lambda given: capped(text(given).lower()), 1, 1),
        "list contains": Function(
            lambda values, wanted: any(same(value, wanted) for value in items(values)), 2, 2
        ),
        "date": Function(_date, 1, 1),
        "date and time": Function(_moment, 1, 1),
        "duration": Function(_duration, 1, 1),
        "days between": Function(lambda a, b: (_date(b) - _date(a)).days, 2, 2),
    }
)

ABSENCE = MappingProxyType({"is defined": 1, "get or else": 2, "or else": 2})
"""Functions whose first argument is a name that may be absent, and how many they take."""
