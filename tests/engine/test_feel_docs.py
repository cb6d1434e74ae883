"""The administrators' reference says what the language does, and all of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.engine.feel import FeelError, FeelSyntaxError, Value, compile_expression
from app.engine.feel.functions import ABSENCE, FUNCTIONS, HOST_FUNCTIONS
from app.engine.feel.lexer import KEYWORDS

TEXT = (Path(__file__).parents[2] / "docs" / "feel.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`]+)`")


def _rows(heading: str) -> list[list[str]]:
    """The rows of every table that has this heading, cell by cell."""
    found: list[list[str]] = []
    for part in TEXT.split(heading + "\n")[1:]:
        table = part.split("\n\n")[0].splitlines()[1:]
        found += [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in table]
    return found


def _code(cell: str) -> str:
    return CODE.findall(cell)[0]  # type: ignore[no-any-return]


CASE: dict[str, Value] = {
    _code(name): compile_expression(_code(value)).run({}) for name, value in _rows("| 变量 | 值 |")
}
HOST = {"workdays": lambda days: datetime(2026, 11, 22 + days, 9, 30, tzinfo=UTC)}
EXAMPLES = _rows("| 说明 | 例子 | 结果 | 写错的例子 | 提示 |")


@pytest.mark.parametrize("row", EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_every_example_is_true(row: list[str]) -> None:
    _, right, answer, wrong, message = row
    given = compile_expression(_code(right)).run(CASE, functions=HOST)
    assert given == compile_expression(_code(answer)).run({})
    with pytest.raises((FeelSyntaxError, FeelError)) as caught:
        compile_expression(_code(wrong)).run(CASE, functions=HOST)
    assert message in str(caught.value)


def test_every_word_of_the_language_is_explained() -> None:
    assert len(EXAMPLES) > 40
    shown = " ".join(CODE.findall(TEXT))
    spellings = {"True", "False", "None"}
    for word in (*FUNCTIONS, *ABSENCE, *HOST_FUNCTIONS, *(KEYWORDS - spellings)):
        assert word in shown, word
