"""A rectification from the notice to its end: reports, re-inspections, rounds, the stop."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Conflict, Forbidden, Invalid
from app.identity import sms
from app.smallworks.models import Paper, Work
from app.smallworks.rectifications import commands
from app.smallworks.rectifications.commands import Judged, Said
from app.workflow import commands as workflow
from app.workflow.commands.tasks import Decision
from app.workflow.models import Attachment, Case
from app.workflow.notice_models import Notice
from tests.identity import people
from tests.smallworks.patrols import visits
from tests.smallworks.rectifications.orders import (
    HEAD,
    INSPECTOR,
    answer,
    case_of,
    conclude,
    decide,
    foreman,
    hazards_of,
    judge,
    later,
    ordered,
    picture,
    report,
    row_of,
    states,
    task_of,
    verbs,
)
from tests.smallworks.town import Town, owner, staff


def papers_of(case: Case) -> list[str]:
    session().rollback()
    found = select(Paper.kind).where(Paper.case_id == case.id).order_by(Paper.issued_at, Paper.id)
    return list(session().scalars(found))


def state_of(work: Work) -> str:
    session().rollback()
    return session().get_one(Work, work.id).state


def told(account: str) -> list[str]:
    session().rollback()
    person = staff(account, datetime(2026, 11, 23, 4, tzinfo=UTC)).id
    found = select(Notice.text).where(Notice.person_id == person).order_by(Notice.at, Notice.id)
    return list(session().scalars(found))


def test_the_notice_goes_out_with_its_hazards_and_a_link(town: Town):
    phone = people.Phone()
    sms.use(phone)
    work, case = ordered(town)
    row = row_of(case)
    assert papers_of(case) == ["rectification_notice"]
    assert (row.grade, row.level, row.round) == ("general", "community", 1)
    assert row.deadline == datetime(2026, 11, 26, 15, 59, 59, tzinfo=UTC)  # three days, to its end
    assert [one.deadline for one in hazards_of(case)] == [row.deadline, row.deadline]
    assert state_of(work) == "rectifying"
    (number, text), = [one for one in phone.messages if "/l/" in one[1]]  # fmt: skip
    assert number == "13900003333"
    assert case.number in text


def test_the_contractor_is_asked_and_the_owner_may_read(town: Town):
    _work, case = ordered(town)
    assert task_of(case).person_id == foreman(town.at).id
    hazard = hazards_of(case)[0]
    with pytest.raises(Forbidden):
        commands.answer(owner(town.at), case.id, hazard.id, Said("我来填"), at=town.at)


def test_who_cites_the_firm_in_a_filing_of_their_own_gets_nothing_of_this_work(town: Town):
    visits.hire_inspector(town.at)
    work = visits.filed(town)
    visits.filed(town, name="别处的工程", contractor_phone="13900009999")
    visits.conclude(town, visits.failing(town, work, "person_helmet"), "rectify")
    visits.work_off(town.at)
    assert task_of(case_of(work)).person_id == foreman(town.at).id


def test_put_right_and_passed_it_ends_and_the_work_goes_on(town: Town):
    work, case = ordered(town)
    report(town, case)
    assert states(case) == ["answered", "answered"]
    ended = conclude(town, case)
    assert (ended.state, ended.result) == ("ended", "done")
    assert states(case) == ["closed", "closed"]
    assert state_of(work) == "in_progress"
    assert papers_of(case) == ["rectification_notice", "reinspection"]
    assert verbs(case) == [
        "opened", "answered", "answered", "decided", "verified", "verified", "decided",
    ]  # fmt: skip


def test_a_report_needs_words_and_a_photo_for_every_hazard(town: Town):
    _work, case = ordered(town)
    first, second = hazards_of(case)
    told = Said("已整改")
    commands.answer(foreman(town.at), case.id, first.id, told, at=town.at)
    with pytest.raises(Invalid) as refused:
        decide(town, case, foreman(town.at), "submit")
    assert set(refused.value.fields) == {
        f"photos_{first.id}", f"text_{second.id}", f"photos_{second.id}",
    }  # fmt: skip
    assert states(case) == ["open", "open"]


def test_an_answer_is_saved_again_and_again_until_it_is_reported(town: Town):
    _work, case = ordered(town, "person_helmet")
    (hazard,) = hazards_of(case)
    answer(town, case, hazard, "先围起来")
    answer(town, case, hazard, "已装好护栏")  # the same photo is kept once
    fields = select(Attachment).where(Attachment.case_id == case.id)
    assert len(session().scalars(fields).all()) == 1
    report(town, case)
    with pytest.raises(Conflict):
        answer(town, case, hazard, "再改一改")


def test_the_same_answer_sent_twice_is_one_event(town: Town):
    _work, case = ordered(town, "person_helmet")
    (hazard,) = hazards_of(case)
    answer(town, case, hazard, key="one and the same")
    answer(town, case, hazard, key="one and the same")
    assert verbs(case) == ["opened", "answered"]


def test_the_same_report_sent_twice_counts_once(town: Town):
    _work, case = ordered(town, "person_helmet")
    answer(town, case, hazards_of(case)[0])
    task, made = task_of(case), Decision("submit", {}, "one and the same")
    for _time in range(2):
        workflow.decide(foreman(town.at), task.id, made, at=town.at)
    assert list(verbs(case)).count("decided") == 1


def test_a_photo_sent_by_mistake_is_taken_back_and_stays_on_record(town: Town):
    _work, case = ordered(town, "person_helmet")
    found = answer(town, case, hazards_of(case)[0])
    photo = session().scalars(
        select(Attachment).where(Attachment.field == f"answer:{found.id}")
    ).one()  # fmt: skip
    commands.remove_photo(foreman(town.at), case.id, photo.id, at=town.at)
    session().rollback()
    assert session().get_one(Attachment, photo.id).field == "replaced"
    with pytest.raises(Invalid):
        decide(town, case, foreman(town.at), "submit")


def test_what_is_no_photo_is_refused_by_name(town: Town):
    _work, case = ordered(town, "person_helmet")
    sent = picture()
    sent.stream.seek(0)
    sent.stream.write(b"%PDF-1.7 not a picture at all")
    who, hazard, told = foreman(town.at), hazards_of(case)[0], Said("已整改", (sent,))
    with pytest.raises(Invalid):
        commands.answer(who, case.id, hazard.id, told, at=town.at)


def test_who_found_it_leaves_judging_to_a_colleague(town: Town):
    _work, case = ordered(town, "person_helmet")
    report(town, case)
    with pytest.raises(Forbidden, match="同岗位其他人员复查"):
        judge(town, case, hazards_of(case)[0], "pass", HEAD)
    with pytest.raises(Forbidden, match="同岗位其他人员复查"):  # nor keeps it from others
        workflow.claim(staff(HEAD, town.at), task_of(case).id, at=town.at)


def test_who_concluded_the_visit_leaves_judging_to_a_colleague(town: Town):
    """佘存栋 found it and handed the visit to 陆远秋; 鲜于春 had no part in it."""
    visits.hire_inspector(town.at)
    visits.hire("xianyuchun", "鲜于春", "head", town.at)
    work, inspector = visits.filed(town), staff(INSPECTOR, town.at)
    patrol = visits.failing(town, work, "person_helmet")
    visits.commands.hand_over(staff(HEAD, town.at), patrol.id, inspector.id, at=town.at)
    visits.conclude(town, patrol, "rectify", INSPECTOR)
    visits.work_off(town.at)
    case = report(town, case_of(work))
    with pytest.raises(Forbidden, match="同岗位其他人员复查"):
        judge(town, case, hazards_of(case)[0], "pass", INSPECTOR)
    judge(town, case, hazards_of(case)[0], "pass", "xianyuchun")


def test_where_there_is_no_colleague_the_finder_may_and_it_is_marked(town: Town):
    _work, case = ordered(town, "person_helmet", inspector=False)
    report(town, case)
    conclude(town, case, account=HEAD)
    event = case_of(session().get_one(Work, row_of(case).work_id)).events[-1]
    assert event.routing["finder_checks"] is True


def test_the_contractor_does_not_re_inspect(town: Town):
    _work, case = ordered(town, "person_helmet")
    report(town, case)
    hazard, judged = hazards_of(case)[0], Judged("pass")
    with pytest.raises(Forbidden):
        commands.verify(foreman(town.at), case.id, hazard.id, judged, at=town.at)


def test_a_conclusion_needs_a_verdict_for_every_hazard(town: Town):
    _work, case = ordered(town)
    report(town, case)
    judge(town, case, hazards_of(case)[0], "pass")
    with pytest.raises(Invalid) as refused:
        decide(town, case, staff(INSPECTOR, town.at), "conclude", checkers="陆远秋")
    assert set(refused.value.fields) == {f"verdict_{hazards_of(case)[1].id}"}


def test_a_failure_says_why(town: Town):
    _work, case = ordered(town, "person_helmet")
    report(town, case)
    who, hazard = staff(INSPECTOR, town.at), hazards_of(case)[0]
    with pytest.raises(Invalid, match="理由"):
        commands.verify(who, case.id, hazard.id, Judged("fail"), at=town.at)


def test_a_failure_that_becomes_a_pass_leaves_its_reason_behind(town: Town):
    _work, case = ordered(town)
    report(town, case)
    who, first, second = staff(INSPECTOR, town.at), *hazards_of(case)
    failed = "栏杆仍然松动，没有固定"
    for hazard in (first, second):
        judge(town, case, hazard, "fail")
    found = commands.verify(who, case.id, first.id, Judged("pass", failed), at=town.at)
    assert (found.verdict, found.verdict_reason) == ("pass", "")
    note = "栏杆当场固定好了"
    found = commands.verify(who, case.id, second.id, Judged("pass", note), at=town.at)
    assert found.verdict_reason == note
    again = commands.verify(who, case.id, second.id, Judged("pass", note), at=town.at)
    assert (again.verdict, again.verdict_reason) == ("pass", note)
    events = session().get_one(Case, case.id).events
    given = [event.outcome for event in events if event.verb == "verified"]
    assert given == ["fail", "fail", "pass", "pass", "pass"]


def test_two_inspectors_judge_one_case_and_the_second_is_told(town: Town):
    _work, case = ordered(town, "person_helmet")
    report(town, case)
    hazard = hazards_of(case)[0]
    judge(town, case, hazard, "pass")
    people.add(
        staff("jinhezhu", town.at), "蔺知微", "linzhiwei",
        people.Post(people.unit("铁路坝社区", "community").id, "", "inspector"), town.at,
    )  # fmt: skip
    with pytest.raises(Conflict, match="陆远秋"):
        judge(town, case, hazard, "fail", "linzhiwei")


def test_each_hazard_closes_by_itself_and_what_failed_is_ordered_again(town: Town):
    _work, case = ordered(town)
    report(town, case)
    conclude(town, case, 2)
    row = row_of(case)
    assert states(case) == ["closed", "open"]
    assert (row.round, row.second_notice_paper_id is None) == (2, False)
    assert papers_of(case) == ["rectification_notice", "reinspection", "second_notice"]
    with pytest.raises(Conflict):
        answer(town, case, hazards_of(case)[0])
    report(later(town, 1), case)
    conclude(later(town, 1), case)
    assert states(case) == ["closed", "closed"]


def test_failed_twice_it_is_stopped_and_a_bad_record_is_proposed(town: Town):
    work, case = ordered(town, "person_helmet")
    for days in (0, 1):
        report(later(town, days), case)
        conclude(later(town, days), case, 1)
    visits.work_off(later(town, 1).at)
    assert state_of(work) == "stopped"
    keys = select(Case.process_key).where(Case.subject_id == work.case_id)
    found = list(session().scalars(keys))
    assert (found.count("stop_work"), found.count("bad_record")) == (1, 1)
    assert any("两次复查不合格" in text for text in told("shuangshu"))
    report(later(town, 2), case)  # it goes on under the stop
    conclude(later(town, 2), case)
    assert (case_of(work).result, state_of(work)) == ("done", "stopped")
