"""When a field is asked for: the few tests that display, requirement and server share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

OUTCOME = "outcome"
"""The one name a condition may test that is no field: the button that was pressed."""


@dataclass(frozen=True, slots=True)
class Test:
    """One field against a few values (`in`, `contains`) or against a bound (`above`, `least`)."""

    __test__ = False  # not a pytest class

    field: str
    how: str
    values: tuple[str | bool, ...] = ()
    bound: Decimal = Decimal(0)

    def holds(self, value: Any) -> bool:
        """An absent value passes no test."""
        if value is None:
            return False
        if self.how == "contains":
            return isinstance(value, list | tuple) and any(item in self.values for item in value)
        if self.how == "in":
            return any(
                value is known or (value == known and not isinstance(value, bool))
                for known in self.values
            )
        number = _number(value)
        if number is None:
            return False
        return number > self.bound if self.how == "above" else number >= self.bound


@dataclass(frozen=True, slots=True)
class Condition:
    """Alternatives, each a row of tests that must all hold."""

    alternatives: tuple[tuple[Test, ...], ...]

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether these answers make it true."""
        return any(
            all(test.holds(values.get(test.field)) for test in row) for row in self.alternatives
        )

    def fields(self) -> frozenset[str]:
        """The names that it looks at."""
        return frozenset(test.field for test in self.tests())

    def tests(self) -> Iterator[Test]:
        """Every test in it."""
        for row in self.alternatives:
            yield from row

    def as_data(self) -> list[list[dict[str, Any]]]:
        """For the browser: the same tests as plain JSON."""
        return [[_data(test) for test in row] for row in self.alternatives]


def read_tests(properties: Mapping[str, Any]) -> tuple[Test, ...]:
    """`{field: {const|enum|contains|minimum|exclusiveMinimum: …}}` as tests."""
    return tuple(_read(name, said) for name, said in properties.items())


def read_show_if(said: Any) -> Condition:
    """`ui:showIf`: one set of tests, or a list of sets of which one must hold."""
    rows = said if isinstance(said, list) else [said]
    return Condition(tuple(read_tests(row) for row in rows))


def read_if(said: Mapping[str, Any]) -> Condition:
    """The `if` of a JSON Schema rule: `properties` with `required`, or `anyOf` of those."""
    rows = said.get("anyOf", [said])
    return Condition(tuple(read_tests(row["properties"]) for row in rows))


def _read(name: str, said: Mapping[str, Any]) -> Test:
    if "contains" in said:
        return Test(name, "contains", _values(said["contains"]))
    if "exclusiveMinimum" in said:
        return Test(name, "above", bound=Decimal(str(said["exclusiveMinimum"])))
    if "minimum" in said:
        return Test(name, "least", bound=Decimal(str(said["minimum"])))
    return Test(name, "in", _values(said))


def _values(said: Mapping[str, Any]) -> tuple[str | bool, ...]:
    return (said["const"],) if "const" in said else tuple(said["enum"])


def _data(test: Test) -> dict[str, Any]:
    if test.how in ("in", "contains"):
        values = ["true" if v is True else "false" if v is False else v for v in test.values]
        return {"field": test.field, "how": test.how, "values": values}
    return {"field": test.field, "how": test.how, "bound": str(test.bound)}


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)
