"""The second factor in the browser: setting up, each sign-in, and what half a session opens."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import clock
from app.identity.account_models import SecondFactor
from app.web.access import API, FACTOR_ONLY
from tests.web.test_access import routes
from tests.web.visitors import SECRET, Browser, first


def shown(work: Session, secret: str) -> str:
    """What the telephone shows; the step just used is forgotten, so that no test has to wait."""
    work.execute(update(SecondFactor).values(last_step=0))
    work.commit()
    return pyotp.TOTP(secret).at(clock.now())


@pytest.fixture
def ning(app: Flask, work: Session) -> Browser:
    first(clock.now())
    browser = Browser(app)
    browser.sign_in("ningyuanshan")
    return browser


@pytest.fixture
def secret(work: Session, ning: Browser) -> str:
    """宁远山 has a second factor; its key."""
    assert ning.post("/second-factor/begin", {}, page="/second-factor").status_code == 303
    page = ning.get("/second-factor").text
    assert 'src="data:image/svg+xml' in page
    found = re.search(r'id="key">([A-Z2-7]{32})<', page)
    assert found
    wrong = ning.post("/second-factor/confirm", {"code": "000000"}, page="/second-factor")
    assert wrong.status_code == 422
    right = {"code": shown(work, found[1])}
    done = ning.post("/second-factor/confirm", right, page="/second-factor")
    assert done.location == "/sign-ins"
    return found[1]


def test_the_key_is_shown_until_it_is_proved_and_never_after(ning: Browser, secret: str) -> None:
    page = ning.get("/second-factor").text
    assert "已开启" in page
    assert secret not in page


def test_signing_in_asks_for_the_code_and_goes_on(
    app: Flask, work: Session, ning: Browser, secret: str
) -> None:
    browser = Browser(app)
    asked = browser.sign_in("ningyuanshan", next="/people?q=x")
    assert asked.status_code == 200
    assert 'name="code"' in asked.text
    assert 'name="next" value="/people?q=x"' in asked.text
    assert "宁远山" not in asked.text
    wrong = browser.post("/sign-in/code", {"code": "000000", "next": "/people?q=x"})
    assert wrong.status_code == 422
    assert 'name="next" value="/people?q=x"' in wrong.text
    sent = {"code": shown(work, secret), "next": "/people?q=x"}
    assert browser.post("/sign-in/code", sent).location == "/people?q=x"
    assert browser.get("/people").status_code == 200
    assert browser.get("/sign-in/code").location == "/"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_half_a_session_opens_nothing_but_the_code_and_the_way_out(
    app: Flask, ning: Browser, secret: str, method: str
) -> None:
    browser = Browser(app)
    browser.sign_in("ningyuanshan")
    token = browser.token("/sign-in/code")
    tried = 0
    for rule, path in routes(app, method):
        if rule.endpoint in FACTOR_ONLY or path.startswith(API):
            continue
        tried += 1
        answer = browser.client.open(path, method=method, data={"csrf_token": token})
        if method == "GET":
            assert (answer.status_code, answer.location) == (303, "/sign-in/code"), path
        else:
            assert answer.status_code == 403, path
    assert tried > 60


def test_a_program_sends_the_code_along(
    app: Flask, work: Session, ning: Browser, secret: str
) -> None:
    program = app.test_client()
    known = {"account": "ningyuanshan", "password": SECRET}
    for wrong in ({}, {"code": "000000"}):
        assert program.post(f"{API}v1/tokens", json=known | wrong).status_code == 403
    right = known | {"code": shown(work, secret)}
    assert program.post(f"{API}v1/tokens", json=right).status_code == 201


def test_it_is_given_up_with_a_code(app: Flask, work: Session, ning: Browser, secret: str) -> None:
    wrong = ning.post("/second-factor/drop", {"code": "1"}, page="/second-factor")
    assert wrong.status_code == 422
    sent = {"code": shown(work, secret)}
    assert ning.post("/second-factor/drop", sent, page="/second-factor").status_code == 303
    assert Browser(app).sign_in("ningyuanshan", SECRET).status_code == 303
