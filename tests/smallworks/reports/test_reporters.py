"""Whoever reported: heard of what came of it, and named to those alone who handle it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import session
from app.errors import Forbidden, Invalid, NotFound
from app.identity import sms
from app.identity.commands import Post
from app.identity.models import AuditEntry
from app.smallworks.reports import commands
from app.smallworks.reports.commands import Reporter
from app.smallworks.reports.models import SiteReport
from app.workflow.models import Event, Submission, Task
from tests.identity import people
from tests.identity.people import HERE, Phone
from tests.smallworks.records.market import work_off
from tests.smallworks.reports.made import SEEN, report_of, reported
from tests.smallworks.town import FORM, HIRED, Town, staff
from tests.web.visitors import Browser

REPORTER, CALLER = "13900007777", "谈如晦"


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
    assert [row.values["what"] for row in rows] == [SEEN]
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


def test_who_sits_at_no_desk_of_it_hears_no_name(town: Town) -> None:
    """A community's leader and an administrator read the case; neither handles it."""
    chief, community = staff("jinhezhu", town.at), people.unit("铁路坝社区", "community")
    for name, account, role, position in (
        ("傅霜降", "fushuangjiang", "", "leader"), ("简竹青", "jianzhuqing", "unit_admin", ""),
    ):  # fmt: skip
        people.add(chief, name, account, Post(community.id, role, position), HIRED)
    case = reported(town).case
    commands.keep_reporter(
        staff("shecundong", town.at), case.id, Reporter(CALLER, REPORTER), at=town.at
    )
    with pytest.raises(Forbidden, match="只有承办单位"):
        commands.reveal_reporter(staff("fushuangjiang", town.at), case.id, at=town.at)
    with pytest.raises(NotFound):
        commands.reveal_reporter(staff("jianzhuqing", town.at), case.id, at=town.at)


def test_who_may_not_know_hears_nothing_of_what_is_missing(town: Town) -> None:
    case = reported(town).case
    with pytest.raises(Forbidden, match="只有承办单位"):
        commands.keep_reporter(staff("muyulan", town.at), case.id, Reporter("", "1"), at=town.at)
    with pytest.raises(Invalid):
        commands.keep_reporter(staff("shecundong", town.at), case.id, Reporter("", ""), at=town.at)


def linked(browser: Browser, page: str, words: str) -> str:
    """Where the link of these words leads from a page."""
    shown = BeautifulSoup(browser.get(page).text, "html.parser")
    link = shown.find("a", string=words)
    assert link is not None, words
    return str(link["href"])


def test_the_case_leads_to_the_reporter_and_to_the_filing_that_may_answer_it(
    town: Town, app: Flask
) -> None:
    now = Town(clock.now())
    case = reported(now, address=FORM["address"]).case
    given = Reporter(CALLER, REPORTER)
    commands.keep_reporter(staff("shecundong", now.at), case.id, given, at=now.at)
    filing = now.file()
    browser = Browser(app)
    browser.sign_in("shecundong")
    page = linked(browser, f"/cases/{case.id}", "举报登记")
    assert page == f"/reports/{case.id}"
    assert "查看举报人" in browser.get(page).text
    (task,) = session().scalars(select(Task).where(Task.case_id == case.id, Task.status == "open"))
    for shown in (f"/cases/{case.id}", f"/tasks/{task.id}"):
        likely = linked(browser, shown, "可能已提交备案")
        assert likely == f"/cases/{filing.id}"
        assert browser.get(likely).status_code == 200
