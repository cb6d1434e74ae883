"""Whom a provider does not let in, and what they are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, vault
from app.db import transaction
from app.identity import commands, queries
from app.identity.account_models import PersonLink
from app.identity.actor import Actor
from app.identity.commands import granting, keeping
from app.identity.models import AuditEntry, Person
from tests.web.oidc.city import Citizen, City
from tests.web.oidc.going import (
    LABEL,
    STAFF_PHONE,
    back,
    go,
    nobody_came_in,
    refused,
    staff_as,
)
from tests.web.visitors import Browser


def test_no_staff_account_is_ever_made(
    work: Session, city: City, browser: Browser, ning: str
) -> None:
    before = len(work.scalars(select(Person)).all())
    refused(go(browser, city, "/staff"), "没有用这个手机号开通")
    work.rollback()
    assert len(work.scalars(select(Person)).all()) == before
    why = work.scalars(select(AuditEntry.detail).where(AuditEntry.verb == "sign_in_refused")).all()
    assert why == ["provider staff nobody"]


@pytest.mark.parametrize("status", ["closed", "disabled"])
@pytest.mark.parametrize("linked", [True, False], ids=["linked", "new"])
def test_a_shut_account_stays_shut(
    work: Session, app: Flask, city: City, shi: str, status: str, linked: bool
) -> None:
    staff_as(city)
    if linked:
        go(Browser(app), city, "/staff")
    with transaction():
        work.get_one(Person, shi).status = status
    refused(go(Browser(app), city, "/staff"), "已停用")


def test_a_citizen_who_is_disabled_stays_out(work: Session, app: Flask, city: City) -> None:
    go(Browser(app), city)
    with transaction():
        work.scalars(select(Person).where(~Person.staff)).one().status = "disabled"
    refused(go(Browser(app), city), "已停用")


def test_two_of_the_staff_with_one_number_are_nobody(
    work: Session, city: City, browser: Browser, shi: str, ning: str
) -> None:
    with transaction():
        work.get_one(Person, ning).phone_index = vault.blind(STAFF_PHONE)
    staff_as(city)
    refused(go(browser, city, "/staff"), "没有用这个手机号开通")


def test_an_initial_password_is_changed_first(
    work: Session, city: City, browser: Browser, shi: str, ning: str
) -> None:
    chief = queries.actor_for(ning, clock.now())
    commands.reset_staff_password(chief, shi, "忘记密码", at=clock.now())
    staff_as(city)
    refused(go(browser, city, "/staff"), "初始密码还没有修改")


def test_guesses_at_a_password_neither_open_nor_close_this_door(
    work: Session, app: Flask, city: City, browser: Browser, shi: str
) -> None:
    for _ in range(5):
        assert browser.sign_in("shileifeng", "a wrong guess").status_code == 422
    staff_as(city)
    assert go(Browser(app), city, "/staff").status_code == 303
    assert browser.sign_in("shileifeng").status_code == 422  # the pause stands


def test_many_failures_from_one_address_ask_the_provider_nothing_more(
    work: Session, city: City, browser: Browser
) -> None:
    for _ in range(30):
        came = back(browser, city)
        assert browser.get(came.replace("code=", "code=x")).status_code == 422
    city.asked.clear()
    refused(browser.get("/sign-in/oidc"), "登录失败次数过多")
    refused(browser.get("/sign-in/oidc/back?state=x&code=y"), "登录失败次数过多")
    assert city.asked == []


@pytest.mark.parametrize("said", [False, None, "true", 1])
def test_a_telephone_counts_only_where_it_was_proved(
    work: Session, city: City, browser: Browser, said: object
) -> None:
    city.citizen = Citizen("e-1001", phone_number_verified=said)
    refused(go(browser, city), "还没有验证")
    assert nobody_came_in(work)


@pytest.mark.parametrize("number", [None, "", "+1 425 555 1212", "0717-6220000"])
def test_without_a_mobile_number_nobody_is_found(
    work: Session, city: City, browser: Browser, number: str | None
) -> None:
    city.citizen = Citizen("e-1001", phone_number=number)
    refused(go(browser, city), "没有提供您的手机号")


def test_without_a_name_nobody_is_registered(work: Session, city: City, browser: Browser) -> None:
    city.citizen = Citizen("e-1001", name=None)
    refused(go(browser, city), "请先用手机号注册")
    assert nobody_came_in(work)


def test_who_thinks_better_of_it_is_told_so(work: Session, city: City, browser: Browser) -> None:
    city.says_no = True
    refused(go(browser, city, following="/apply"), f"您在{LABEL}取消了登录")
    city.says_no = False
    assert go(browser, city, following="/sign-ins").location == "/sign-ins"


def test_pictures_on_a_strangers_page_keep_no_office_out(
    work: Session, city: City, browser: Browser, shi: str
) -> None:
    for door in ("", "/staff"):
        for _ in range(30):
            refused(browser.get(f"{door}/sign-in/oidc/back?state=x&code=y"), "已过期或已用过")
    assert work.scalars(select(AuditEntry).where(AuditEntry.verb == "sign_in_refused")).all() == []
    assert browser.sign_in("shileifeng").status_code == 303


HANDS: dict[str, Callable[[Actor, str], object]] = {
    "phone": lambda chief, who: keeping.change_phone(
        chief, who, "13900008888", "换了号码", at=clock.now()
    ),
    "password": lambda chief, who: commands.reset_staff_password(
        chief, who, "本人来窗口", at=clock.now()
    ),
    "sessions": lambda chief, who: keeping.end_sessions_of(chief, who, "手机丢失", at=clock.now()),
    "disabled": lambda chief, who: granting.disable(chief, who, "离职", at=clock.now()),
}


@pytest.mark.parametrize("how", HANDS)
def test_what_an_administrator_takes_in_hand_keeps_no_link(
    work: Session, city: City, browser: Browser, shi: str, ning: str, how: str
) -> None:
    staff_as(city)
    go(browser, city, "/staff")
    HANDS[how](queries.actor_for(ning, clock.now()), shi)
    work.rollback()
    assert work.scalars(select(PersonLink)).all() == []
