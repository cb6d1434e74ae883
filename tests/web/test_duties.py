"""三员分立 in the browser: checked, turned on, proposed by one, confirmed by another; the audit."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.identity import commands, duties, queries
from app.identity.commands import NewPerson, Post
from app.identity.models import Person
from tests.web.visitors import SECRET, Browser, first, place

PAGE = "/settings/duties"
NAMES = {"system": "邵云帆", "security": "秦牧野", "audit": "庄晓梦"}


@pytest.fixture
def chief(app: Flask, work: Session) -> Browser:
    """宁远山, who keeps the platform; three of the city's staff beside."""
    first(clock.now())
    me = work.scalars(select(Person).where(Person.account == "ningyuanshan")).one()
    for duty, name in NAMES.items():
        post = Post(place("宜昌市"), "city_gov_user")
        given = NewPerson(name, duty, (post,), password=SECRET)
        commands.create_person(queries.actor_for(me.id, clock.now()), given, at=clock.now())
    return _in(app, "ningyuanshan")


def _in(app: Flask, account: str) -> Browser:
    browser = Browser(app)
    browser.sign_in(account)
    return browser


def _ids(work: Session) -> dict[str, str]:
    found = work.scalars(select(Person).where(Person.account.in_(NAMES)))
    return {row.account or "": row.id for row in found}


def _read(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html5lib").get_text(" ").split())


def _turn_on(chief: Browser, work: Session) -> None:
    answer = chief.post(PAGE, {**_ids(work), "reason": "等保测评"}, page=PAGE)
    assert answer.status_code == 303


def test_what_it_ends_is_shown_before_it_is_turned_on(chief: Browser, work: Session) -> None:
    asked = "&".join(f"{key}={person}" for key, person in _ids(work).items())
    page = _read(chief.get(f"{PAGE}/check?{asked}").text)
    assert "邵云帆：系统管理员" in page
    assert "宁远山：宜昌市 平台管理员" in page
    assert "邵云帆：宜昌市 市级政府用户" in page
    assert not duties.apart(work)
    refused = chief.post(PAGE, {**_ids(work), "reason": ""}, page=PAGE)
    assert refused.status_code == 422
    assert "请填写原因" in refused.text


def test_one_for_two_duties_is_said_at_the_field(chief: Browser, work: Session) -> None:
    ids = _ids(work)
    answer = chief.get(
        f"{PAGE}/check?system={ids['system']}&security={ids['system']}&audit={ids['audit']}"
    )
    assert answer.status_code == 422
    assert "三员须由三个人分别担任" in answer.text


def test_turned_on_it_is_turned_off_by_two(app: Flask, chief: Browser, work: Session) -> None:
    _turn_on(chief, work)
    assert chief.get(PAGE).status_code == 403, "who kept it alone keeps nothing any more"
    ids, one, other = _ids(work), _in(app, "system"), _in(app, "audit")
    sent = {"platform": ids["security"], "reason": "改由一人管理"}
    assert one.post(PAGE, sent, page=PAGE).status_code == 303
    assert one.post(PAGE, sent, page=PAGE).status_code == 409
    page = one.get(PAGE).text
    assert "提出的人不能自己确认" in page
    row = duties.proposed(work)
    assert row
    assert one.post(f"{PAGE}/{row.id}/confirm", {}, page=PAGE).status_code == 403
    assert "邵云帆于" in _read(other.get(PAGE).text)
    assert other.post(f"{PAGE}/{row.id}/confirm", {}, page=PAGE).status_code == 303
    assert "未实行" in _read(_in(app, "security").get(PAGE).text)


def test_a_second_duty_is_refused_in_words(app: Flask, chief: Browser, work: Session) -> None:
    _turn_on(chief, work)
    security = _in(app, "security")
    sent = {"name": "向晚舟", "phone": "13955556666", "reading": "xiangwanzhou",
            "unit": place("宜昌市"), "role": "audit_admin"}  # fmt: skip
    answer = security.post("/people/new", sent, page="/people/new")
    assert answer.status_code == 403
    assert "三员换人在“三员分立”页办理" in answer.text
    address = f"/people/{_ids(work)['audit']}/posts"
    answer = security.get(address)
    assert answer.status_code == 403
    assert "不能兼任其他职务" in answer.text


def test_the_auditor_reads_what_the_others_did(app: Flask, chief: Browser, work: Session) -> None:
    _turn_on(chief, work)
    security, auditor = _in(app, "security"), _in(app, "audit")
    sent = {"name": "向晚舟", "phone": "13955556666", "reading": "xiangwanzhou",
            "unit": place("伍家岗区"), "role": "unit_admin"}  # fmt: skip
    assert security.post("/people/new", sent, page="/people/new").status_code == 200
    page = _read(auditor.get("/audit").text)
    assert "开立账号 秦牧野 向晚舟 伍家岗区系统后台管理员：新增人员" in page
    assert "任职 宁远山 邵云帆 宜昌市系统管理员：等保测评" in page
    only = _read(auditor.get("/audit?verb=duties_apart").text)
    assert "开启三员分立 宁远山 系统管理员 邵云帆，安全管理员 秦牧野" in only
    assert "向晚舟" not in only
    for verb in ("POST", "PUT", "DELETE"):
        assert auditor.client.open("/audit", method=verb).status_code in (403, 405)


def test_the_first_post_shows_in_the_changes_of_an_account(chief: Browser, work: Session) -> None:
    sent = {"name": "向晚舟", "phone": "13955556666", "reading": "xiangwanzhou",
            "unit": place("东苑街道"), "position": "head"}  # fmt: skip
    assert chief.post("/people/new", sent, page="/people/new").status_code == 200
    who = work.scalars(select(Person).where(Person.name == "向晚舟")).one()
    page = _read(chief.get(f"/people/{who.id}").text)
    assert "任职：东苑街道 负责人" in page
    assert "（新增人员）" in page
