"""Decision files that are refused: faulty tables, attacks, and XML that is no file of ours."""

from __future__ import annotations

import time

import pytest

from app.engine.decisions import read_decisions
from app.errors import BrokenProcess
from tests.engine.decision_files import Row, file, table


def codes(xml: bytes) -> list[tuple[str, str]]:
    with pytest.raises(BrokenProcess) as caught:
        read_decisions(xml, "limits.dmn")
    assert caught.value.message == "决策文件 limits.dmn 不能使用"
    return [(each.code, each.element) for each in caught.value.findings]


def test_requirements_that_cannot_be_met() -> None:
    row: list[Row] = [(["-"], ["1"])]
    circle = [
        table(["x"], ["a"], row, key="a", requires=("b",)),
        table(["x"], ["b"], row, key="b", requires=("c",)),
        table(["x"], ["c"], row, key="c", requires=("a",)),
        table(["x"], ["d"], row, key="d"),
    ]
    assert codes(file(*circle)) == [
        ("decision-cycle", "a"), ("decision-cycle", "b"), ("decision-cycle", "c"),
    ]  # fmt: skip
    assert codes(file(table(["x"], ["a"], row, requires=("elsewhere",)))) == [
        ("decision-unknown", "limits")
    ]
    assert codes(file(table(["x"], ["a"], row, requires=("limits",)))) == [
        ("decision-cycle", "limits")
    ]
    same = [
        table(["x"], ["a"], row, requires=("one", "two")),
        table(["x"], ["n"], row, key="one"),
        table(["x"], ["n"], row, key="two"),
    ]
    assert codes(file(*same)) == [("decision-output-name", "limits")]


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (table(["x"], ["a"], [(["-"], ["1"])], hit='hitPolicy="PRIORITY"'), "decision-hit-policy"),
        (table(["x"], ["a"], [(["-"], ["1"])], hit='hitPolicy="COLLECT"'), "decision-hit-policy"),
        (
            table(["x"], ["a"], [(["-"], ["1"])], hit='hitPolicy="RULE ORDER"'),
            "decision-hit-policy",
        ),
        (
            table(["x"], ["a", "b"], [(["-"], ["1", "2"])],
                  hit='hitPolicy="COLLECT" aggregation="SUM"'),
            "decision-hit-policy",
        ),
        (table(["x"], ["a", "a"], [(["-"], ["1", "2"])]), "decision-output-name"),
        (table(["x"], ["两 个"], [(["-"], ["1"])]), "decision-output-name"),
        (table(["x"], ["__class__"], [(["-"], ["1"])]), "decision-output-name"),
        (table(["x"], [], [(["-"], [])]), "decision-output-name"),
        (table(["x"], ["a:string=1", "b"], [(["-"], ["1", "2"])]), "decision-default"),
        (table(["x"], ["a"], [(["-", "-"], ["1"])]), "decision-row-width"),
        (table(["x"], ["a"], [(["-"], [""])]), "decision-empty-cell"),
        (table([""], ["a"], [(["-"], ["1"])]), "decision-empty-cell"),
        (table(["x"], ["a"], []), "dmn-size"),
        (table(["x"], ["a"], [(["-"], ["1"])] * 501), "dmn-size"),
        (table(["x"] * 31, ["a"], [(["-"] * 31, ["1"])]), "dmn-size"),
        (table(["workdays(3)"], ["a"], [(["-"], ["1"])]), "expression"),
        (table(["x"], ["a"], [(["-"], ["1"])]).replace(' id="limits"', ""), "id-unusable"),
        ('<decision id="limits"><literalExpression><text>1</text></literalExpression></decision>',
         "decision-no-table"),
        (
            table(["x"], ["a"], [(["-"], ["1"])]).replace(
                "<inputExpression>", '<inputExpression expressionLanguage="javascript">'
            ),
            "decision-language",
        ),
    ],
)  # fmt: skip
def test_tables_that_are_refused(decision: str, expected: str) -> None:
    assert expected in [code for code, _ in codes(file(decision))]


def test_all_faults_at_once_with_their_rows() -> None:
    xml = file(
        table(["x +"], ["a"], [(["-"], ["1"]), (["1 2"], ["open('x')"]), (["-"], ["1.a"])]),
        table(["x"], ["a"], [(["<"], ["1"])], key="other"),
    )
    with pytest.raises(BrokenProcess) as caught:
        read_decisions(xml, "limits.dmn")
    said = [(each.element, each.message) for each in caught.value.findings]
    assert [element for element, _ in said] == [
        "limits_in1", "limits_r2", "limits_r2", "limits_r3", "other_r1",
    ]  # fmt: skip
    assert said[0][1].startswith("决策“限额”的输入“列1”“x +”：第 4 个字符处：这里应为一个值")
    assert said[1][1].startswith("决策“限额”第 2 行“1 2”：第 3 个字符处：多出了“2”")
    assert "没有“open”这个函数" in said[2][1]


PROOF = 'proof.append(__import__("os").getpid())'


@pytest.mark.parametrize(
    ("given", "test", "value"),
    [
        (f"({PROOF} or x)", "1", '"ok"'),
        ("x", f"({PROOF} or 1)", '"ok"'),
        ("x", f"? == ({PROOF} or 1)", '"ok"'),
        ("x", "1", PROOF),
        ("x", "1", "(" * 90 + "1" + ")" * 90 + "+1" * 200_000),
        ("x", "?" * 3000 + '"' * 3001, '"ok"'),
    ],
)
def test_attacks_through_the_cells(given: str, test: str, value: str) -> None:
    began = time.process_time()
    found = codes(file(table([given], ["res"], [([test], [value])])))
    assert found[0][0] in ("expression", "xml-size")
    assert time.process_time() - began < 0.5


def test_a_whole_table_shares_its_fuel() -> None:
    greedy = "every a in xs satisfies a >= 0"
    rows: list[Row] = [([f"? = 1 and ({greedy})"], ["1"])] * 500
    xml = file(table(["x"], ["n"], rows, hit='hitPolicy="ANY"'))
    decision = read_decisions(xml, "limits.dmn")["limits"]
    began = time.process_time()
    with pytest.raises(BrokenProcess, match="表达式的计算量太大"):
        decision.decide({"x": 1, "xs": list(range(1000))})  # type: ignore[dict-item]
    assert time.process_time() - began < 0.5


ENTITY = '<!DOCTYPE definitions [<!ENTITY x "1">]>'
TRICKED = file().decode().replace("<definitions", f"{ENTITY}<definitions")


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"\x00\xff\xfeMZ not xml at all",
        TRICKED.encode(),
        TRICKED.replace("UTF-8", "UTF-16").encode("utf-16"),
        b" " * (1 << 20) + file(),
        b"<a>" * 100_000 + b"</a>" * 100_000,
    ],
)
def test_xml_that_is_refused_before_a_table_is_looked_for(xml: bytes) -> None:
    [(code, element)] = codes(xml)
    assert code.startswith("xml-")
    assert element == "limits.dmn"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"<definitions/>", "dmn-root"),
        (file(space="http://example.gov/other"), "dmn-root"),
        (file(), "dmn-size"),
    ],
)
def test_files_without_decisions(xml: bytes, code: str) -> None:
    assert codes(xml) == [(code, "limits.dmn")]
