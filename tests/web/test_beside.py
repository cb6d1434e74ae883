"""On the page of a case: what may be begun about its work, its other cases, and that it is held."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workflow.models import Case, Draft
from tests.identity.people import SECRET
from tests.web.visitors import Browser
from tests.workflow import make, works
from tests.workflow.conftest import town
from tests.workflow.people import PUBLIC, who

__all__ = ["town"]
DRAFT = re.compile(r"/drafts/(\w+)")


@pytest.fixture
def made(town: Session) -> Case:
    """A filing of Ann's, about which changes may be begun."""
    works.kind("changing", about=True)
    works.kind("touring", about=True, starter="patrol:report", begins_at=lambda one: f"/t/{one.id}")
    return make.case()


def staff(app: Flask, account: str) -> Browser:
    opened = Browser(app)
    assert opened.sign_in(account, SECRET).status_code == 303
    return opened


def public(app: Flask, key: str) -> Browser:
    opened = Browser(app)
    sent = {"phone": PUBLIC[key][1], "password": SECRET}
    assert opened.post("/sign-in", sent).status_code == 303
    return opened


def test_the_owner_begins_a_case_from_the_page_of_another(app: Flask, made: Case) -> None:
    ann, page = public(app, "ann"), f"/cases/{made.id}"
    assert f"{page}/open/changing" in ann.get(page).text
    begun = ann.post(f"{page}/open/changing", {}, page=page)
    draft = DRAFT.search(begun.headers["Location"])
    assert begun.status_code == 303
    assert draft
    screen = ann.get(begun.headers["Location"]).text
    assert made.title in screen
    assert "更改地点" not in screen
    address = f"/drafts/{draft[1]}"
    key = re.search(r'name="key" value="([^"]+)"', _checked(ann, address))
    assert key
    sent = ann.post(f"{address}/submit", {"key": key[1]}, page=f"{address}/check")
    assert sent.status_code == 303
    shown = ann.get(page).text
    assert "相关办件" in shown
    assert sent.headers["Location"] in shown


def _checked(ann: Browser, address: str) -> str:
    assert ann.post(address, {"title": "换施工方", "_do": "next"}).status_code == 303
    return ann.get(f"{address}/check").text


def test_whom_a_case_addresses_begins_one_without_reading_the_first(app: Flask, made: Case) -> None:
    ben_id = who("ben").id
    works.kind("answering", works.errand, addressee=lambda _work, _case: ben_id)
    answer, ben = works.opened(made, "answering"), public(app, "ben")
    page, begin = f"/cases/{answer.id}", f"/cases/{answer.id}/open/changing"
    offered = ben.get(page).text
    assert begin in offered
    assert f"/cases/{made.id}" not in offered
    asked = ben.get(begin).text
    assert made.title in asked
    assert f'href="{page}"' in asked
    begun = ben.post(begin, {}, page=begin)
    address = begun.headers["Location"]
    assert f'href="{page}"' in ben.get(address).text
    key = re.search(r'name="key" value="([^"]+)"', _checked(ben, address))
    assert key
    sent = ben.post(f"{address}/submit", {"key": key[1]}, page=f"{address}/check")
    assert ben.get(sent.headers["Location"]).status_code == 200
    assert ben.get(f"/cases/{made.id}").status_code == 404


def test_nothing_begins_by_looking(app: Flask, made: Case) -> None:
    ann = public(app, "ann")
    shown = ann.get(f"/cases/{made.id}/open/changing")
    assert (shown.status_code, made.place in shown.text) == (200, True)
    assert make.session().scalars(select(Draft)).all() == []


def test_each_is_offered_what_is_theirs(app: Flask, made: Case) -> None:
    page = f"/cases/{made.id}"
    for browser, offered in (
        (public(app, "ann"), {"changing"}),
        (staff(app, "wang"), {"changing", "touring"}),
        (staff(app, "qian"), {"touring"}),
        (staff(app, "qin"), set[str]()),
    ):
        shown = browser.get(page).text
        assert {"changing"} & offered == ({"changing"} if "open/changing" in shown else set())
        assert {"touring"} & offered == ({"touring"} if f"/t/{made.id}" in shown else set())
        assert ("可办事项" in shown) == bool(offered)
    assert public(app, "ben").get(page).status_code == 404


def test_a_kind_with_a_page_of_its_own_leads_there(app: Flask, made: Case) -> None:
    answer = staff(app, "wang").get(f"/cases/{made.id}/open/touring")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/t/{made.id}")


def test_what_cannot_be_begun_is_said(app: Flask, made: Case) -> None:
    assert public(app, "ann").get(f"/cases/{made.id}/open/touring").status_code == 403
    assert staff(app, "qin").get(f"/cases/{made.id}/open/changing").status_code == 403
    posted = staff(app, "qin").post(f"/cases/{made.id}/open/changing", {}, page="/notices")
    assert posted.status_code == 403


def test_lists_of_what_to_file_name_no_case_about_a_work(app: Flask, made: Case) -> None:
    works.kind("automatic", starter="system")
    for browser in (public(app, "ann"), staff(app, "wang")):
        shown = browser.get("/apply").text
        assert "/apply/filing" in shown
        for key in ("changing", "touring", "automatic"):
            assert f"/apply/{key}" not in shown
            assert browser.get(f"/apply/{key}").status_code == 403


def test_a_held_case_says_so_and_takes_nothing(app: Flask, made: Case) -> None:
    works.kind("stop", goes_on_while_held=True, starter="system")
    task = make.task(made, "li").id
    works.hold(made, works.opened(made, "stop"))
    head = staff(app, "li")
    for page in (f"/cases/{made.id}", f"/tasks/{task}"):
        assert "工程已停工" in head.get(page).text
    assert "提交即签收" not in head.get(f"/tasks/{task}").text
    refused = head.post(f"/tasks/{task}", {"outcome": "approve"}, page="/notices")
    assert refused.status_code == 409
    assert "中止办理" in refused.text
    for page in ("/inbox?box=claimable", "/cases?state=held"):
        shown = head.get(page).text
        assert made.title in shown
        assert ">中止<" in shown
    ann = public(app, "ann")
    assert "中止" in ann.get(f"/cases/{made.id}").text
    assert "撤回" not in ann.get(f"/cases/{made.id}").text
