"""Every way a filing can go, with rows, states and records behind it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from app.clock import local
from app.errors import Invalid
from app.workflow import commands
from app.workflow.commands.tasks import Decision
from tests.workflow import make
from tests.workflow.people import NOON, unit, who

Way = Sequence[tuple[str, str]]
BOTH = [("qian", "approve"), ("zhou", "approve")]


@pytest.mark.parametrize(
    ("at", "way", "result"),
    [
        ("township_review", [("zhao", "approve")], "approved"),
        ("site_check", [("sun", "submit"), ("zhao", "approve")], "approved"),
        ("district_countersign", BOTH, "approved"),
        ("city_review", [("zheng", "approve")], "approved"),
        ("city_review", [("feng", "approve")], "approved"),
        ("community_check", [("wang", "reject")], "rejected"),
        ("township_review", [("zhao", "reject")], "rejected"),
        ("district_countersign", [("zhou", "reject")], "rejected"),
        ("city_review", [("zheng", "reject")], "rejected"),
        ("permit_follow_up", [("zhou", "permitted")], "referred"),
        ("permit_follow_up", [("zhou", "abandoned")], "referred"),
    ],
)
def test_a_case_ends(town: Session, at: str, way: Way, result: str) -> None:
    made = make.case(at)
    for key, outcome in way:
        make.decide(made, key, outcome)
    ended = make.fresh(made)
    assert (ended.state, ended.result, ended.ended_at) == ("ended", result, NOON)
    assert make.waiting(made) == []
    assert ended.wake_at is None


@pytest.mark.parametrize(
    ("at", "key", "outcome", "then"),
    [
        ("community_check", "li", "approve", ["township_review"]),
        ("community_check", "li", "return", ["correction"]),
        ("community_check", "li", "refer", ["permit_follow_up"]),
        ("township_review", "zhao", "inspect", ["site_check"]),
        ("township_review", "zhao", "return", ["correction"]),
        ("township_review", "zhao", "refer", ["permit_follow_up"]),
        ("township_review", "zhao", "escalate", ["district_countersign"] * 2),
        ("site_check", "sun", "submit", ["township_review"]),
        ("district_countersign", "qian", "return", ["correction"]),
        ("district_countersign", "qian", "refer", ["permit_follow_up"]),
        ("district_countersign", "qian", "escalate", ["city_review"] * 2),
        ("city_review", "zheng", "return", ["correction"]),
        ("city_review", "feng", "refer", ["permit_follow_up"]),
    ],
)
def test_a_case_goes_on(town: Session, at: str, key: str, outcome: str, then: list[str]) -> None:
    made = make.case(at)
    make.decide(made, key, outcome)
    assert make.waiting(made) == then
    assert make.fresh(made).ended_at is None


def test_the_countersigning_needs_both_and_closes_neither_before(town: Session) -> None:
    made = make.case("district_countersign")
    make.decide(made, "zhou", "approve")
    (left,) = make.open_tasks(made)
    assert left.unit_id == unit("420502").id
    make.decide(made, "qian", "approve")
    assert make.fresh(made).result == "approved"


def test_one_no_of_two_signers_closes_the_others_task(town: Session) -> None:
    made = make.case("district_countersign")
    make.decide(made, "zhou", "return")
    other = next(one for one in make.fresh(made).tasks if one.unit_id == unit("420502").id)
    assert (other.status, other.done_by_id, other.closed_at) == ("closed", None, NOON)
    assert other.close_reason


def test_of_two_city_reviewers_the_first_decides(town: Session) -> None:
    made = make.case("city_review")
    assert len(make.open_tasks(made)) == 2
    make.decide(made, "feng", "approve")
    assert make.fresh(made).result == "approved"
    assert sorted(one.status for one in make.fresh(made).tasks if one.element == "city_review") == [
        "closed",
        "done",
    ]


def test_a_department_signs_for_its_own_trade(town: Session) -> None:
    trade = {"project_type": "billboard", "kind": "odd_job"}
    made = make.case("district_countersign", **trade)
    make.decide(made, "wu", "approve")
    make.decide(made, "qian", "approve")
    assert make.fresh(made).result == "approved"


def test_a_referred_case_stays_open_under_its_own_word(town: Session) -> None:
    made = make.case("permit_follow_up")
    (task,) = make.open_tasks(made)
    assert (made.state, made.result, made.ended_at) == ("referred", None, None)
    assert task.unit_id == unit("420502:housing").id
    assert local(task.due_at).strftime("%m-%d %H:%M") == "12-14 17:30"


def test_housing_follows_up_a_permit_whatever_the_trade(town: Session) -> None:
    made = make.case("permit_follow_up", project_type="culture")
    assert make.open_tasks(made)[0].unit_id == unit("420502:housing").id


def test_a_permit_number_is_asked_before_the_case_closes(town: Session) -> None:
    made = make.case("permit_follow_up")
    task = make.task(made, "zhou")
    with pytest.raises(Invalid) as refused:
        commands.decide(who("zhou"), task.id, Decision("permitted"), at=NOON)
    assert {"permit_no", "permit_date"} <= set(refused.value.fields)


def test_a_raised_risk_sends_a_low_one_to_the_district(town: Session) -> None:
    made = make.case("township_review")
    raised = {"risk_floor": "high", "risk_reason": "楼道狭窄，人员密集"}
    make.decide(made, "zhao", "approve", **raised)
    assert make.waiting(made) == ["district_countersign"] * 2


def test_the_record_tells_every_step_in_order(town: Session) -> None:
    made = make.case("district_countersign")
    for key, outcome in BOTH:
        make.decide(made, key, outcome)
    told = [(event.seq, event.verb, event.element, event.outcome) for event in make.events(made)]
    assert told == [
        (1, "filed", "", ""),
        (2, "decided", "community_check", "approve"),
        (3, "decided", "township_review", "approve"),
        (4, "decided", "district_countersign", "approve"),
        (5, "decided", "district_countersign", "approve"),
    ]
    assert make.events(made)[-1].passed[-1] == "approved_by_district"
