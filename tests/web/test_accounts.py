"""Accounts in the browser: the rule, a batch and its slips, a first sign-in, one account."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.db import transaction
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.identity.commands.accounts import NewStaff, open_account
from app.identity.models import AuditEntry, Person, SignIn
from tests.web.visitors import SECRET, Browser, first, place, post

FRESH = "another rain, another gorge"


@pytest.fixture
def chief(app: Flask, work: Session) -> Browser:
    """宁远山, who keeps the city and the platform."""
    first(clock.now())
    browser = Browser(app)
    browser.sign_in("ningyuanshan")
    return browser


@pytest.fixture
def people(work: Session, chief: Browser) -> dict[str, str]:
    """Two whom the notice's rule took in, closed; their ids by account."""
    sent = {"initial": "notice", "reason": "通知第三条"}
    assert chief.post("/settings/accounts", sent).status_code == 303
    me = work.scalars(select(Person).where(Person.account == "ningyuanshan")).one()
    actor = queries.actor_for(me.id, clock.now())
    made = {}
    for name, reading in (("曾庆云", ""), ("覃小雨", "qinxiaoyu")):
        given = NewStaff(name, place("东苑街道"), "", reading, position="inspector")
        with transaction() as opened:
            done = open_account(opened, given, actor, at=clock.now())
        made[done.account] = done.person_id
    return made


def slips(page: str) -> dict[str, str]:
    """The codes of an account sheet, by account."""
    rows = BeautifulSoup(page, "html5lib").select("#slips tbody tr")
    cells = [[cell.get_text(strip=True) for cell in row.select("td")] for row in rows]
    return {account: code for account, _, code in cells}


def opened(chief: Browser) -> dict[str, str]:
    """Open a batch for 东苑街道."""
    sent = {"name": "东苑街道首批", "unit": place("东苑街道")}
    answer = chief.post("/accounts/batches", sent, page="/accounts")
    assert answer.headers["Cache-Control"] == "no-store"
    return slips(answer.text)


def test_the_rule_is_set_with_a_reason_and_shown_with_its_history(chief: Browser) -> None:
    assert "随机一次性密码（推荐）" in chief.get("/settings/accounts").text
    silent = chief.post("/settings/accounts", {"initial": "notice", "reason": ""})
    assert silent.status_code == 422
    assert 'id="reason-fault"' in silent.text
    sent = {"initial": "notice", "three_classes": "yes", "reason": "通知第三条"}
    assert chief.post("/settings/accounts", sent).status_code == 303
    page = chief.get("/settings/accounts").text
    assert "通知第三条" in page
    assert "宁远山" in page


def test_a_batch_shows_its_slips_once(chief: Browser, people: dict[str, str]) -> None:
    page = chief.get("/accounts").text
    assert page.count("未开放") == 2
    codes = opened(chief)
    assert set(codes) == set(people)
    later = chief.get("/accounts").text
    assert "东苑街道首批" in later
    assert later.count("已开放") == 2
    assert not [code for code in codes.values() if code in later]
    again = chief.post("/accounts/batches", {"name": "再开一批", "unit": place("东苑街道")},
                       page="/settings/accounts")  # fmt: skip
    assert again.status_code == 409


def test_a_first_sign_in_from_the_slip_to_the_first_page(
    app: Flask, chief: Browser, people: dict[str, str]
) -> None:
    code = opened(chief)["zengqingyun"]
    phone = Browser(app)
    phone.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 14) Chrome/140"
    bare = phone.sign_in("zengqingyun", "zengqingyun2020")
    assert bare.status_code == 422
    came = phone.sign_in("zengqingyun", "zengqingyun2020", code=code)
    assert came.location == "/password"
    assert phone.get("/inbox").location == "/password"
    sent = {"current": "zengqingyun2020", "password": FRESH, "again": FRESH}
    assert phone.post("/password", sent).location == "/inbox"
    assert phone.get("/inbox").status_code == 200
    assert phone.sign_in("zengqingyun", FRESH).location == "/inbox"
    told = phone.get("/inbox").text
    assert "首次登录启用" in told
    assert "Chrome 浏览器，安卓" in told
    own = phone.get("/sign-ins").text
    assert "账号启用" in own


def test_closed_active_and_unknown_look_alike(
    app: Flask, chief: Browser, people: dict[str, str]
) -> None:
    pages = []
    for who in ("zengqingyun", "ningyuanshan", "nobodyhere"):
        answer = Browser(app).sign_in(who, f"{who}2020", code="aaaa-bbbb")
        assert answer.status_code == 422
        pages.append(re.sub(r'value="[^"]*"', "", answer.text.split("<h1>")[1]))
    assert len(set(pages)) == 1


def test_a_batch_is_closed_from_its_list(
    app: Flask, chief: Browser, people: dict[str, str]
) -> None:
    code = opened(chief)["zengqingyun"]
    path = re.search(r"/accounts/batches/[0-9a-f]+/close", chief.get("/accounts").text)
    assert path
    assert chief.post(path[0], {}, page="/accounts").status_code == 303
    assert "已提前关闭" in chief.get("/accounts").text
    late = Browser(app).sign_in("zengqingyun", "zengqingyun2020", code=code)
    assert late.status_code == 422


def test_a_lost_slip_is_replaced_on_the_page_of_the_account(
    app: Flask, chief: Browser, people: dict[str, str]
) -> None:
    old = opened(chief)["zengqingyun"]
    path = f"/people/{people['zengqingyun']}"
    page = chief.post(f"{path}/code", {}, page=path).text
    shown = re.search(r'id="one-time">([^<]+)</b>', page)
    assert shown
    assert shown[1] not in chief.get(path).text
    assert Browser(app).sign_in("zengqingyun", "zengqingyun2020", code=old).status_code == 422
    came = Browser(app).sign_in("zengqingyun", "zengqingyun2020", code=shown[1])
    assert came.location == "/password"


def test_a_reading_is_chosen_on_the_page_of_the_account(
    work: Session, chief: Browser, people: dict[str, str]
) -> None:
    path = f"/people/{people['qinxiaoyu']}"
    page = chief.get(path).text
    assert "tanxiaoyu" in page
    wrong = chief.post(f"{path}/reading", {"typed": "Tán"}, page=path)
    assert wrong.status_code == 422
    assert 'id="reading-fault"' in wrong.text
    assert chief.post(f"{path}/reading", {"reading": "tanxiaoyu"}, page=path).location == path
    work.rollback()
    assert work.get_one(Person, people["qinxiaoyu"]).account == "tanxiaoyu"


def test_an_administrator_signs_somebody_out_with_a_reason(
    app: Flask, work: Session, chief: Browser
) -> None:
    me = work.scalars(select(Person).where(Person.account == "ningyuanshan")).one()
    actor = queries.actor_for(me.id, clock.now())
    given = NewPerson("石磊峰", "shileifeng", (post("东苑街道", position="head"),), password=SECRET)
    who = commands.create_person(actor, given, at=clock.now()).person_id
    shi = Browser(app)
    shi.sign_in("shileifeng")
    path = f"/people/{who}"
    assert chief.post(f"{path}/sign-out", {"reason": ""}, page=path).status_code == 422
    assert shi.get("/inbox").status_code == 200
    assert chief.post(f"{path}/sign-out", {"reason": "手机丢失"}, page=path).location == path
    assert shi.get("/inbox").status_code == 303
    assert "手机丢失" in chief.get(path).text
    work.rollback()
    assert work.scalars(select(SignIn).where(SignIn.person_id == who)).all() == []
    assert work.scalars(select(AuditEntry).where(AuditEntry.verb == "sessions_ended")).one()


def test_a_keeper_hands_over_in_the_browser(app: Flask, work: Session, chief: Browser) -> None:
    me = work.scalars(select(Person).where(Person.account == "ningyuanshan")).one()
    actor = queries.actor_for(me.id, clock.now())
    for name, account, role, position in (
        ("温如玉", "wenruyu", "unit_admin", ""), ("叶知秋", "yezhiqiu", "", "inspector"),
    ):  # fmt: skip
        given = NewPerson(name, account, (post("东苑街道", role, position),), password=SECRET)
        commands.create_person(actor, given, at=clock.now())
    wen, ye = Browser(app), Browser(app)
    wen.sign_in("wenruyu")
    path = f"/units/{place('东苑街道')}/hand-over"
    assert "没有可以接任的人" in wen.get(path).text
    ye.sign_in("yezhiqiu")
    assert path in wen.get("/people").text
    successor = re.search(r'value="([0-9a-f]{32})">叶知秋', wen.get(path).text)
    assert successor
    silent = wen.post(path, {"to": successor[1], "reason": ""})
    assert silent.status_code == 422
    done = wen.post(path, {"to": successor[1], "reason": "工作调动"})
    assert done.location == "/sign-ins"
    for browser in (wen, ye):
        assert "温如玉 交给 叶知秋" in browser.get("/sign-ins").text
    assert wen.get("/people").status_code == 403
    assert ye.get("/people").status_code == 200
    assert ye.get(path).status_code == 200
