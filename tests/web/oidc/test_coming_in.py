"""Whom a provider lets in, how the link holds, and how it ends."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, vault
from app.db import session, transaction
from app.identity import audit, factors, queries, upkeep
from app.identity.account_models import AccountChange, PersonLink
from app.identity.commands import second_factor
from app.identity.models import AuditEntry, Person
from tests.web.oidc.city import Citizen, City
from tests.web.oidc.going import (
    LABEL,
    PHONE,
    STAFF_PHONE,
    back,
    go,
    refused,
    staff_as,
)
from tests.web.visitors import Browser


def test_there_is_no_such_door_until_one_is_named(work: Session, browser: Browser) -> None:
    for path in ("/sign-in/oidc", "/staff/sign-in/oidc", "/sign-in/oidc/back?state=x&code=y"):
        assert browser.get(path).status_code == 404
    assert "/oidc" not in browser.get("/sign-in").text


def test_a_citizen_comes_in_and_is_registered(work: Session, city: City, browser: Browser) -> None:
    assert f"用{LABEL}登录" in browser.get("/sign-in").text
    landed = go(browser, city, following="/sign-ins")
    assert (landed.status_code, landed.location) == (303, "/sign-ins")
    page = browser.get("/sign-ins").text
    assert LABEL in page
    person = work.scalars(select(Person).where(~Person.staff)).one()
    assert (person.name, vault.unseal(person.phone), person.password_hash) == ("林小雨", PHONE, "")
    verbs = list(work.scalars(select(AuditEntry.verb).where(AuditEntry.person_id == person.id)))
    assert verbs == ["registered", "linked", "vouched_for", "signed_in"]
    assert audit.verify().sound


def test_a_citizen_known_by_telephone_keeps_the_account(
    work: Session, city: City, browser: Browser
) -> None:
    go(browser, city)
    with transaction():
        work.delete(work.scalars(select(PersonLink)).one())
    city.citizen = Citizen("e-1001", name=None)
    assert go(Browser(browser.client.application), city).status_code == 303
    assert len(work.scalars(select(Person).where(~Person.staff)).all()) == 1


def test_staff_come_in_by_telephone_and_are_told(
    work: Session, city: City, browser: Browser, shi: str
) -> None:
    staff_as(city)
    landed = go(browser, city, "/staff", "/inbox")
    assert (landed.status_code, landed.location) == (303, "/inbox")
    assert browser.get("/inbox").status_code == 200
    page = browser.get("/sign-ins").text
    assert "关联外部登录" in page
    link = work.scalars(select(PersonLink)).one()
    assert (link.person_id, link.door) == (shi, "staff")
    assert "e-2002" not in link.subject + link.subject_index


def test_the_link_holds_when_telephones_change(
    work: Session, app: Flask, city: City, browser: Browser, shi: str, ning: str
) -> None:
    staff_as(city)
    go(browser, city, "/staff")
    staff_as(city, phone_number="+8613900000001", phone_number_verified=False)  # 宁远山's
    assert go(Browser(app), city, "/staff").status_code == 303
    work.rollback()
    assert {row.person_id for row in work.scalars(select(PersonLink))} == {shi}


def test_a_number_that_went_to_another_opens_nothing(
    work: Session, app: Flask, city: City, browser: Browser, shi: str
) -> None:
    staff_as(city)
    go(browser, city, "/staff")
    city.citizen = Citizen("e-3003", "江映月", f"+86{STAFF_PHONE}")
    refused(go(Browser(app), city, "/staff"), "已关联另一个")


def test_subjects_that_differ_in_case_are_two_people(
    work: Session, app: Flask, city: City, browser: Browser
) -> None:
    city.citizen = Citizen("abc")
    go(browser, city)
    city.citizen = Citizen("ABC", "江映月", "+8613800000009")
    assert go(Browser(app), city).status_code == 303
    assert len(set(work.scalars(select(PersonLink.person_id)))) == 2


def test_the_doors_are_apart(
    work: Session, app: Flask, city: City, browser: Browser, shi: str
) -> None:
    staff_as(city)
    assert go(browser, city, "/staff").status_code == 303
    assert go(Browser(app), city).status_code == 303  # at the other door, another account
    links = {row.door: row.person_id for row in work.scalars(select(PersonLink))}
    assert links["staff"] == shi
    assert links["public"] != shi
    other = Browser(app)
    came = back(other, city, "/staff")
    refused(other.get(came.removeprefix("/staff")), "已过期或已用过")


def test_one_ends_one_s_link_and_nobody_else_s(
    work: Session, app: Flask, city: City, browser: Browser, shi: str
) -> None:
    staff_as(city)
    go(browser, city, "/staff")
    key = work.scalars(select(PersonLink.id)).one()
    stranger = Browser(app)
    city.citizen = Citizen("e-1001")
    go(stranger, city)
    assert stranger.post(f"/sign-ins/links/{key}/end", {}, page="/sign-ins").status_code == 404
    assert browser.post(f"/sign-ins/links/{key}/end", {}, page="/sign-ins").location == "/sign-ins"
    work.rollback()
    assert work.get(PersonLink, key, populate_existing=True) is None
    told = work.scalars(select(AccountChange.verb).where(AccountChange.person_id == shi))
    assert {"linked", "unlinked"} <= set(told)
    assert browser.get("/sign-ins").status_code == 200  # signed in still


def test_whoever_is_erased_is_linked_to_nobody(work: Session, city: City, browser: Browser) -> None:
    go(browser, city)
    with transaction():
        upkeep.forget_person(work, work.scalars(select(PersonLink.person_id)).one())
    assert work.scalars(select(PersonLink)).all() == []


def test_signing_out_is_ours_alone(work: Session, city: City, browser: Browser) -> None:
    go(browser, city)
    city.asked.clear()
    assert browser.post("/sign-out", {}, page="/sign-ins").location == "/"
    assert browser.get("/sign-ins").location == "/sign-in?next=/sign-ins"
    assert city.asked == []


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example", "/\\e.example"]
)
def test_nobody_is_led_elsewhere(work: Session, city: City, browser: Browser, wanted: str) -> None:
    landed = go(browser, city, following=wanted).location
    assert landed.startswith("/")
    assert "e.example" not in landed


def test_the_secret_may_travel_in_the_form(work: Session, city: City, browser: Browser) -> None:
    city.client.methods = {"client_secret_post"}
    assert go(browser, city).status_code == 303


def test_the_token_itself_may_name_the_telephone(
    work: Session, city: City, browser: Browser
) -> None:
    city.phone_in_token = True
    assert go(browser, city).status_code == 303
    assert "/userinfo" not in city.asked


def test_the_second_factor_is_still_asked_for(
    work: Session, city: City, browser: Browser, shi: str
) -> None:
    generator = with_factor(shi)
    staff_as(city)
    landed = go(browser, city, "/staff", "/inbox")
    assert landed.location == "/sign-in/code?next=/inbox"
    assert browser.get("/inbox").location == "/sign-in/code"
    page = "/sign-in/code?next=/inbox"
    wrong = browser.post("/sign-in/code", {"code": "000000", "next": "/inbox"}, page=page)
    assert wrong.status_code == 422
    code = generator.at(clock.now(), counter_offset=1)
    done = browser.post("/sign-in/code", {"code": code, "next": "/inbox"}, page=page)
    assert done.location == "/inbox"


def with_factor(person_id: str) -> pyotp.TOTP:
    who = queries.actor_for(person_id, clock.now())
    second_factor.begin_factor(who, at=clock.now())
    row = factors.of(session(), person_id)
    assert row
    generator = pyotp.TOTP(vault.unseal(row.secret))
    second_factor.confirm_factor(who, generator.at(clock.now()), "", at=clock.now())
    return generator


def test_at_the_door_of_the_staff_the_provider_asks_who_it_is_each_time(
    work: Session, city: City, browser: Browser
) -> None:
    """An office computer is shared: who went before is not signed in for whoever comes next."""
    asked = {
        door: parse_qs(urlsplit(browser.get(f"{door}/sign-in/oidc").location).query).get("prompt")
        for door in ("", "/staff")
    }
    assert asked == {"": None, "/staff": ["login"]}
