"""Visits that nobody can make: they go one level up, visibly, and later ones do not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import session, transaction
from app.identity.models import Grant, Person
from app.smallworks import life
from app.smallworks.models import Work
from app.smallworks.patrols import commands, vacancies
from app.smallworks.patrols.models import Patrol
from app.web import history
from app.workflow import definitions, events, jobs, kinds, publishing
from app.workflow.backstage import Job
from app.workflow.models import Case, Task
from app.workflow.notice_models import Notice
from app.workflow.publishing import Publication
from app.workflow.queries import casefile
from tests.identity import people
from tests.smallworks.patrols import visits
from tests.smallworks.patrols.test_unannounced import Screen
from tests.smallworks.patrols.visits import (
    answer_all,
    begin,
    conclude,
    filed,
    morning_of,
    patrol_of,
    task_of,
    work_off,
)
from tests.smallworks.town import Town, owner, staff

START = visits.PLANNED_START
UP = "原承办单位没有人能去，改由上一级巡查"
HEARD = "原承办单位没有人能去，重新确定由谁巡查"


def person(rows, account: str) -> Person:
    return rows.scalars(select(Person).where(Person.account == account)).one()


def disabled(account: str) -> None:
    with transaction() as rows:
        person(rows, account).status = "disabled"


def away(account: str) -> None:
    """Their assignment has run out."""
    with transaction() as rows:
        mine = select(Grant).where(Grant.person_id == person(rows, account).id)
        rows.scalars(mine).one().valid_to = date(2026, 11, 30)


def concerned(account: str) -> None:
    """The works of the owner are theirs."""
    with transaction() as rows:
        for case in rows.scalars(select(Case).where(Case.process_key == "filing")):
            case.applicant_id = person(rows, account).id


def back(account: str) -> None:
    with transaction() as rows:
        person(rows, account).status = "active"


def told(account: str, case_id: str) -> list[str]:
    session().rollback()
    rows = select(Notice.text).where(Notice.person_id == person(session(), account).id)
    return list(session().scalars(rows.where(Notice.case_id == case_id).order_by(Notice.id)))


def tasks(patrol: Patrol) -> list[tuple[str, str]]:
    session().rollback()
    mine = select(Task).where(Task.case_id == patrol.case_id).order_by(Task.opened_at, Task.id)
    return [(task.element, task.status) for task in session().scalars(mine)]


def acts(account: str, town: Town, patrol: Patrol) -> list[str]:
    """The record of a visit as this person reads it, newest first, without its lateness."""
    session().rollback()
    me = staff(account, town.at)
    lines = history.lines(casefile.read(session(), me, patrol.case_id), me)
    return [act for line in lines if "督办" not in (act := line["act"]) and "到期" not in act]


def named(patrol: Patrol) -> list[str]:
    """Who the papers say was there."""
    session().rollback()
    return [each["name"] for each in session().get_one(Patrol, patrol.id).inspectors]


@pytest.mark.parametrize("gone", [disabled, away, concerned])
def test_a_planned_visit_for_which_a_community_has_nobody_is_the_townships(
    town: Town, gone: Callable[[str], None]
):
    work = filed(town)
    gone("shecundong")
    work_off(morning_of(START))
    patrol = patrol_of(work)
    assert patrol.level == "township"
    assert sorted(tasks(patrol)) == [("visit_community", "closed"), ("visit_township", "open")]
    assert acts("muyulan", town, patrol) == [HEARD, "系统自动发起"]
    case = session().get_one(Case, patrol.case_id)
    assert events.broken_link(case.events) is None
    (up,) = [each for each in case.events if each.verb == "messaged"]
    assert (up.outcome, up.routing, up.actor_id) == ("patrol.vacant", {"staffed": False}, None)
    assert "send_up" in up.passed
    text = f"“{case.title}”{UP}，请在2026年12月2日前完成"
    assert told("tangjichuan", case.id) == [text]
    then = Town(morning_of(START))
    begun = commands.start(staff("tangjichuan", then.at), patrol.id, at=then.at)
    answer_all(then, begun, "tangjichuan")
    assert conclude(then, begun, "normal", "tangjichuan").result == "done"


def test_who_left_a_visit_half_done_leaves_its_answers_to_the_township(town: Town):
    patrol = begin(town, filed(town))
    answer_all(town, patrol)
    disabled("shecundong")
    assert tasks(patrol) == [("visit_community", "open")]
    work_off(morning_of("2026-11-26"))
    assert sorted(tasks(patrol)) == [("visit_community", "closed"), ("visit_township", "open")]
    then = Town(morning_of("2026-11-26"))
    assert named(patrol) == []
    commands.start(staff("tangjichuan", then.at), patrol.id, at=then.at)
    assert named(patrol) == ["汤济川"]
    assert conclude(then, patrol, "normal", "tangjichuan").result == "done"
    assert named(patrol) == ["汤济川"]


def test_a_visit_that_goes_up_late_stays_late(town: Town):
    patrol = begin(town, filed(town))
    due = task_of(patrol).due_at
    disabled("shecundong")
    work_off(morning_of("2026-11-26"))
    up = task_of(patrol)
    assert due is not None
    assert due < up.opened_at
    assert (up.element, up.due_at) == ("visit_township", due)
    assert up.chased == 1  # and is chased as what is late by a working day


def test_a_table_that_knows_no_way_up_is_asked_once(town: Town):
    """A district with a table of its own, or an earlier one: the community keeps its visit."""
    shipped = definitions.shipped_files("patrol")["patrol_level.dmn"]
    earlier = re.sub(r'\s*<rule id="patrol_level_rule_1">.*?</rule>', "", shipped, flags=re.S)
    assert earlier != shipped
    unit = people.unit("西陵区", "district").id
    table = Publication(unit, "patrol", {"patrol_level.dmn": earlier.encode()}, "不改由乡镇")
    publishing.publish(staff("jinhezhu", town.at), table, at=town.at)
    work = filed(town)
    disabled("shecundong")
    work_off(morning_of(START))
    patrol = patrol_of(work)
    first = task_of(patrol)
    for day in ("2026-12-02", "2026-12-03", "2026-12-04"):
        work_off(morning_of(day))
    assert task_of(patrol).id == first.id
    assert tasks(patrol) == [("visit_community", "closed"), ("visit_community", "open")]
    assert acts("muyulan", town, patrol) == [HEARD, "系统自动发起"]
    assert vacancies.sent_up(session(), patrol.case_id) is False
    heard = told("muyulan", patrol.case_id)
    assert not [text for text in heard if UP in text]
    assert [text for text in heard if text.endswith("请督促办理")]


def test_a_visit_of_a_work_that_is_over_is_not_looked_at_again(town: Town):
    work = filed(town)
    patrol = begin(town, work)
    disabled("shecundong")
    with transaction() as rows:
        life.enter(rows.get_one(Work, work.id), life.CANCELLED, town.at)
    work_off(morning_of("2026-11-27"))
    assert tasks(patrol) == [("visit_community", "open")]
    waiting = select(Job).where(Job.kind == vacancies.JOB, Job.status == "due")
    assert session().scalars(waiting).all() == []


def test_a_look_that_failed_is_tried_again_with_its_case(town: Town):
    patrol = begin(town, filed(town))
    with transaction() as rows:
        job = rows.scalars(select(Job).where(Job.kind == vacancies.JOB)).one()
        job.status, job.tries = "dead", jobs.MOST_TRIES
    with transaction() as rows:
        assert jobs.again(rows, patrol.case_id, town.at)
    job = session().scalars(select(Job).where(Job.kind == vacancies.JOB)).one()
    assert (job.status, job.tries) == ("due", 0)


def test_where_somebody_can_go_the_visit_stays(town: Town):
    visits.hire_inspector(town.at)
    work = filed(town)
    disabled("shecundong")
    for day in (START, "2026-12-02", "2026-12-03"):
        work_off(morning_of(day))
    assert tasks(patrol_of(work)) == [("visit_community", "open")]
    assert patrol_of(work).level == "community"


def test_new_visits_go_to_the_community_again_once_it_has_people(town: Town):
    work = filed(town)
    disabled("shecundong")
    work_off(morning_of(START))
    then = Town(morning_of(START))
    first = commands.start(staff("tangjichuan", then.at), patrol_of(work).id, at=then.at)
    answer_all(then, first, "tangjichuan")
    conclude(then, first, "normal", "tangjichuan")
    assert HEARD in acts("muyulan", then, first)
    session().rollback()
    me = owner(then.at)
    read = history.lines(casefile.read(session(), me, first.case_id), me)
    assert read
    assert not [line for line in read if "没有人" in line["act"] or "消息" in line["act"]]
    back("shecundong")
    work_off(morning_of("2026-12-15"))
    again = patrol_of(work)
    assert again.id != first.id
    assert (again.level, tasks(again)) == ("community", [("visit_community", "open")])


def test_a_visit_that_is_over_is_not_looked_at_again(town: Town):
    patrol = begin(town, filed(town))
    answer_all(town, patrol)
    conclude(town, patrol, "normal")
    disabled("shecundong")
    work_off(morning_of("2026-11-27"))
    assert tasks(patrol) == [("visit_community", "done")]
    waiting = select(Job).where(Job.kind == vacancies.JOB, Job.status == "due")
    assert session().scalars(waiting).all() == []


def test_whoever_goes_on_with_a_visit_stands_on_its_papers(town: Town):
    visits.hire_inspector(town.at)
    patrol = begin(town, filed(town), visits.INSPECTOR[0])
    head = staff("shecundong", town.at)
    commands.hand_over(head, patrol.id, "", at=town.at)
    commands.start(head, patrol.id, at=town.at)
    assert named(patrol) == ["陆远秋", "佘存栋"]
    commands.hand_over(head, patrol.id, person(session(), visits.INSPECTOR[0]).id, at=town.at)
    assert named(patrol) == ["陆远秋", "佘存栋"]


def test_whoever_is_given_a_visit_that_began_stands_on_its_papers(town: Town):
    visits.hire_inspector(town.at)
    patrol = begin(town, filed(town))
    colleague = person(session(), visits.INSPECTOR[0])
    commands.hand_over(staff("shecundong", town.at), patrol.id, colleague.id, at=town.at)
    assert named(patrol) == ["佘存栋", "陆远秋"]


def test_where_the_drawing_has_no_way_up_the_visit_waits(town: Town):
    asked = commands.Begin(work_id=filed(town).id, level="township")
    for account in ("muyulan", "tangjichuan"):
        disabled(account)
    patrol = commands.begin(staff("shuangshu", town.at), asked, at=town.at)
    for day in ("2026-11-24", "2026-11-25"):
        work_off(morning_of(day))
    assert tasks(patrol) == [("visit_township", "open")]
    assert acts("quyuanhang", town, patrol) == ["发起"]
    assert vacancies.sent_up(session(), patrol.case_id) is False


def test_a_township_that_asks_the_empty_community_to_go_has_the_visit_itself(town: Town):
    work = filed(town)
    disabled("shecundong")
    asked = commands.Begin(work_id=work.id, level="community")
    patrol = commands.begin(staff("muyulan", town.at), asked, at=town.at)
    assert told("muyulan", patrol.case_id) == [
        f"“{patrol.case.title}”没有人去：承办单位没有巡查人员，请尽快配齐或者另派人员"
    ]
    work_off(town.at)
    assert sorted(tasks(patrol)) == [("visit_community", "closed"), ("visit_township", "open")]


def test_the_page_and_the_case_say_why_it_is_theirs(town: Town, app: Flask):
    now = Town(clock.now())
    work: Work = filed(now, planned_start="2039-01-01", planned_end="2039-02-01")
    disabled("shecundong")
    patrol = commands.begin(
        staff("muyulan", now.at), commands.Begin(work_id=work.id, level="community"), at=now.at
    )
    screen = Screen(app, staff("muyulan", now.at))
    page = f"/patrols/{patrol.id}"
    assert UP not in screen.text(page)[1]
    work_off(now.at)
    for path in (page, f"/cases/{patrol.case_id}"):
        status, text = screen.text(path)
        assert (status, UP in text) == (200, True), path
    session().rollback()
    outside = kinds.of("patrol").extras(session(), session().get_one(Case, patrol.case_id), False)
    assert UP not in [each.text for each in outside]
