"""Conditions as the studio's panel shows them in rows: what it writes back means what was there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from app.engine.feel import compile_expression
from tests.engine.test_feel_browser import HERE, node

DRAWINGS = sorted((Path(__file__).resolve().parents[2] / "bpmn").glob("*.bpmn"))
AS_TEXT = {
    'outcome in ("record", "ban")',
    "get or else(until_fixed, false) = true",
    "get or else(until_fixed, false) = false",
    'outcome = "escalate" or (outcome = "approve" and depth = "city")',
}
"""Of the shipped conditions, those that no rows can say."""


def again(texts: list[str]) -> list[str | None]:
    """Each text as the panel would write it, having read it; nothing where it shows the text."""
    done = subprocess.run(
        [node(), str(HERE / "rows.mjs")], input=json.dumps(texts).encode(), capture_output=True,
        check=True,
    )  # fmt: skip
    answer: list[str | None] = json.loads(done.stdout)
    return answer


def shipped() -> list[str]:
    found = (etree.parse(str(path)).iter("{*}conditionExpression") for path in DRAWINGS)
    return sorted({(each.text or "").strip() for one in found for each in one})


def test_shipped_conditions_come_back_as_they_were() -> None:
    texts = shipped()
    written = dict(zip(texts, again(texts), strict=True))
    assert len(written) > 50
    assert {text for text, rows in written.items() if rows is None} == AS_TEXT
    changed = {text: rows for text, rows in written.items() if rows not in (None, text)}
    # a bare truth is written out, and means the same
    assert changed == {text: text.replace("confirm and", "confirm = true and") for text in changed}
    assert all(compile_expression(rows) for rows in written.values() if rows is not None)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('name = "a and b" or name = "c"', 'name = "a and b" or name = "c"'),
        ('name = "say \\"no\\" (twice)"', 'name = "say \\"no\\" (twice)"'),
        ("amount >= -1.50 and amount<30", "amount >= -1.50 and amount < 30"),
        ("urgent", "urgent = true"),
        ("", ""),
        ("a = 1 and b = 2 or c = 3", None),
        ("not(urgent)", None),
        ("amount in [1..3]", None),
        ("if a then b else c", None),
        ("a = b", None),
    ],
)
def test_rows_say_the_same_or_nothing(text: str, written: str | None) -> None:
    assert again([text]) == [written]
