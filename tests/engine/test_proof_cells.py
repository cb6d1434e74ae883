"""The proof of decision tables, cell by cell: what an answer or a test comes to in every case."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from app.engine.check import Bounds
from app.engine.decisions import read_decisions
from app.engine.proof.answers import answered
from app.engine.proof.listed import Listed
from app.engine.types import Scalar
from app.errors import BrokenProcess
from tests.engine.decision_files import Row, file, table
from tests.engine.test_proof_tables import FIRST, LISTED, SUM, found

NUMBER = Bounds("integer", low=0, empty=True)
OPTIONAL = replace(
    LISTED,
    routing=frozenset({"division", "name"}),
    bounds={"demo/apply": {"amount": NUMBER}, "": {"name": Bounds("text")}},
)


@pytest.mark.parametrize(
    ("outputs", "rows", "hit", "words"),
    [
        (["level"], [(["-"], ["amount + 1"])], "",
         "第 1 行的结果“level”在 amount = null 时算不出来"),
        (["level"], [(["null"], ["0"]), (["-"], ["10 / amount"])], FIRST,
         "第 2 行的结果“level”在 amount = 0 时算不出来：第 4 个字符处：除数是 0"),
        (["level:number=amount + 1"], [(["0"], ["1"])], "",
         "默认值的结果“level”在 amount = null 时算不出来"),
        (["level"], [(["-"], ["amount + 1 < 300"])], "", "第 1 行的结果“level”在 amount = null 时"),
        (["level:number"], [(["-"], ['"x"'])], "", "第 1 行的结果“level”应为数字"),
        (["level"], [(["-"], ["division"])], SUM,
         "第 1 行的结果“level”在 division = “a” 时应为数字"),
        (["level"], [(["-"], ["amount"])], SUM, "第 1 行的结果“level”在 amount = null 时应为数字"),
        (["a", "b"], [(["null"], ["1 / 0", "1"]), (["not(null)"], ["1 / 0", "amount + division"])],
         "", "第 1、2 行的结果“a”算不出来：第 3 个字符处：除数是 0；第 2 行的结果“b”在 amount = 0"),
    ],
)  # fmt: skip
def test_a_cell_that_some_case_breaks(
    outputs: list[str], rows: list[Row], hit: str, words: str
) -> None:
    (told,) = found(table(["amount"], outputs, rows, hit=hit), words=OPTIONAL)
    assert (told.code, told.element) == ("decision-failed", "limits")
    assert words in told.message


@pytest.mark.parametrize(
    ("inputs", "rows", "hit"),
    [
        (["amount"], [(["null"], ["0"]), (["-"], ["amount + 1"])], FIRST),
        (["amount"], [(["null"], ["0"]), (["> 0"], ["10 / amount"]), (["-"], ["0"])], FIRST),
        (["risky", "amount = null"], [(["true", "true"], ["1"]), (["-", "-"], ["0"])], FIRST),
        (["if or else(amount, 0) * 2 > 5 then 1 else 0"],
         [(["1"], ["amount - 1"]), (["0"], ["or else(amount, 0)"])], ""),
        (["amount"], [(["-"], ["[1, 2]"])], 'hitPolicy="COLLECT" aggregation="COUNT"'),
    ],
)  # fmt: skip
def test_a_cell_is_not_asked_with_what_its_row_rules_out(
    inputs: list[str], rows: list[Row], hit: str
) -> None:
    assert found(table(inputs, ["level"], rows, hit=hit), words=OPTIONAL) == []


@pytest.mark.parametrize(
    ("inputs", "rows", "words"),
    [
        (["amount"], [(["floor(?) > 300"], ["1"]), (["-"], ["2"])],
         "第 1 行“列1”在 amount = null 时无法判断"),
        (["amount"], [(["? * 2 > 600"], ["1"]), (["-"], ["2"])],
         "第 1 行“列1”在 amount = null 时无法判断"),
        (["amount"], [(["null"], ["1"]), (["10 / ? > 2"], ["2"]), (["-"], ["3"])],
         "第 2 行“列1”在 amount = 0 时无法判断：第 4 个字符处：除数是 0"),
        (["name", "amount"], [(['starts with(?, "a")', ">= 5"], ["1"]), (["-", "-"], ["2"])],
         "第 1 行“列2”在 amount = null 时无法判断"),
        (["10 / or else(amount, 1)"], [(["-"], ["1"])],
         "的输入“列1”在 amount = 0 时算不出来：第 4 个字符处：除数是 0"),
        (["division"], [(["string(amount)"], ["1"]), (["-"], ["2"])],
         "第 1 行“列1”在 amount = null、division = “a” 时无法判断"),
    ],
)  # fmt: skip
def test_a_test_that_reckons_is_asked_with_nothing_and_with_zero(
    inputs: list[str], rows: list[Row], words: str
) -> None:
    (told,) = found(table(inputs, ["level"], rows, hit=FIRST), words=OPTIONAL)
    assert told.code == "decision-failed"
    assert words in told.message


def test_an_answer_of_too_many_variables_is_not_proved() -> None:
    names = [f"n{at}" for at in range(7)]
    bounds = {"": dict.fromkeys(names, NUMBER)}
    words = replace(LISTED, routing=frozenset(names), bounds=bounds)
    (told,) = found(table(["n0"], ["level"], [(["-"], [" + ".join(names)])]), words=words)
    assert told.code == "not-proved"
    assert "决策表“限额”第 1 行的结果“level”一起看的变量取值组合太多" in told.message


def test_an_answer_that_is_asked_too_early() -> None:
    words = replace(LISTED, values={**LISTED.values, "demo/review": {"urgent": [True, False]}})
    rows: list[Row] = [(["true"], ["urgent"]), (["false"], ["get or else(urgent, false)"])]
    (told,) = found(table(["risky"], ["level"], rows), words=words)
    assert (told.code, told.element) == ("variable-unset", "rule")
    assert "要看“urgent”，但走到这里时它还没有值" in told.message
    assert found(table(["risky"], ["level"], [*rows[1:], (["true"], ["1"])]), words=words) == []


TESTS = {
    "flag": ["-", "true", "false"],
    "n": ["-", "> 2", "null", "not(null)", "floor(?) > 3", "? * 2 > 6", ">= 1", "10 / ? > 2"],
    "word": ["-", '"a"', 'starts with(?, "a")', 'not("a")'],
    "n * 2": ["-", "> 5", "<= 5"],
    "or else(n, 0)": ["-", "> 0", "0"],
    "10 / or else(n, 1)": ["-", "> 3", "<= 3"],
    "n = null": ["true", "false", "-"],
    'if or else(n, null) = null then "no" else if n <= m then "in" else "out"':
        ["-", '"no"', '"in"', '"out"'],
}  # fmt: skip
FAIR = ["1", "2", "or else(n, 0) + 1", "if n = null then 0 else n * 2"]
ODD = [*FAIR, "n + 1", "10 / n", "if flag then n else 1", '"x"', "1 / 0", "flag", "word", "n > 2",
       "[1, 2]", "word + 1", "m / 2", "10 / m", "null", "10 / (m - 1)"]  # fmt: skip
COUNT = 'hitPolicy="COLLECT" aggregation="COUNT"'
KNOWN = Listed({"flag": [True, False]}, {}, {
    "n": NUMBER, "m": Bounds("number", low=0), "word": Bounds("text"),
})  # fmt: skip
CASES: dict[str, list[Scalar]] = {
    "flag": [True, False], "n": [None, 0, 1, 2, 3, 4, 7], "m": [0, 1, 2, 5],
    "word": ["a", "b", "zz"],
}  # fmt: skip


@pytest.mark.parametrize("seed", range(150))
def test_what_breaks_for_some_case_is_never_let_pass(seed: int) -> None:
    """Tables by chance, whose answers and tests reckon; asked with everything beside the proof."""
    chance = Random(seed)  # noqa: S311 - a table by chance, no secret
    inputs = chance.sample(sorted(TESTS), chance.choice([1, 2, 3]))
    rows: list[Row] = [
        (
            [chance.choice(TESTS[each]) for each in inputs],
            [chance.choice(chance.choice([ODD, FAIR]))],
        )
        for _ in range(chance.choice([1, 2, 3]))
    ]
    rows.append((["-"] * len(inputs), [chance.choice(FAIR)]))
    kind = chance.choice(["", ":number", ":string", ":boolean", ":number=0", ":number=n + 1"])
    hit = chance.choice([FIRST, FIRST, SUM, COUNT])
    text = file(table(inputs, [f"out{kind}"], rows, hit=hit))
    decision = read_decisions(text, "t.dmn")["limits"]
    told = {code for code, _ in answered(decision, KNOWN).wrong}
    refused = set()
    for chosen in product(*CASES.values()):
        try:
            decision.decide(dict(zip(CASES, chosen, strict=True)))
        except BrokenProcess as broken:
            refused.add(broken.findings[0].code)
    assert refused <= told or "not-proved" in told
    followed = not any("then" in each for each in inputs)
    assert refused >= told - {"not-proved", "decision-row-dead"} or not followed
