"""The proof of decision tables: a row for every case, one where one is allowed, none in vain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from itertools import product
from random import Random

import pytest

from app.engine.check import Bounds, Vocabulary
from app.engine.check_bundle import check_bundle
from app.engine.decisions import read_decisions
from app.engine.proof.answers import UNKNOWN, answered
from app.engine.proof.listed import Listed
from app.errors import BrokenProcess, Finding
from tests.engine.decision_files import Row, file, table
from tests.engine.drawings import TWO_LEVELS, WORDS, document, flow, gate, node, on_the_way, review
from tests.house.tree import ROOT

LISTED = replace(
    WORDS,
    values={"demo/apply": {"risky": [True, False]}, "": {"division": ["a", "b", ""]}},
    bounds={"demo/apply": {"amount": Bounds("integer", low=1)}},
)
RULE = node("businessRuleTask", "rule", "定级", flow_decision="limits")
FIRST, ANY, SUM = 'hitPolicy="FIRST"', 'hitPolicy="ANY"', 'hitPolicy="COLLECT" aggregation="SUM"'
EITHER: list[Row] = [(["true"], ['"x"']), (["false"], ['"y"'])]


def found(*tables: str, words: Vocabulary = LISTED, drawn: str = "") -> list[Finding]:
    files = {"demo.bpmn": (drawn or on_the_way(RULE, "rule")).encode(), "t.dmn": file(*tables)}
    return check_bundle(files, "demo", words)


@pytest.mark.parametrize(
    ("inputs", "outputs", "rows", "hit"),
    [
        (["risky"], ["level"], EITHER, ""),
        (["risky", "division"], ["level"], [(["true", '"a"'], ["1"]), (["-", "-"], ["2"])], FIRST),
        (["risky"], ["level:string=null"], EITHER[:1], ""),
        (["division"], ["level"], [(['"a", "b"'], ["1"]), (['""'], ["2"])], ""),
        (["amount"], ["level"], [(["1"], ["1"]), (["> 1"], ["2"])], ""),
        (["amount"], ["level"], [(["[1..5]"], ["1"]), (["> 4"], ["1.0"])], ANY),
        (["amount * 2"], ["level"], [(["< 5"], ["1"]), ([">= 5"], ["2"])], ""),
        (["if amount * 2 > 5 then 1 else 0"], ["level"], [(["1"], ["1"]), (["0"], ["2"])], ""),
        (["or else(amount, 0) > 5"], ["level"], EITHER, ""),
        (["risky"], ["level:number=0"], [(["true"], ["2"])], SUM),
        (["risky", "risky"], ["level"],
         [(["true", "true"], ["1"]), (["false", "false"], ["2"])], ""),
        (["risky"], ["level"], [*EITHER, (["-"], ['"z"'])], FIRST),
    ],
)  # fmt: skip
def test_a_table_with_a_row_for_everything(
    inputs: list[str], outputs: list[str], rows: list[Row], hit: str
) -> None:
    assert found(table(inputs, outputs, rows, hit=hit)) == []


@pytest.mark.parametrize(
    ("inputs", "rows", "hit", "code", "words"),
    [
        (["risky"], EITHER[:1], "", "decision-no-row", "在 risky = false 时没有一行适用"),
        (["risky", "division"], [(["true", "-"], ["1"]), (["false", 'not("b")'], ["2"])], "",
         "decision-no-row", "在 risky = false、division = “b” 时没有一行适用"),
        (["amount"], [(["< 3"], ["1"]), (["> 3"], ["2"])], "", "decision-no-row",
         "在 amount = 3 时没有一行适用"),
        (["amount + 1"], [(["< 3"], ["1"]), (["> 3"], ["2"])], "", "decision-no-row",
         "在 列1 = 3 时没有一行适用"),
        (["risky"], [(["true"], ["1"])], SUM, "decision-no-row", "在 risky = false 时没有一行适用"),
        (["amount", "risky"], [(["<= 3", "-"], ["1"]), ([">= 3", "-"], ["2"])], "",
         "decision-several-rows", "在 amount = 3 时第 1、2 行同时适用，但命中策略 UNIQUE"),
        (["amount"], [(["<= 3"], ["1"]), ([">= 3"], ["2"])], ANY,
         "decision-rows-disagree", "在 amount = 3 时第 1、2 行同时适用而输出不同"),
        (["division"], [(['"a"'], ["1"]), (['"c"'], ["2"]), (["-"], ["3"])], FIRST,
         "decision-row-dead", "第 2 行永远用不到：“列1”不会是 \"c\""),
        (["amount"], [(["< 1"], ["1"]), ([">= 1"], ["2"])], "",
         "decision-row-dead", "第 1 行永远用不到：“列1”不会是 < 1"),
        (["amount"], [(["> 2"], ["1"]), (["> 5"], ["2"]), (["-"], ["3"])], FIRST,
         "decision-row-dead", "第 2 行永远用不到：前面的行已经包括了它的情形"),
        (["risky", "not(risky)"], [(["true", "true"], ["1"]), (["-", "-"], ["3"])], FIRST,
         "decision-row-dead", "第 1 行永远用不到：它的几个条件不会同时成立"),
        (["division"], [(["< 5"], ["1"]), (["-"], ["2"])], FIRST,
         "decision-failed", "第 1 行“列1”在 division = “a” 时无法判断"),
        (["division"], [(['"a"'], ["1"]), (["string(amount)"], ["2"])], FIRST,
         "not-proved", "没有证明总有一行适用"),
        (["division"], [(["-"], ["1"]), (["string(amount)"], ["2"])], "",
         "not-proved", "没有证明第 1、2 行不会同时适用"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table_is_said_with_a_case(
    inputs: list[str], rows: list[Row], hit: str, code: str, words: str
) -> None:
    (told,) = found(table(inputs, ["level"], rows, hit=hit))
    assert (told.code, told.element) == (code, "limits")
    assert told.message.startswith("决策表“限额”")
    assert words in told.message
    assert told.path == ("begin", "begin-rule", "rule")


SHIPPED = (ROOT / "bpmn" / "limits.dmn").read_text("utf-8")
NO_NUMBER = "第 1、2、3、4、5 等 6 行的结果“限额以内”应为数字"


def limits(row: int, cell: str) -> str:
    """The shipped table with another answer in one row."""
    begin, rest = SHIPPED.split(f'id="limits_{row}_in_limit">', 1)
    _, end = rest.split("</text>", 1)
    return f'{begin}id="limits_{row}_in_limit"><text>{escape(cell)}</text>{end}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        *[(SHIPPED.replace('"UNIQUE"', f'"COLLECT" aggregation="{total}"'),
           f"{NO_NUMBER}，因为各行要汇总") for total in ("SUM", "MIN", "MAX")],
        (SHIPPED.replace('name="in_limit" typeRef="boolean"', 'name="in_limit" typeRef="number"'),
         NO_NUMBER),
        (SHIPPED.replace('name="in_limit" typeRef="boolean"', 'name="in_limit" typeRef="string"'),
         NO_NUMBER.replace("数字", "文字")),
        (limits(1, "1"), "第 1 行的结果“限额以内”应为 true 或 false"),
        (limits(3, "1 / 0 = 1"), "第 3 行的结果“限额以内”算不出来：第 3 个字符处：除数是 0"),
        (limits(3, 'investment_wan > "x"'),
         "第 3 行的结果“限额以内”在 investment_wan = 0 时算不出来："),
        (limits(6, "area_sqm > 3"), "第 6 行的结果“限额以内”在 area_sqm = null 时算不出来："),
        (limits(2, "[1, 2]"), "第 2 行的结果“限额以内”算不出来：结果应为文字、数字或 true/false"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_answer_is_said_at_its_cell(text: str, words: str) -> None:
    """The table of limits with an answer that the engine would refuse in a running case."""
    routing = {"limit_mode", "limit_inclusive", "limit_investment", "limit_area",
               "investment_wan", "area_sqm"}  # fmt: skip
    number = Bounds("number", low=0)
    known = replace(
        LISTED, routing=frozenset(routing),
        values={"": {"limit_mode": ["or", "and"], "limit_inclusive": [True, False]}},
        bounds={"": {**dict.fromkeys(routing, number), "area_sqm": replace(number, empty=True)}},
    )  # fmt: skip
    files = {"demo.bpmn": on_the_way(RULE, "rule").encode()}
    assert check_bundle(files | {"t.dmn": SHIPPED.encode()}, "demo", known) == []
    assert text != SHIPPED
    (told,) = check_bundle(files | {"t.dmn": text.encode()}, "demo", known)
    assert (told.code, told.element, told.path[-1]) == ("decision-failed", "limits", "rule")
    assert f"决策表“限额判定”{words}" in told.message


def test_what_is_more_than_can_be_gone_through_is_not_proved() -> None:
    """Sixteen columns, each with a row of its own: every set of rows can fit."""
    names = [f"n{at}" for at in range(16)]
    words = replace(LISTED, routing=frozenset(names),
                    values={"": {name: [True, False] for name in names}})  # fmt: skip
    rows: list[Row] = [
        (["true" if at == own else "-" for own in range(16)], [f"{at}"]) for at in range(16)
    ]
    (told,) = found(table(names, ["level:number=0"], rows, hit=SUM), words=words)
    assert told.code == "not-proved"
    assert "取值组合太多" in told.message


def test_a_table_behind_a_table_sees_what_that_answers() -> None:
    """The one behind has rows for the answers of the first alone; and one row too few."""
    first = table(["risky"], ["kind"], EITHER, key="first")
    behind = table(["kind"], ["level"], [(['"x"'], ["1"]), (['"y"'], ["2"])], requires=("first",))
    assert found(first, behind) == []
    behind = table(["kind"], ["level"], [(['"x"'], ["1"])], requires=("first",))
    (told,) = found(first, behind)
    assert "在 kind = “y” 时没有一行适用" in told.message


def test_a_table_that_is_asked_too_early() -> None:
    """`urgent` comes with the form of the reviews; a guarded reading of it may come before."""
    rows: list[Row] = [(["true"], ["1"]), (["false"], ["2"])]
    words = replace(LISTED, values={**LISTED.values, "demo/review": {"urgent": [True, False]}})
    (told,) = found(table(["urgent"], ["level"], rows), words=words)
    assert (told.code, told.element) == ("variable-unset", "rule")
    assert "决策表“限额”要看“urgent”，但走到这里时它还没有值" in told.message
    guarded = table(["get or else(urgent, false)"], ["level"], rows)
    assert found(guarded, words=words) == []


def test_gateways_behind_a_table_see_only_what_it_can_answer() -> None:
    """A row under a row that takes all answers nothing; one for `a` answers for `a` alone."""
    rows: list[Row] = [(['"a"'], ["division"]), (["-"], ['"z"']), (["-"], ['"never"'])]
    parts = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    drawn = document(
        *parts, RULE, flow("begin", "rule"), flow("rule", "g"), gate("g"),
        flow("g", "w", 'level = "a"'), flow("g", "community", 'level = "z"'),
        review("w", "community", "submit"), flow("w", "community"),
    )  # fmt: skip
    assert found(table(["division"], ["level"], rows, hit=FIRST), drawn=drawn) == []
    rows[1] = (["-"], ['"other"'])
    told = {each.code: each for each in found(table(["division"], ["level"], rows, hit=FIRST),
                                              drawn=drawn)}  # fmt: skip
    assert "在 level = “other” 时没有一条路可走" in told["no-way-out"].message


CELLS = ("-", "true", "false", '"a"', '"b"', 'not("a")', "< 2", "[1..3]", "3", "1, 3")
FITTING = {"flag": CELLS[:3], "word": (CELLS[0], *CELLS[3:6]), "many": (CELLS[0], *CELLS[6:])}
VALUES: dict[str, Sequence[object]] = {
    "flag": [True, False], "word": ["a", "b", "c"], "many": [0, 1, 2, 3, 4],
}  # fmt: skip
WRONG = {"decision-no-row", "decision-several-rows", "decision-rows-disagree"}


@pytest.mark.parametrize("seed", range(150))
def test_the_verdict_is_that_of_asking_every_case(seed: int) -> None:
    """Small tables by chance: what the engine refuses for some values, and no more, is found."""
    chance = Random(seed)  # noqa: S311 - a table by chance, no secret
    names = chance.sample(sorted(VALUES), chance.choice([1, 2, 3]))
    inputs = [*names, *chance.sample(names, chance.choice([0, 1]))]
    rows: list[Row] = [
        ([chance.choice(FITTING[name]) for name in inputs], [f"{chance.choice([1, 2])}"])
        for _ in range(chance.choice([2, 4, 6]))
    ]
    hit = chance.choice(["", FIRST, ANY, SUM])
    decision = read_decisions(file(table(inputs, ["out"], rows, hit=hit)), "t.dmn")["limits"]
    known = answered(decision, Listed({name: VALUES[name] for name in names}, {}, {}))
    refused, given = set(), set()
    for chosen in product(*(VALUES[name] for name in names)):
        data: Mapping[str, object] = dict(zip(names, chosen, strict=True))
        try:
            given.add(decision.decide(data)["out"])  # type: ignore[arg-type]
        except BrokenProcess as broken:
            refused.add(broken.findings[0].code)
    assert {code for code, _ in known.wrong} & WRONG == refused
    assert given <= {answer["out"] for answer in known.answers}
    if not refused and hit == SUM:
        assert given == {answer["out"] for answer in known.answers} - {UNKNOWN}
