"""The record of a case: complete, chained, and telling on whoever changes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.workflow import commands
from app.workflow.events import GENESIS, broken_link, plain, seal
from app.workflow.models import Case, Event, Submission
from app.workflow.queries.audit import check_cases
from tests.stores import Store
from tests.workflow import make
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with one case that has a claim, two decisions and an end."""

    def build() -> None:
        made = make.case()
        commands.claim(who("li"), make.open_tasks(made)[0].id, at=NOON)
        make.decide(made, "li", "approve")
        make.decide(made, "zhao", "approve")

    with opened(database, app, "ended", build) as work:
        yield work


@pytest.fixture
def ended(town: Session) -> Case:
    return town.scalars(select(Case)).one()


def faults(work: Session) -> list[tuple[int, str]]:
    work.rollback()
    work.expire_all()
    return [(found.seq, found.fault) for found in check_cases(work)]


def change(work: Session, seq: int, /, **values: Any) -> None:
    """What somebody with the database in hand might do."""
    work.execute(update(Event).where(Event.seq == seq).values(**values))
    work.commit()


def test_a_whole_record_holds(ended: Case, town: Session) -> None:
    record = make.events(ended)
    assert [event.seq for event in record] == [1, 2, 3, 4]
    assert record[0].previous == GENESIS
    assert [event.previous for event in record[1:]] == [event.hash for event in record[:-1]]
    assert broken_link(record) is None
    assert faults(town) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verb", "released"),
        ("at", NOON + timedelta(seconds=1)),
        ("actor_id", None),
        ("unit_id", None),
        ("role", "city_gov_user"),
        ("position", "inspector"),
        ("task_id", None),
        ("element", "township_review"),
        ("outcome", "reject"),
        ("submission_id", None),
        ("passed", ["rejected_by_community"]),
        ("routing", {"outcome": "reject"}),
        ("salt", "0" * 32),
        ("digest", "0" * 64),
        ("hash", "0" * 64),
    ],
)
def test_a_changed_event_is_found(ended: Case, town: Session, column: str, value: object) -> None:
    change(town, 3, **{column: value})
    assert faults(town) == [(3, "内容被改动")]


def test_a_changed_event_with_a_new_hash_does_not_fit_the_next(ended: Case, town: Session) -> None:
    event = make.events(ended)[2]
    event.outcome = "reject"
    event.hash = seal(event)
    town.commit()
    assert faults(town) == [(4, "与上一条记录不相接")]


def test_a_changed_link_is_found(ended: Case, town: Session) -> None:
    change(town, 3, previous="0" * 64)
    assert faults(town) == [(3, "与上一条记录不相接")]


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_an_event_taken_out_is_found(ended: Case, town: Session, seq: int) -> None:
    town.execute(delete(Event).where(Event.seq == seq))
    town.commit()
    assert faults(town)[0] == (seq, "缺少一条记录")


def test_a_gap_closed_by_counting_anew_is_found(ended: Case, town: Session) -> None:
    town.execute(delete(Event).where(Event.seq == 3))
    town.commit()
    change(town, 4, seq=3)
    assert faults(town)[0] == (3, "与上一条记录不相接")


def test_two_events_that_changed_places_are_found(ended: Case, town: Session) -> None:
    for seq, then in ((2, 9), (3, 2), (9, 3)):
        change(town, seq, seq=then)
    assert faults(town) == [(2, "与上一条记录不相接")]


def test_an_event_of_another_case_is_found(ended: Case, town: Session) -> None:
    other = make.case()
    row = make.events(other)[0]
    row.case_id, row.seq = ended.id, 5
    town.commit()
    assert (5, "与上一条记录不相接") in faults(town)


@pytest.mark.parametrize("kept", [0, 2])
def test_a_record_cut_off_is_found(ended: Case, town: Session, kept: int) -> None:
    town.execute(delete(Event).where(Event.seq > kept))
    town.commit()
    assert faults(town) == [(kept + 1, "末尾缺少记录")]


def test_a_changed_submission_is_found(ended: Case, town: Session) -> None:
    first = make.events(ended)[0].submission
    first.values = {**first.values, "investment_wan": "1"}
    town.commit()
    assert faults(town) == [(1, "填报内容被改动")]


def test_a_submission_exchanged_for_another_is_found(ended: Case, town: Session) -> None:
    ids = town.scalars(select(Submission.id).where(Submission.task_id.is_not(None))).all()
    change(town, 3, submission_id=ids[1])
    assert faults(town)[0] == (3, "内容被改动")


def test_one_broken_case_does_not_hide_another(ended: Case, town: Session) -> None:
    other = make.case()
    for made in (ended, other):
        town.execute(update(Event).where(Event.case_id == made.id).values(verb="decided"))
    town.commit()
    assert len(faults(town)) == 2


def test_the_command_line_tells_what_is_broken(ended: Case, town: Session, app: Flask) -> None:
    whole = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert whole.exit_code == 0, whole.output
    change(town, 2, outcome="approve")
    broken = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert "第 2 条" in broken.output


def test_an_event_holds_no_personal_text(ended: Case, town: Session) -> None:
    said = json.dumps([[event.routing, event.passed] for event in make.events(ended)])
    for secret in (make.OWNER_ID, "安宁", make.FORM["phone"], make.FORM["address"]):
        assert secret not in said


def test_what_the_engine_was_sent_can_be_sent_again(ended: Case) -> None:
    filed = make.events(ended)[0]
    assert filed.routing["investment_wan"] == {"$d": "12.5"}
    assert make.events(ended)[2].routing["outcome"] == "approve"
    assert plain(Decimal("0.10")) == {"$d": "0.10"}


@pytest.mark.parametrize("act", [commands.withdraw, commands.retry])
def test_a_refused_command_leaves_no_event(
    ended: Case, town: Session, act: Callable[..., Case]
) -> None:
    with pytest.raises(Refusal):
        act(who("ann"), ended.id, at=NOON)
    assert len(make.events(ended)) == 4
