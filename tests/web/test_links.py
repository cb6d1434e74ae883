"""The way in by a link: no sign-in, a code by text message, then the very task that waits."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.db import transaction
from app.identity.models import Person
from app.workflow import links
from app.workflow.models import Case
from tests.identity.people import Phone
from tests.web.test_beside import public
from tests.web.visitors import Browser
from tests.workflow import make, works
from tests.workflow.conftest import town
from tests.workflow.people import who

__all__ = ["town"]


@pytest.fixture
def order(town: Session) -> Case:
    """An order about Ann's work that Ben must answer."""
    ben = who("ben").id
    works.kind("ordering", works.errand, addressee=lambda _work, _case: ben, asks="待整改")
    return works.opened(make.case(), "ordering", at=clock.now())


def address(order: Case) -> str:
    with transaction() as work:
        ben, case = work.get_one(Person, who("ben").id), work.get_one(Case, order.id)
        return links.offer(work, ben, case, at=clock.now())


def come_in(browser: Browser, way: str, phone: Phone) -> str:
    """Ask for the code, type it; where that leads."""
    assert browser.post(f"{way}/code", {}, page=way).status_code == 303
    answer = browser.post(way, {"code": phone.code()}, page=way)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_the_link_shows_nothing_private(app: Flask, phone: Phone, order: Case) -> None:
    shown = Browser(app).get(address(order)).text
    assert order.number in shown
    assert "139****1002" in shown
    for private in ("卞恩", "13900001002", order.title, order.place):
        assert private not in shown


def test_a_code_leads_to_the_task(app: Flask, phone: Phone, order: Case) -> None:
    browser = Browser(app)
    way = come_in(browser, address(order), phone)
    (task,) = make.open_tasks(order)
    assert way == f"/tasks/{task.id}"
    page = browser.get(way)
    assert "被退回" not in page.text
    key = re.search(r'name="key" value="([^"]+)"', page.text)
    assert key
    sent = {"outcome": "submit", "opinion": "已改好", "key": key[1]}
    assert browser.post(way, sent).status_code == 303
    assert make.waiting(order) == ["read"]


def test_a_wrong_code_is_refused_on_the_same_page(app: Flask, phone: Phone, order: Case) -> None:
    browser, way = Browser(app), address(order)
    browser.post(f"{way}/code", {}, page=way)
    wrong = f"{(int(phone.code()) + 1) % 1_000_000:06d}"
    refused = browser.post(way, {"code": wrong}, page=way)
    assert refused.status_code == 422
    assert "验证码不正确" in refused.text
    assert browser.get("/inbox").status_code == 303  # not in


def test_the_second_code_has_to_wait(app: Flask, phone: Phone, order: Case) -> None:
    browser, way = Browser(app), address(order)
    assert browser.post(f"{way}/code", {}, page=way).status_code == 303
    refused = browser.post(f"{way}/code", {}, page=way)
    assert (refused.status_code, len(phone.messages)) == (409, 1)


def test_whoever_is_in_goes_straight_on(app: Flask, phone: Phone, order: Case) -> None:
    (task,) = make.open_tasks(order)
    answer = public(app, "ben").get(address(order))
    assert answer.headers["Location"] == f"/tasks/{task.id}"
    assert public(app, "ann").get(address(order)).status_code == 200


def test_coming_in_changes_the_session(app: Flask, phone: Phone, order: Case) -> None:
    browser = public(app, "ann")
    come_in(browser, address(order), phone)
    assert "卞恩" in browser.get("/service").text


def test_a_used_link_still_leads_there_but_never_after_the_case(
    app: Flask, phone: Phone, order: Case
) -> None:
    way, browser = address(order), Browser(app)
    page = come_in(browser, way, phone)
    browser.post(page, {"outcome": "submit", "opinion": "已改好"})
    assert browser.get(way).headers["Location"] == f"/cases/{order.id}"
    assert Browser(app).get(way).status_code == 200
    make.decide(order, "zhao", "approve", when=clock.now())
    gone = Browser(app).get(way)
    assert (gone.status_code, links.GONE in gone.text) == (404, True)


def test_what_was_asked_for_is_said_in_the_words_of_its_kind(
    app: Flask, phone: Phone, order: Case
) -> None:
    ben = public(app, "ben")
    shown = ben.get("/service").text
    assert "待整改" in shown
    assert "补正材料</b>" not in shown
    assert "待整改，请及时办理" in ben.get("/notices").text
    case = ben.get(f"/cases/{order.id}").text
    assert "去办理" in case
