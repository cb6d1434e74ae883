"""Timers go by the moment of the step, never by the clock of the machine."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import engine
from app.engine import Step
from app.errors import BrokenProcess
from tests.engine.door import MORNING, Walk, drawn, flows, read


def test_a_timer_fires_at_its_moment_and_not_before() -> None:
    walk = Walk(read("clocks"), days=5)
    assert walk.step.wake_at == MORNING + timedelta(days=1)
    early = walk.later(hours=23, minutes=59)
    assert early.passed == ()
    assert walk.open == []
    walk.later(minutes=1)
    assert walk.open == ["correct"]


def test_a_reminder_leaves_the_task_and_a_lapse_closes_it() -> None:
    walk = Walk(read("clocks"), days=5)
    walk.later(days=1)
    ref = walk.ref("correct")
    assert walk.step.wake_at == MORNING + timedelta(days=3)
    reminded = walk.later(days=2)
    assert [action.name for action in reminded.actions] == ["remind"]
    assert walk.ref("correct") == ref
    assert reminded.wake_at == MORNING + timedelta(days=6)
    lapsed = walk.later(days=3)
    assert lapsed.closed == (ref,)
    assert lapsed.result == "lapsed"


def test_a_task_done_in_time_stops_its_timers() -> None:
    walk = Walk(read("clocks"), days=5)
    walk.later(days=1)
    done = walk.do("correct")
    assert done.result == "done"
    assert done.wake_at is None


def test_a_task_done_after_its_reminder_ends_the_case() -> None:
    walk = Walk(read("clocks"), days=5)
    walk.later(days=1)
    walk.later(days=2)
    assert walk.do("correct").result == "done"


def test_what_is_overdue_together_fires_in_order_of_time() -> None:
    walk = Walk(read("clocks"), days=5)
    walk.later(days=1)
    late = walk.later(days=30)
    assert late.passed == ("reminder", "remind", "reminded", "overdue", "lapsed")
    assert late.result == "lapsed"


def test_an_event_gateway_follows_its_first_timer_only() -> None:
    walk = Walk(read("messages"))
    assert walk.step.wake_at == MORNING + timedelta(days=3)
    late = walk.later(days=9)
    assert late.passed == ("wait", "late", "lapsed")
    assert late.result == "lapsed"


def test_waking_a_case_with_nothing_due_changes_nothing() -> None:
    walk = Walk(read("review"))
    before = walk.step
    after: Step = walk.later(days=400)
    assert after.snapshot == before.snapshot
    assert (after.opened, after.closed, after.passed) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("P3D", 3),
        ('"P1W"', 7),
        ('duration("P2D")', 2),
        ("workdays(4)", 4),
        ("workdays(days + 1)", 3),
        ("2026-11-30T01:30:00.250000Z"[:19] + "Z", 7 - 0.25 / 86400),
    ],
)
def test_a_timer_is_written_as_a_length_a_date_or_an_expression(text: str, days: float) -> None:
    walk = Walk(drawn(_waiting(text)), days=2)
    assert walk.step.wake_at == MORNING + timedelta(days=days)


def test_a_date_begins_at_midnight_in_shanghai() -> None:
    walk = Walk(drawn(_waiting("2026-12-01")))
    assert walk.step.wake_at is not None
    assert walk.step.wake_at.isoformat() == "2026-11-30T16:00:00+00:00"


@pytest.mark.parametrize("text", ["days", '"soon"', "missing", '"P99Y99M"'])
def test_a_timer_that_says_nothing_usable_breaks_the_step(text: str) -> None:
    with pytest.raises(BrokenProcess, match="等一等") as refusal:
        Walk(drawn(_waiting(text)), days=2)
    assert refusal.value.findings[0].element == "wait"


def test_a_moment_that_has_passed_is_not_waited_for() -> None:
    walk = Walk(drawn(_waiting("2020-01-01")))
    assert walk.step.ended
    assert engine.outline(walk.process) == ()


def _waiting(text: str) -> str:
    return f"""<startEvent id="opened" /><intermediateCatchEvent id="wait" name="等一等">
        <timerEventDefinition><timeDate>{text}</timeDate></timerEventDefinition>
        </intermediateCatchEvent><endEvent id="done" />{flows("opened-wait", "wait-done")}"""
