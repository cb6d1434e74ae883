"""Sending a case to another step, and into another version of its process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app import engine
from app.engine import Process, Step
from app.errors import BrokenProcess, Conflict
from tests.engine.door import MORNING, Walk, drawn, flows, read


def test_a_move_closes_what_is_open_and_opens_the_step() -> None:
    walk = Walk(read("review"), area=3)
    old = walk.ref("check")
    moved = walk.send("correct")
    assert walk.open == ["correct"]
    assert moved.closed == (old,)
    assert moved.data == {"area": 3}
    walk.do("correct")
    assert walk.do("check", "approve").result == "approved"


def test_a_move_to_the_same_step_opens_it_anew() -> None:
    walk = Walk(read("review"))
    old = walk.ref("check")
    moved = walk.send("check")
    assert moved.closed == (old,)
    assert walk.open == ["check"]
    assert walk.ref("check") != old


def test_a_move_out_of_parallel_branches_closes_them_all() -> None:
    walk = Walk(read("joint"))
    walk.do("prepare")
    walk.do("fire")
    moved = walk.send("prepare")
    assert len(moved.closed) == 2
    walk.do("prepare")
    for element in ("water", "power", "fire"):
        assert "sum_up" not in walk.open
        walk.do(element)
    assert walk.open == ["sum_up"]


def test_a_move_to_a_step_with_clocks_starts_them_and_stops_the_old_ones() -> None:
    walk = Walk(read("clocks"), days=5)
    moved = walk.send("correct")
    assert walk.open == ["correct"]
    assert moved.wake_at == MORNING + timedelta(days=2)
    walk.at += timedelta(days=1)
    again = walk.send("correct")
    assert again.wake_at == MORNING + timedelta(days=3)
    assert walk.later(days=30).result == "lapsed"


def test_a_move_inside_a_live_sub_process_stays_inside() -> None:
    walk = Walk(read("interrupted"))
    walk.do("fire")
    walk.send("fork")
    assert walk.open == ["fire", "water"]
    assert walk.hear("撤回").result == "withdrawn"


def test_a_move_inside_a_sub_process_leaves_what_runs_beside_it_alone() -> None:
    walk = Walk(read("interrupted"))
    walk.do("water", "escalate")
    look = walk.ref("look")
    walk.send("fork")
    assert walk.open == ["fire", "look", "water"]
    assert walk.ref("look") == look
    walk.send("reviewing")
    assert walk.open == ["fire", "water"]


def test_a_move_into_a_sub_process_from_outside_enters_it() -> None:
    walk = Walk(read("calling", "calling.bpmn", "inspection.bpmn"))
    walk.send("rectify")
    assert walk.open == ["rectify"]
    walk.do("rectify")
    walk.do("visit", "approve")
    assert walk.open == ["decide"]
    walk.send("visit")
    walk.send("check")
    assert walk.open == ["check"]


def test_a_move_out_of_a_sub_process_leaves_nothing_of_it() -> None:
    walk = Walk(read("interrupted"))
    moved = walk.send("archive")
    assert len(moved.closed) == 2
    assert walk.open == ["archive"]
    with pytest.raises(Conflict):
        walk.hear("撤回")
    assert walk.do("archive").ended


def test_a_move_may_end_the_case() -> None:
    walk = Walk(read("review"))
    ended = walk.send("rejected")
    assert ended.ended
    assert ended.result == "rejected"


@pytest.mark.parametrize("to", ["nowhere", "opened", "reminder"])
def test_a_move_to_what_is_not_a_step_is_refused(to: str) -> None:
    with pytest.raises(Conflict, match="不能把办件调整到"):
        Walk(read("clocks"), days=5).send(to)


def test_a_move_onto_a_join_is_refused() -> None:
    with pytest.raises(Conflict, match="汇总"):
        Walk(read("joint")).send("join")


def test_a_move_within_one_of_parallel_branches_leaves_the_others_alone() -> None:
    walk = Walk(read("joint"))
    walk.do("prepare")
    walk.do("power")
    water, fire = walk.ref("water"), walk.ref("fire")
    moved = walk.send("fire")
    assert moved.closed == (fire,)
    assert walk.open == ["fire", "water"]
    assert walk.ref("water") == water
    walk.send("power")  # it had come to the join already
    for element in ("water", "power", "fire"):
        assert "sum_up" not in walk.open
        walk.do(element)
    assert walk.do("sum_up", "approve").ended


def test_a_move_into_one_of_branches_that_are_over_is_refused() -> None:
    walk = Walk(read("joint"))
    with pytest.raises(Conflict, match="并行分支"):
        walk.send("fire")
    walk.do("prepare")
    walk.send("sum_up")
    assert walk.open == ["sum_up"]
    with pytest.raises(Conflict, match="并行分支"):
        walk.send("fire")


def test_a_move_of_a_case_that_ended_is_refused() -> None:
    walk = Walk(read("review"))
    walk.send("rejected")
    with pytest.raises(Conflict, match="已经办结"):
        walk.send("check")


def migrated(walk: Walk, new: Process, **targets: str) -> Step:
    """The case of a walk in another version; the walk goes on there."""
    old = walk.process
    step = engine.migrate(old, new, walk.step.snapshot, targets, **walk.moment)
    walk.process, walk.step = new, step
    return step


def next_version() -> Process:
    """The review with a renamed first step, a second one, and a lapse."""
    from tests.engine.door import FILES

    return engine.parse({"review.bpmn": (FILES / "review_next.bpmn").read_bytes()}, "review")


def test_a_case_goes_on_in_another_version_with_its_values_and_refs() -> None:
    walk = Walk(read("review"), area=3)
    ref = walk.ref("check")
    step = migrated(walk, next_version(), check="first_check")
    assert [(task.ref, task.element) for task in step.open] == [(ref, "first_check")]
    assert (step.opened, step.closed) == ((), ())
    assert step.data == {"area": 3}
    walk.do("first_check", "approve")
    assert walk.open == ["second_check"]


def test_a_step_that_got_a_clock_has_it_after_the_change() -> None:
    walk = Walk(read("review"))
    walk.do("check", "return")
    step = migrated(walk, next_version())
    assert walk.open == ["correct"]
    assert step.wake_at == MORNING + timedelta(days=10)


def test_a_running_clock_is_not_set_back_by_a_new_version() -> None:
    walk = Walk(read("clocks"), days=5)
    walk.later(days=1)
    walk.at += timedelta(days=1, hours=12)
    step = migrated(walk, read("clocks"))
    assert step.wake_at == MORNING + timedelta(days=3)


def test_every_missing_step_is_named() -> None:
    walk = Walk(read("joint"))
    walk.do("prepare")
    with pytest.raises(BrokenProcess) as refusal:
        migrated(walk, read("review"))
    assert [(f.code, f.element) for f in refusal.value.findings] == [
        ("migrate-missing", "fire"),
        ("migrate-missing", "water"),
        ("migrate-missing", "power"),
    ]


def test_a_half_filled_join_goes_along() -> None:
    walk = Walk(read("joint"))
    walk.do("prepare")
    walk.do("fire")
    migrated(walk, read("joint"))
    assert walk.open == ["power", "water"]
    walk.do("water")
    walk.do("power")
    assert walk.open == ["sum_up"]


def test_tokens_inside_sub_processes_go_along() -> None:
    walk = Walk(read("interrupted"))
    refs = {task.ref for task in walk.step.open}
    step = migrated(walk, read("interrupted"))
    assert {task.ref for task in step.open} == refs
    walk.do("fire")
    assert walk.hear("撤回").result == "withdrawn"


def test_a_case_that_waits_for_a_message_goes_along() -> None:
    walk = Walk(read("messages"))
    step: Any = migrated(walk, read("messages"))
    assert step.wake_at == MORNING + timedelta(days=3)
    walk.hear("已缴费")
    assert walk.hear("撤回").result == "done"


def test_a_removed_branch_is_sent_to_one_step() -> None:
    body = f"""<startEvent id="opened" />
        <userTask id="all" flow:role="head" flow:scope="city" />
        <endEvent id="done" />{flows("opened-all", "all-done")}"""
    walk = Walk(read("review"))
    migrated(walk, drawn(body), check="all")
    assert walk.do("all").ended


LATE = """<startEvent id="opened" />
    <userTask id="check" flow:role="head" flow:scope="city" />
    <boundaryEvent id="slow" attachedToRef="check" cancelActivity="false">
      <timerEventDefinition><timeDuration>"P1D"</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <userTask id="look" flow:role="head" flow:scope="city" />
    <endEvent id="looked" /><endEvent id="done" />"""


def late() -> Process:
    """A check of which somebody hears beside it when it takes a day."""
    return drawn(LATE + flows("opened-check", "check-done", "slow-look", "look-looked"))


def test_a_clock_that_has_gone_off_does_not_go_off_again_in_the_new_version() -> None:
    walk = Walk(late())
    walk.at += timedelta(days=1)
    walk.step = engine.wake(walk.process, walk.step.snapshot, **walk.moment)
    assert walk.open == ["check", "look"]
    assert migrated(walk, late()).wake_at is None
    assert walk.open == ["check", "look"]


def test_nobody_is_put_where_the_branches_could_not_meet_again() -> None:
    walk = Walk(read("review"))
    with pytest.raises(BrokenProcess) as refusal:
        migrated(walk, read("joint"), check="fire")
    assert {finding.code for finding in refusal.value.findings} == {"migrate-stranded"}
    walk = Walk(read("joint"))
    walk.do("prepare")
    with pytest.raises(BrokenProcess) as refusal:
        migrated(walk, read("joint"), fire="sum_up")
    assert {finding.code for finding in refusal.value.findings} == {"migrate-stranded"}


def test_no_move_runs_a_step() -> None:
    body = f"""<startEvent id="opened" />
        <serviceTask id="check" flow:action="file" /><endEvent id="done" />
        {flows("opened-check", "check-done")}"""
    with pytest.raises(BrokenProcess) as refusal:
        migrated(Walk(read("review")), drawn(body))
    assert [finding.code for finding in refusal.value.findings] == ["migrate-missing"]
