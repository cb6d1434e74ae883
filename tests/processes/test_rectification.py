"""The rectification process, path by path, with its two decision tables row by row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.engine import Scalar
from app.engine.decisions import Decision, read_decisions
from app.engine.types import Limit
from app.smallworks.rectifications.kind import RECTIFICATION
from app.workflow import definitions, publishing
from tests.processes.walks import ROOT, Move, Walk, open_elements, shipped

KEY = "rectification"
TODAY = "2026-03-09T23:59:59+08:00"
ORDERED: Mapping[str, Scalar] = {
    "level": "community", "grade": "general", "asked_days": None, "counted_from": TODAY,
    "failures": 0, "proposed": "", "extending": False, "all_passed": False, "finder_checks": False,
}  # fmt: skip
"""A patrol of the community found general hazards, and the inspector named no limit."""
FRIDAY = "2026-03-13T23:59:59+08:00"

REPORT = ("rectify", "submit")
LATE_REPORT = ("rectify_late", "submit")
EXTEND = ("rectify", "extend")


def passed(level: str = "community") -> Move:
    return (f"reinspect_{level}", "conclude", {"all_passed": True, "asked_days": None})


def failed(times: int, level: str = "community") -> Move:
    told: dict[str, Scalar] = {
        "all_passed": False, "failures": times, "extending": False, "counted_from": FRIDAY,
        "asked_days": None,
    }  # fmt: skip
    return (f"reinspect_{level}", "conclude", told)


def granted(level: str = "community", days: int = 3, since: str = FRIDAY) -> Move:
    told: dict[str, Scalar] = {"extending": True, "counted_from": since, "asked_days": days}
    return (f"extend_{level}", "approve", told)


def refused(level: str = "community") -> Move:
    return (f"extend_{level}", "reject", {"asked_days": None})


def rectifying(**changed: Scalar) -> Walk:
    return Walk(KEY, ORDERED, **changed)


def proposed(walk: Walk) -> list[object]:
    """The grounds on which a bad record was proposed."""
    return [sent.data["ground"] for sent in walk.messages if sent.name == "bad_record.proposed"]


NOTICE, SECOND, CLOSE = "issue_notice", "issue_second_notice", "close_rectification"
STOPPED = ["stop_site", "inform_department"]
OVERDUE, INCOMPLETE = "overdue", "incomplete"

PATHS: list[tuple[str, list[Move], list[str]]] = [
    # what happens, the decisions, the actions asked for
    ("put right at once", [REPORT, passed()], [NOTICE, CLOSE]),
    ("failed once, then put right", [REPORT, failed(1), REPORT, passed()], [NOTICE, SECOND, CLOSE]),
    ("failed twice: stopped, and put right under the stop",
     [REPORT, failed(1), REPORT, failed(2), REPORT, passed()],
     [NOTICE, SECOND, *STOPPED, SECOND, CLOSE]),
    ("failed three times: stopped once",
     [REPORT, failed(1), REPORT, failed(2), REPORT, failed(3), REPORT, passed()],
     [NOTICE, SECOND, *STOPPED, SECOND, SECOND, CLOSE]),
    ("more time granted", [EXTEND, granted(), REPORT, passed()],
     [NOTICE, "grant_extension", CLOSE]),
    ("more time refused", [EXTEND, refused(), REPORT, passed()],
     [NOTICE, "refuse_extension", CLOSE]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("moves", "actions"), [row[1:] for row in PATHS], ids=[row[0] for row in PATHS]
)
def test_paths(moves: list[Move], actions: list[str]) -> None:
    walk = rectifying().through(*moves)
    assert (walk.step.ended, walk.step.result, walk.actions) == (True, "done", actions)


@pytest.mark.parametrize("level", ["community", "township", "department"])
def test_the_level_that_ordered_it_decides_on_time_and_re_inspects(level: str) -> None:
    walk = rectifying(level=level).through(
        EXTEND, refused(level), EXTEND, granted(level), REPORT, passed(level)
    )
    assert walk.step.ended


def test_two_failures_propose_a_bad_record_once() -> None:
    walk = rectifying().through(REPORT, failed(1), REPORT, failed(2), REPORT, failed(3))
    assert proposed(walk) == [INCOMPLETE]


def test_at_the_deadline_it_is_overdue_and_can_still_be_answered() -> None:
    walk = rectifying().wait(3)  # the deadline is the end of the third day
    assert open_elements(walk.step) == ["rectify"]
    walk.wait(1)
    assert (open_elements(walk.step), proposed(walk)) == (["rectify_late"], [OVERDUE])
    walk.move(*LATE_REPORT).move(*passed())
    assert (walk.step.result, walk.actions) == ("done", [NOTICE, "mark_overdue", CLOSE])


def test_a_working_day_later_the_leader_hears_of_it_and_the_case_goes_on() -> None:
    walk = rectifying().wait(4).wait(1)
    assert walk.actions == [NOTICE, "mark_overdue", "escalate"]
    assert open_elements(walk.wait(30).step) == ["rectify_late"]
    walk.move(*LATE_REPORT).move(*passed())
    assert walk.step.ended


def test_an_answer_in_time_is_never_overdue() -> None:
    walk = rectifying().wait(2).move(*REPORT)
    assert walk.step.wake_at is None
    assert open_elements(walk.wait(30).step) == ["reinspect_community"]


def test_overdue_in_two_rounds_is_proposed_once() -> None:
    walk = rectifying().wait(4).move(*LATE_REPORT).move(*failed(1)).wait(10)
    assert (open_elements(walk.step), proposed(walk)) == (["rectify_late"], [OVERDUE])


def test_overdue_and_then_incomplete_are_two_grounds() -> None:
    walk = rectifying().wait(4).through(LATE_REPORT, failed(1), REPORT, failed(2))
    assert proposed(walk) == [OVERDUE, INCOMPLETE]
    walk.wait(10)  # overdue once more, under the stop
    assert proposed(walk) == [OVERDUE, INCOMPLETE]
    assert open_elements(walk.step) == ["rectify_late"]


def test_an_extension_moves_the_deadline() -> None:
    walk = rectifying().wait(2).move(*EXTEND)
    walk.move(*granted(days=2, since="2026-03-12T23:59:59+08:00"))
    assert walk.step.wake_at == datetime(2026, 3, 14, 15, 59, 59, tzinfo=UTC)
    assert open_elements(walk.wait(2).step) == ["rectify"]
    assert open_elements(walk.wait(2).step) == ["rectify_late"]


def test_a_refused_extension_leaves_the_deadline_where_it_was() -> None:
    walk = rectifying().move(*EXTEND).wait(2).move(*refused())
    assert walk.step.wake_at == datetime(2026, 3, 12, 15, 59, 59, tzinfo=UTC)


def test_every_step_is_walked() -> None:
    levels: list[tuple[list[Move], str]] = [
        ([EXTEND, refused(level), EXTEND, granted(level), REPORT, passed(level)], level)
        for level in ("community", "township", "department")
    ]
    walked: set[str] = set(rectifying().wait(4).wait(1).passed)
    for moves, level in [*levels, *((row[1], "community") for row in PATHS)]:
        walk = rectifying(level=level).through(*moves)
        walked |= set(walk.passed)
    assert walked | {"rectify_late"} >= set(shipped(KEY).names)


@pytest.mark.parametrize(
    ("element", "roles", "scope", "limit"),
    [
        ("rectify", {"applicant"}, "case", None),
        ("rectify_late", {"applicant"}, "case", None),
        ("extend_community", {"head"}, "community", Limit(1, "wd")),
        ("extend_township", {"head"}, "township", Limit(1, "wd")),
        ("extend_department", {"head", "district_dept_user"}, "district", Limit(1, "wd")),
        ("reinspect_community", {"head", "inspector"}, "community", Limit(2, "wd")),
        ("reinspect_township", {"head", "inspector"}, "township", Limit(2, "wd")),
        ("reinspect_department", {"head", "safety_officer", "district_dept_user"}, "district",
         Limit(2, "wd")),
    ],
)  # fmt: skip
def test_who_is_asked_and_by_when(
    element: str, roles: set[str], scope: str, limit: Limit | None
) -> None:
    policy = shipped(KEY).tasks[element]
    assert [(set(party.roles), party.scope) for party in policy.parties] == [(roles, scope)]
    assert policy.limit == limit
    assert policy.documentation.endswith("。")


def test_it_may_be_published(app: Flask) -> None:
    with app.app_context():
        process = publishing.checked(definitions.shipped_files(KEY), KEY)
    assert process.start_message == "patrol.failed"
    assert set(process.actions.values()) == set(RECTIFICATION.actions)


def table(name: str, file: str) -> Decision:
    return read_decisions((ROOT / "bpmn" / f"{file}.dmn").read_bytes(), f"{file}.dmn")[name]


DEADLINE = table("rectification_deadline", "rectification_deadline")


@pytest.mark.parametrize(
    ("grade", "failures", "extending", "asked", "days", "general_days"),
    [
        ("general", 0, False, None, 3, 3),
        ("general", 0, False, 1, 1, 1),
        ("general", 0, False, 3, 3, 3),
        ("general", 0, False, 10, 3, 3),
        ("major", 0, False, None, 15, 3),
        ("major", 0, False, 7, 7, 3),
        ("major", 0, False, 2, 2, 2),
        ("major", 0, False, 60, 15, 3),
        ("general", 1, False, None, 3, 3),
        ("major", 1, False, 15, 3, 3),
        ("major", 3, False, 1, 1, 1),
        ("general", 0, True, 9, 3, 3),
        ("major", 0, True, 9, 9, 3),
        ("major", 1, True, 20, 15, 3),
    ],
)
def test_deadlines(
    grade: str, failures: int, extending: bool, asked: int | None, days: int, general_days: int
) -> None:
    data = {
        "grade": grade, "failures": failures, "extending": extending, "asked_days": asked,
        "counted_from": TODAY,
    }  # fmt: skip
    given = DEADLINE.decide(data)
    assert moment(given["deadline"]) == datetime(2026, 3, 9 + days, 15, 59, 59, tzinfo=UTC)
    general = datetime(2026, 3, 9 + general_days, 15, 59, 59, tzinfo=UTC)
    assert moment(given["general_deadline"]) == general


def moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).astimezone(UTC)


@pytest.mark.parametrize(
    ("failures", "before", "propose", "ground", "after"),
    [
        (0, "", True, "overdue", "overdue"),
        (1, "", True, "overdue", "overdue"),
        (0, "overdue", False, "overdue", "overdue"),
        (1, "overdue", False, "overdue", "overdue"),
        (2, "", True, "incomplete", "incomplete"),
        (2, "overdue", True, "incomplete", "incomplete"),
        (2, "incomplete", False, "incomplete", "incomplete"),
        (3, "incomplete", False, "incomplete", "incomplete"),
    ],
)
def test_what_is_proposed_for_the_record(
    failures: int, before: str, propose: bool, ground: str, after: str
) -> None:
    given = table("rectification_record", "rectification_record").decide(
        {"failures": failures, "proposed": before}
    )
    assert given == {"propose": propose, "ground": ground, "proposed": after}
