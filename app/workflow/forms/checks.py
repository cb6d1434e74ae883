"""Formats and named checks (`format`, `x-check`): the rules a schema cannot say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from jsonschema import FormatChecker

from app.workflow.forms.field import Field

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_PHONE = re.compile(r"(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})\Z", re.ASCII)
_ID = re.compile(r"[1-9]\d{16}[\dX]\Z", re.ASCII)
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}\Z", re.ASCII)
_CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

formats = FormatChecker(formats=())


@formats.checks("date")
def is_date(value: object) -> bool:
    """A day that exists, written 2026-03-05 and in no other shape that ISO 8601 allows."""
    return not isinstance(value, str) or (bool(_DATE.match(value)) and day(value) is not None)


@formats.checks("phone")
def is_phone(value: object) -> bool:
    """A mobile number, or a landline with its area code."""
    return not isinstance(value, str) or bool(_PHONE.match(value))


@formats.checks("id-number")
def is_id_number(value: object) -> bool:
    """The shape of a resident's identity number, with a date of birth that exists."""
    if not isinstance(value, str):
        return True
    return (
        bool(_ID.match(value)) and day(f"{value[6:10]}-{value[10:12]}-{value[12:14]}") is not None
    )


@formats.checks("credit-code")
def is_credit_code(value: object) -> bool:
    """The shape of a unified social credit code (GB 32100)."""
    return not isinstance(value, str) or bool(_CREDIT.match(value))


def day(text: object) -> date | None:
    """The day that an ISO text names, if there is one."""
    if not isinstance(text, str):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def id_digit_fits(value: str) -> bool:
    """Whether the last digit of an identity number follows from the others (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(value[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == value[17]


def credit_digit_fits(value: str) -> bool:
    """Whether the last sign of a credit code follows from the others (GB 32100)."""
    total = sum(
        _CREDIT_DIGITS.index(sign) * weight
        for sign, weight in zip(value[:17], _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_DIGITS[(31 - total % 31) % 31] == value[17]


def _id_number(field: Field, value: Any, _asked: _Asked) -> str:
    if is_id_number(value) and not id_digit_fits(value):
        return f"{field.title}有一位写错了，请对照证件核对"
    return ""


def _credit_code(field: Field, value: Any, _asked: _Asked) -> str:
    if is_credit_code(value) and not credit_digit_fits(value):
        return f"{field.title}有一位写错了，请对照营业执照核对"
    return ""


def _phone(field: Field, value: Any, _asked: _Asked) -> str:
    return "" if is_phone(value) else f"{field.title}应为 11 位手机号，固定电话请带区号"


def _not_before(field: Field, value: Any, asked: _Asked) -> str:
    mine, other = day(value), day(asked.values.get(asked.argument))
    if mine and other and mine < other:
        return f"{field.title}不能早于{asked.titles.get(asked.argument, asked.argument)}"
    return ""


def _not_past(field: Field, value: Any, asked: _Asked) -> str:
    """If the argument (抢修) is answered yes, yesterday will do: 24 hours are allowed."""
    mine = day(value)
    grace = timedelta(days=1 if asked.argument and asked.values.get(asked.argument) is True else 0)
    if mine and mine < asked.today - grace:
        return (
            f"{field.title}不能早于今天"
            if not grace
            else f"抢修应在开工后 24 小时内备案，请核对{field.title}"
        )
    return ""


def _exclusive(field: Field, value: Any, asked: _Asked) -> str:
    if isinstance(value, list) and asked.argument in value and len(value) > 1:
        return f"选了「{field.label(asked.argument)}」就不能再选其他项"
    return ""


class _Asked:
    """What a check may look at besides its own value."""

    __slots__ = ("argument", "titles", "today", "values")

    def __init__(
        self, argument: str, values: Mapping[str, Any], titles: Mapping[str, str], today: date
    ) -> None:
        self.argument = argument
        self.values = values
        self.titles = titles
        self.today = today


_CHECKS: dict[str, Callable[[Field, Any, _Asked], str]] = {
    "id-number": _id_number,
    "credit-code": _credit_code,
    "phone": _phone,
    "not-before": _not_before,
    "date-not-past": _not_past,
    "exclusive": _exclusive,
}
NEEDS_FIELD = frozenset({"not-before"})
"""Checks whose argument must be there and must be a field."""


def known(name: str) -> bool:
    """Whether there is a check of this name."""
    return name in _CHECKS


def fault(
    field: Field, value: Any, values: Mapping[str, Any], titles: Mapping[str, str], today: date
) -> str:
    """What the first failing named check of this field says, or nothing."""
    for check in field.checks:
        said = _CHECKS[check.name](field, value, _Asked(check.argument, values, titles, today))
        if said:
            return said
    return ""
