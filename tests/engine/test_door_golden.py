"""Snapshots as format 1 wrote them: cases that lie in a store are opened by every later release."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from app import engine
from app.engine import OpenTask, Step
from tests.engine.door import Walk, read, workdays

LATE = datetime(2027, 1, 1, tzinfo=UTC)
WATER, POWER = "c92a43ead2af4d599844644c0260bea3", "969dd9178d1d41578ec1d86fe28ea37d"

JOINT = (
    b'\x01[false,null,{"area":{"d":"12.50"},"fit":true,"outcome":"submit"},'
    b'[[0,"water","c92a43ead2af4d599844644c0260bea3"],'
    b'[0,"power","969dd9178d1d41578ec1d86fe28ea37d"],[3,"join","fire"]]]'
)
INTERRUPTED = (
    b'\x01[false,null,{"outcome":"submit"},[[4,"reviewing.BoundaryEventSplit",'
    b'[2,"reviewing",[[0,"water","c92a43ead2af4d599844644c0260bea3"],[3,"join","fire"]]],'
    b'[["withdrawn",null],["unfit_found",null],["risk_reported",null]]]]]'
)
MESSAGES = (
    b'\x01[false,null,{},[[1,"wait",[null,"2026-11-26T01:30:00.250000+00:00",'
    b'"2026-11-28T01:30:00.250000+00:00"]]]]'
)
CLOCKS = (
    b'\x01[false,null,{"days":5},[[4,"correct.BoundaryEventSplit",'
    b'[0,"correct","c92a43ead2af4d599844644c0260bea3"],'
    b'[["overdue","2026-11-29T01:30:00.250000+00:00"],'
    b'["reminder","2026-11-26T01:30:00.250000+00:00"]]]]]'
)


def woken(key: str, snapshot: bytes) -> Step:
    """The snapshot as it is opened today, with nothing due."""
    early = datetime(2026, 11, 24, tzinfo=UTC)
    step = engine.wake(read(key), snapshot, at=early, workdays=workdays)
    assert step.snapshot == snapshot
    return step


def resumed(key: str, snapshot: bytes) -> Walk:
    """A walk that goes on from a stored snapshot."""
    walk = Walk(read(key), days=5)
    walk.step = woken(key, snapshot)
    return walk


def test_branches_and_a_half_filled_join() -> None:
    walk = resumed("joint", JOINT)
    assert walk.step.open == (OpenTask(WATER, "water"), OpenTask(POWER, "power"))
    assert walk.step.data == {"area": Decimal("12.50"), "fit": True, "outcome": "submit"}
    walk.do("power")
    walk.do("water")
    assert walk.open == ["sum_up"]


def test_a_sub_process_with_its_boundary_events() -> None:
    assert resumed("interrupted", INTERRUPTED).hear("撤回").result == "withdrawn"
    assert resumed("interrupted", INTERRUPTED).do("water", "reject").result == "rejected"
    walk = resumed("interrupted", INTERRUPTED)
    walk.do("water", "escalate")
    assert walk.open == ["archive", "look"]


def test_an_event_gateway() -> None:
    walk = resumed("messages", MESSAGES)
    assert walk.step.wake_at == datetime(2026, 11, 26, 1, 30, 0, 250_000, tzinfo=UTC)
    assert engine.wake(walk.process, MESSAGES, at=LATE, workdays=workdays).result == "lapsed"
    walk.hear("已缴费")
    assert walk.hear("撤回").result == "done"


def test_running_timers() -> None:
    walk = resumed("clocks", CLOCKS)
    assert engine.wake(walk.process, CLOCKS, at=LATE, workdays=workdays).result == "lapsed"
    assert walk.do("correct").result == "done"


def test_a_case_that_has_ended() -> None:
    step = woken("review", b'\x01[true,"approved",{"outcome":"approve"},[]]')
    assert (step.ended, step.result, step.open) == (True, "approved", ())
