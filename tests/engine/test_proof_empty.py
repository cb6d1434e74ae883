"""The proof where a value may be empty: what was not asked, not shown or not filled in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine.check import Bounds
from app.engine.check_bundle import check_bundle
from app.errors import Finding
from app.workflow import declared, forms, kinds
from tests.engine.decision_files import Row, file, table
from tests.engine.drawings import (
    TWO_LEVELS,
    WORDS,
    document,
    flow,
    gate,
    node,
    on_the_way,
    review,
)

NUMBER = Bounds("integer", low=1, high=15, empty=True)
LISTED = replace(WORDS, bounds={"demo/apply": {"amount": NUMBER}})


def ways(*conditions: str, default: str = "") -> str:
    """A gateway before the first review, whose ways all lead on by a task of their own."""
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    more = {"default": f"g-{default}"} if default else {}
    parts = [flow("begin", "g"), gate("g", **more), gate("m"), flow("m", "community")]
    for at, condition in enumerate(conditions):
        parts += [flow("g", f"w{at}", condition), review(f"w{at}", "community", "submit")]
        parts += [flow(f"w{at}", "m")]
    return document(*kept, *parts)


def proved(drawn: str, bounds: Bounds = NUMBER, **tables: bytes) -> list[Finding]:
    words = replace(LISTED, bounds={"demo/apply": {"amount": bounds}})
    files = {f"{name}.dmn": text for name, text in tables.items()}
    return check_bundle({"demo.bpmn": drawn.encode(), **files}, "demo", words)


@pytest.mark.parametrize(
    ("conditions", "element"),
    [
        (("amount > 5", "amount <= 5"), "g-w0"),
        (("amount > 5", ""), "g-w0"),
        (("amount * 2 > 5", ""), "g-w0"),
        (("amount > 5 and amount != null", "amount = null", ""), "g-w0"),
    ],
)
def test_a_number_that_may_be_empty_is_not_compared(
    conditions: tuple[str, ...], element: str
) -> None:
    default = f"w{len(conditions) - 1}" if "" in conditions else ""
    drawn = ways(*conditions, default=default)
    told = {each.element: each for each in proved(drawn) if each.code == "condition-fails"}
    assert "在 amount = null 时算不出来" in told[element].message
    assert set(told[element].path) >= {"begin", "begin-g", "g"}
    always = {each.code for each in proved(drawn, replace(NUMBER, empty=False))}
    assert "condition-fails" not in always


@pytest.mark.parametrize(
    "conditions",
    [
        ("or else(amount, 0) > 5", "or else(amount, 0) <= 5"),
        ("is defined(amount) and amount > 5", "not(is defined(amount) and amount > 5)"),
        ("if amount = null then false else amount > 5",
         "if amount = null then true else amount <= 5"),
        ("amount = null", "amount != null and amount > 5", "amount != null and amount <= 5"),
        # the first that holds is followed, and no further one is asked
        ("amount = null", "amount > 5", "amount <= 5"),
    ],
)  # fmt: skip
def test_a_guard_makes_it_whole(conditions: tuple[str, ...]) -> None:
    assert proved(ways(*conditions)) == []


@pytest.mark.parametrize(
    ("conditions", "complete"),
    [
        (("amount < 16", "amount >= 16"), False),  # the second never holds
        (("amount >= 1 and amount <= 7", "amount > 7"), True),
        (("amount in [1..7]", "amount in [8..15]"), True),
        (("amount in [1..7]", "amount in [9..15]"), False),
    ],
)
def test_the_limits_of_a_field_are_the_limits_of_its_number(
    conditions: tuple[str, ...], complete: bool
) -> None:
    """Whole numbers from 1 to 15: nothing lies between 7 and 8, and nothing beyond."""
    assert (proved(ways(*conditions), replace(NUMBER, empty=False)) == []) is complete


def test_a_table_that_is_asked_with_nothing() -> None:
    rule = node("businessRuleTask", "rule", "定级", flow_decision="limits")
    rows: list[Row] = [(["< 5"], ["1"]), ([">= 5"], ["2"])]
    drawn = on_the_way(rule, "rule")
    (told,) = proved(drawn, limits=file(table(["amount"], ["level"], rows)))
    assert told.code == "decision-failed"
    assert "第 1 行“列1”在 amount = null 时无法判断" in told.message
    (told,) = proved(drawn, limits=file(table(["amount + 1"], ["level"], rows)))
    assert "的输入“列1”在 amount = null 时算不出来" in told.message
    guarded = file(table(["or else(amount, 0)"], ["level"], rows))
    assert proved(drawn, limits=guarded) == []


FORM = """{
  "key": "demo/apply",
  "title": "试用表",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
      "kind": {"type": "string", "title": "类别", "x-route": true,
        "oneOf": [{"const": "a", "title": "甲"}, {"const": "b", "title": "乙"}]},
      "amount": {"type": "number", "title": "数量", "x-route": true, "exclusiveMinimum": 0},
      "days": {"type": "integer", "title": "天数", "x-route": true, "minimum": 1, "maximum": 9}
    },
    "required": ["kind", "amount"]
  },
  "ui": {
    "ui:order": ["kind", "amount", "days"],
    "days": {"ui:showIf": {"kind": {"const": "a"}}}
  }
}"""


def test_what_a_form_says_of_its_numbers() -> None:
    """One that is always asked for is never empty; one that is hidden at times may be."""
    form = forms.read(FORM, "forms/demo/apply.json")
    assert form.routing_bounds == {
        "amount": Bounds("number", low=0, above=True),
        "days": Bounds("integer", low=1, high=9, empty=True),
    }
    words = declared.vocabulary([form], kinds.of("demo"))
    words = replace(words, results=WORDS.results)
    drawn = ways("days > 3", "days <= 3")
    files = {"demo.bpmn": drawn.replace("demo/review", "demo/apply").encode()}
    told = [each.message for each in check_bundle(files, "demo", words)]
    assert [each for each in told if "在 days = null 时算不出来" in each]
