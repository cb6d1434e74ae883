"""Columns of a decision table put in and taken out, and how its rows are hit."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import engine
from app.engine.drafting import columns
from app.engine.drafting.tables import Tables
from app.errors import Invalid

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
TABLES = sorted(BPMN.glob("*.dmn"))
LIMITS = (BPMN / "limits.dmn").read_text("utf-8")
SAID = {
    "limit_mode": "or", "limit_inclusive": True, "limit_area": 300, "area_sqm": 20,
    "limit_investment": 30, "investment_wan": 20, "worker_count": 9,
}  # fmt: skip


def limits() -> Tables:
    return Tables(LIMITS, "limits.dmn")


def decided(made: Tables) -> dict[str, object]:
    table = engine.read_decisions(made.text().encode(), "limits.dmn")["limits"]
    return dict(table.decide(SAID))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_what_is_put_in_decides_as_before_and_goes_without_a_trace(path: Path) -> None:
    text = path.read_text("utf-8")
    made = Tables(text, path.name)
    (grid, *_) = made.grids()
    columns.add(made, grid.id, columns.INPUT, ("人数", "worker_count", "number"))
    if not grid.hit.startswith("COLLECT"):
        columns.add(made, grid.id, columns.OUTPUT, ("说明", "why_not", "string"))
    again = Tables(made.text(), path.name)
    read = engine.read_decisions(again.text().encode(), path.name)[grid.id]
    assert "worker_count" in read.inputs
    if "why_not" in read.outputs:
        columns.drop(again, grid.id, len(again.grids()[0].heads) - 1)
    columns.drop(again, grid.id, grid.inputs)
    assert again.text() == text


def test_a_new_condition_is_asked_and_a_new_result_given() -> None:
    made = limits()
    columns.add(made, "limits", columns.INPUT, ("人数", "worker_count", "number"))
    columns.add(made, "limits", columns.OUTPUT, ("说明", "why", "string"))
    assert decided(made) == {"in_limit": True, "why": None}
    first = made.grids()[0].rows[0].key
    made.write("limits", first, {3: "< 5"}, None)
    made.write("limits", made.grids()[0].rows[1].key, {1: "-", 2: "-", 5: '"人多"'}, None)
    assert decided(made) == {"in_limit": True, "why": "人多"}
    columns.write(made, "limits", 3, ("人手", "worker_count + 1", "number"))
    grid = made.grids()[0]
    assert (grid.heads[3], grid.types[3], grid.inputs) == (
        ("人手", "worker_count + 1"), "number", 4,
    )  # fmt: skip


def test_the_policy_changes_which_row_decides() -> None:
    made = limits()
    assert made.grids()[0].hit == "UNIQUE"
    for said in columns.HITS:
        columns.hit(made, "limits", said)
        assert made.grids()[0].hit == said
    columns.hit(made, "limits", "FIRST")
    assert decided(made) == {"in_limit": True}
    columns.hit(made, "limits", "UNIQUE")
    assert made.text() == LIMITS
    with pytest.raises(Invalid, match="命中方式"):
        columns.hit(made, "limits", "RULE ORDER")


def test_what_cannot_be_is_said_and_changes_nothing() -> None:
    made = limits()
    for act, said in (
        (lambda: columns.drop(made, "limits", 3), "至少要留一个结果列"),
        (lambda: columns.drop(made, "limits", 9), "没有这一列"),
        (lambda: columns.drop(made, "limits", -1), "没有这一列"),
        (lambda: columns.drop(made, "nothing", 0), "没有这张表"),
        (lambda: columns.add(made, "limits", columns.INPUT, ("空", " ", "string")), "没有写全"),
        (lambda: columns.add(made, "limits", columns.OUTPUT, ("x" * 3000, "x", "")), "最多 2000"),
        (lambda: columns.write(made, "limits", 0, ("a\x00", "b", "string")), "看不见的符号"),
    ):
        with pytest.raises(Invalid, match=said):
            act()
    assert made.text() == LIMITS
    for _ in range(27):
        columns.add(made, "limits", columns.INPUT, ("多", "area_sqm", "number"))
    with pytest.raises(Invalid, match="不超过 30 列"):
        columns.add(made, "limits", columns.INPUT, ("多", "area_sqm", "number"))


def test_a_table_without_conditions_gets_its_first_before_the_results() -> None:
    made = limits()
    for _ in range(3):
        columns.drop(made, "limits", 0)
    columns.add(made, "limits", columns.INPUT, ("口径", "limit_mode", "string"))
    columns.hit(made, "limits", "ANY")
    assert [head for head, _ in made.grids()[0].heads] == ["口径", "限额以内"]
    assert [len(row.cells) for row in made.grids()[0].rows] == [2] * 6
    columns.hit(made, "limits", "FIRST")
    assert decided(made) == {"in_limit": True}
