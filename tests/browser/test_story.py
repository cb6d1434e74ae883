"""A roof without harness from the visit to the closing, and a craftsman who is shut out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from selenium.webdriver.remote.webdriver import WebDriver
from sqlalchemy import select

from app import clock
from app.clock import local
from app.db import db, session
from app.identity import sms
from app.smallworks.models import Work
from tests.browser import inspecting
from tests.browser.company import Company
from tests.browser.filing import LAMPS, NEXT, Filing, Papers, choose_place, fill_in
from tests.browser.told import told_again
from tests.identity.people import Phone
from tests.smallworks.patrols import visits
from tests.smallworks.records import market
from tests.smallworks.roof import CRAFTSMAN, FIRM, ROOF
from tests.smallworks.stops import site
from tests.smallworks.town import OWNER_PHONE, Town, begin_town, inside, owner
from tests.stores import Store

HARNESS, HELMET = "person_harness", "person_helmet"
HEAD, INSPECTOR, TOWNSHIP, DEPARTMENT = "shecundong", "luyuanqiu", "muyulan", "shuangshu"
BUILDER, PHONE = "武青瓦", "13900003333"


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Town]:
    """The town with those who inspect and decide about contractors; a roof in progress."""
    begin_town(database, app, "stories_town", market.hire, visits.hire_inspector)

    def build() -> None:
        with app.app_context():
            _roof(Town(clock.now() - timedelta(days=3)))
            db.session.remove()

    database.begin("roof_in_progress", build, upon="stories_town")
    yield from inside(app, clock.now())


@pytest.fixture
def company(desktop: WebDriver, town: Town, address: str) -> Iterator[Company]:
    """Everybody of the story, with one browser."""
    found = Company(desktop, address)
    yield found
    found.leave_room()


@pytest.fixture
def texts() -> Phone:
    """What was texted."""
    phone = Phone()
    sms.use(phone)
    return phone


def _roof(town: Town) -> None:
    """Filed and reviewed by all who must, and begun the day after."""
    today = local(town.at).date()
    case = town.file(**ROOF, planned_start=_day(today, 1), planned_end=_day(today, 40))
    town.approve(case)
    for who in ("quyuanhang", DEPARTMENT):
        town.decide(case, who, "approve", opinion="同意")
    town = Town(town.at + timedelta(days=1))
    site.work_off(town.at)
    started = site.case_of(town.work(case), "start_report")
    site.attach(owner(town.at), started, town.at, "briefing_record", "start_photos")
    told = {"started_on": _day(today, 1), "briefed_on": _day(today, 1), "briefed_count": "3"}
    people = {"site_manager": BUILDER, "briefed_by": BUILDER}
    town.decide(started, "", "submit", **told, **people)
    site.work_off(clock.now())


def _day(day: date, later: int = 0) -> str:
    return (day + timedelta(days=later)).isoformat()


def the_work() -> Work:
    session().rollback()
    session().expire_all()
    return session().scalars(select(Work)).one()


def background() -> None:
    """Everything that is due, done."""
    session().rollback()
    site.work_off(clock.now())


def test_a_roof_without_harness_from_the_visit_to_the_closing(
    company: Company, texts: Phone, shots: list[Path]
) -> None:
    work = the_work()
    _stopped_on_site(company, work, shots)
    _confirmed(company, work)
    _answered(company, texts, shots)
    _inspected(company, failing="安全带")
    _answered(company, texts, shots)
    _inspected(company)
    _resumed(company, work, texts, shots)
    _closed(company, work, shots)
    told_again(company.desk(HEAD), work)


def _stopped_on_site(company: Company, work: Work, shots: list[Path]) -> None:
    """The head of the community finds it, and it is stopped before he goes."""
    phone = company.phone(HEAD).open("/patrols")
    phone.press(work.name).touch("#begin").until("已全部上传", ".strip")
    for at, item in enumerate((HARNESS, HELMET)):
        inspecting.go_to(phone, item).answer(item, "bad")
        phone.shoot("camera", f"item-{item}", shots[at : at + 1])
    while phone.all("#before"):
        phone.touch("#before")
    inspecting.answer_all(phone)
    phone.write("inspectors", "佘存栋 鄂执 0231\n陆远秋")
    inspecting.sign(phone)
    phone.touch('label[for="outcome-stop"]').touch("#sure").touch("#conclude")
    phone.wait("/cases/").until("社区巡查 责令停工")
    assert the_work().state == "stopped"
    phone.open(f"/works/{work.id}").until("工程已停工")


def _confirmed(company: Company, work: Work) -> None:
    """At once in force; the township's head confirms it, and the department is called."""
    background()
    desk = company.desk(TOWNSHIP).open("/inbox?box=claimable")
    desk.press(work.name).press("确认停工").wait("/inbox")
    background()
    desk.open(f"/stops/{site.order_of(work).id}").until("停工中")
    assert "停工通知书" in desk.text
    desk = company.desk(DEPARTMENT).open("/inbox?box=claimable")
    desk.press(work.name).press("知悉").wait("/inbox")


def _answered(company: Company, texts: Phone, shots: list[Path]) -> None:
    """By the link of the notice; the code is asked once for this phone."""
    background()
    phone = company.phone(BUILDER).open(link(texts, "隐患整改"))
    if phone.all("#code"):
        phone.press_through("获取验证码").fill({"code": texts.code()}).press("进入办理")
    phone.wait("/rectifications/").until("已写好 0 条")
    for card in cards(phone, "textarea[name=text]"):
        phone.find(f"#{card} textarea").send_keys("已配齐并系挂，逐人检查过")
        phone.add_photo(f"#{card} input[multiple]", shots[-1])
        phone.touch(f"#{card} button.btn-plain").until("已写好", f"#{card} .green")
    phone.press("提交整改报告").until("已提交整改报告，等待复查")


def _inspected(company: Company, failing: str = "") -> None:
    """By another than who found it."""
    background()
    phone = company.phone(INSPECTOR).open("/inbox?box=claimable").press("隐患整改")
    for card in cards(phone, "textarea[name=reason]"):
        bad = failing and failing in phone.find(f"#{card} h2").text
        if bad:
            phone.find(f"#{card} textarea").send_keys("东侧两人仍没有系安全带")
        verdict = "fail" if bad else "pass"
        phone.touch(f"#{card} button[value={verdict}]")
        phone.until("合格", f"#{card} [aria-pressed=true]")
    phone.fill({"checkers": "陆远秋、佘存栋"}).press("提交复查结论")
    phone.until("第二次整改通知书" if failing else "全部隐患已销号")


def cards(hands: Company, css: str) -> list[str]:
    """The ids of the hazards that have such a field."""
    return [one.get_attribute("id") or "" for one in hands.all(f".hazard:has({css})")]


def _resumed(company: Company, work: Work, texts: Phone, shots: list[Path]) -> None:
    """The craftsman asks, the community looks, township and department let it go on."""
    phone = company.phone(BUILDER).open(link(texts, "停工与复工")).wait_for("申请复工")
    phone.fill({"wish": "resume", "measures": "生命线和安全带已全部配齐"})
    phone.choose_files("resume_photos", shots[:1])
    phone.press("提交申请").wait("/cases/")
    background()
    phone = company.phone(INSPECTOR).open("/inbox?box=claimable").press(work.name)
    found = {"checked_on": today(), "checkers": "陆远秋、佘存栋", "findings": "安全带已系挂"}
    phone.fill(found).choose_files("recheck_photos", shots[1:2])
    phone.press("复查合格").wait("/inbox")
    for who in (TOWNSHIP, DEPARTMENT):
        assert the_work().state == "stopped"
        desk = company.desk(who).open("/inbox?box=claimable").press(work.name)
        desk.touch("button[value=approve]").wait("/inbox")
        background()
    assert the_work().state == "in_progress"


def _closed(company: Company, work: Work, shots: list[Path]) -> None:
    """Reported by the owner, looked at by the community, and rated."""
    phone = company.phone(OWNER_PHONE).open(f"/cases/{work.case_id}").press("完工销案")
    ended = {"actual_end": today(), "shared_or_structural": "false"}
    phone.fill({**ended, "self_accepted": "true", "site_cleared": "true"})
    phone.choose_files("end_photos", shots[:1]).press("下一步").press("提交").wait("/cases/")
    background()
    phone = company.phone(HEAD).open("/inbox?box=claimable").press(work.name)
    found = {"checked_on": today(), "checkers": "佘存栋", "findings": "屋面已完工，场地已清理"}
    phone.fill(found).choose_files("completion_photos", shots[1:2])
    phone.press("核查合格").wait("/inbox")
    background()
    assert the_work().state == "closed"
    phone = company.phone(OWNER_PHONE).open("/service").press("去办理").press("去办理")
    phone.fill({"stars": "4"}).press("提交评价").until("评价施工方 提交评价")


def today() -> str:
    return _day(local(clock.now()).date())


def link(texts: Phone, matter: str) -> str:
    """The newest link to this matter that the craftsman was sent."""
    said = [text for to, text in texts.messages if to == PHONE and f"一件{matter}" in text]
    return re.findall(r"/l/\S+", said[-1])[0]


def test_who_is_shut_out_files_under_neither_name(
    company: Company, town: Town, papers: Papers
) -> None:
    market.recorded(town, market.propose(town, the_work().case, "stop_breach"), "ban")
    phone = company.phone(OWNER_PHONE)
    himself = {key: CRAFTSMAN[key] for key in ("contractor_name", "contractor_id_no")}
    fill_in(choose_place(phone), hiring(himself), papers)
    _refused(phone)
    phone.press("去修改").wait_for("施工方")
    phone.fill({"contractor_type": "enterprise", **FIRM}).press(NEXT).wait_for("作业人员")
    _refused(phone.open(phone.path.partition("?")[0] + "/check"))


def hiring(who: dict[str, str]) -> Filing:
    """Lamps, mended by this one."""
    screens = (
        (title, typed | who if title == "施工方" else typed) for title, typed in LAMPS.screens
    )
    return replace(LAMPS, screens=tuple(screens))


def _refused(phone: Company) -> None:
    """The page says until when, and offers no way to send it."""
    until = market.ban(site.case_of(the_work(), "bad_record")).ends_on
    phone.until(f"已被清除出市场，{until:%Y年%-m月%-d日}前不得承接", ".errs")
    assert not phone.all("form[action$='/submit'] button")
    assert session().scalars(select(Work)).all() == [the_work()]
