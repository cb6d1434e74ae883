"""The list of staff, and a new password for one of them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.identity import commands, queries
from app.identity.commands import NewPerson
from tests.web.visitors import SECRET, Browser, first, place, post

STAFF = [
    ("顾南星", "gunanxing", "西陵区", "district_gov_admin", "", "13900000011"),
    ("石磊峰", "shileifeng", "东苑街道", "district_gov_user", "head", "13900000012"),
    ("秦越川", "qinyuechuan", "伍家岗区", "district_gov_user", "", "13900000013"),
]


@pytest.fixture
def people(work: Session) -> dict[str, str]:
    """Three of the staff, by account, with their ids."""
    chief = queries.actor_for(first(clock.now()), clock.now())
    made = {"ningyuanshan": chief.id}
    for name, account, unit, role, position, phone in STAFF:
        posts = (post(unit, role, position),)
        given = NewPerson(name, account, posts, phone=phone, password=SECRET)
        made[account] = commands.create_person(chief, given, at=clock.now()).person_id
    return made


@pytest.fixture
def gu(app: Flask, people: dict[str, str]) -> Browser:
    """顾南星, who keeps the accounts of 西陵区."""
    browser = Browser(app)
    browser.sign_in("gunanxing")
    return browser


def test_the_list_shows_staff_within_reach_with_masked_numbers(gu: Browser) -> None:
    page = gu.get("/people").text
    assert "石磊峰" in page
    assert "东苑街道 区级政府用户、负责人" in page
    assert "139****0012" in page
    assert "13900000012" not in page
    assert "秦越川" not in page
    assert page.count("<h1>") == 1


def test_the_list_is_searched(gu: Browser) -> None:
    assert "石磊峰" in gu.get("/people?q=磊").text
    assert "石磊峰" in gu.get("/people?q=13900000012").text
    nobody = gu.get("/people?q=秦越").text
    assert "没有找到人员" in nobody


def test_one_person_is_added_and_the_sheet_shown_once(app: Flask, gu: Browser) -> None:
    sent = {"name": "覃小雨", "phone": "13900000021", "unit": place("东苑街道"), "position": "head"}
    asked = gu.post("/people/new", sent)
    assert asked.status_code == 422
    assert "<option>tanxiaoyu</option>" in asked.text
    done = gu.post("/people/new", sent | {"reading": "tanxiaoyu"})
    assert done.headers["Cache-Control"] == "no-store"
    shown = re.search(r'id="one-time">([^<]+)</b>', done.text)
    assert shown
    assert Browser(app).sign_in("tanxiaoyu", shown[1]).location == "/password"
    again = gu.post("/people/new", sent | {"reading": "tanxiaoyu"})
    assert "这个手机号已有工作人员在用" in again.text
    assert shown[1] not in again.text


def test_of_the_same_name_another_is_added_after_a_word(
    gu: Browser, people: dict[str, str]
) -> None:
    sent = {"name": "石磊峰", "phone": "13900000021", "unit": place("东苑街道"), "position": "head"}
    asked = gu.post("/people/new", sent)
    assert (asked.status_code, "已有同名人员（账号 shileifeng）" in asked.text) == (422, True)
    assert "shileifeng0021" in gu.post("/people/new", sent | {"another": "yes"}).text


def test_a_number_is_changed_on_the_account_page(gu: Browser, people: dict[str, str]) -> None:
    page = f"/people/{people['shileifeng']}"
    sent = {"phone": "13900000021", "phone_reason": ""}
    silent = gu.post(f"{page}/phone", sent, page=page)
    assert 'id="phone_reason-fault"' in silent.text
    gu.post(f"{page}/phone", sent | {"phone_reason": "换了号码"}, page=page)
    shown = gu.get(page).text
    assert "139****0021" in shown
    assert "改手机号" in shown


def test_a_reset_asks_first_and_shows_the_password_once(
    app: Flask, gu: Browser, people: dict[str, str]
) -> None:
    path = f"/people/{people['shileifeng']}/reset"
    assert 'id="one-time"' not in gu.get(path).text
    silent = gu.post(path, {"reason": ""})
    assert silent.status_code == 422
    assert 'id="reason-fault"' in silent.text
    done = gu.post(path, {"reason": "忘记密码"})
    assert done.headers["Cache-Control"] == "no-store"
    shown = re.search(r'id="one-time">([^<]+)</b>', done.text)
    assert shown
    assert shown[1] not in gu.get(path).text
    shi = Browser(app)
    assert shi.sign_in("shileifeng", SECRET).status_code == 422
    assert shi.sign_in("shileifeng", shown[1]).location == "/password"
    assert "未改初始密码" in gu.get("/people").text


@pytest.mark.parametrize("account", ["qinyuechuan", "gunanxing", "ningyuanshan"])
def test_nobody_out_of_reach_is_reset(gu: Browser, people: dict[str, str], account: str) -> None:
    path = f"/people/{people[account]}/reset"
    assert gu.get(path).status_code == 403
    token = gu.token(f"/people/{people['shileifeng']}/reset")
    assert gu.client.post(path, data={"csrf_token": token, "reason": "忘记密码"}).status_code == 403


def test_whoever_is_nobody_is_not_found(gu: Browser) -> None:
    assert gu.get("/people/nobody/reset").status_code == 404
