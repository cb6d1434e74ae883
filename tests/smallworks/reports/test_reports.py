"""Reports: anybody may tell, the community goes, the owner is urged, the reporter is protected."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from app import vault
from app.db import session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import sms, system
from app.identity.models import AuditEntry, Division, Person
from app.smallworks.records.models import BadRecord
from app.smallworks.reports import commands, queries
from app.smallworks.reports.commands import Reporter, Told
from app.smallworks.reports.models import SiteReport
from app.workflow import commands as workflow
from app.workflow.attachments import Upload
from app.workflow.commands.filing import Filing
from app.workflow.models import Attachment, Case, Event, Submission, Task
from app.workflow.reach import readable_case
from tests.identity.people import HERE, Phone
from tests.smallworks.records.market import filed, work_off
from tests.smallworks.town import COMMUNITY, Town, credit_code, owner, staff

REPORTER, CALLER = "13900007777", "谈如晦"
SEEN = "二楼外墙搭脚手架施工，没有围挡，没有公示牌"
FOUND = "现场三人正在拆墙，没有备案，已当面告知"
KNOWN = {
    "builder_kind": "enterprise", "builder_name": "宜昌无名装饰有限公司",
    "builder_credit_code": credit_code("91420502MA4KUNF11"), "builder_phone": "13900008888",
}  # fmt: skip


def told(**changed: Any) -> Told:
    return Told(**{
        "what": SEEN, "address": "胜利四路 66 号", "division_code": COMMUNITY, "key": "",
        **changed,
    })  # fmt: skip


def reported(town: Town, **changed: Any) -> SiteReport:
    """Somebody without a name reports."""
    return commands.report(told(**changed), (), HERE, at=town.at)


def urged(town: Town, **changed: Any) -> Case:
    """The community went, and urged the owner to file."""
    case = reported(town).case
    answers = {"findings": FOUND, "project_type": "home_decoration", **changed}
    town.decide(case, "shecundong", "urge", **answers)
    return case


def report_of(case: Case) -> SiteReport:
    session().rollback()
    return session().scalars(select(SiteReport).where(SiteReport.case_id == case.id)).one()


def picture() -> Upload:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(made, "JPEG")
    made.seek(0)
    return Upload("photos", "现场.jpg", made)


def test_anybody_reports_and_the_community_has_a_task(town: Town) -> None:
    report = commands.report(told(), [picture(), picture()], HERE, at=town.at)
    case = report.case
    assert (case.title, case.filed_by_id) == ("未备案施工：胜利四路 66 号", system.ID)
    assert case.applicant_id is None
    task = town.task(case, staff("shecundong", town.at))
    assert (task.element, task.unit.name if task.unit else "") == ("verify", "铁路坝社区")
    photos = select(Attachment.name).where(Attachment.case_id == case.id)
    assert sorted(session().scalars(photos)) == ["现场照片1.jpg", "现场照片2.jpg"]


def test_somebody_who_does_not_know_the_community_reports_to_the_township(town: Town) -> None:
    report = reported(town, division_code=COMMUNITY[:9])
    task = session().scalars(select(Task).where(Task.case_id == report.case_id)).one()
    assert task.unit is not None
    assert task.unit.name == "西陵街道"


def test_what_is_missing_is_said_field_by_field(town: Town) -> None:
    with pytest.raises(Invalid) as refused:
        reported(town, what="危", address="")
    assert set(refused.value.fields) == {"what", "address"}
    with pytest.raises(Invalid) as refused:
        reported(town, division_code="4205")
    assert set(refused.value.fields) == {"place"}
    with pytest.raises(Invalid):
        commands.report(told(), [picture()] * 7, HERE, at=town.at)


def test_one_network_reports_five_times_an_hour(town: Town) -> None:
    for _ in range(5):
        reported(town)
    with pytest.raises(Conflict, match="太频繁"):
        reported(town)
    commands.report(told(), (), HERE, at=town.at + timedelta(minutes=61))


def test_the_same_form_sent_twice_is_one_report(town: Town) -> None:
    first, again = reported(town, key="once"), reported(town, key="once")
    assert first.id == again.id


def test_an_urged_owner_gets_the_way_to_file_and_files(town: Town) -> None:
    phone = Phone()
    sms.use(phone)
    case = urged(town, owner_name="鄢小满", owner_phone="13900002222")
    assert report_of(case).state == "urged"
    work_off(town.at)
    assert [(to, "/apply/filing" in text) for to, text in phone.messages] == [("13900002222", True)]
    work_off(town.at + timedelta(days=2))
    filing = town.file(address="胜利四路 66 号")
    with pytest.raises(Invalid) as refused:
        town.decide(case, "shecundong", "filed", findings=FOUND, filing_number="2026-999999")
    assert set(refused.value.fields) == {"filing_number"}
    town.decide(case, "shecundong", "filed", findings=FOUND, filing_number=filing.number)
    report = report_of(case)
    assert (report.state, report.filed_case_id) == ("filed", filing.id)


def test_who_works_on_unfiled_is_proposed_once_known(town: Town) -> None:
    case = urged(town, **KNOWN)
    work_off(town.at + timedelta(days=2))
    again = {"findings": "仍在施工", "project_type": "home_decoration"}
    town.decide(case, "shecundong", "working", **again)
    work_off(town.at + timedelta(days=2))
    record = session().scalars(select(BadRecord)).one()
    assert (record.grounds, record.points, record.work_id) == (["unfiled"], 6, None)
    assert record.contractor.name == "宜昌无名装饰有限公司"
    assert record.case.category == "home_decoration"
    town.decide(case, "muyulan", "stopped", findings="现场已停，材料已清走")
    assert report_of(case).state == "stopped"


def still_working(town: Town, case: Case, **changed: Any) -> BadRecord:
    """The day after they were urged they work on: the record that is proposed of it."""
    work_off(town.at + timedelta(days=2))
    again = {"findings": "仍在施工", "project_type": "home_decoration", **changed}
    town.decide(case, "shecundong", "working", **again)
    work_off(town.at + timedelta(days=2))
    return session().scalars(select(BadRecord)).one()


def test_a_notice_goes_to_the_phone_that_was_found_on_site(town: Town) -> None:
    case = urged(town, **KNOWN)
    town.file(
        contractor_name="宜昌无名装饰有限公司", contractor_phone="13900009999",
        contractor_credit_code=KNOWN["builder_credit_code"], address="沿江大道 9 号",
    )  # fmt: skip
    assert KNOWN["builder_phone"] not in report_of(case).builder_phone
    record = still_working(town, case)
    person = session().get_one(Person, record.case.applicant_id)
    assert vault.unseal(person.phone) == KNOWN["builder_phone"]


def test_without_a_phone_from_the_site_nobody_is_written_to(town: Town) -> None:
    known = {**KNOWN, "builder_phone": ""}
    town.file(
        contractor_name="宜昌无名装饰有限公司", contractor_phone="13900009999",
        contractor_credit_code=KNOWN["builder_credit_code"], address="沿江大道 9 号",
    )  # fmt: skip
    phone = Phone()
    sms.use(phone)
    record = still_working(town, urged(town, **known))
    town.decide(record.case, "cuizhishan", "approve")
    work_off(town.at)
    assert record.case.applicant_id == system.ID
    assert [paper.kind for paper in town.papers(record.case)] == ["bad_record_notice"]
    assert phone.messages == []


def test_an_unknown_builder_goes_to_the_township_alone(town: Town) -> None:
    case = urged(town, builder_kind="unknown")
    work_off(town.at + timedelta(days=2))
    again = {"findings": "仍在施工", "project_type": "home_decoration"}
    town.decide(case, "shecundong", "working", **again)
    work_off(town.at + timedelta(days=2))
    assert session().scalars(select(BadRecord)).all() == []
    town.decide(case, "cuizhishan", "transferred", findings="拒不停工，移送城管")
    assert report_of(case).state == "transferred"


def test_an_unfiled_site_is_stopped_by_a_paper(town: Town) -> None:
    case = reported(town).case
    answers = {"findings": FOUND, "project_type": "home_decoration"}
    town.decide(case, "shecundong", "stop", **answers)
    assert [paper.kind for paper in town.papers(case)] == ["site_stop"]
    assert (report_of(case).state, case.state) == ("ordered", "ordered")


def complaint(town: Town) -> tuple[Case, Case]:
    """A filed work, and a complaint about it by the code of its receipt."""
    work = filed(town)
    code = town.papers(work)[0].code
    return work, reported(town, paper=code).case


def test_a_complaint_by_the_papers_code_is_about_its_work(town: Town) -> None:
    work, case = complaint(town)
    report = report_of(case)
    assert (report.kind, report.work_id) == ("complaint", town.work(work).id)
    assert (case.subject_id, case.category) == (work.id, work.category)
    town.decide(case, "shecundong", "handled", findings="已当面纠正", reply="围挡已经补上")
    assert report_of(case).answer == "反映的问题已经处理。围挡已经补上"
    with pytest.raises(NotFound):
        reported(town, paper="no-such-code")


def test_the_owner_neither_reads_nor_hears_of_a_complaint(town: Town) -> None:
    _work, case = complaint(town)
    with pytest.raises(NotFound):
        readable_case(session(), owner(town.at), case.id)


def test_outcomes_that_do_not_fit_are_refused(town: Town) -> None:
    _work, case = complaint(town)
    answers = {"findings": FOUND, "project_type": "home_decoration"}
    with pytest.raises(Conflict, match="不需要督促备案"):
        town.decide(case, "shecundong", "urge", **answers)
    with pytest.raises(Conflict, match="请督促备案或责令停工"):
        town.decide(reported(town).case, "shecundong", "handled", findings=FOUND)


def test_a_complaint_about_a_work_elsewhere_stops_nothing_there(town: Town) -> None:
    elsewhere = select(Division.code).where(
        Division.level == "community", Division.code.startswith(COMMUNITY[:6]),
        ~Division.code.startswith(COMMUNITY[:9]),
    )  # fmt: skip
    work = town.file(division_code=session().scalars(elsewhere.order_by(Division.code)).first())
    values = {
        "kind": "complaint", "source": "inspector", "address": "胜利四路 8 号", "what": SEEN,
        "filing_number": work.number,
    }  # fmt: skip
    filing = Filing("report", COMMUNITY, values)
    case = workflow.file_values(staff("wenruoqing", town.at), filing, at=town.at)
    assert report_of(case).work_id == town.work(work).id
    with pytest.raises(Forbidden, match="辖区"):
        town.decide(case, "shecundong", "stop", findings=FOUND, project_type="home_decoration")


def prove(town: Town, report: SiteReport) -> None:
    """The reporter leaves a number, and proves it."""
    phone = Phone()
    sms.use(phone)
    commands.send_code(report.code, REPORTER, HERE, at=town.at)
    with pytest.raises(Invalid):
        commands.keep_phone(report.code, REPORTER, "000000x", at=town.at)
    commands.keep_phone(report.code, REPORTER, phone.code(), at=town.at)


def test_a_reporter_who_proved_a_number_hears_the_result(town: Town) -> None:
    report = reported(town)
    prove(town, report)
    phone = Phone()
    sms.use(phone)
    town.decide(report.case, "shecundong", "untrue", findings="现场无施工", reply="感谢反映")
    work_off(town.at)
    assert phone.messages == [
        (REPORTER, "【安管】您举报的事项：经核实，反映的情况与现场不符。感谢反映")
    ]


def test_nothing_of_the_reporter_is_in_the_case(town: Town) -> None:
    report = reported(town)
    prove(town, report)
    commands.keep_reporter(
        staff("shecundong", town.at), report.case_id, Reporter(CALLER, REPORTER), at=town.at
    )
    rows = session().scalars(select(Submission).where(Submission.case_id == report.case_id)).all()
    events = session().scalars(select(Event).where(Event.case_id == report.case_id)).all()
    for kept in (*(str(row.values) for row in rows), *(str(event.routing) for event in events)):
        assert REPORTER not in kept
        assert CALLER not in kept
    assert [event.verb for event in events] == ["opened", "reporter_kept", "reporter_kept"]
    assert REPORTER not in report_of(report.case).reporter_phone


def test_who_reported_is_shown_to_the_handling_unit_alone_and_noted(town: Town) -> None:
    case = reported(town).case
    given = Reporter(CALLER, REPORTER)
    commands.keep_reporter(staff("shecundong", town.at), case.id, given, at=town.at)
    shown = commands.reveal_reporter(staff("shecundong", town.at), case.id, at=town.at)
    assert shown == given
    verbs = session().scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc())).first()
    assert verbs == "reporter_read"
    commands.keep_reporter(staff("shecundong", town.at), case.id, Reporter("他人", ""), at=town.at)
    assert commands.reveal_reporter(staff("shecundong", town.at), case.id, at=town.at) == Reporter(
        "他人", REPORTER
    )
    for account in ("muyulan", "quyuanhang", "kuangda"):
        with pytest.raises(Forbidden, match="只有承办单位"):
            commands.reveal_reporter(staff(account, town.at), case.id, at=town.at)
    with pytest.raises(NotFound):
        commands.reveal_reporter(staff("chaiyiling", town.at), case.id, at=town.at)


def test_an_inspector_records_a_site(town: Town) -> None:
    values = {"kind": "unfiled", "source": "inspector", "address": "胜利四路 8 号", "what": SEEN}
    case = workflow.file_values(
        staff("wenruoqing", town.at), Filing("report", COMMUNITY, values), at=town.at
    )
    assert report_of(case).found_by == "inspector"
    with pytest.raises(Forbidden):
        workflow.file_values(owner(town.at), Filing("report", COMMUNITY, values), at=town.at)


def test_lists_show_what_lies_within_scope(town: Town) -> None:
    reported(town)
    found = queries.reports(session(), staff("muyulan", town.at), queries.Wanted())
    assert len(found.rows) == 1
    assert queries.reports(session(), staff("chaiyiling", town.at), queries.Wanted()).rows == []


def test_the_pages_for_anybody(town: Town, app: Flask) -> None:
    page = app.test_client().get("/report").get_data(as_text=True)
    assert "在哪个县市区" in page
    form = app.test_client().get(f"/report?place={COMMUNITY}").get_data(as_text=True)
    assert "西陵街道" in form
    report = reported(town)
    state = app.test_client().get(f"/report/{report.code}").get_data(as_text=True)
    assert "核实中" in state
    assert SEEN not in state
    assert app.test_client().get("/report/no-such-code").status_code == 404
