"""From what was typed, or sent as JSON, to typed values; what cannot be read becomes a fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.unseen import without
from app.workflow.forms import messages
from app.workflow.forms.field import Field

Faults = dict[str, str]

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x2212: 0x2D,
    0x3002: 0x2E,
}
"""Full-width forms by table: Unicode's own folding would read 5² as 52."""
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,12})?\Z", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?\Z", re.ASCII)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z", re.ASCII)
_MAX_TEXT = 20_000


def coerce(field: Field, raw: Any, path: str, faults: Faults) -> Any:
    """The typed value, or None for nothing. Faults are written down by path."""
    if field.kind == "rows":
        return _rows(field, raw, path, faults)
    if field.kind == "choices":
        return _list(raw) or None
    value = _single(raw)
    if field.kind == "boolean":
        return _boolean(field, value, path, faults)
    if field.kind in ("number", "integer"):
        return _number(field, value, path, faults)
    return _text(field, value, path, faults)


def narrow(text: str) -> str:
    """Full-width digits, letters and spaces as plain ones."""
    return text.translate(_WIDE)


def rows_sent(field: Field, sent: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table as posted: `workers.0.name`, or as a JSON list."""
    if isinstance(sent.get(field.key), list):
        return [dict(row) for row in sent[field.key] if isinstance(row, Mapping)]
    rows: dict[int, dict[str, Any]] = {}
    for name, value in sent.items():
        parts = name.split(".")
        if (
            len(parts) == 3
            and parts[0] == field.key
            and parts[1].isascii()
            and parts[1].isdigit()
            and len(parts[1]) <= 3
        ):
            rows.setdefault(int(parts[1]), {})[parts[2]] = value
    return [rows[index] for index in sorted(rows)]


def _rows(field: Field, raw: Any, path: str, faults: Faults) -> list[dict[str, Any]] | None:
    made: list[dict[str, Any]] = []
    for row in raw or []:
        if not any(_filled(row.get(column.key)) for column in field.columns):
            continue
        here = f"{path}.{len(made)}"
        cells = {
            column.key: coerce(column, row.get(column.key), f"{here}.{column.key}", faults)
            for column in field.columns
        }
        made.append({key: value for key, value in cells.items() if value is not None})
    return made or None


def _filled(raw: Any) -> bool:
    return bool(str(_single(raw) if raw is not None else "").strip())


def _single(raw: Any) -> Any:
    if isinstance(raw, list | tuple):
        return raw[-1] if raw else None
    return raw


def _list(raw: Any) -> list[str]:
    items = raw if isinstance(raw, list | tuple) else [raw]
    texts = [item.strip() for item in items if isinstance(item, str)]
    return list(dict.fromkeys(text for text in texts if text))


def _boolean(field: Field, value: Any, path: str, faults: Faults) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        if word == "":
            return None
        if word in ("false", "off", "no"):
            return False
        if word in ("true", "on", "yes"):
            return True
    faults[path] = messages.choose(field)
    return None


def _number(field: Field, value: Any, path: str, faults: Faults) -> Decimal | int | None:
    if value is None or value == "":
        return None
    text = _number_text(value)
    if text == "":
        return None
    if text is None or not _NUMBER.match(text):
        faults[path] = messages.only_digits(field)
        return None
    number = Decimal(text)
    if -int(number.as_tuple().exponent) > field.decimals:
        number = number.normalize()
    if -int(number.as_tuple().exponent) > field.decimals:
        faults[path] = messages.too_many_decimals(field)
        return None
    return int(number) if field.kind == "integer" else plain(number)


def _number_text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = narrow(str(value)).strip() if isinstance(value, str) else f"{Decimal(str(value)):f}"
    text = text.replace(" ", "")
    return text.replace(",", "") if _THOUSANDS.match(text) else text


def plain(number: Decimal) -> Decimal:
    """Without trailing zeros, exponent or a negative zero, so that 0.10 and 0.1 are one value."""
    if number == 0:
        return Decimal(0)
    short = number.normalize()
    return short.quantize(Decimal(1)) if int(short.as_tuple().exponent) > 0 else short


def _text(field: Field, value: Any, path: str, faults: Faults) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        faults[path] = messages.required(field)
        return None
    text = clean_text(str(value), lines=field.widget == "textarea")
    if field.format:
        text = _formatted(field.format, text)
    return text[: _longest(field)] or None


def _longest(field: Field) -> int:
    """A pattern is cheap on texts of the declared length; one more letter shows that it is over."""
    return int(field.schema["maxLength"]) + 1 if "pattern" in field.schema else _MAX_TEXT


def clean_text(text: str, *, lines: bool) -> str:
    """Without signs that nobody sees; on one line unless the field takes several."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = text.replace("\n", " ")
    return without(text.replace("\t", "")).replace("\u3000", " ").strip()


def _formatted(kind: str, text: str) -> str:
    text = narrow(text).replace(" ", "")
    if kind == "date":
        found = _DATE.match(text)
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else text
    if kind == "phone":
        text = text.replace("-", "").removeprefix("+86")
        return f"{text[:4]}-{text[4:]}" if text.startswith("0") and len(text) == 12 else text
    return text.upper()
