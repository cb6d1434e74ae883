"""A decision table edited by its rows: what is not touched stays, and no table is refused."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from app import engine
from app.engine.drafting.tables import Tables
from app.errors import BrokenProcess, Invalid

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
LIMITS = (BPMN / "limits.dmn").read_text("utf-8")


def limits() -> Tables:
    return Tables(LIMITS, "limits.dmn")


def changed(made: Tables) -> list[str]:
    """The lines that a diff would show."""
    lines = difflib.unified_diff(LIMITS.splitlines(), made.text().splitlines(), n=0, lineterm="")
    return [line[0] + line[1:].strip() for line in lines if line[:2] not in ("--", "++", "@@")]


@pytest.mark.parametrize("path", sorted(BPMN.glob("*.dmn")), ids=lambda path: path.name)
def test_a_table_that_was_looked_at_is_the_same_file(path: Path) -> None:
    text = path.read_text("utf-8")
    made = Tables(text, path.name)
    for grid in made.grids():
        for row in grid.rows:
            made.write(grid.id, row.key, dict(enumerate(row.cells)), row.note)
    assert made.text() == text


def test_one_cell_is_one_line_of_a_diff() -> None:
    made = limits()
    made.write("limits", "limits_rule_1", {0: ' "and" '}, None)
    assert changed(made) == ['-<text>"or"</text>', '+<text>"and"</text>']


def test_rows_are_put_moved_and_dropped_and_the_table_still_decides() -> None:
    made = limits()
    made.add("limits", "limits_rule_6")
    new = made.grids()[0].rows[-1].key
    made.write("limits", new, {0: '"other"', 1: "true", 3: "true"}, "另一种口径")
    made.move("limits", new, -1)
    assert [row.key for row in made.grids()[0].rows][-2:] == [new, "limits_rule_6"]
    table = engine.read_decisions(made.text().encode(), "limits.dmn")["limits"]
    said = {
        "limit_mode": "other", "limit_inclusive": True, "limit_area": 300, "area_sqm": 20,
        "limit_investment": 30, "investment_wan": 20,
    }  # fmt: skip
    assert table.decide(said) == {"in_limit": True}
    made.drop("limits", new)
    assert made.text() == LIMITS


def test_one_row_stays_and_a_lost_one_is_said() -> None:
    made = limits()
    for row in made.grids()[0].rows[1:]:
        made.drop("limits", row.key)
    with pytest.raises(Invalid, match="至少要留一行"):
        made.drop("limits", "limits_rule_1")
    with pytest.raises(Invalid, match="没有这一行"):
        made.move("limits", "limits_rule_2", 1)
    with pytest.raises(Invalid, match="看不见的符号"):
        made.write("limits", "limits_rule_1", {0: "a\x07"}, None)


@pytest.mark.parametrize(
    "text",
    [
        "<definitions/>",
        LIMITS.replace("decisionTable", "literalExpression"),
        LIMITS.replace("<decision ", "<other ").replace("</decision>", "</other>"),
        "<!DOCTYPE x><x/>",
        "no xml",
    ],
)
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(BrokenProcess) as refused:
        Tables(text, "odd.dmn")
    assert refused.value.findings
