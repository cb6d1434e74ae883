"""撤销和恢复 on every page of a draft: plain forms that lead back to the page."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.orm import Session

from tests.web.test_form_design import REVIEW, kept, miao, page
from tests.web.visitors import Browser, place

__all__ = ["miao"]
PAGES = ["", "/table", "/form/smallworks/review", "/decision/limits.dmn", "/files"]


def draft(rest: str = "") -> str:
    return f"/flows/filing/draft/{place('西陵区')}{rest}"


def buttons(who: Browser, rest: str) -> dict[str, dict[str, str]]:
    """What each button that can be pressed there would send."""
    soup = BeautifulSoup(who.get(draft(rest)).text, "html5lib")
    forms = soup.select("form[data-studio-undo]")
    assert [form["action"] for form in forms] == [draft("/undo")] * 2
    found = {}
    for form in forms:
        button = form.select_one("button")
        assert button
        if not button.has_attr("disabled"):
            sent = {str(one["name"]): str(one["value"]) for one in form.select("input")}
            found[str(button["value"])] = sent | {"do": str(button["value"])}
    return found


@pytest.mark.parametrize("rest", [
    "/table", "/files", "/form/smallworks/review", "/table/township_review/change",
    "/form/smallworks/review/field/opinion",
])  # fmt: skip
def test_the_list_of_keys_promises_what_the_page_has(miao: Browser, rest: str) -> None:
    soup = BeautifulSoup(miao.get(draft(rest)).text, "html5lib")
    listed = {one.get_text() for one in soup.select(".key-map kbd")}
    for key in ("z", "y"):
        assert (key.upper() in listed) == bool(soup.select(f'[data-key="{key}"]')), rest
    assert {"Tab", "Ctrl Enter", "?"} < listed


def retitle(who: Browser, title: str, revision: int) -> None:
    sent = {"do": "title", "title": title, "revision": str(revision)}
    assert who.post(page(), sent, page=page()).status_code == 303


@pytest.mark.parametrize("rest", PAGES)
def test_a_change_is_taken_back_and_made_again_from_any_page(
    miao: Browser, work: Session, rest: str
) -> None:
    before = kept(work).files[REVIEW]
    assert buttons(miao, rest) == {}
    retitle(miao, "备案审查", 1)
    changed = kept(work).files[REVIEW]
    undone = miao.post(draft("/undo"), buttons(miao, rest)["undo"], page=draft(rest))
    assert (undone.status_code, undone.headers["Location"]) == (303, draft(rest))
    assert (kept(work).files[REVIEW], kept(work).revision) == (before, 3)
    assert "已撤销上一次修改" in miao.get(draft(rest)).text
    made = miao.post(draft("/undo"), buttons(miao, rest)["redo"], page=draft(rest))
    assert made.headers["Location"] == draft(rest)
    assert kept(work).files[REVIEW] == changed
    assert list(buttons(miao, rest)) == ["undo"]


def test_it_says_whose_change_it_is_and_who_was_first(
    miao: Browser, app: Flask, work: Session
) -> None:
    chief = Browser(app)
    chief.sign_in("ningyuanshan")
    retitle(chief, "备案审查", 1)
    assert "宁远山改的表单" in miao.get(draft("/table")).text
    mine = buttons(miao, "/table")["undo"]
    retitle(chief, "备案核对", 2)
    late = miao.post(draft("/undo"), mine, page=draft("/table"))
    assert late.status_code == 409
    assert "宁远山保存过这份草稿，没有撤销，请看过现在的再撤销" in late.text
    assert "备案核对" in kept(work).files[REVIEW]
    ways = [way["href"] for way in BeautifulSoup(late.text, "html5lib").select("main a.btn")]
    assert ways == [draft()]


def test_what_is_pressed_twice_is_done_once_and_said_to_be_done(
    miao: Browser, app: Flask, work: Session
) -> None:
    before = kept(work).files[REVIEW]
    retitle(miao, "备案审查", 1)
    retitle(miao, "备案核对", 2)
    undo = buttons(miao, "/table")["undo"]
    for _ in range(2):
        answer = miao.post(draft("/undo"), undo, page=draft("/table"))
        assert (answer.status_code, answer.headers["Location"]) == (303, draft("/table"))
    assert ("备案审查" in kept(work).files[REVIEW], kept(work).revision) == (True, 4)
    redo = buttons(miao, "/table")["redo"]
    for _ in range(2):
        assert miao.post(draft("/undo"), redo, page=draft("/table")).status_code == 303
    assert ("备案核对" in kept(work).files[REVIEW], kept(work).revision) == (True, 5)
    chief = Browser(app)
    chief.sign_in("ningyuanshan")
    theirs = {"do": "redo", "revision": redo["revision"]}
    assert chief.post(draft("/undo"), theirs, page=draft("/table")).status_code == 409
    assert miao.post(draft("/undo"), undo, page=draft("/table")).status_code == 409
    for revision in (5, 6):
        sent = {"do": "undo", "revision": str(revision)}
        assert miao.post(draft("/undo"), sent, page=draft()).status_code == 303
    assert kept(work).files[REVIEW] == before


def test_what_a_canvas_saves_in_one_sitting_goes_back_by_one_press(
    miao: Browser, work: Session
) -> None:
    before = kept(work).files["filing.bpmn"]
    headers = {"Accept": "application/json", "X-CSRF-Token": miao.token("/flows/filing")}
    for revision in (1, 2, 3):
        files = {"filing.bpmn": f"{before}<!-- {revision} -->"}
        sent = {"revision": revision, "begun": 1, "files": files}
        assert miao.client.post(draft("/save"), json=sent, headers=headers).status_code == 200
    undone = miao.post(draft("/undo"), buttons(miao, "/table")["undo"], page=draft("/table"))
    assert undone.status_code == 303
    assert (kept(work).files["filing.bpmn"], kept(work).revision) == (before, 5)
    assert list(buttons(miao, "/table")) == ["redo"]


def test_a_save_is_not_taken_for_making_again(miao: Browser, work: Session) -> None:
    retitle(miao, "备案审查", 1)
    late = miao.post(draft("/undo"), {"do": "redo", "revision": "1"}, page=draft())
    assert (late.status_code, kept(work).revision) == (409, 2)


def test_nothing_left_to_take_back_is_said(miao: Browser, work: Session) -> None:
    for do, said in (("undo", "没有可以撤销的修改了"), ("redo", "没有可以恢复的修改")):
        answer = miao.post(draft("/undo"), {"do": do, "revision": "1"}, page=draft())
        assert (answer.status_code, said in answer.text) == (422, True)
    assert kept(work).revision == 1
    assert miao.get(draft("/undo")).status_code == 405


@pytest.mark.parametrize("where", ["//evil.example", "form:../../nobody", "decision:x.dmn", ""])
def test_it_leads_nowhere_but_to_pages_of_the_draft(miao: Browser, where: str) -> None:
    retitle(miao, "备案审查", 1)
    sent = {"do": "undo", "revision": "2", "page": where}
    answer = miao.post(draft("/undo"), sent, page=draft())
    assert answer.headers["Location"] in {draft(), draft("/files")}
