"""Conditions as rows of field, comparison and value, and back into a form's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.errors import Invalid

AND, OR = "and", "or"
IS, HAS, ABOVE, LEAST = "is", "has", "above", "least"
COMPARISONS = {IS: "是", HAS: "选了", ABOVE: "大于", LEAST: "不小于"}
MOST = 6
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
Said = Mapping[str, Any] | list[Any]


@dataclass(frozen=True, slots=True)
class TestRow:
    """One row. `values` are the answers that will do, in no order; of a number, the one bound."""

    __test__ = False  # not a pytest class

    field: str
    compare: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(sorted(self.values)))


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that must all hold, or of which one must."""

    join: str = AND
    rows: tuple[TestRow, ...] = ()


def shown(said: Said | None) -> Rows | None:
    """The rows of a `ui:showIf`; nothing where rows cannot say it."""
    if said is None:
        return Rows()
    if isinstance(said, Mapping):
        return Rows(AND, tuple(_row(name, test) for name, test in said.items()))
    if len(said) == 1:
        return shown(said[0])
    if any(len(each) > 1 for each in said):
        return None
    return Rows(OR, tuple(_row(name, test) for each in said for name, test in each.items()))


def asked(said: Mapping[str, Any]) -> Rows | None:
    """The rows of the `if` of a rule."""
    sets = [each["properties"] for each in said.get("anyOf", [said])]
    return shown(sets[0] if len(sets) == 1 else sets)


def as_shown(rows: Rows) -> Said:
    """As `ui:showIf` says it. Raises Invalid."""
    sets = _sets(rows)
    return sets[0] if len(sets) == 1 else sets


def as_asked(rows: Rows) -> dict[str, Any]:
    """As the `if` of a rule says it. Raises Invalid."""
    sets = [{"properties": each, "required": list(each)} for each in _sets(rows)]
    return sets[0] if len(sets) == 1 else {"anyOf": sets}


def _sets(rows: Rows) -> list[dict[str, Any]]:
    if rows.join == OR:
        return [{row.field: _test(row)} for row in rows.rows]
    made: dict[str, Any] = {}
    for row in rows.rows:
        if row.field in made:
            raise Invalid("同一个字段只写一条，要几个值都算的请一并勾选")
        made[row.field] = _test(row)
    return [made]


def _row(name: str, said: Mapping[str, Any]) -> TestRow:
    if "contains" in said:
        return TestRow(name, HAS, _values(said["contains"]))
    if "exclusiveMinimum" in said:
        return TestRow(name, ABOVE, (str(said["exclusiveMinimum"]),))
    if "minimum" in said:
        return TestRow(name, LEAST, (str(said["minimum"]),))
    return TestRow(name, IS, _values(said))


def _values(said: Mapping[str, Any]) -> tuple[str, ...]:
    known = [said["const"]] if "const" in said else said["enum"]
    return tuple(str(each).lower() if isinstance(each, bool) else each for each in known)


def _test(row: TestRow) -> dict[str, Any]:
    if row.compare in (ABOVE, LEAST):
        word = "exclusiveMinimum" if row.compare == ABOVE else "minimum"
        return {word: number(row.values[0] if row.values else "")}
    if not row.values:
        raise Invalid("条件里还没有选值")
    known = [{"true": True, "false": False}.get(each, each) for each in row.values]
    equal = {"const": known[0]} if len(known) == 1 else {"enum": known}
    return {"contains": equal} if row.compare == HAS else equal


def number(text: str) -> int | Decimal:
    """A number as files have it. Raises Invalid."""
    if not _NUMBER.fullmatch(text.strip()):
        raise Invalid("这里要写数字，例如 3 或 3.5")
    found = Decimal(text.strip())
    return int(found) if found == found.to_integral_value() else found
