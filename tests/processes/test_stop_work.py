"""Every way through the stop of a work, and the hours that its confirmation has."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import engine
from app.engine.types import Limit, Scalar
from tests.processes.walks import Move, Walk, open_elements, shipped, workdays

SITE: dict[str, Scalar] = {"formal": False, "major_hazard": False}
"""Ordered by an inspector, for a general hazard."""
MAJOR = {**SITE, "major_hazard": True}
HEAD = {**SITE, "formal": True}

CONFIRMED: Move = ("confirm_stop", "confirm")
ASKED: Move = ("resume_request", "submit", {"wish": "resume"})
GIVEN_UP: Move = ("resume_request", "submit", {"wish": "abandon"})
PASSED: Move = ("recheck", "pass")
AGREED: Move = ("approve_resume", "approve")
ORDERED, NOTICE = ["issue_site_stop"], ["issue_site_stop", "issue_stop_notice"]

PATHS = [
    ("confirmed, and resumed", SITE, [CONFIRMED, ASKED, PASSED, AGREED], "resumed",
     [*NOTICE, "resume_work"]),
    ("revoked", SITE, [("confirm_stop", "revoke")], "revoked", [*ORDERED, "revoke_stop"]),
    ("ordered by who may: no confirmation", HEAD, [ASKED, PASSED, AGREED], "resumed",
     [*NOTICE, "resume_work"]),
    ("a failed check goes back to the contractor", SITE,
     [CONFIRMED, ASKED, ("recheck", "fail"), ASKED, PASSED, AGREED], "resumed",
     [*NOTICE, "resume_work"]),
    ("the township wants more", SITE,
     [CONFIRMED, ASKED, PASSED, ("approve_resume", "return"), ASKED, PASSED, AGREED], "resumed",
     [*NOTICE, "resume_work"]),
    ("a major hazard is signed by township and department", MAJOR,
     [CONFIRMED, ASKED, PASSED, ("countersign_resume", "approve")], "resumed",
     [*NOTICE, "resume_work"]),
    ("either of them wants more", MAJOR,
     [CONFIRMED, ASKED, PASSED, ("countersign_resume", "return"), ASKED, PASSED,
      ("countersign_resume", "approve")], "resumed", [*NOTICE, "resume_work"]),
    ("given up", SITE, [CONFIRMED, GIVEN_UP, PASSED, AGREED], "cancelled",
     [*NOTICE, "cancel_work"]),
    ("given up, not believed, and resumed after all", SITE,
     [CONFIRMED, GIVEN_UP, ("recheck", "fail"), ASKED, PASSED, AGREED], "resumed",
     [*NOTICE, "resume_work"]),
    ("given up with a major hazard", MAJOR,
     [CONFIRMED, GIVEN_UP, PASSED, ("countersign_resume", "approve")], "cancelled",
     [*NOTICE, "cancel_work"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("begun", "moves", "result", "actions"),
    [row[1:] for row in PATHS],
    ids=[row[0] for row in PATHS],
)
def test_paths(
    begun: dict[str, Scalar], moves: list[Move], result: str, actions: list[str]
) -> None:
    walk = Walk("stop_work", begun).through(*moves)
    assert (walk.step.ended, walk.step.result, walk.actions) == (True, result, actions)


def test_every_arrow_between_steps_is_walked() -> None:
    walked = {"unconfirmed", "alarm_leader", "alarmed"}  # by the test of the alarm
    for _what, begun, moves, _result, _actions in PATHS:
        walked |= set(Walk("stop_work", begun).through(*moves).passed)
    assert walked >= set(shipped("stop_work").names)


def wake(walk: Walk, hours: int) -> Walk:
    walk.at += timedelta(hours=hours)
    step = engine.wake(walk.process, walk.step.snapshot, at=walk.at, workdays=workdays)
    return walk._took(step)


def test_a_day_without_confirmation_alarms_once_and_changes_nothing_else() -> None:
    walk = wake(Walk("stop_work", SITE), 23)
    assert walk.actions == ORDERED
    wake(walk, 1)
    assert walk.actions == [*ORDERED, "alarm_leader"]
    assert (open_elements(walk.step), walk.step.wake_at) == (["confirm_stop"], None)
    wake(walk, 500)
    assert walk.actions == [*ORDERED, "alarm_leader"]
    walk.move(*CONFIRMED)
    assert open_elements(walk.step) == ["resume_request"]


def test_a_confirmed_stop_alarms_nobody() -> None:
    walk = Walk("stop_work", SITE).move(*CONFIRMED)
    assert walk.step.wake_at is None


def test_the_department_is_called_with_the_notice_and_holds_nothing_up() -> None:
    walk = Walk("stop_work", SITE).move(*CONFIRMED)
    assert [(one.name, one.to) for one in walk.step.messages] == [("department.called", "child")]
    assert open_elements(walk.step) == ["resume_request"]


@pytest.mark.parametrize(
    ("element", "parties", "sign", "limit"),
    [
        ("confirm_stop", [({"head", "leader"}, "township")], "one", Limit(24, "h")),
        ("resume_request", [({"applicant"}, "case")], "one", None),
        ("recheck", [({"head", "inspector"}, "community")], "one", Limit(2, "wd")),
        ("approve_resume", [({"head"}, "township")], "one", Limit(1, "wd")),
        ("countersign_resume", [({"head"}, "township"), ({"district_dept_user"}, "district")],
         "all", Limit(2, "wd")),
    ],
)  # fmt: skip
def test_who_is_asked_and_by_when(
    element: str, parties: list[tuple[set[str], str]], sign: str, limit: Limit | None
) -> None:
    policy = shipped("stop_work").tasks[element]
    assert [(set(party.roles), party.scope) for party in policy.parties] == parties
    assert (policy.sign.mode, policy.limit) == (sign, limit)


def test_the_call_asks_the_department_once() -> None:
    walk = Walk("department_call", {})
    assert open_elements(walk.step) == ["report_in"]
    walk.move("report_in", "attend")
    assert (walk.step.ended, walk.step.result) == (True, "done")
