"""Drafts tried out in a child: where moves lead, and what stops one that does not come to rest."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.engine.rehearsing import DECIDE, DUE, Bundle, Move, rehearse
from app.errors import BrokenProcess
from app.workflow import definitions
from tests.engine.drawings import document, end, flow, gate, start

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
FILING = Bundle(definitions.shipped_files("filing"), "filing")
FACTS = {
    "limit_mode": "or", "limit_inclusive": True, "limit_investment": Decimal(100),
    "limit_area": Decimal(500), "investment_wan": Decimal("12.5"), "area_sqm": Decimal(96),
    "project_type": "home_decoration", "indoor": True, "city_case": False, "risk_floor": "low",
    **dict.fromkeys(
        (f"risk_{flag}" for flag in (
            "confined", "demolition", "excavation", "height", "hot_work", "lifting", "scaffold",
            "structure",
        )), False,
    ),
}  # fmt: skip


def decided(step: str, outcome: str) -> Move:
    return Move(DECIDE, step, 0, {"outcome": outcome})


def test_moves_lead_where_the_real_engine_leads() -> None:
    agreed = [decided("community_check", "approve"), decided("township_review", "approve")]
    found = rehearse(FILING, FACTS, agreed, at=NOON)
    assert (found.ended, found.result, found.fault) == (True, "approved", "")
    assert [stage.opened for stage in found.stages] == [
        ("community_check",), ("township_review",), (),
    ]  # fmt: skip
    assert found.stages[-1].acted == ("register_at_township",)


def test_a_clock_runs_out_only_when_it_is_told_to() -> None:
    returned = rehearse(FILING, FACTS, [decided("community_check", "return")], at=NOON)
    assert (returned.open, returned.timer) == (("correction",), "correction_overdue")
    assert returned.due == datetime(2026, 11, 30, 9, 30, tzinfo=UTC)  # five working days
    moves = [decided("community_check", "return"), Move(DUE)]
    lapsed = rehearse(FILING, FACTS, moves, at=NOON)
    assert (lapsed.ended, lapsed.result, lapsed.stages[-1].at) == (True, "lapsed", returned.due)


def test_a_move_that_cannot_be_made_leaves_what_went_before() -> None:
    moves = [decided("community_check", "approve"), decided("community_check", "approve")]
    found = rehearse(FILING, FACTS, moves, at=NOON)
    assert (len(found.stages), found.open) == (2, ("township_review",))
    assert "不在等人办理" in found.fault


def test_what_runs_for_ever_is_stopped_with_a_word() -> None:
    round_and_round = document(
        start(),
        gate("turn"),
        end("over"),
        flow("begin", "turn"),
        flow("turn", "turn", "amount > 0"),
        flow("turn", "over", "amount = 0"),
    )
    bundle = Bundle({"demo.bpmn": round_and_round}, "demo")
    try:
        said = rehearse(bundle, {"amount": 1}, [], at=NOON).fault
    except BrokenProcess as broken:
        said = broken.message
    assert "死循环" in said or "绕" in said, said


def test_what_is_no_drawing_is_refused_with_a_word() -> None:
    with pytest.raises(BrokenProcess):
        rehearse(Bundle({"demo.bpmn": "<bpmn/>"}, "demo"), {}, [], at=NOON)
