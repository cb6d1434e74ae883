"""Reports: anybody may tell, not too often; the community goes, and the owner is urged to file."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import vault
from app.db import session
from app.errors import Conflict, Forbidden, Invalid
from app.identity import sms, system
from app.identity.models import Person
from app.smallworks.records.models import BadRecord
from app.smallworks.reports import commands, queries
from app.smallworks.reports.models import SiteReport
from app.workflow import commands as workflow
from app.workflow.commands.filing import Filing
from app.workflow.models import Attachment, Case, Task
from tests.identity.people import HERE, Phone
from tests.smallworks.records.market import work_off
from tests.smallworks.reports.made import FOUND, SEEN, picture, report_of, reported, told, urged
from tests.smallworks.town import COMMUNITY, Town, credit_code, owner, staff

KNOWN = {
    "builder_kind": "enterprise", "builder_name": "宜昌无名装饰有限公司",
    "builder_credit_code": credit_code("91420502MA4KUNF11"), "builder_phone": "13900008888",
}  # fmt: skip


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


def test_of_many_at_once_no_more_than_five_are_taken(town: Town, app: Flask) -> None:
    for _ in range(4):
        reported(town)
    start, heard = Barrier(4), list[str]()

    def try_it() -> None:
        with app.app_context():
            start.wait()
            try:
                reported(town)
                heard.append("taken")
            except Conflict as often:
                heard.append(often.message[:7])

    threads = [Thread(target=try_it) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(heard) == sorted(["taken", *["提交得太频繁，"] * 3])
    session().rollback()
    assert session().scalar(select(func.count(SiteReport.id))) == 5


def test_nothing_that_a_stranger_typed_goes_out_in_a_message(town: Town) -> None:
    phone = Phone()
    sms.use(phone)
    lure = "退款请点 http://lure.example 胜利四路"
    urged(town, report=reported(town, address=lure), owner_phone="13900002222")
    work_off(town.at)
    assert len(phone.messages) == 1
    assert "lure" not in phone.messages[0][1]
    assert "胜利四路" not in phone.messages[0][1]


def test_the_same_form_sent_twice_is_one_report(town: Town) -> None:
    first, again = reported(town, key="once"), reported(town, key="once")
    assert first.id == again.id


def test_an_urged_owner_gets_the_way_to_file_and_files(town: Town) -> None:
    phone = Phone()
    sms.use(phone)
    case = urged(town, owner_name="鄢小满", owner_phone="13900002222")
    assert report_of(case).state == "urged"
    work_off(town.at)
    assert [to for to, _text in phone.messages] == ["13900002222"]
    assert (
        f"铁路坝社区核查发现您的施工还没有备案（{case.number}），请在 1 个工作日内提交：http"
    ) in phone.messages[0][1]
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


def test_a_record_names_whom_the_site_names_and_not_who_filed_first(town: Town) -> None:
    town.file(
        contractor_name="宜昌冒名装饰有限公司", contractor_legal_rep="裴冒名",
        contractor_credit_code=KNOWN["builder_credit_code"], address="沿江大道 9 号",
    )  # fmt: skip
    case = urged(town, **KNOWN, builder_legal_rep="钟离朔")
    assert "宜昌无名" not in report_of(case).builder_name  # sealed
    record = still_working(town, case)
    assert record.contractor.name == "宜昌冒名装饰有限公司"  # the register stays as first filed
    assert (record.name, record.legal_rep) == ("宜昌无名装饰有限公司", "钟离朔")
    assert record.case.title == "宜昌无名装饰有限公司：告知后仍未备案施工"


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
