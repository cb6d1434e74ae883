"""Conditions and timers: they compile, read declared variables, and stay within bounds."""

from __future__ import annotations

import pytest

from app.engine.check_bundle import check_bundle
from app.errors import Finding
from tests.engine.drawings import (
    TWO_LEVELS,
    WORDS,
    boundary,
    document,
    end,
    flow,
    gate,
    graded,
    honest,
    on_the_way,
    table,
    timer,
    wait,
)


def findings_of(drawn: str, tables: str = "") -> list[Finding]:
    files = {"demo.bpmn": drawn.encode()} | ({"t.dmn": tables.encode()} if tables else {})
    return check_bundle(files, "demo", WORDS)


def codes(drawn: str, tables: str = "") -> list[str]:
    return [finding.code for finding in findings_of(drawn, tables)]


def asked(condition: str) -> str:
    """The honest flow behind a gateway that goes two ways to the first review."""
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    return document(
        *kept,
        gate("g", default="g-w"),
        wait("w", "timeDuration", "P1D"),
        flow("begin", "g"),
        flow("g", "community", condition),
        flow("g", "w"),
        flow("w", "community"),
    )


@pytest.mark.parametrize(
    "condition",
    [
        "amount < 5",
        'amount >= 100.5 and division = "420502"',
        "risky = true or amount between 1 and 3",
        "risky",
        'if amount > 3 then risky else division = "x"',
        "or else(amount, 0) > 3",
    ],
)
def test_conditions_over_declared_variables(condition: str) -> None:
    assert findings_of(asked(condition)) == []


@pytest.mark.parametrize(
    "condition",
    [
        "__import__('os').getpid() > 0",
        "().__class__.__base__.__subclasses__()",
        "'{0.__class__}'.format(amount) = ''",
        "9**9**9 > 0",
        "len([0]*10**10) > 0",
        "sum(1 for a in range(10) for b in range(10)) > 0",
        "(" * 5000 + "1" + ")" * 5000,
        "not " * 4000 + "true",
        "-" * 5000 + "1 < 0",
        " and ".join(["amount = 1"] * 1000),
        'matches(division, "(a+)+$")',
        "amount <",
        "amount = 1; risky",
        "${amount > 5}",
        "workdays(3) = 1",
        "3",
    ],
)
def test_conditions_that_are_no_condition(condition: str) -> None:
    assert codes(asked(condition)) == ["expression"]


def test_a_variable_that_no_form_declares() -> None:
    (finding,) = findings_of(asked("salary > 3"))
    assert finding.code == "variable-unknown"
    assert finding.element == "g-community"
    assert "“salary”" in finding.message
    assert "amount" in finding.message


def test_what_a_decision_answers_is_a_variable() -> None:
    drawn = graded().replace(
        'outcome = "approve"', 'outcome = "approve" and level = "low"', 1
    )  # the other way is then open
    assert "variable-unknown" not in codes(drawn, table())
    assert "variable-unknown" in codes(asked('level = "low"'), table())


def test_a_choice_without_a_way_out() -> None:
    assert codes(honest().replace('outcome = "approve"', "", 1)) == ["condition-missing"]
    both = asked("amount < 5").replace(
        'id="g-w" sourceRef="g" targetRef="w">',
        'id="g-w" sourceRef="g" targetRef="w"><bpmn:conditionExpression>risky'
        "</bpmn:conditionExpression>",
    )
    assert codes(both) == ["default-condition"]


def test_a_condition_where_nothing_is_chosen() -> None:
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    drawn = document(*kept, flow("begin", "community", "amount > 3"))
    assert codes(drawn) == ["condition-misplaced"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "P5D"),
        ("timeDuration", "PT1M"),
        ("timeDuration", "P5Y"),
        ("timeDuration", '"P1M"'),
        ("timeDuration", 'duration("PT48H")'),
        ("timeDate", "2027-01-01"),
        ("timeDate", "2027-01-01T08:00:00+08:00"),
        ("timeDate", "workdays(5)"),
        ("timeDate", "workdays(400)"),
    ],
)
def test_timers_within_bounds(kind: str, text: str) -> None:
    assert findings_of(on_the_way(wait("w", kind, text), "w")) == []
    late = boundary("late", "community", timer(kind, text))
    beside = honest(late, end("told", "lapsed"), flow("late", "told"))
    assert findings_of(beside) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "PT59S"),
        ("timeDuration", "-P1D"),
        ("timeDuration", "P6Y"),
        ("timeDuration", '"P9999999999M"'),
        ("timeDuration", '"P999999999Y"'),
        ("timeDuration", "5"),
        ("timeDate", '"tomorrow"'),
        ("timeDate", "workdays(0)"),
        ("timeDate", "workdays(-3)"),
        ("timeDate", "workdays(401)"),
        ("timeDate", "2027-02-30"),
        ("timeCycle", "R/PT0S"),
        ("timeCycle", "R3/P1D"),
    ],
)
def test_timers_out_of_bounds(kind: str, text: str) -> None:
    found = findings_of(on_the_way(wait("w", kind, text), "w"))
    assert {finding.code for finding in found} <= {"timer", "expression"}
    assert [finding.element for finding in found] == ["w"]


@pytest.mark.parametrize("text", ["", "__import__('os')", "workdays(", "2027-13-45X"])
def test_timers_that_cannot_be_read(text: str) -> None:
    assert codes(on_the_way(wait("w", "timeDuration", text), "w")) == ["expression"]


def test_a_timer_says_one_time() -> None:
    two = wait("w", "timeDuration", "P1D").replace(
        "<bpmn:timeDuration", "<bpmn:timeDate>2027-01-01</bpmn:timeDate><bpmn:timeDuration"
    )
    assert codes(on_the_way(two, "w")) == ["timer"]


def test_a_timer_reads_declared_variables_only() -> None:
    assert codes(on_the_way(wait("w", "timeDate", "workdays(amount)"), "w")) == []
    assert codes(on_the_way(wait("w", "timeDate", "workdays(days)"), "w")) == ["variable-unknown"]
