"""A form that comes too late, signed out or from an old page, is handed back and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.db import session
from app.identity.models import SignIn
from app.web import kept
from app.workflow.models import Draft
from tests.identity.people import SECRET
from tests.stores import Store
from tests.web.noscript import NoScript
from tests.workflow.filers import HERE, YAN, filers

OURS = {"Origin": "http://localhost"}
TEXT = "\n第一行\n“引号”<b>和标签</b> 🚧"


@pytest.fixture(autouse=True)
def _people(database: Store, app: Flask) -> Iterator[None]:
    with filers(database, app):
        yield


@pytest.fixture
def yan(app: Flask) -> NoScript:
    """鄢小满 at the first screen of a draft."""
    browser = NoScript(app).open("/sign-in").press("登录", phone=YAN, password=SECRET)
    browser.open("/apply/filing?under=420502001")
    return browser.press("开始填写", division_code=HERE)


def sign_everybody_out() -> None:
    session().execute(delete(SignIn))
    session().commit()


def late(browser: NoScript, headers: dict[str, str], **typed: str) -> NoScript:
    """Send the draft's screen with the token of a page that is old by now."""
    address = browser.path
    sent = {"csrf_token": "old", "_do": "stay", **typed}
    return browser._show(browser.client.post(address, data=sent, headers=headers))


def drafted() -> dict[str, object]:
    session().rollback()
    return dict(session().scalars(select(Draft)).one().values)


def test_whoever_was_signed_out_meanwhile_signs_in_and_sends_it_again(yan: NoScript) -> None:
    sign_everybody_out()
    late(yan, OURS, name="江畔花园装修", content=TEXT)
    assert yan.status == 401
    assert "刚才填写的内容还在" in yan.text
    yan.press("登录", phone=YAN, password="wrong password")
    assert yan.status == 422
    yan.press("登录", phone=YAN, password=SECRET)
    assert yan.heading == "接着提交"
    yan.press("接着提交")
    assert drafted()["name"] == "江畔花园装修"
    assert str(drafted()["content"]).strip().replace("\r\n", "\n") == TEXT.strip()


def test_an_old_page_of_ours_is_sent_again_by_one_button(yan: NoScript) -> None:
    late(yan, OURS, name="江畔花园装修")
    assert yan.status == 403
    assert "name" not in drafted()
    yan.press("接着提交")
    assert drafted()["name"] == "江畔花园装修"


@pytest.mark.parametrize("source", ["https://elsewhere.example", "null", ""])
def test_a_form_of_another_site_is_neither_kept_nor_taken(yan: NoScript, source: str) -> None:
    late(yan, {"Origin": source} if source else {}, name="别人填的")
    assert yan.status == 403
    assert "刷新页面" in yan.text
    assert "别人填的" not in str(yan.page)
    sign_everybody_out()
    address = f"/drafts/{session().scalars(select(Draft.id)).one()}"
    answer = yan.client.post(address, data={"name": "别人填的"}, headers={"Origin": source})
    assert answer.status_code == 303
    assert "name" not in drafted()


def test_passwords_are_never_handed_back(yan: NoScript) -> None:
    sent = {"csrf_token": "old", "current": SECRET, "password": "new rain", "again": "new rain"}
    answer = yan.client.post("/password", data=sent, headers=OURS)
    assert answer.status_code == 403
    assert "new rain" not in answer.text


@pytest.mark.parametrize(
    "written", ["", "{", "[]", '["//elsewhere.example", []]', '["/\\\\x", []]', '["x", [["a"]]]']
)
def test_what_is_no_writing_of_ours_leads_to_a_fresh_page(app: Flask, written: str) -> None:
    with app.test_request_context("/"):
        assert "<textarea" not in kept.page(written)
