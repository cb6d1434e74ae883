"""Nothing that anybody types, pastes or uploads breaks a page: each answer is a page in Chinese."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.db import db
from tests.browser import addresses, scene
from tests.browser.addresses import Address
from tests.smallworks.town import Town, begin_town
from tests.stores import Store
from tests.workflow import hostile_files

NONSENSE = {
    "nothing": "",
    "blanks": "　 \t ",
    "huge": "长" * 2_000,
    "emoji": "🚧👷‍♀️🏗️",
    "full width": "１２３４５．６７",
    "zero byte": "前\x00后",
    "half a pair": "\ud83d",
    "digits": "²³①",
    "number": "1e999999",
    "script": "<script>alert(1)</script>'\"--%00",
    "address": "//elsewhere.example/\\x",
}
SHORT = ("emoji", "zero byte", "digits", "number", "address")
"""What somebody might put into an address."""
TYPISTS = ("public", "citizen", "community", "keeper")
"""Between them they have every form."""
LEAVE_ALONE = ("/sign-out", "/sign-ins/", "/password", "/withdraw", "/discard", "/theme", "/reset")
"""Buttons after which this person could press no others."""
ASKED = (
    "q", "unit", "category", "state", "light", "step", "own", "after", "box", "at", "under",
    "year", "kind", "risk", "next", "process", "number", "code", "type", "view",
    "task", "who", "unread",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _furnished(database: Store, app: Flask) -> Iterator[None]:
    begin_town(database, app, "nonsense", lambda _hired: scene.furnish(Town(clock.now())))
    with app.app_context():
        yield
        db.session.remove()


def whole(answer: TestResponse, said: str) -> None:
    """A page of ours or a way on, never a fault."""
    assert answer.status_code < 500, said
    if answer.status_code >= 400 and answer.mimetype == "text/html":
        page = BeautifulSoup(answer.text, "html5lib")
        assert len(page.find_all("h1")) == 1, said
        assert "系统出错" not in page.get_text(), said


@pytest.mark.parametrize("role", ["public", "citizen", "district", "keeper"])
def test_no_address_breaks_a_page(app: Flask, role: str) -> None:
    client = scene.signed_in(app, role).client
    for address in _one_of_each(addresses.addresses(app)):
        for name, text in NONSENSE.items():
            if name not in SHORT:
                continue
            asked = urlencode(dict.fromkeys(ASKED, text))
            whole(client.get(f"{address.path}?{asked}"), f"{address.path} {name}")


@pytest.mark.parametrize("role", TYPISTS)
def test_nothing_typed_breaks_a_form(app: Flask, role: str) -> None:
    browser = scene.signed_in(app, role)
    found = {
        str(form.get("action") or address.path): form
        for address in scene.open_to(app, role)
        for form in forms(browser.client.get(address.path))
    }
    for action, form in found.items():
        if any(part in action for part in LEAVE_ALONE):
            continue
        for button in form.find_all("button", attrs={"name": True})[:2] or [None]:
            for name, text in NONSENSE.items():
                whole(send(browser.client, action, form, text, button), f"{action} {name}")


def _one_of_each(found: Iterable[Address]) -> list[Address]:
    return list({one.endpoint: one for one in found}.values())


def forms(answer: TestResponse) -> list[Tag]:
    page = BeautifulSoup(answer.text, "html5lib")
    return [one for one in page.find_all("form") if one.get("method") == "post"]


def send(
    client: FlaskClient, action: str, form: Tag, text: str, button: Tag | None
) -> TestResponse:
    """The form with nonsense in each field, but for what makes it ours."""
    sent: dict[str, Any] = {}
    for one in form.find_all(["input", "select", "textarea"]):
        name = str(one.get("name") or "")
        if one.get("type") == "file":
            sent[name] = (io.BytesIO(hostile_files.HTML), f"{_utf8(text[:200])}.jpg")
        elif name:
            sent[name] = one.get("value", "") if name == "csrf_token" else text
    if button is not None:
        sent[str(button["name"])] = button.get("value", "")
    kind = str(form.get("enctype") or "application/x-www-form-urlencoded")
    if kind == "application/x-www-form-urlencoded":
        body = urlencode(sent, errors="surrogatepass")
        return client.post(action, data=body, content_type=kind)
    clean = {name: _utf8(value) for name, value in sent.items()}
    return client.post(action, data=clean, content_type=kind)


def _utf8(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
