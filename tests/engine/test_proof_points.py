"""The proof where numbers decide: the very values at which an expression fails are solved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from app.engine.check import Bounds
from app.engine.decisions import Decision, read_decisions
from app.engine.feel import FeelError, compile_expression
from app.engine.proof.answers import answered
from app.engine.proof.listed import Listed
from app.engine.proof.survey import survey
from app.engine.types import Scalar
from app.errors import BrokenProcess
from tests.engine.decision_files import Row, file, table
from tests.engine.test_proof import LISTED, proved, ways
from tests.engine.test_proof_tables import FIRST

ANY_NUMBER = Bounds("number")
KNOWN = Listed({"rate": [1, 2]}, {}, dict.fromkeys(("amount", "b", "c"), ANY_NUMBER))
ELSE: Row = (["-"], ["2"])


def wrong(inputs: list[str], rows: list[Row], kind: str = "") -> dict[str, str]:
    text = file(table(inputs, [f"level{kind}"], rows, hit=FIRST))
    return dict(answered(read_decisions(text, "t.dmn")["limits"], KNOWN).wrong)


@pytest.mark.parametrize(
    ("inputs", "rows", "kind", "words"),
    [
        (["amount"], [(["-"], ["10 / (amount * 2 - 10)"])], "",
         "第 1 行的结果“level”在 amount = 5 时算不出来"),
        (["amount"], [(["-"], ['if amount * 2 = 20 then "x" else 1'])], ":number",
         "第 1 行的结果“level”在 amount = 10 时应为数字"),
        (["amount"], [(["-"], ['if 2 * (amount + 3) in (7, [40..41]) then "x" else 1'])], ":number",
         "第 1 行的结果“level”在 amount = 0.5 时应为数字"),
        (["10 / (amount * 2 - 25)"], [ELSE], "", "的输入“列1”在 amount = 12.5 时算不出来"),
        (["10 / (amount - rate * 13)"], [ELSE], "", "在 amount = 13、rate = 1 时算不出来"),
        (["amount"], [(["10 / (? * 2 - 25) > 1"], ["1"]), ELSE], "",
         "第 1 行“列1”在 amount = 12.5 时无法判断"),
        (["amount * 3"], [(["10 / (? * 2 - 75) > 1"], ["1"]), ELSE], "",
         "第 1 行“列1”在 amount = 12.5 时无法判断"),
        (["amount"], [(["> 10 / (b - 33)"], ["1"]), ELSE], "", "b = 33 时无法判断"),
        (['if amount * 2 = 21 then "x" else amount * 3'], [(["> 5"], ["1"]), ELSE], "",
         "第 1 行“列1”在 amount = 10.5 时无法判断"),
        (["amount"], [(["-"], ["if b in [amount * 2..50] then 1 else 2"])], "",
         "范围的起点大于终点"),
    ],
)  # fmt: skip
def test_the_one_number_that_breaks_a_table_is_found(
    inputs: list[str], rows: list[Row], kind: str, words: str
) -> None:
    assert words in wrong(inputs, rows, kind)["decision-failed"]


@pytest.mark.parametrize(
    ("inputs", "rows", "kind"),
    [
        (["amount"], [(["10 / (? + 1 - b * 7 / 3) > 1"], ["1"]), ELSE], ""),
        (["amount"], [(["-"], ["10 / (amount * b + 1)"])], ""),
        (["amount"], [(["-"], ["10 / (floor(amount / 7) - 33)"])], ""),
        (["amount"], [(["-"], ['if amount * 7 = b + 991 then "x" else 1'])], ":number"),
        (["amount"], [(["-"], ["if amount > b * 9 + 700 then 10 / (c - 3 * b - 1) else 1"])], ""),
        (["10 / (amount * 3 - b * 7 - 991)"], [ELSE], ""),
        (["amount"], [(["-"], ['substring("abcdef", amount * 2)'])], ""),
    ],
)  # fmt: skip
def test_what_is_no_line_of_one_variable_is_not_proved(
    inputs: list[str], rows: list[Row], kind: str
) -> None:
    told = wrong(inputs, rows, kind)
    assert told.keys() & {"not-proved", "decision-failed"}


@pytest.mark.parametrize(
    ("inputs", "rows"),
    [
        (["amount"], [(["5"], ["1"]), (["-"], ["10 / (amount * 2 - 10)"])]),
        (["amount * 2"], [(["10"], ["1"]), (["-"], ["10 / (amount - 5)"])]),
        (["amount"], [(["-"], ["if amount * 2 = 25 then 0 else 10 / (amount * 2 - 25)"])]),
        (["amount"], [(["-"], ["10 / max(amount, 1)"])]),
        (["amount"], [(["-"], ['if amount <= b then "in" else "out"'])]),
        (["amount", "b"], [(["25", "-"], ["1"]), (["10 / (? - 25) > 1", "> 10 / 4"], ["2"]),
                           (["-", "-"], ["3"])]),
        (["amount"], [(["-"], ["if amount * b > 5 and b > 3 then amount else b"])]),
    ],
)  # fmt: skip
def test_what_cannot_fail_passes(inputs: list[str], rows: list[Row]) -> None:
    assert wrong(inputs, rows) == {}


WORDS = replace(
    LISTED,
    routing=frozenset({"b"}),
    bounds={"demo/apply": {"amount": Bounds("number", low=0)}, "": {"b": Bounds("integer", low=0)}},
)


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("amount * 2 = 25", set()),
        ("amount > b", set()),
        ("amount * b > 5", set()),
        ("10 / max(amount, 1) > 1", set()),
        ("10 / (amount * 2 - 25) > 1", {"condition-fails"}),
        ('if amount * 2 = 25 then 1 > "x" else true', {"condition-fails"}),
        ("amount in [b * 3..50]", {"condition-fails"}),
        ("10 / (amount * 7 - b - 991) > 1", {"not-proved"}),
        ('if amount * 7 = b + 991 then 1 > "x" else true', {"not-proved"}),
    ],
)
def test_the_one_number_that_breaks_a_condition(condition: str, codes: set[str]) -> None:
    found = proved(ways("", condition, default="w0"), WORDS)
    assert {each.code for each in found} == codes
    if "condition-fails" in codes and "b" not in condition:
        assert "在 amount = 12.5 时算不出来" in found[0].message


# -- by chance, with the engine as the judge -------------------------------------------------------
HALVES = [Decimal(each) / 2 for each in range(-60, 61)]


def line(chance: Random, name: str) -> str:
    """A line of one variable whose root is a half between -30 and 30, written in some way."""
    rate, root = chance.choice([-4, -2, 2, 4]), chance.choice(HALVES)
    rest = -rate * root
    return chance.choice(
        [
            f"({name} * {rate} + ({rest}))",
            f"({rest} - {-rate} * {name})",
            f"(({name} - ({root})) * {rate} / 4)",
            f"({name} + {name} * {rate - 1} + ({rest}))",
            f"({rate} * (if {name} > 3 then {name} else {name} / 1) + ({rest}))",
        ]
    )


def reckoned(chance: Random, names: list[str]) -> str:
    """An expression that divides, or comes to another kind, at some few numbers."""
    lines = [line(chance, chance.choice(names)) for _ in range(4)]
    held = f"{lines[1]} {chance.choice(['=', '<', '>', '>=', '!='])} {chance.choice(['0', '2'])}"
    return chance.choice(
        [
            f"10 / {lines[0]}",
            f"if {held} then 10 / {lines[0]} else 1",
            f'if {held} then (if {lines[2]} = 0 then "x" else 1) else 10 / {lines[3]}',
            f"if ({held}) and 7 / {lines[0]} > 1 then 1 else 2",
            f"if {lines[0]} in [{line(chance, names[0])}..40] then 1 else 2",
            f"abs({lines[0]}) + 1",
        ]
    )


def every(names: list[str]) -> Iterator[dict[str, Scalar]]:
    """Every half for each of the variables."""
    for chosen in product(HALVES, repeat=len(names)):
        yield dict(zip(names, chosen, strict=True))


def breaks(decision: Decision, data: Mapping[str, Scalar]) -> bool:
    try:
        decision.decide(dict(data))
    except BrokenProcess:
        return True
    return False


@pytest.mark.parametrize("seed", range(120))
def test_no_number_breaks_a_table_that_passes(seed: int) -> None:
    """What any of 121 numbers, or of 121 times 121, breaks is refused; what is named does break."""
    chance = Random(seed)  # noqa: S311 - a table by chance, no secret
    names = ["amount", "b"][: chance.choice([1, 1, 2])]
    made, at = reckoned(chance, names), chance.choice(["answer", "column", "test"])
    inputs, rows = [names[0]], [(["-"], [made if at == "answer" else "1"])]
    if at == "column":
        inputs = [made]
    elif at == "test":
        rows = [([f"({made}) = ?".replace("amount", "?")], ["1"]), ELSE]
    text = file(table(inputs, ["level:number"], rows, hit=FIRST))
    decision = read_decisions(text, "t.dmn")["limits"]
    told = dict(answered(decision, KNOWN).wrong)
    refused = told.keys() - {"decision-row-dead"}
    assert refused or not any(breaks(decision, data) for data in every(names))
    if named := re.findall(r"(amount|b) = (-?[0-9.]+)", told.get("decision-failed", "")):
        assert breaks(decision, {"amount": 0, "b": 0, **{n: Decimal(v) for n, v in named}})


@pytest.mark.parametrize("seed", range(60))
def test_every_sign_of_every_line_is_come_to(seed: int) -> None:
    """The points of an expression: between two of them it does the same everywhere."""
    chance = Random(seed)  # noqa: S311 - an expression by chance, no secret
    program = compile_expression(reckoned(chance, ["amount"]))
    points = [Fraction(each) for each in survey(program, KNOWN).points.get("amount", ())]

    def does(number: object) -> str:
        try:
            return type(program.run({"amount": number})).__name__
        except FeelError as fault:
            return str(fault)

    cells: dict[tuple[bool, int], set[str]] = {}
    for half in HALVES:
        on = Fraction(half) in points
        cells.setdefault((on, sum(each < half for each in points)), set()).add(does(half))
    assert all(len(each - {"int"}) <= 1 for each in cells.values())
