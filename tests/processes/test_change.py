"""Every way through a change, an extension and a cancellation; and the table that judges them."""

from __future__ import annotations

import pytest

from app.engine.decisions import read_decisions
from app.engine.types import Limit, Scalar
from tests.processes.walks import ROOT, Move, Walk, open_elements, shipped

CONTENT: dict[str, Scalar] = {
    "change_kind": "content", "extensions": 0, "started": True, "high_risk": False,
}  # fmt: skip
RISKY = {**CONTENT, "change_kind": "contractor", "high_risk": True}
PASSED: Move = ("community_check", "approve")
TOWNSHIP: Move = ("township_review", "approve")
DISTRICT: Move = ("district_countersign", "approve")
AGAIN: Move = ("correction", "submit")
DONE = ["apply_change"]

PATHS = [
    ("agreed at the township", CONTENT, [PASSED, TOWNSHIP], "approved", DONE),
    ("a risky work's contractor goes to the district", RISKY, [PASSED, TOWNSHIP, DISTRICT],
     "approved", DONE),
    ("the community refuses", CONTENT, [("community_check", "reject")], "rejected", []),
    ("the township refuses", CONTENT, [PASSED, ("township_review", "reject")], "rejected", []),
    ("the district refuses", RISKY, [PASSED, TOWNSHIP, ("district_countersign", "reject")],
     "rejected", []),
    ("the community returns it", CONTENT, [("community_check", "return"), AGAIN, PASSED, TOWNSHIP],
     "approved", DONE),
    ("the township returns it", CONTENT,
     [PASSED, ("township_review", "return"), AGAIN, PASSED, TOWNSHIP], "approved", DONE),
    ("the district returns it", RISKY,
     [PASSED, TOWNSHIP, ("district_countersign", "return"), AGAIN, PASSED, TOWNSHIP, DISTRICT],
     "approved", DONE),
    ("corrected to what needs no district", RISKY,
     [PASSED, ("township_review", "return"), ("correction", "submit", {"change_kind": "content"}),
      PASSED, TOWNSHIP], "approved", DONE),
    ("a third extension", {**CONTENT, "change_kind": "extension", "extensions": 2}, [], "rejected",
     []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("begun", "moves", "result", "actions"),
    [row[1:] for row in PATHS],
    ids=[row[0] for row in PATHS],
)
def test_paths(
    begun: dict[str, Scalar], moves: list[Move], result: str, actions: list[str]
) -> None:
    walk = Walk("change", begun).through(*moves)
    assert (walk.step.ended, walk.step.result, walk.actions) == (True, result, actions)


def test_every_arrow_between_steps_is_walked() -> None:
    walked = {"correction_overdue", "lapsed"}  # by the test of the lapse
    for _what, begun, moves, _result, _actions in PATHS:
        walked |= set(Walk("change", begun).through(*moves).passed)
    assert walked >= set(shipped("change").names)


def test_an_uncorrected_change_lapses_after_five_working_days() -> None:
    walk = Walk("change", CONTENT).move("community_check", "return").wait(4)
    assert open_elements(walk.step) == ["correction"]
    walk.wait(1)
    assert (walk.step.ended, walk.step.result) == (True, "lapsed")


@pytest.mark.parametrize(
    ("kind", "extensions", "started", "high_risk", "allowed", "depth"),
    [
        ("contractor", 0, True, False, True, "township"),
        ("contractor", 0, True, True, True, "district"),
        ("contractor", 2, False, True, True, "district"),
        ("dates", 0, False, False, True, "township"),
        ("dates", 0, False, True, True, "township"),
        ("dates", 0, True, False, False, "township"),
        ("content", 2, True, True, True, "township"),
        ("extension", 0, False, False, True, "township"),
        ("extension", 1, True, True, True, "township"),
        ("extension", 2, True, False, False, "township"),
        ("extension", 3, False, False, False, "township"),
        ("cancel", 2, True, True, True, "township"),
    ],
)  # fmt: skip
def test_the_table(
    kind: str, extensions: int, started: bool, high_risk: bool, allowed: bool, depth: str
) -> None:
    text = (ROOT / "bpmn" / "change_rules.dmn").read_bytes()
    table = read_decisions(text, "change_rules.dmn")["change_rules"]
    data: dict[str, Scalar] = {
        "change_kind": kind, "extensions": extensions, "started": started, "high_risk": high_risk,
    }  # fmt: skip
    assert table.decide(data) == {"allowed": allowed, "depth": depth}


def test_the_district_signs_together() -> None:
    policy = shipped("change").tasks["district_countersign"]
    assert [(set(p.roles), p.scope) for p in policy.parties] == [
        ({"district_gov_user"}, "district"),
        ({"district_dept_user"}, "district"),
    ]
    assert (policy.sign.mode, policy.limit) == ("all", Limit(3, "wd"))
