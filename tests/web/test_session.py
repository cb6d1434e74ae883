"""The pages of the sign-in room, as people use them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import clock
from app.identity import commands, queries, sms
from app.identity.commands import NewPerson
from app.identity.models import Attempt, SignIn
from app.web.devices import device
from app.web.origins import safe_next
from tests.web.visitors import SECRET, Browser, first, post

FRESH = "another rain, another gorge"


@pytest.fixture
def ning(work: Session) -> str:
    """宁远山, the first administrator."""
    return first(clock.now())


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def letters(tmp_path: Path) -> Iterator[Path]:
    """Where text messages go."""
    sms.write_to(tmp_path / "sms.log")
    yield tmp_path / "sms.log"
    sms.write_to(None)


def test_the_first_administrator_makes_their_own_account(work: Session, browser: Browser) -> None:
    code = commands.issue_first_run_code(at=clock.now())
    assert browser.get("/staff/sign-in").location == "/first-run"
    sent = {"name": "宁远山", "account": "NingYuanShan", "phone": "13900000001", "password": SECRET}
    wrong = browser.post("/first-run", sent | {"code": "guess"})
    assert wrong.status_code == 422
    assert 'aria-describedby="code-help code-fault"' in wrong.text
    done = browser.post("/first-run", sent | {"code": code})
    assert done.status_code == 303
    assert browser.get("/people").status_code == 200
    assert Browser(browser.client.application).get("/first-run").status_code == 404


def test_staff_sign_in_and_out(ning: str, browser: Browser) -> None:
    assert browser.sign_in("ningyuanshan").status_code == 303
    assert browser.get("/people").status_code == 200
    assert browser.post("/sign-out", {}, page="/password").location == "/"
    assert browser.get("/people").location == "/staff/sign-in?next=/people"


def test_a_copied_cookie_is_worth_nothing_after_signing_out(
    app: Flask, ning: str, browser: Browser
) -> None:
    browser.sign_in("ningyuanshan")
    copied = browser.client.get_cookie("anguan")
    assert copied
    browser.post("/sign-out", {}, page="/password")
    thief = Browser(app)
    thief.client.set_cookie("anguan", copied.value)
    assert thief.get("/people").status_code == 303


def test_a_wrong_password_is_said_without_saying_which(ning: str, browser: Browser) -> None:
    wrong = browser.sign_in("ningyuanshan", "wrong password")
    unknown = browser.sign_in("nobodyhere", "wrong password")
    assert wrong.status_code == unknown.status_code == 422
    assert 'role="alert"' in wrong.text
    assert "账号或密码不正确" in wrong.text
    assert "wrong password" not in wrong.text
    said = [
        page.text.replace("ningyuanshan", "").replace("nobodyhere", "") for page in (wrong, unknown)
    ]
    assert said[0].split("<h1>")[1] == said[1].split("<h1>")[1]


def test_signing_in_goes_on_to_where_one_was_going(ning: str, browser: Browser) -> None:
    asked = browser.get("/people?q=x")
    assert asked.location == "/staff/sign-in?next=/people?q%3Dx"
    assert 'name="next" value="/people?q=x"' in browser.get(asked.location).text
    assert browser.sign_in("ningyuanshan", next="/people?q=x").location == "/people?q=x"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
            "Safari 浏览器，苹果手机",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140 MicroMessenger/8.0", "微信，安卓"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge 浏览器，Windows"),
        ("curl/8.0", "其他设备"),
        ("<script>alert(1)</script>", "其他设备"),
    ],
)
def test_a_device_is_named_in_words_and_never_in_its_own(agent: str, words: str) -> None:
    assert device(SignIn(kind="web", agent=agent)) == words


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/x\\..\\y",
        "javascript:alert(1)",
        "elsewhere",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        " //elsewhere.example",
        "",
    ],
)
def test_nobody_is_led_elsewhere(ning: str, browser: Browser, wanted: str) -> None:
    assert safe_next(wanted, "/home") == "/home"
    landed = browser.sign_in("ningyuanshan", next=wanted).location
    assert landed.startswith("/")
    assert "elsewhere" not in landed


def test_a_new_session_replaces_the_old_one_and_its_form_token(
    work: Session, ning: str, browser: Browser
) -> None:
    browser.sign_in("ningyuanshan")
    before = browser.token("/password")
    browser.sign_in("ningyuanshan")
    assert browser.token("/password") != before
    assert len(queries.sign_ins_of(ning, clock.now())) == 2  # one more is the first run's own


def test_an_idle_session_asks_to_sign_in_at_the_same_door_and_forms_come_back(
    work: Session, ning: str, browser: Browser
) -> None:
    browser.sign_in("ningyuanshan")
    token = browser.token("/password")
    work.execute(update(SignIn).values(seen_at=clock.now() - timedelta(minutes=31)))
    work.commit()
    assert browser.get("/sign-ins").location == "/staff/sign-in?next=/sign-ins"
    late = browser.client.post(
        "/password", data={"csrf_token": token}, headers={"Referer": "http://localhost/password"}
    )
    assert late.location == "/staff/sign-in?next=/password"


def test_use_is_noted_once_a_minute(work: Session, ning: str, browser: Browser) -> None:
    browser.sign_in("ningyuanshan")
    work.execute(update(SignIn).values(seen_at=clock.now() - timedelta(minutes=20)))
    work.commit()
    browser.get("/people")
    noted = max(work.scalars(select(SignIn.seen_at)))
    assert clock.now() - noted < timedelta(minutes=1)
    browser.get("/people")
    work.rollback()
    assert max(work.scalars(select(SignIn.seen_at))) == noted


def test_what_a_page_asks_by_itself_is_no_use(work: Session, ning: str, browser: Browser) -> None:
    """A desk that was left: the badge asks each minute, and the session ends all the same."""
    browser.sign_in("ningyuanshan")
    left = clock.now() - timedelta(minutes=20)
    work.execute(update(SignIn).values(seen_at=left))
    work.commit()
    browser.get("/inbox/count.json")
    work.rollback()
    assert max(work.scalars(select(SignIn.seen_at))) == left


def test_an_initial_password_leads_to_its_change_and_then_on(
    work: Session, ning: str, browser: Browser
) -> None:
    chief = queries.actor_for(ning, clock.now())
    given = NewPerson("石磊峰", "shileifeng", (post("西陵区", "unit_admin"),))
    added = commands.create_person(chief, given, at=clock.now())
    assert browser.sign_in("shileifeng", added.password).location == "/password"
    page = browser.get("/password")
    assert "初始密码" in page.text
    assert "石磊峰" not in page.text
    sent = {"current": added.password, "password": FRESH, "again": FRESH}
    apart = browser.post("/password", sent | {"again": "something else"})
    assert apart.status_code == 422
    assert 'id="again-fault"' in apart.text
    assert browser.post("/password", sent).status_code == 303
    assert browser.get("/people").status_code == 200


def test_changing_the_password_signs_every_other_device_out(
    app: Flask, ning: str, browser: Browser
) -> None:
    other = Browser(app)
    other.sign_in("ningyuanshan")
    browser.sign_in("ningyuanshan")
    sent = {"current": SECRET, "password": FRESH, "again": FRESH}
    assert browser.post("/password", sent).status_code == 303
    assert browser.get("/people").status_code == 200
    assert other.get("/people").status_code == 303


def test_one_sees_one_s_sessions_and_ends_them(app: Flask, ning: str, browser: Browser) -> None:
    other = Browser(app)
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 14) Chrome/140"
    other.sign_in("ningyuanshan")
    browser.sign_in("ningyuanshan")
    page = browser.get("/sign-ins").text
    assert "Chrome 浏览器，安卓" in page
    assert "本次登录" in page
    assert browser.post("/sign-ins/end-others", {}, page="/sign-ins").location == "/sign-ins"
    assert other.get("/people").status_code == 303
    assert browser.get("/people").status_code == 200


def test_a_citizen_registers_by_code(work: Session, browser: Browser, letters: Path) -> None:
    assert browser.get("/register/confirm").location == "/register"
    assert browser.post("/register", {"phone": "123"}).status_code == 422
    sent = browser.post("/register", {"phone": "13800000002", "next": "/service"})
    assert sent.location == "/register/confirm?next=/service"
    given = {"name": "林小雨", "password": SECRET, "next": "/service"}
    wrong = browser.post("/register/confirm", given | {"code": "x"})
    assert wrong.status_code == 422
    assert 'value="林小雨"' in wrong.text
    assert SECRET not in wrong.text
    done = browser.post("/register/confirm", given | {"code": code_in(letters)})
    assert done.location == "/service"
    assert browser.get("/sign-ins").status_code == 200
    assert browser.get("/people").status_code == 403


def test_a_citizen_who_forgot_comes_back_by_code(
    work: Session, app: Flask, browser: Browser, letters: Path
) -> None:
    register(Browser(app), letters)
    work.execute(delete(Attempt))  # the first code was asked for in this minute
    work.commit()
    assert browser.post("/recover", {"phone": "13800000002"}).location == "/recover/confirm"
    sent = {"code": code_in(letters), "password": FRESH}
    assert browser.post("/recover/confirm", sent).status_code == 303
    assert browser.get("/sign-ins").status_code == 200
    public = Browser(app)
    known = {"phone": "13800000002", "password": FRESH}
    assert public.post("/sign-in", known).status_code == 303


def register(browser: Browser, letters: Path) -> None:
    browser.post("/register", {"phone": "13800000002"})
    given = {"name": "林小雨", "password": SECRET, "code": code_in(letters)}
    browser.post("/register/confirm", given)


def code_in(letters: Path) -> str:
    """The code of the last message."""
    text = letters.read_text("utf-8").splitlines()[-1].split("验证码")[1]
    return text[:6]
