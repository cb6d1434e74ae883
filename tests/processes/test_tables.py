"""The two decision tables, row by row: expectations typed from the domain, not from the tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.engine import Scalar
from app.engine.decisions import Decision, read_decisions
from tests.processes.walks import FILED, ROOT


def table(name: str) -> Decision:
    return read_decisions((ROOT / "bpmn" / f"{name}.dmn").read_bytes(), f"{name}.dmn")[name]


LIMITS = table("limits")
RISK = table("risk")


@pytest.mark.parametrize(
    ("mode", "inclusive", "investment", "area", "within"),
    [
        # either within 30 万 or within 300 ㎡ is enough (national wording), limits included
        ("or", True, "20", "120", True),
        ("or", True, "30", "9999", True),
        ("or", True, "30.01", "300", True),
        ("or", True, "30.01", "300.01", False),
        ("or", True, "9999", "299", True),
        ("or", True, "30", None, True),
        ("or", True, "30.01", None, False),
        # limits not included (浙江)
        ("or", False, "30", "300", False),
        ("or", False, "29.99", "300", True),
        ("or", False, "30", "299.99", True),
        ("or", False, "30", None, False),
        # both must be within (沈阳)
        ("and", True, "30", "300", True),
        ("and", True, "30", "300.01", False),
        ("and", True, "30.01", "300", False),
        ("and", True, "31", "301", False),
        ("and", True, "30", None, True),
        ("and", True, "31", None, False),
        ("and", False, "29.99", "299.99", True),
        ("and", False, "30", "299.99", False),
        ("and", False, "29.99", "300", False),
    ],
)
def test_limits(
    mode: str, inclusive: bool, investment: str, area: str | None, within: bool
) -> None:
    data: dict[str, Scalar] = {
        "limit_investment": Decimal(30),
        "limit_area": Decimal(300),
        "limit_mode": mode,
        "limit_inclusive": inclusive,
        "investment_wan": Decimal(investment),
        "area_sqm": None if area is None else Decimal(area),
    }
    assert LIMITS.decide(data) == {"in_limit": within}


def test_an_area_that_was_never_asked_for_counts_as_unknown() -> None:
    data = {name: value for name, value in FILED.items() if name != "area_sqm"}
    assert LIMITS.decide({**data, "investment_wan": Decimal(31)}) == {"in_limit": False}
    assert RISK.decide(data)["risk_level"] == "low"


SMALL = Decimal(20)
OUTDOORS: dict[str, Scalar] = {"indoor": False}


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({}, "low"),
        (OUTDOORS, "medium"),
        *[
            ({f"risk_{flag}": True}, "high")
            for flag in (
                "height", "hot_work", "confined", "excavation",
                "demolition", "lifting", "structure", "scaffold",
            )
        ],
        # one value far over its limit while the other is under
        ({"investment_wan": Decimal(90)}, "low"),
        ({"investment_wan": Decimal("90.01")}, "high"),
        ({"area_sqm": Decimal(900)}, "low"),
        ({"area_sqm": Decimal("900.01")}, "high"),
        ({"area_sqm": None}, "low"),
        # odd jobs by their kind, indoors or not
        *[
            ({"project_type": kind}, "high")
            for kind in (
                "facade_cleaning", "billboard", "roof_waterproof", "hot_work", "confined_space",
                "well_digging", "earthwork", "demolition", "lifting",
            )
        ],
        *[
            ({"project_type": kind}, "medium")
            for kind in (
                "aircon_install", "antitheft_window", "temp_power", "tree_pruning", "height_other",
                "other_odd_job",
            )
        ],
        ({"project_type": "aircon_install", "risk_height": True}, "high"),
        # a reviewer raised it; raising to medium never lowers a high one
        ({"risk_floor": "medium"}, "medium"),
        ({"risk_floor": "high"}, "high"),
        ({"risk_floor": "medium", "risk_lifting": True}, "high"),
        ({**OUTDOORS, "project_type": "municipal"}, "medium"),
    ],
)  # fmt: skip
def test_risk_and_depth(changed: dict[str, Scalar], level: str) -> None:
    depth = {"low": "township", "medium": "township", "high": "district"}[level]
    assert RISK.decide({**FILED, **changed}) == {"risk_level": level, "depth": depth}


@pytest.mark.parametrize("changed", [{}, OUTDOORS, {"risk_lifting": True}])
def test_a_city_case_goes_to_the_city_whatever_its_risk(changed: dict[str, Scalar]) -> None:
    assert RISK.decide({**FILED, **changed, "city_case": True})["depth"] == "city"
