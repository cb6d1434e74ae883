"""Decision tables: which rows fit the data, and what they come to."""

from __future__ import annotations

import time
from collections.abc import Mapping
from decimal import Decimal

import pytest

from app.engine.decisions import NAMESPACES, Decision, read_decisions
from app.errors import BrokenProcess
from tests.engine.decision_files import Row, file, table


def read(*decisions: str) -> Mapping[str, Decision]:
    return read_decisions(file(*decisions), "limits.dmn")


def one(*args: object, **options: object) -> Decision:
    return read(table(*args, **options))["limits"]  # type: ignore[arg-type]


RISK = (
    ["area", "trade"],
    ["level:string", "steps:number"],
    [
        (["< 100", "-"], ['"low"', "1"]),
        (["[100..300]", '"焊接", "登高"'], ['"high"', "2 + 1"]),
        (["[100..300]", 'not("焊接", "登高")'], ['"medium"', "2"]),
        (["> 300", "-"], ['"high"', "base * 2"]),
    ],
)


@pytest.mark.parametrize(
    ("area", "trade", "expected"),
    [
        (Decimal("99.9"), "焊接", {"level": "low", "steps": 1}),
        (100, "登高", {"level": "high", "steps": 3}),
        (300, "粉刷", {"level": "medium", "steps": 2}),
        (301, "粉刷", {"level": "high", "steps": 4}),
    ],
)
def test_unique(area: object, trade: str, expected: dict[str, object]) -> None:
    decision = one(*RISK)
    assert decision.decide({"area": area, "trade": trade, "base": 2}) == expected  # type: ignore[dict-item]
    assert decision.outputs == ("level", "steps")
    assert decision.inputs == {"area", "trade", "base"}
    assert decision.name == "限额"


@pytest.mark.parametrize("space", sorted(NAMESPACES))
def test_every_version_of_dmn_is_read(space: str) -> None:
    xml = file(table(["x"], ["ok"], [(["-"], ["true"])]), space=space)
    assert read_decisions(xml, "limits.dmn")["limits"].decide({"x": 1}) == {"ok": True}


def test_unique_is_checked() -> None:
    decision = one(["x"], ["a"], [(["< 10"], ["1"]), (["-"], ["2"]), (["> 5"], ["3"])])
    with pytest.raises(BrokenProcess) as caught:
        decision.decide({"x": 7})
    assert caught.value.message == (
        "决策“限额”第 1、2、3 行同时符合，但命中策略 UNIQUE 只许一行，"
        "请改条件或改用 FIRST（从上往下取第一行）"
    )
    assert [(f.code, f.element) for f in caught.value.findings] == [
        ("decision-several-rows", "limits_r2")
    ]


def test_first_takes_the_topmost_and_looks_no_further() -> None:
    rows: list[Row] = [(["< 10"], ["1"]), (["-"], ["2"]), (["missing"], ["3"])]
    decision = one(["x"], ["a"], rows, hit='hitPolicy="FIRST"')
    assert decision.decide({"x": 7}) == {"a": 1}
    assert decision.decide({"x": 70}) == {"a": 2}


def test_any_wants_the_rows_to_agree() -> None:
    rows: list[Row] = [(["< 10"], ["1"]), (["> 5"], ["1.0"]), (["> 8"], ["2"])]
    decision = one(["x"], ["a"], rows, hit='hitPolicy="ANY"')
    assert decision.decide({"x": 7}) == {"a": 1}
    with pytest.raises(BrokenProcess, match="第 1、3 行同时符合而输出不同，命中策略 ANY"):
        decision.decide({"x": 9})


@pytest.mark.parametrize(
    ("total", "expected"),
    [("SUM", Decimal("3.75")), ("MIN", Decimal("0.25")), ("MAX", 2), ("COUNT", 3)],
)
def test_collect_comes_to_one_number(total: str, expected: object) -> None:
    rows: list[Row] = [(["> 1"], ["1.5"]), (["> 2"], ["2"]), (["> 3"], ["0.25"]), (["> 9"], ["9"])]
    decision = one(["x"], ["a"], rows, hit=f'hitPolicy="COLLECT" aggregation="{total}"')
    assert decision.decide({"x": 5}) == {"a": expected}


def test_collect_counts_nothing_but_sums_no_nothing() -> None:
    rows: list[Row] = [(["> 9"], ["9"])]
    count = one(["x"], ["a"], rows, hit='hitPolicy="COLLECT" aggregation="COUNT"')
    assert count.decide({"x": 5}) == {"a": 0}
    total = one(["x"], ["a"], rows, hit='hitPolicy="COLLECT" aggregation="SUM"')
    with pytest.raises(BrokenProcess, match="没有一行符合这些数据"):
        total.decide({"x": 5})
    words = one(["x"], ["a"], [(["-"], ['"9"'])], hit='hitPolicy="COLLECT" aggregation="SUM"')
    with pytest.raises(BrokenProcess, match="要汇总，每行都应为数字"):
        words.decide({"x": 5})


def test_no_row_is_an_error_unless_there_is_a_default() -> None:
    with pytest.raises(BrokenProcess) as caught:
        one(["x"], ["a"], [(["1"], ["1"])]).decide({"x": 2})
    assert caught.value.findings[0].code == "decision-no-row"
    assert caught.value.message == (
        "决策“限额”没有一行符合这些数据，请补上这种情形的行，或给输出写默认值"
    )
    decision = one(["x"], ["a:string=other", "b:number=0"], [(["1"], ['"one"', "1"])])
    assert decision.decide({"x": 1, "other": "z"}) == {"a": "one", "b": 1}
    assert decision.decide({"x": 2, "other": "z"}) == {"a": "z", "b": 0}
    assert decision.inputs == {"x", "other"}


@pytest.mark.parametrize(
    ("inputs", "output", "row", "data", "message"),
    [
        ("y", "a", ("-", "1"), {}, "决策“限额”的输入“列1”：第 1 个字符处：没有变量“y”的值"),
        ("x", "a", ("< 5", "1"), {"x": None}, "第 1 行“列1”：第 1 个字符处：不能比较空值和数字"),
        ("x", "a", ('"one"', "1"), {"x": 1}, "第 1 行“列1”：第 1 个字符处：不能把数字和文字相比较"),
        ("x", "a", ("-", "1 / 0"), {"x": 1}, "第 1 行输出“a”：第 3 个字符处：除数是 0"),
        ("x", "a:number", ("-", '"1"'), {"x": 1}, "第 1 行输出“a”应为数字"),
        ("x", "a:feel:number", ("-", '"1"'), {"x": 1}, "第 1 行输出“a”应为数字"),
        ("x", "a:boolean", ("-", "1"), {"x": 1}, "第 1 行输出“a”应为 true 或 false"),
        ("x", "a:string", ("-", "true"), {"x": 1}, "第 1 行输出“a”应为文字"),
        ("x", "a", ("-", "[1]"), {"x": 1}, "结果应为文字、数字或 true/false"),
        ("x", "a", ("-", 'date("2026-11-22")'), {"x": 1}, "日期请用 string(…) 变成文字"),
        ("x", "a", ("-", "1"), {"x": 0.5}, "不支持的数据类型（float）"),
    ],
)
def test_what_cannot_be_decided(
    inputs: str, output: str, row: tuple[str, str], data: dict[str, object], message: str
) -> None:
    decision = one([inputs], [output], [([row[0]], [row[1]])])
    with pytest.raises(BrokenProcess) as caught:
        decision.decide(data)  # type: ignore[arg-type]
    assert message in caught.value.message
    assert caught.value.findings[0].code == "decision-failed"


def test_required_decisions_come_first() -> None:
    decisions = read(
        table(
            ["grade", "days"],
            ["depth"],
            [(['"high"', "> 3"], ['"city"']), (['"low"', "-"], ['"t"'])],
            key="depth",
            requires=("grade", "length"),
        ),
        table(["area"], ["grade"], [(["> 300"], ['"high"']), (["<= 300"], ['"low"'])], key="grade"),
        table(["base"], ["days"], [(["-"], ["base * 2"])], key="length", requires=("base_days",)),
        table(["area"], ["base"], [(["-"], ["area / 100"])], key="base_days"),
    )
    assert decisions["depth"].decide({"area": 400}) == {"depth": "city"}
    assert decisions["depth"].decide({"area": 100}) == {"depth": "t"}
    assert decisions["depth"].inputs == {"area"}
    assert decisions["length"].inputs == {"area"}
    assert decisions["grade"].decide({"area": 400}) == {"grade": "high"}


def test_a_required_decision_of_one_output_is_known_by_its_id_too() -> None:
    decisions = read(
        table(["risk"], ["depth"], [(['"high"'], ["4"])], key="depth", requires=("risk",)),
        table(["area"], ["level"], [(["-"], ['"high"'])], key="risk"),
    )
    assert decisions["depth"].decide({"area": 1}) == {"depth": 4}
    assert decisions["depth"].inputs == {"area"}


def test_a_chain_of_diamonds_is_asked_once_each() -> None:
    made = [
        table(
            [f"v{at - 1}" if at else "x"],
            [f"v{at}"],
            [(["-"], [f"{at}"])],
            key=f"k{at}",
            requires=tuple(f"k{each}" for each in range(at)),
        )
        for at in range(20)
    ]
    began = time.process_time()
    decision = read(*made)["k19"]
    assert len(decision.tables) == 20
    assert decision.decide({"x": 1}) == {"v19": 19}
    assert time.process_time() - began < 1
