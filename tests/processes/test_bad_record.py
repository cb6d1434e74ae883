"""The bad record process, route by route: from its proposal to every end."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.engine import Scalar
from app.engine.decisions import Decision, read_decisions
from app.smallworks.records.words import GROUNDS
from tests.processes.walks import ROOT, Move, Walk, open_elements, shipped

PROPOSED: Mapping[str, Scalar] = {
    **{f"ground_{key}": key == "overdue" for key in GROUNDS},
    "ground": "", "repeated": False, "points_before": 0, "bans_before": 0,
}  # fmt: skip
AGREED = ("township_review", "approve")
STATED = ("statement", "state")
DATED: Mapping[str, Scalar] = {
    "banned": False, "decided_on": "2026-03-09", "points_before": 0, "bans_before": 0,
    "until_fixed": None,
}  # fmt: skip
BANNED: Mapping[str, Scalar] = {**DATED, "banned": True, "until_fixed": False}
RECORDED = ("decide", "record", DATED)
SHUT_OUT = ("decide", "ban", BANNED)
UNTIL_FIXED = ("decide", "ban", {**BANNED, "until_fixed": True})
HEARD = ["serve_notice", "hand_over"]
PUBLIC = [*HEARD, "publish_record"]

PATHS: list[tuple[str, list[Move], str, list[str]]] = [
    # what happens, the decisions, the result, the actions asked for
    ("the township refuses", [("township_review", "reject")], "dismissed", []),
    ("the department dismisses it", [AGREED, STATED, ("decide", "dismiss")], "dismissed", HEARD),
    ("nothing to say, dismissed", [AGREED, ("statement", "waive"), ("decide", "dismiss")],
     "dismissed", HEARD),
    ("revoked after an appeal",
     [AGREED, STATED, RECORDED, ("publicity", "appeal"), ("answer_appeal", "revoke")], "revoked",
     PUBLIC),
    ("a ban revoked after an appeal",
     [AGREED, STATED, SHUT_OUT, ("publicity", "appeal"), ("answer_appeal", "revoke")], "revoked",
     PUBLIC),
    ("repaired", [AGREED, STATED, RECORDED, ("publicity", "repair"), ("review_repair", "repair")],
     "repaired", PUBLIC),
    ("upheld, then repaired at the second try",
     [AGREED, STATED, SHUT_OUT, ("publicity", "appeal"), ("answer_appeal", "uphold"),
      ("publicity", "repair"), ("review_repair", "refuse"), ("publicity", "repair"),
      ("review_repair", "repair")], "repaired", PUBLIC),
]  # fmt: skip


def begun(**changed: Scalar) -> Walk:
    return Walk("bad_record", {**PROPOSED, **changed})


def walked(*moves: Move, **changed: Scalar) -> Walk:
    return begun(**changed).through(*moves)


@pytest.mark.parametrize(
    ("moves", "result", "actions"), [row[1:] for row in PATHS], ids=[row[0] for row in PATHS]
)
def test_paths(moves: list[Move], result: str, actions: list[str]) -> None:
    walk = walked(*moves)
    assert (walk.step.ended, walk.step.result, walk.actions) == (True, result, actions)


def test_a_repetition_is_merged_at_once() -> None:
    walk = begun(repeated=True)
    assert (walk.step.ended, walk.step.result) == (True, "merged")


def test_without_a_statement_it_goes_on_after_three_working_days() -> None:
    walk = walked(AGREED)
    assert open_elements(walk.wait(2).step) == ["statement"]
    assert open_elements(walk.wait(1).step) == ["decide"]
    assert walk.actions == HEARD


@pytest.mark.parametrize(
    ("decision", "before", "days"),
    [
        (RECORDED, 0, 365),
        (SHUT_OUT, 0, 365),
        (("decide", "ban", {**BANNED, "bans_before": 1}), 1, 3 * 365 + 1),
    ],
)
def test_the_record_expires_at_the_end_of_its_term(decision: Move, before: int, days: int) -> None:
    walk = walked(AGREED, STATED, decision, bans_before=before)
    assert open_elements(walk.wait(days - 1).step) == ["publicity"]
    walk.wait(1)
    assert (walk.step.ended, walk.step.result) == (True, "expired")


def test_an_answer_to_an_appeal_does_not_prolong_the_term() -> None:
    walk = walked(AGREED, STATED, RECORDED).wait(300).move("publicity", "appeal").wait(70)
    walk.move("answer_appeal", "uphold").wait(0)
    assert (walk.step.ended, walk.step.result) == (True, "expired")


def test_a_ban_until_a_hazard_is_fixed_is_looked_at_every_month() -> None:
    walk = walked(AGREED, STATED, UNTIL_FIXED).wait(365)
    assert open_elements(walk.step) == ["check_term"]
    walk.move("check_term", "wait")
    assert open_elements(walk.wait(27).step) == []
    assert open_elements(walk.wait(5).step) == ["check_term"]
    walk.move("check_term", "fixed")
    assert (walk.step.ended, walk.step.result) == (True, "expired")


def test_every_arrow_between_steps_is_walked() -> None:
    walks = [walked(*moves) for _what, moves, _result, _actions in PATHS]
    walks.append(begun(repeated=True))
    walks.append(walked(AGREED).wait(3))
    walks.append(walked(AGREED, STATED, RECORDED).wait(400))
    late = walked(AGREED, STATED, UNTIL_FIXED).wait(400).move("check_term", "wait").wait(40)
    walks.append(late.move("check_term", "fixed"))
    assert {name for walk in walks for name in walk.passed} >= set(shipped("bad_record").names)


@pytest.mark.parametrize(
    ("element", "roles", "scope", "limit"),
    [
        ("township_review", {"head", "leader"}, "township", (2, "wd")),
        ("statement", {"applicant"}, "case", (3, "wd")),
        ("decide", {"head", "leader"}, "district:department", (5, "wd")),
        ("publicity", {"applicant"}, "case", None),
        ("answer_appeal", {"head", "leader"}, "district:department", (5, "wd")),
        ("review_repair", {"head", "leader"}, "district:department", (5, "wd")),
        ("check_term", {"head", "leader"}, "district:department", (3, "wd")),
    ],
)
def test_who_is_asked_and_by_when(
    element: str, roles: set[str], scope: str, limit: tuple[int, str] | None
) -> None:
    policy = shipped("bad_record").tasks[element]
    party = policy.parties[0]
    assert (set(party.roles), party.scope) == (roles, scope)
    given = (policy.limit.amount, policy.limit.unit) if policy.limit else None
    assert given == limit
    assert policy.documentation.endswith("。")


def table(name: str) -> Decision:
    return read_decisions((ROOT / "bpmn" / f"{name}.dmn").read_bytes(), f"{name}.dmn")[name]


POINTS = {
    "general": 2, "overdue": 4, "incomplete": 4, "major": 6, "disobey": 6, "unfiled": 6,
    "false_papers": 6, "stop_breach": 12, "accident": 12,
}  # fmt: skip


@pytest.mark.parametrize("key", POINTS)
def test_points_of_one_ground(key: str) -> None:
    decide = table("bad_record_points").decide
    none = {f"ground_{each}": False for each in GROUNDS}
    assert decide({**none, f"ground_{key}": True, "ground": ""}) == {"points": POINTS[key]}
    assert decide({**none, "ground": key}) == {"points": POINTS[key]}


def test_points_of_several_grounds_add_up() -> None:
    flags: dict[str, Scalar] = {f"ground_{each}": each in ("general", "major") for each in GROUNDS}
    assert table("bad_record_points").decide(flags) == {"points": 8}


@pytest.mark.parametrize(
    ("before", "now", "proposed"),
    [(0, 2, False), (0, 11, False), (0, 12, True), (8, 4, True), (7, 4, False), (12, 2, True)],
)
def test_twelve_points_in_twelve_months_propose_a_ban(
    before: int, now: int, proposed: bool
) -> None:
    data: dict[str, Scalar] = {"points_before": before, "points": now}
    assert table("bad_record_ban").decide(data) == {"ban_proposed": proposed}


@pytest.mark.parametrize(
    ("banned", "before", "months"),
    [(False, 0, 12), (False, 3, 12), (True, 0, 12), (True, 1, 36), (True, 4, 36)],
)
def test_terms(banned: bool, before: int, months: int) -> None:
    data: dict[str, Scalar] = {"banned": banned, "bans_before": before}
    assert table("bad_record_term").decide(data) == {"term_months": months}
