"""The guard before every view, over the whole URL map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import clock, create_app
from app.identity import commands, queries, sms
from app.identity.commands import Credentials, NewPerson
from app.identity.sessions import Visit
from app.web import access
from app.web.access import API, CHANGE_ONLY, check_every_view, declared
from tests.identity.people import Phone
from tests.web.visitors import SECRET, Browser, first, post


@pytest.fixture
def ning(work: Session) -> str:
    return first(clock.now())


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def citizen(app: Flask, work: Session) -> Iterator[Browser]:
    """林小雨, registered by code."""
    phone, browser = Phone(), Browser(app)
    sms.use(phone)
    browser.post("/register", {"phone": "13800000002"})
    given = {"name": "林小雨", "password": SECRET, "code": phone.code()}
    browser.post("/register/confirm", given)
    yield browser
    sms.write_to(None)


@pytest.fixture
def newcomer(work: Session, ning: str) -> str:
    """石磊峰, who has not changed the initial password yet. Returns it."""
    chief = queries.actor_for(ning, clock.now())
    given = NewPerson("石磊峰", "shileifeng", (post("东苑街道", position="head"),))
    return commands.create_person(chief, given, at=clock.now()).password


def routes(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    """Every rule that takes this method, and an address of it."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and not rule.endpoint.endswith("static"):
            values = dict.fromkeys(rule.arguments, 1 if "int:" in rule.rule else "x")
            path = adapter.build(rule.endpoint, values, method=method)
            yield rule, path


def test_a_view_that_says_nothing_keeps_the_product_from_starting(app: Flask) -> None:
    silent = Flask("silent")
    silent.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(RuntimeError, match="open"):
        check_every_view(silent)
    check_every_view(app)


def test_a_permission_that_does_not_exist_cannot_be_asked_for() -> None:
    with pytest.raises(KeyError):
        access.requires("case:raed")
    with pytest.raises(KeyError):
        access.requires()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_is_sent_to_sign_in_from_every_page_that_is_not_public(
    app: Flask, work: Session, method: str
) -> None:
    for rule, path in routes(app, method):
        wanted = declared(app, rule.endpoint)
        assert wanted
        if not wanted.signed_in:
            continue
        answer = app.test_client().open(path, method=method)
        if path.startswith(API):
            assert answer.status_code == 401, path
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        else:
            assert answer.status_code == 303, path
            assert answer.location.split("?")[0] in ("/sign-in", "/staff/sign-in"), path


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_initial_password_opens_nothing_but_its_own_change(
    app: Flask, browser: Browser, newcomer: str, method: str
) -> None:
    browser.sign_in("shileifeng", newcomer)
    token = browser.token("/password")
    for rule, path in routes(app, method):
        if rule.endpoint in CHANGE_ONLY or path.startswith(API):
            continue
        answer = browser.client.open(path, method=method, data={"csrf_token": token})
        if method == "GET":
            assert (answer.status_code, answer.location) == (303, "/password"), path
        else:
            assert answer.status_code == 403, path
    assert browser.get("/password").status_code == 200


def test_a_cookie_opens_no_interface_for_programs(app: Flask, browser: Browser, ning: str) -> None:
    browser.sign_in("ningyuanshan")
    for method in ("GET", "POST"):
        for rule, path in routes(app, method):
            wanted = declared(app, rule.endpoint)
            if path.startswith(API) and wanted and wanted.signed_in:
                assert browser.client.open(path, method=method).status_code == 401, path


@pytest.mark.parametrize("who", ["signed in", "stranger"])
@pytest.mark.parametrize("sent", ["", "of another visitor"])
def test_no_form_but_our_own_is_taken(
    app: Flask, browser: Browser, ning: str, who: str, sent: str
) -> None:
    stranger = Browser(app)
    foreign = stranger.token("/staff/sign-in") if sent else ""
    if who == "signed in":
        browser.sign_in("ningyuanshan")
    else:
        browser.token("/staff/sign-in")
    for rule, path in routes(app, "POST"):
        wanted = declared(app, rule.endpoint)
        assert wanted
        if path.startswith(API) or (who == "stranger" and wanted.signed_in):
            continue
        answer = browser.client.post(path, data={"csrf_token": foreign} if sent else {})
        assert answer.status_code == 403, path
        assert "刷新页面" in answer.text, path


def test_a_form_token_may_travel_in_a_header(browser: Browser, ning: str) -> None:
    browser.sign_in("ningyuanshan")
    token = browser.token("/password")
    sent = browser.client.post("/sign-ins/end-others", headers={"X-CSRF-Token": token})
    assert sent.status_code == 303


def test_the_token_of_before_signing_in_is_worth_nothing_after(browser: Browser, ning: str) -> None:
    before = browser.token("/staff/sign-in")
    browser.sign_in("ningyuanshan")
    late = browser.client.post("/sign-ins/end-others", data={"csrf_token": before})
    assert late.status_code == 403


def test_nothing_changes_by_a_get(app: Flask) -> None:
    doing = ("sign-out", "reset", "end", "withdraw", "claim", "discard", "submit", "retry")
    asks_first = ("people.reset", "patrols.conclude")  # a page of the same address comes before
    adapter = app.url_map.bind("localhost")
    for rule, path in routes(app, "POST"):
        if rule.rule.rsplit("/", 1)[-1] in doing and rule.endpoint not in asks_first:
            with pytest.raises(MethodNotAllowed):
                adapter.match(path, method="GET")


# the page, and who of the people below may open it
PAGES = {
    "/people": "keeper chief",
    "/settings/limits": "keeper chief",
    "/settings/calendar": "keeper chief",
    "/settings/escalation": "keeper chief",
    "/inbox": "head user supervisor",
    "/works": "head user supervisor",
    "/overview": "head user supervisor",
    "/cases": "head user supervisor citizen",
    "/apply": "head citizen",
    "/sign-ins": "keeper chief head user supervisor auditor citizen",
}
POSTS = {
    "keeper": ("西陵区", "unit_admin", ""),
    "head": ("东苑街道", "", "head"),
    "user": ("西陵区", "district_gov_user", ""),
    "supervisor": ("西陵区", "supervisor", ""),
    "auditor": ("宜昌市", "audit_admin", ""),
}


@pytest.mark.parametrize("who", [*POSTS, "chief", "citizen"])
def test_who_opens_which_page(
    app: Flask, work: Session, ning: str, citizen: Browser, who: str
) -> None:
    browser = Browser(app)
    if who == "citizen":
        browser = citizen
    elif who == "chief":
        browser.sign_in("ningyuanshan")
    else:
        place, role, position = POSTS[who]
        chief = queries.actor_for(ning, clock.now())
        given = NewPerson("叶知秋", "yezhiqiu", (post(place, role, position),), password=SECRET)
        commands.create_person(chief, given, at=clock.now())
        browser.sign_in("yezhiqiu")
    opened = {path for path in PAGES if browser.get(path).status_code == 200}
    assert opened == {path for path, people in PAGES.items() if who in people.split()}


def test_a_refusal_names_what_is_missing_and_whom_to_ask(
    work: Session, app: Flask, ning: str, browser: Browser
) -> None:
    browser.sign_in("ningyuanshan")
    answer = browser.get("/works")
    assert answer.status_code == 403
    assert "查看工程台账" in answer.text
    assert "系统后台管理员" in answer.text


def test_a_program_comes_with_its_token(app: Flask, work: Session, ning: str) -> None:
    client = app.test_client()
    given = {"account": "ningyuanshan", "password": SECRET}
    token = client.post("/api/v1/tokens", json=given).get_json()["token"]
    known = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/processes", headers=known).status_code == 200
    assert not client.get_cookie("anguan")
    assert client.get("/people", headers=known).status_code == 303
    for wrong in (f"Bearer {token}x", f"Basic {token}", "Bearer", "Bearer ", token):
        refused = client.get("/api/v1/processes", headers={"Authorization": wrong})
        assert refused.status_code == 401, wrong
    chief = queries.actor_for(ning, clock.now())
    commands.end_sessions(chief, "", at=clock.now())
    assert client.get("/api/v1/processes", headers=known).status_code == 401


def test_a_browser_s_session_is_no_token(app: Flask, ning: str) -> None:
    known = Credentials("ningyuanshan", SECRET, "staff")
    opened = commands.sign_in(known, Visit(), at=clock.now())
    sent = {"Authorization": f"Bearer {opened.token}"}
    assert app.test_client().get("/api/v1/processes", headers=sent).status_code == 401


def test_an_initial_password_buys_no_token(app: Flask, newcomer: str) -> None:
    given = {"account": "shileifeng", "password": newcomer}
    assert app.test_client().post("/api/v1/tokens", json=given).status_code == 403


def test_every_answer_carries_the_headers(app: Flask, work: Session) -> None:
    for path in ("/", "/staff/sign-in", "/nowhere", "/api/v1/nowhere", "/healthz", "/people"):
        headers = app.test_client().get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers


def cookie_of(answer: TestResponse) -> str:
    return next(line for line in answer.headers.getlist("Set-Cookie") if "anguan" in line)


def test_cookies_are_closed_to_scripts_and_other_sites(app: Flask, work: Session) -> None:
    cookie = cookie_of(app.test_client().get("/sign-in"))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_they_are_closed_further(app: Flask, work: Session) -> None:
    config = app.extensions["config"]
    secured = create_app(replace(config, https=True))
    answer = secured.test_client().get("/sign-in", base_url="https://localhost")
    cookie = cookie_of(answer)
    assert cookie.startswith("__Host-anguan=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
