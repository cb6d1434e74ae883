"""Every element that a drawing may hold runs, with the case stored and loaded between all steps."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import permutations, product

import pytest

from app import engine
from app.errors import Conflict
from tests.engine.door import Walk, drawn, flows, read


def test_a_review_is_approved_after_a_return() -> None:
    walk = Walk(read("review"))
    assert walk.open == ["check"]
    assert walk.step.passed == ("opened",)
    first = walk.ref("check")
    returned = walk.do("check", "return")
    assert returned.closed == (first,)
    assert [task.element for task in returned.opened] == ["correct"]
    assert returned.passed == ("check", "decided")
    walk.do("correct")
    assert walk.ref("check") != first
    done = walk.do("check", "approve")
    assert done.ended
    assert done.open == ()
    assert done.result == "approved"
    assert done.passed == ("check", "decided", "approved")
    assert done.data == {"outcome": "approve"}
    assert done.wake_at is None


def test_a_process_tells_what_the_house_asks() -> None:
    process = read("review")
    assert (process.key, process.title) == ("review", "备案审核")
    assert process.start_form == "smallworks/filing"
    assert process.start_message == ""
    assert sorted(process.tasks) == ["check", "correct"]
    assert process.results == {"approved": "approved", "rejected": "rejected"}
    assert process.names["decided"] == "初审结论"
    assert process.routing == {"outcome"}


def test_the_outline_follows_the_drawing_through_calls() -> None:
    process = read("calling", "calling.bpmn", "inspection.bpmn")
    assert [(step.element, step.repeats) for step in engine.outline(process)] == [
        ("check", False),
        ("visit", True),
        ("rectify", True),
        ("decide", False),
    ]
    assert engine.outline(process)[1].name == "现场检查"


def test_a_task_keeps_its_ref_while_others_move() -> None:
    walk = Walk(read("joint"))
    walk.do("prepare")
    kept = walk.ref("power")
    walk.do("fire")
    walk.do("water")
    assert walk.ref("power") == kept


@pytest.mark.parametrize(
    "orders", list(product(permutations(("fire", "water", "power")), repeat=2)), ids=str
)
def test_a_join_in_a_loop_waits_for_all_in_every_order(
    orders: tuple[tuple[str, str, str], tuple[str, str, str]],
) -> None:
    walk = Walk(read("joint"))
    for order in orders:
        walk.do("prepare")
        for at, element in enumerate(order):
            walk.do(element)
            assert ("sum_up" in walk.open) == (at == 2)
        walk.do("sum_up", "return")
    assert walk.open == ["prepare"]


@pytest.mark.parametrize("watch_first", [True, False])
def test_a_join_looping_inside_a_branch_counts_its_own_round_only(watch_first: bool) -> None:
    walk = Walk(read("nested"))
    if watch_first:
        walk.do("watch")
    for first, second in (("left", "right"), ("right", "left"), ("right", "left")):
        walk.do(first)
        assert "sum_up" not in walk.open
        walk.do(second)
        walk.do("sum_up", "return")
    walk.do("left")
    walk.do("right")
    walk.do("sum_up", "approve")
    if not watch_first:
        assert walk.open == ["watch"]
        walk.do("watch")
    assert walk.step.ended


@pytest.mark.parametrize(
    ("fire", "water", "asked"),
    [
        (True, True, ["fire", "water"]),
        (True, False, ["fire"]),
        (False, True, ["water"]),
        (False, False, ["office"]),
    ],
)
def test_an_inclusive_gateway_asks_and_awaits_those_that_are_needed(
    fire: bool, water: bool, asked: list[str]
) -> None:
    walk = Walk(read("several"))
    for _ in range(3):
        walk.do("sort", fire=fire, water=water)
        assert walk.open == asked
        for element in reversed(asked):
            assert "sum_up" not in walk.open
            walk.do(element)
        if water:
            assert "sum_up" not in walk.open
            walk.do("recheck")
        assert walk.open == ["sum_up"]
        walk.do("sum_up", "return")
    assert walk.open == ["sort"]


def test_values_belong_to_the_case_and_never_to_a_branch() -> None:
    """A branch that comes last brings no old values with it."""
    walk = Walk(read("joint"), fit=True)
    walk.do("prepare")
    walk.do("fire", fit=False)
    walk.do("power")
    walk.do("water")
    assert walk.step.data["fit"] is False


def test_a_decision_routes_and_services_are_asked_for() -> None:
    process = read("rules", "rules.bpmn", "grade.dmn")
    walk = Walk(process, area=Decimal("120.5"))
    assert walk.step.ended
    assert walk.step.result == "done"
    assert walk.step.data["depth"] == "township"
    assert walk.step.data["fee"] == Decimal("30.125")
    assert [(each.name, each.element) for each in walk.step.actions] == [
        ("register", "register"),
        ("print_receipt", "print"),
    ]
    assert process.actions == {"register": "register", "print": "print_receipt"}
    assert process.routing == {"area", "depth", "fee"}
    by_hand = Walk(process, area=4000)
    assert by_hand.open == ["manual"]
    assert by_hand.do("manual").ended


def test_a_called_process_runs_inside_and_comes_back() -> None:
    walk = Walk(read("calling", "calling.bpmn", "inspection.bpmn"))
    walk.do("check")
    assert walk.open == ["visit"]
    for _ in range(3):
        walk.do("visit", "return")
        walk.do("rectify")
    back = walk.do("visit", "approve")
    assert walk.open == ["decide"]
    assert back.passed == ("visit", "visited", "visit_done", "inspect")
    assert walk.do("decide").result == "done"


def test_cases_of_one_process_move_in_several_threads_at_once() -> None:
    process = read("joint")

    def whole(_number: int) -> str | None:
        walk = Walk(process)
        walk.do("prepare")
        for element in ("power", "fire", "water"):
            walk.do(element)
        return walk.do("sum_up", "approve").result

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(whole, range(60))) == {"done"}
    finally:
        sys.setswitchinterval(switch)


def test_a_task_without_a_way_out_ends_its_branch() -> None:
    body = f"""<startEvent id="opened" />
        <userTask id="one" flow:role="head" flow:scope="city" />{flows("opened-one")}"""
    walk = Walk(drawn(body))
    assert walk.do("one").ended


def test_a_finished_task_cannot_be_finished_again() -> None:
    walk = Walk(read("review"))
    ref = walk.ref("check")
    walk.do("check", "return")
    with pytest.raises(Conflict, match="该任务已办结"):
        engine.complete(walk.process, walk.step.snapshot, ref, {}, **walk.moment)


def test_a_cancelled_case_is_closed_for_good() -> None:
    walk = Walk(read("joint"))
    walk.do("prepare")
    ended = engine.cancel(walk.process, walk.step.snapshot)
    assert ended.ended
    assert ended.result is None
    assert len(ended.closed) == 3
    with pytest.raises(Conflict):
        engine.cancel(walk.process, ended.snapshot)
    with pytest.raises(Conflict):
        engine.complete(walk.process, ended.snapshot, ended.closed[0], {}, **walk.moment)
