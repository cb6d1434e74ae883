"""Whose a task is while it passes through hands: who opens it, lets it go, takes it on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.commands import Post, granting
from app.identity.commands.granting import NewGrant
from app.identity.models import Grant
from app.workflow import attachments, commands, jobs, offers
from app.workflow.attachments import Home, Upload
from app.workflow.commands import talk
from app.workflow.commands.handing import Handing
from app.workflow.commands.signers import Addition
from app.workflow.commands.talk import Words
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case, Task
from app.workflow.queries import casefile
from tests.stores import Store
from tests.workflow import drawn, make
from tests.workflow.people import FAR, HERE, NOON, unit, who
from tests.workflow.pictures import opened

TODAY, YESTERDAY = date(2026, 11, 23), date(2026, 11, 22)
AGREED = Decision("approve", {"opinion": "同意"})


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a process in which township, district and its housing department all sign."""
    with opened(
        database, app, "whose", lambda: drawn.publish("signed", drawn.joint("signed", "all"))
    ) as work:
        yield work


def also(key: str, code: str, role: str = "", position: str = "") -> None:
    """They get another post."""
    given = NewGrant(Post(unit(code).id, role, position), TODAY)
    granting.give_post(who("ning"), who(key).id, given, "兼任", at=NOON)


def expired(key: str) -> None:
    """Their posts ran out yesterday, and the house has not been kept since."""
    with transaction() as work:
        theirs = update(Grant).where(Grant.person_id == who(key).id)
        work.execute(theirs.values(valid_to=YESTERDAY))


def to(whom: str, reason: str = "请看") -> Handing:
    return Handing(who(whom).id, reason)


def first(made: Case) -> Task:
    return make.open_tasks(made)[0]


def joint() -> Case:
    """At the step that three sign."""
    made = drawn.file("signed")
    drawn.decide(made, "li", "approve")
    return made


def row_of(made: Case, code: str) -> Task:
    """The open row that lies in this unit."""
    return next(one for one in make.open_tasks(made) if one.unit_id == unit(code).id)


def looks(key: str, task: Task) -> bool:
    """Whether the page of the task opens for them."""
    try:
        casefile.handling(session(), who(key), task.id)
    except (Forbidden, NotFound):
        return False
    return True


def named_by_housing() -> Task:
    """The row of 孙牧, whom 周祁 asked to sign as well: it lies in the township."""
    made = joint()
    asked = Addition(who("sun").id, "beside", "请一并看")
    return commands.add_signer(who("zhou"), make.task(made, "zhou").id, asked, at=NOON)


def test_who_once_decided_it_and_moved_away_opens_it_no_more(town: Session) -> None:
    made = make.case()
    task = first(made)
    make.decide(made, "li", "approve")
    assert looks("li", task)
    expired("li")
    assert not looks("li", task)
    also("li", FAR, position="head")
    assert not looks("li", task)


def test_who_was_asked_for_an_opinion_opens_it_while_they_have_a_post(town: Session) -> None:
    task = first(make.case())
    commands.delegate(who("li"), task.id, to("wang"), at=NOON)
    assert looks("wang", task)
    assert looks("li", task)
    expired("wang")
    assert not looks("wang", task)
    with pytest.raises(Forbidden):
        commands.give_back(who("wang"), task.id, Handing(reason="一致"), at=NOON)
    commands.fetch_back(who("li"), task.id, Handing(), at=NOON)
    assert make.verbs(task.case) == ["filed", "delegated", "fetched_back"]


def test_what_lies_with_an_adviser_whose_post_ended_goes_back(town: Session) -> None:
    task = first(make.case())
    commands.delegate(who("li"), task.id, to("wang"), at=NOON)
    grant = who("wang").holds[0].grant_id
    granting.end_post(who("jin"), grant, YESTERDAY, "调离", at=NOON)
    assert first(task.case).claimed_by_id == who("li").id


def test_a_signer_of_the_step_is_handed_no_other_row_of_it(town: Session) -> None:
    also("zhou", "420502", "district_gov_user")
    also("han", "420502", "district_gov_user")
    made = joint()
    row = row_of(made, "420502")
    commands.decide(who("zhou"), row_of(made, "420502:housing").id, AGREED, at=NOON)
    with pytest.raises(Invalid, match="请选择接手的人员"):
        commands.transfer(who("qian"), row.id, to("zhou"), at=NOON)
    commands.transfer(who("qian"), row.id, to("han"), at=NOON)


def test_who_must_leave_it_to_others_since_gives_it_back(town: Session) -> None:
    task = first(make.case())
    commands.claim(who("li"), task.id, at=NOON)
    with transaction() as work:
        work.get_one(Case, task.case_id).parties = [who("li").id, who("wang").id]
    with pytest.raises(Forbidden, match="应当回避"):
        commands.decide(who("li"), task.id, AGREED, at=NOON)
    commands.release(who("li"), task.id, at=NOON)
    while jobs.run_due(NOON):
        pass
    assert make.verbs(task.case) == ["filed", "claimed", "released", "vacant"]
    assert first(task.case).unit_id == unit("420502002").id


def test_what_was_given_out_is_not_taken_over_from_the_adviser(town: Session) -> None:
    also("chen", HERE, position="inspector")
    task = first(make.case())
    commands.delegate(who("wang"), task.id, to("chen"), at=NOON)
    with pytest.raises(Conflict, match="委派"):
        commands.act_for(who("li"), task.id, to("chen"), at=NOON)
    assert first(task.case).delegated_by_id == who("wang").id


def test_a_head_who_does_it_for_a_named_inspector_can_decide_it(town: Session) -> None:
    row = named_by_housing()
    commands.act_for(who("zhao"), row.id, to("sun"), at=NOON)
    commands.decide(who("zhao"), row.id, AGREED, at=NOON)
    told = make.events(row.case)[-1]
    assert (told.actor_id, told.for_id) == (who("zhao").id, who("sun").id)


def test_what_was_taken_over_from_somebody_named_goes_back_to_them(town: Session) -> None:
    row = named_by_housing()
    commands.act_for(who("zhao"), row.id, to("sun"), at=NOON)
    commands.release(who("zhao"), row.id, at=NOON)
    assert session().get_one(Task, row.id, populate_existing=True).claimed_by_id == who("sun").id
    commands.decide(who("sun"), row.id, AGREED, at=NOON)


def test_somebody_named_hands_it_on_within_their_unit(town: Session) -> None:
    row = named_by_housing()
    with pytest.raises(Invalid, match="请选择接手的人员"):
        commands.transfer(who("sun"), row.id, to("qian"), at=NOON)
    commands.transfer(who("sun"), row.id, to("he"), at=NOON)
    with pytest.raises(Forbidden):
        commands.decide(who("sun"), row.id, AGREED, at=NOON)
    commands.decide(who("he"), row.id, AGREED, at=NOON)
    assert [one.kind for one in make.notices("he")] == ["transferred"]


def test_an_adviser_changes_no_files_of_the_case(town: Session) -> None:
    file = Upload("check_photos", "现场.jpg", io.BytesIO(b"-"))
    task = first(make.case())
    commands.delegate(who("li"), task.id, to("wang"), at=NOON)
    with pytest.raises(Forbidden, match="不由您办理"):
        attachments.attach(who("wang"), Home(case_id=task.case_id), file, at=NOON)


def test_who_handles_a_step_of_anothers_trade_is_offered_no_talk(town: Session) -> None:
    case = make.case("permit_follow_up", project_type="culture")
    assert make.task(case, "zhou").unit_id == unit("420502:housing").id
    told = {one.key for one in offers.of_case(session(), who("zhou"), make.fresh(case), at=NOON)}
    assert told.isdisjoint({"comment", "copy", "ask"})
    with pytest.raises(NotFound):
        talk.comment(who("zhou"), case.id, Words("请看"), at=NOON)
