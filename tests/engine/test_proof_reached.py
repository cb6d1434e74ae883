"""The proof of decision tables by their place: each is asked with what comes to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from app.engine.check import Bounds
from app.engine.decisions import read_decisions
from app.engine.feel import compile_expression
from app.errors import BrokenProcess
from tests.engine.decision_files import Row, file, table
from tests.engine.drawings import TWO_LEVELS, document, flow, gate, node, on_the_way, review
from tests.engine.test_proof_tables import (
    ANY,
    EITHER,
    FIRST,
    FITTING,
    LISTED,
    RULE,
    SUM,
    VALUES,
    WRONG,
    found,
)


def behind(condition: str, *, also: bool = False) -> str:
    """The table behind a gateway that lets some cases go round it; `also`: and once before."""
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    again = node("businessRuleTask", "again", "再定级", flow_decision="limits")
    first = [again, flow("begin", "again"), flow("again", "g")] if also else [flow("begin", "g")]
    return document(
        *kept, *first, RULE, gate("g", default="g-m"), gate("m"), flow("g", "rule", condition),
        flow("g", "m"), flow("rule", "m"), flow("m", "community"),
    )  # fmt: skip


SMALL = Bounds("integer", low=1, high=9, empty=True)
SETTLED = replace(LISTED, bounds={"demo/apply": {"amount": SMALL}})


@pytest.mark.parametrize(
    ("condition", "inputs", "rows"),
    [
        ("risky = true", ["risky"], EITHER[:1]),
        ("risky = true", ["risky", "division"],
         [(["true", '"a"'], ["1"]), (["true", 'not("a")'], ["2"])]),
        ('division in ("a", "b")', ["division"], [(['"a"'], ["1"]), (['"b"'], ["2"])]),
        ("amount != null", ["amount"], [(["< 5"], ["1"]), ([">= 5"], ["2"])]),
        ("amount = null", ["amount"], [(["null"], ["1"])]),
        ("amount != null", ["10 / amount"], [(["-"], ["amount + 1"])]),
    ],
)  # fmt: skip
def test_a_table_is_asked_with_what_comes_to_it(
    condition: str, inputs: list[str], rows: list[Row]
) -> None:
    """What the gateway before it settled it need not answer; where it is asked before, it does."""
    text = table(inputs, ["level"], rows)
    assert found(text, words=SETTLED, drawn=behind(condition)) == []
    for drawn, step in (
        (on_the_way(RULE, "rule"), "rule"),
        (behind(condition, also=True), "again"),
    ):
        (told,) = found(text, words=SETTLED, drawn=drawn)
        assert told.code in {"decision-no-row", "decision-failed"}
        assert told.path[-1] == step


@pytest.mark.parametrize(
    ("condition", "inputs", "rows", "words"),
    [
        ("risky = false", ["risky"], EITHER[:1], "在 risky = false 时没有一行适用"),
        ("risky = true", ["risky", "division"], [(["true", '"a"'], ["1"])],
         "在 division = “b” 时没有一行适用"),
        ("or else(amount, 0) > 5", ["amount"], [(["> 7"], ["1"])], "没有一行适用"),
        ("amount = null or amount > 5", ["amount"], [(["< 5"], ["1"]), ([">= 5"], ["2"])],
         "在 amount = null 时无法判断"),
    ],
)  # fmt: skip
def test_what_does_come_to_a_table_it_has_to_answer(
    condition: str, inputs: list[str], rows: list[Row], words: str
) -> None:
    (told,) = found(table(inputs, ["level"], rows), words=SETTLED, drawn=behind(condition))
    assert words in told.message
    assert told.path[-1] == "rule"


def test_what_was_settled_may_be_said_anew_before_the_table() -> None:
    drawn = behind("risky = true").replace(RULE, RULE + review("anew", "community", "submit",
                                                               flow_form="demo/apply"))  # fmt: skip
    drawn = drawn.replace(flow("g", "rule", "risky = true"), flow("g", "anew", "risky = true")
                          + flow("anew", "rule"))  # fmt: skip
    (told,) = found(table(["risky"], ["level"], EITHER[:1]), words=SETTLED, drawn=drawn)
    assert told.code == "decision-no-row"


def test_a_row_for_what_does_not_come_to_this_step_is_not_in_vain() -> None:
    """Tables are used in several places; a row for what there never is stays refused."""
    assert (
        found(table(["risky"], ["level"], EITHER), words=SETTLED, drawn=behind("risky = true"))
        == []
    )
    vain = table(["risky", "division"], ["level"], [
        (["true", "-"], ["1"]), (["false", '"a"'], ["2"]), (["false", '"c"'], ["3"]),
    ])  # fmt: skip
    (told,) = found(vain, words=SETTLED, drawn=behind("risky = true"))
    assert told.code == "decision-row-dead"
    assert "第 3 行永远用不到" in told.message


ASKED = ("flag = true", 'word in ("a", "b")', "many > 2", 'flag = true or word = "a"',
         "many < 2 and flag = false", 'word != "a" and many > 0')  # fmt: skip


@pytest.mark.parametrize("seed", range(80))
def test_the_verdict_is_that_of_asking_every_case_that_comes(seed: int) -> None:
    """Small tables by chance behind a gateway, with everything that it lets pass."""
    chance = Random(f"behind {seed}")  # noqa: S311 - a table by chance, no secret
    condition = chance.choice(ASKED)
    inputs = chance.sample(sorted(VALUES), chance.choice([1, 2]))
    rows: list[Row] = [
        ([chance.choice(FITTING[name]) for name in inputs], [f"{chance.choice([1, 2])}"])
        for _ in range(chance.choice([2, 3, 4]))
    ]
    text = table(inputs, ["out"], rows, hit=chance.choice(["", FIRST, ANY, SUM]))
    decision, refused = read_decisions(file(text), "t.dmn")["limits"], set()
    for chosen in product(*VALUES.values()):
        data: Mapping[str, object] = dict(zip(VALUES, chosen, strict=True))
        if compile_expression(condition).holds(data):
            try:
                decision.decide(data)  # type: ignore[arg-type]
            except BrokenProcess as broken:
                refused.add(broken.findings[0].code)
    declared: Mapping[str, Sequence[object]] = VALUES
    words = replace(
        LISTED,
        forms={**LISTED.forms, "demo/apply": sorted(VALUES)},
        values={"demo/apply": declared},  # type: ignore[dict-item]
    )
    told = {each.code for each in found(text, words=words, drawn=behind(condition))}
    assert told & WRONG == refused
