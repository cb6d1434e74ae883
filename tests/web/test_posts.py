"""Posts in the browser: given, ended, an account disabled, and what would be left empty."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.identity import commands, queries
from app.identity.commands import NewPerson, Post
from app.identity.models import Person
from tests.web.visitors import SECRET, Browser, first, place


@pytest.fixture
def chief(app: Flask, work: Session) -> Browser:
    """宁远山, who keeps the city and the platform."""
    first(clock.now())
    browser = Browser(app)
    browser.sign_in("ningyuanshan")
    return browser


@pytest.fixture
def head(chief: Browser, work: Session) -> str:
    """石磊峰, the only one who heads 东苑街道."""
    me = work.scalars(select(Person).where(Person.account == "ningyuanshan")).one()
    given = NewPerson(
        "石磊峰", "shileifeng", (Post(place("东苑街道"), "", "head"),), password=SECRET
    )
    actor = queries.actor_for(me.id, clock.now())
    return commands.create_person(actor, given, at=clock.now()).person_id


def read(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html5lib").get_text(" ").split())


def test_a_post_is_found_given_and_ended(chief: Browser, head: str, work: Session) -> None:
    address, today = f"/people/{head}/posts", clock.local(clock.now()).date()
    assert "西陵街道" in chief.get(f"{address}?find=西陵街").text
    sent = {"unit": place("西陵街道"), "position": "head", "valid_from": today, "reason": "任命"}
    assert chief.post(address, {**sent, "reason": ""}, page=address).status_code == 422
    assert chief.post(address, sent, page=address).status_code == 303
    assert "任职 ：西陵街道 负责人" in read(chief.get(address).text).replace("任职：", "任职 ：")
    grant = next(
        hold.grant_id
        for hold in queries.actor_for(head, clock.now()).holds
        if hold.unit_name == "西陵街道"
    )
    ended = {"last_day": today - timedelta(1), "end_reason": "免去"}
    assert chief.post(f"/posts/{grant}/end", ended, page=address).status_code == 303
    held = [hold.unit_name for hold in queries.actor_for(head, clock.now()).holds]
    assert held == ["东苑街道"]


def test_who_alone_keeps_a_step_alive_is_named_before_they_go(chief: Browser, head: str) -> None:
    address = f"/people/{head}/posts"
    page = read(chief.get(address).text)
    assert "石磊峰停用或免职后，以下环节无人可办" in page
    assert "东苑街道" in page.split("以下环节无人可办")[1].split("现有职务")[0]
    sent = {"status_reason": "调离"}
    assert chief.post(f"/people/{head}/disable", sent, page=address).status_code == 303
    page = read(chief.get(address).text)
    assert "已停用" in page
    assert "以下环节无人可办" not in page
    assert chief.post(f"/people/{head}/enable", sent, page=address).status_code == 303


def test_the_table_of_rights_says_what_the_matrix_says(chief: Browser) -> None:
    soup = BeautifulSoup(chief.get("/rights?level=community").text, "html5lib")
    names = [cell.contents[0] for cell in soup.select("thead th")][1:]
    rows = {
        row.th.get_text(): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in soup.select("tbody tr")
    }
    assert names == ["系统后台管理员", "巡查人员", "负责人", "分管领导"]
    assert rows["审核办理"] == ["无", "有", "有", "无"]
    assert rows["督办"] == ["无", "无", "无", "有"]
    assert rows["新增人员账号"] == ["有", "无", "无", "无"]
