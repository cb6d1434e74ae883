"""The report process, route by route: from what somebody saw to its end."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.engine import Scalar
from app.engine.decisions import read_decisions
from tests.processes.walks import ROOT, Move, Walk, open_elements, shipped

REPORTED: Mapping[str, Scalar] = {"report_kind": "unfiled"}
KNOWN: Mapping[str, Scalar] = {"known_work": True, "party_known": True}
UNKNOWN: Mapping[str, Scalar] = {"known_work": False, "party_known": False}
BUILDER: Mapping[str, Scalar] = {"known_work": False, "party_known": True}
URGED = ("verify", "urge", UNKNOWN)
WORKING = ("recheck", "working", UNKNOWN)
CAUGHT = ("recheck", "working", BUILDER)

PATHS: list[tuple[str, list[Move | int], str, list[str]]] = [
    # what happens, the decisions and days of waiting, the result, the actions asked for
    ("a complaint is handled", [("verify", "handled", KNOWN)], "handled", []),
    ("not true", [("verify", "untrue", UNKNOWN)], "untrue", []),
    ("not ours", [("verify", "outside", UNKNOWN)], "outside", []),
    ("a filed work is stopped", [("verify", "stop", KNOWN)], "handled", ["stop_site"]),
    ("urged, and filed", [URGED, 1, ("recheck", "filed", UNKNOWN)], "filed", ["urge_filing"]),
    ("urged, and stopped", [URGED, 1, ("recheck", "stopped", UNKNOWN)], "stopped",
     ["urge_filing"]),
    ("stopped unfiled, then filed",
     [("verify", "stop", UNKNOWN), 1, ("recheck", "filed", UNKNOWN)], "filed", ["stop_site"]),
    ("still working, filed by the township",
     [URGED, 1, WORKING, ("township_handling", "filed", UNKNOWN)], "filed",
     ["urge_filing", "escalate"]),
    ("still working, stopped by the township",
     [URGED, 1, WORKING, ("township_handling", "stopped", UNKNOWN)], "stopped",
     ["urge_filing", "escalate"]),
    ("still working, handed to the enforcers",
     [URGED, 1, CAUGHT, ("township_handling", "transferred", BUILDER)], "transferred",
     ["urge_filing", "escalate"]),
]  # fmt: skip


def walked(moves: list[Move | int]) -> Walk:
    walk = Walk("report", REPORTED)
    for move in moves:
        assert not walk.step.ended
        if isinstance(move, int):
            walk.wait(move)
        else:
            walk.move(*move)
    return walk


@pytest.mark.parametrize(
    ("moves", "result", "actions"), [row[1:] for row in PATHS], ids=[row[0] for row in PATHS]
)
def test_paths(moves: list[Move | int], result: str, actions: list[str]) -> None:
    walk = walked(moves)
    assert (walk.step.ended, walk.step.result, walk.actions) == (True, result, actions)


def test_an_urged_owner_has_one_working_day() -> None:
    walk = walked([URGED])
    assert open_elements(walk.step) == []
    assert open_elements(walk.wait(1).step) == ["recheck"]


def test_who_goes_on_unfiled_and_is_known_is_proposed() -> None:
    walk = walked([URGED, 1, CAUGHT])
    assert [(sent.name, sent.to) for sent in walk.step.messages] == [
        ("bad_record.proposed", "child")
    ]
    assert walk.step.messages[0].data["ground"] == "unfiled"
    assert open_elements(walk.step) == ["township_handling"]


def test_nobody_is_proposed_who_is_not_known() -> None:
    assert walked([URGED, 1, WORKING]).step.messages == ()


@pytest.mark.parametrize("known", [True, False])
def test_the_table_proposes_whom_it_knows(known: bool) -> None:
    text = (ROOT / "bpmn" / "report_record.dmn").read_bytes()
    decide = read_decisions(text, "report_record.dmn")["report_record"].decide
    assert decide({"party_known": known}) == {"propose": known, "ground": "unfiled"}


def test_every_arrow_between_steps_is_walked() -> None:
    walks = [walked(moves) for _what, moves, _result, _actions in PATHS]
    assert {name for walk in walks for name in walk.passed} >= set(shipped("report").names)


@pytest.mark.parametrize(
    ("element", "roles", "scope", "limit"),
    [
        ("verify", {"head", "inspector"}, "community", 1),
        ("recheck", {"head", "inspector"}, "community", 1),
        ("township_handling", {"head", "leader"}, "township", 2),
    ],
)
def test_who_is_asked_and_by_when(element: str, roles: set[str], scope: str, limit: int) -> None:
    policy = shipped("report").tasks[element]
    assert (set(policy.parties[0].roles), policy.parties[0].scope) == (roles, scope)
    assert policy.limit is not None
    assert (policy.limit.amount, policy.limit.unit) == (limit, "wd")
    assert policy.documentation.endswith("。")
