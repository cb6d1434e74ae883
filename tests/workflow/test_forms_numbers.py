"""Money and areas: decimal text in, decimal text out, never a float between."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.workflow.small_forms import faults, made, money

ROUTED = made({"sum": money(**{"x-route": True, "minimum": 0})})


def test_every_cent_value_is_taken_as_it_is() -> None:
    typed = [f"{cents // 100}.{cents % 100:02}" for cents in range(1, 10_000, 7)]
    cleaned = [ROUTED.clean({"sum": one}) for one in typed]
    assert [one.routing["sum"] for one in cleaned] == [Decimal(one) for one in typed]
    assert [Decimal(one.values["sum"]) for one in cleaned] == [Decimal(one) for one in typed]


@pytest.mark.parametrize(
    "trap", ["0.07", "0.14", "0.28", "0.29", "1.1", "4.35", "900719925474099.37"]
)
def test_values_that_floats_get_wrong(trap: str) -> None:
    assert ROUTED.clean({"sum": trap}).values == {"sum": trap}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("１２．５", "12.5"),
        ("12,000.5", "12000.5"),
        ("1，200", "1200"),
        (" 3 ", "3"),
        ("+3", "3"),
        ("0.10", "0.1"),
        ("100", "100"),
        ("1200.00", "1200"),
        ("00.5", "0.5"),
        ("-0", "0"),
        ("　7　", "7"),
        ("12。5", "12.5"),
    ],
)
def test_typing_habits_are_tolerated(typed: str, kept: str) -> None:
    assert ROUTED.clean({"sum": typed}).values == {"sum": kept}


@pytest.mark.parametrize(
    "typed",
    [
        "三米多",
        "1e5",
        "1E5",
        "NaN",
        "Infinity",
        "-Infinity",
        "0x10",
        "5²",
        "½",
        "1_000",
        "1.2.3",
        "12,34",
        "3万",
        "٣",
        "1" * 16,
        "--3",
        "１e９",
    ],
)
def test_what_is_no_number_is_told_so(typed: str) -> None:
    assert faults(ROUTED, {"sum": typed}) == {"sum": "投资额只填数字，例如 3.5"}


def test_too_many_places_and_bounds() -> None:
    form = made(
        {
            "sum": money(exclusiveMinimum=0, maximum=100),
            "heads": {"type": "integer", "title": "人数", "minimum": 1},
        },
        {"sum": {"ui:decimals": 2, "ui:unit": "万元"}, "heads": {"ui:unit": "人"}},
    )
    assert faults(form, {"sum": "0.075"}) == {"sum": "投资额最多保留 2 位小数"}
    assert faults(form, {"sum": "0"}) == {"sum": "投资额应大于 0 万元"}
    assert faults(form, {"sum": "100.01"}) == {"sum": "投资额不能大于 100 万元"}
    assert faults(form, {"heads": "0"}) == {"heads": "人数不能小于 1 人"}
    assert faults(form, {"heads": "2.5"}) == {"heads": "人数只填整数，例如 3"}
    assert form.clean({"sum": "100.000", "heads": "2.0"}).values == {"sum": "100", "heads": 2}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(30, "30"), (30.5, "30.5"), (0.07, "0.07"), (Decimal("0.10"), "0.1"), ("8", "8")],
)
def test_json_sends_numbers_typed(sent: object, kept: str) -> None:
    assert ROUTED.clean({"sum": sent}).values == {"sum": kept}


@pytest.mark.parametrize("sent", [True, False, {"a": 1}, float("nan"), float("inf"), 1e40])
def test_json_that_is_no_number(sent: object) -> None:
    assert "sum" in faults(ROUTED, {"sum": sent})


def test_an_absent_number_still_has_its_routing_name() -> None:
    assert ROUTED.clean({}).routing == {"sum": None}
    assert ROUTED.clean({"sum": ""}).values == {}
