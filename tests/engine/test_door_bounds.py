"""What is refused at the door, and what stays small however long a case goes round."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn.script_engine import TaskDataEnvironment

from app import engine
from app.engine import Scalar
from app.engine.scripts import ENGINE
from app.errors import BrokenProcess, Invalid
from tests.engine.door import FILES, Walk, drawn, flows, read


class Text(str):
    """Something that is not quite a string."""


@pytest.mark.parametrize(
    "data",
    [
        {"typename": "x"},
        {"data_objects": 1},
        {"a b": 1},
        {"": 1},
        {"1a": 1},
        {"_a": 1},
        {"a.b": 1},
        {"a" * 65: 1},
        {3: 1},
        {"a": 1.5},
        {"a": float("nan")},
        {"a": Decimal("NaN")},
        {"a": Decimal("Infinity")},
        {"a": Decimal("1e999")},
        {"a": Decimal("0." + "1" * 40)},
        {"a": 10**18},
        {"a": "x" * 2001},
        {"a": "x\x00"},
        {"a": Text("x")},
        {"a": [1]},
        {"a": {"b": 1}},
        {"a": b"x"},
        {"a": object},
    ],
    ids=repr,
)
def test_only_named_scalars_come_in(data: Mapping[Any, Any]) -> None:
    walk = Walk(read("review"))
    with pytest.raises(Invalid) as refusal:
        engine.complete(walk.process, walk.step.snapshot, walk.ref("check"), data, **walk.moment)
    assert len(refusal.value.fields) == 1
    with pytest.raises(Invalid):
        engine.start(walk.process, data, **walk.moment)


def test_too_many_values_are_refused() -> None:
    with pytest.raises(Invalid, match="200"):
        Walk(read("review"), **{f"a{number}": 1 for number in range(201)})


scalars: st.SearchStrategy[Scalar] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18) + 1, 10**18 - 1),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=50),
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12
    ),
)


@settings(deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z字][a-z0-9_字]{0,20}", fullmatch=True), scalars))
def test_values_come_back_as_they_went_in(data: dict[str, Scalar]) -> None:
    walk = Walk(read("review"))
    back = walk.do("check", "return", **data).data
    expected = {"outcome": "return", **data}
    assert back == expected
    kept = walk.do("correct", expected["outcome"] if isinstance(expected["outcome"], str) else "x")
    assert {k: (type(v), str(v)) for k, v in kept.data.items() if k != "outcome"} == {
        k: (type(v), str(v)) for k, v in expected.items() if k != "outcome"
    }


def test_two_hundred_returns_leave_no_trace() -> None:
    walk = Walk(read("review"), area=Decimal("12.5"))
    sizes = set()
    for _ in range(200):
        walk.do("check", "return")
        walk.do("correct", "return")
        sizes.add(len(walk.step.snapshot))
    assert len(sizes) == 1
    assert sizes.pop() < 200
    rows = orjson.loads(walk.step.snapshot[1:])[3]
    assert rows == [[0, "check", walk.ref("check")]]


def test_a_loop_inside_a_branch_stays_small_too() -> None:
    walk = Walk(read("nested"))
    sizes = set()
    for _ in range(100):
        walk.do("left")
        walk.do("right")
        walk.do("sum_up", "return")
        sizes.add(len(walk.step.snapshot))
    assert len(sizes) == 1


def test_consecutive_parallel_blocks_do_not_multiply() -> None:
    parts, pairs, before = [], [], "opened"
    for block in range(12):
        parts.append(f'<parallelGateway id="f{block}" /><parallelGateway id="j{block}" />')
        pairs.append(f"{before}-f{block}")
        for branch in range(8):
            parts.append(f'<serviceTask id="s{block}_{branch}" flow:action="act" />')
            pairs += [f"f{block}-s{block}_{branch}", f"s{block}_{branch}-j{block}"]
        before = f"j{block}"
    body = "".join(parts)
    walk = Walk(
        drawn(
            f'<startEvent id="opened" />{body}<endEvent id="done" />'
            f"{flows(*pairs, f'{before}-done')}"
        )
    )
    assert walk.step.ended
    assert len(walk.step.actions) == 96


def test_a_loop_without_a_person_is_stopped() -> None:
    with pytest.raises(BrokenProcess, match="死循环"):
        Walk(read("spinning"), go=True)
    assert Walk(read("spinning"), go=False).step.ended


def test_a_case_that_nobody_can_move_is_a_broken_process() -> None:
    walk = Walk(read("deadlock"))
    walk.do("check", "approve")
    with pytest.raises(BrokenProcess, match="停在半路"):
        walk.do("two")
    assert walk.open == ["two"]


@pytest.mark.parametrize("outcome", [None, "approve"])
def test_a_condition_that_cannot_be_answered_names_its_gateway(outcome: str | None) -> None:
    body = f"""<startEvent id="opened" /><userTask id="check" flow:role="head" flow:scope="city" />
        <exclusiveGateway id="decided" name="结论" default="decided_done" />
        <endEvent id="done" /><endEvent id="other" />{flows("opened-check", "check-decided")}
        {flows("decided-done")}<sequenceFlow id="c" sourceRef="decided" targetRef="other">
        <conditionExpression>amount &gt; 3</conditionExpression></sequenceFlow>"""
    walk = Walk(drawn(body))
    data: dict[str, Scalar] = {} if outcome is None else {"amount": outcome}
    with pytest.raises(BrokenProcess, match="结论") as refusal:
        walk.do("check", **data)
    assert refusal.value.findings[0].element == "decided"
    assert walk.do("check", amount=4).passed[-1] == "other"


@pytest.mark.parametrize("snapshot", [b"", b"\x00[]", b"\x02[]", b"{}"])
def test_a_snapshot_of_another_format_is_refused(snapshot: bytes) -> None:
    walk = Walk(read("review"))
    with pytest.raises(BrokenProcess, match="其他版本"):
        engine.wake(walk.process, snapshot, **walk.moment)


@pytest.mark.parametrize(
    "snapshot",
    [
        Walk(read("joint")).step.snapshot,
        b"\x01",
        b"\x01[]",
        b'\x01[false,null,{},[[0,"gone","x"]]]',
        b'\x01[false,null,{},[[2,"check",[]]]]',
        b"\x01[false,null,{},[[7]]]",
        b'\x01[false,null,{},[[1,"check","soon"]]]',
    ],
    ids=["of another process", "empty", "short", "unknown", "inside", "kind", "moment"],
)
def test_a_snapshot_that_does_not_fit_the_process_is_refused(snapshot: bytes) -> None:
    walk = Walk(read("review"))
    with pytest.raises(BrokenProcess, match="找不到"):
        engine.wake(walk.process, snapshot, **walk.moment)


def test_a_decision_that_answers_too_much_breaks_the_step() -> None:
    table = (FILES / "grade.dmn").read_text("utf-8").replace('"district"', f'"{"x" * 1900}" + tail')
    files = {"rules.bpmn": (FILES / "rules.bpmn").read_bytes(), "grade.dmn": table}
    with pytest.raises(BrokenProcess, match="定级"):
        Walk(engine.parse(files, "rules"), area=4000, tail="y" * 1000)


def test_nothing_of_the_library_evaluates_python() -> None:
    stock, ours = TaskDataEnvironment(), ENGINE
    for run in (stock.evaluate, stock.execute, ours.environment.evaluate, ours.evaluate):
        with pytest.raises(BrokenProcess, match="不运行脚本"):
            run("1 + 1", {})
