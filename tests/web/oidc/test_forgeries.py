"""What a stranger on the way might send: nothing of it opens anything."""

from __future__ import annotations

import base64
import json
import logging
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import AuditEntry
from app.identity.oidc import providers
from tests.web.oidc.city import ID, OTHER_KEY, Citizen, City, signed
from tests.web.oidc.city import SECRET as CLIENT_SECRET
from tests.web.oidc.going import (
    PHONE,
    back,
    go,
    nobody_came_in,
    refused,
)
from tests.web.visitors import Browser


def test_what_leaves_is_a_code_flow_with_a_challenge(
    work: Session, app: Flask, city: City, browser: Browser
) -> None:
    sent = [
        parse_qs(urlsplit(one.get("/sign-in/oidc").location).query)
        for one in (browser, Browser(app))
    ]
    for each in sent:
        assert each["response_type"] == ["code"]
        assert each["code_challenge_method"] == ["S256"]
        assert each["redirect_uri"] == ["http://localhost/sign-in/oidc/back"]
        assert each["scope"] == ["openid profile phone"]
        assert all(len(each[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert all(sent[0][name] != sent[1][name] for name in ("state", "nonce", "code_challenge"))


def test_a_return_counts_once(work: Session, city: City, browser: Browser) -> None:
    address = back(browser, city)
    assert browser.get(address).status_code == 303
    refused(browser.get(address), "已过期或已用过")


def test_a_return_counts_once_even_where_the_provider_forgets(
    work: Session, city: City, browser: Browser
) -> None:
    address = back(browser, city)
    cookie, codes = browser.client.get_cookie("anguan"), dict(city.codes)
    assert cookie
    assert browser.get(address).status_code == 303
    city.codes.update(codes)
    thief = Browser(browser.client.application)
    thief.client.set_cookie("anguan", cookie.value)
    refused(thief.get(address), "已过期或已用过")


def test_a_return_belongs_to_the_browser_that_left(
    work: Session, app: Flask, city: City, browser: Browser
) -> None:
    address = back(browser, city)
    victim = Browser(app)
    refused(victim.get(address), "已过期或已用过")
    back(victim, city)
    refused(victim.get(address), "已过期或已用过")
    assert nobody_came_in(work)
    assert "/token" not in city.asked


def forged(**other: object) -> object:
    return lambda claims: signed({**claims, **other})


def lacking(name: str) -> object:
    return lambda claims: signed({key: value for key, value in claims.items() if key != name})


def unsigned(claims: dict[str, object]) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    text = [
        base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in parts
    ]
    return ".".join([*text, ""])


def with_our_secret(claims: dict[str, object]) -> str:
    return jwt.encode(
        {"alg": "HS256", "kid": "city-1"}, claims, OctKey.import_key(CLIENT_SECRET * 2)
    )


NOW = int(time.time())


FORGERIES = {
    "nonce": forged(nonce="of another trip"),
    "no nonce": lacking("nonce"),
    "alg none": unsigned,
    "wrong key": lambda claims: signed(claims, OTHER_KEY),
    "our own secret": with_our_secret,
    "audience": forged(aud=["somebody else"]),
    "two audiences": forged(aud=[ID, "somebody else"]),
    "for another": forged(azp="somebody else"),
    "no audience": lacking("aud"),
    "issuer": forged(iss="http://127.0.0.1:1"),
    "no issuer": lacking("iss"),
    "expired": forged(exp=NOW - 3600, iat=NOW - 7200),
    "no end": lacking("exp"),
    "from the future": forged(iat=NOW + 3600),
    "no subject": lacking("sub"),
    "another access token": forged(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "no token": lambda _: "",
    "nonsense": lambda _: "a.b.c",
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_token_opens_nothing(
    work: Session, city: City, browser: Browser, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    city.forge = FORGERIES[how]  # type: ignore[assignment]
    with caplog.at_level(logging.INFO):
        refused(go(browser, city), "核验不通过")
    assert nobody_came_in(work)
    assert "forged: id_token" in caplog.text


def test_userinfo_of_another_opens_nothing(work: Session, city: City, browser: Browser) -> None:
    city.answers_for = "e-9999"
    refused(go(browser, city), "核验不通过")
    assert nobody_came_in(work)


def test_a_return_in_the_name_of_another_issuer(
    work: Session, city: City, browser: Browser
) -> None:
    refused(browser.get(back(browser, city) + "&iss=https://evil.example"), "核验不通过")
    assert "/token" not in city.asked


def test_an_issuer_that_promises_its_name_must_give_it(
    work: Session, city: City, browser: Browser
) -> None:
    city.document = {"authorization_response_iss_parameter_supported": True}
    refused(go(browser, city), "核验不通过")


def test_nothing_of_a_sign_in_is_logged(
    work: Session, city: City, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="app"):
        address = back(browser, city)
        code, state = (parse_qs(urlsplit(address).query)[name][0] for name in ("code", "state"))
        browser.get(address + "x")
        go(browser, city)
        city.citizen = Citizen("e-1001-another")
        go(browser, city)
    said = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("app"))
    assert said
    for secret in (code, state, CLIENT_SECRET, PHONE, "林小雨", "e-1001", *city.tokens):
        assert secret not in said
    details = " ".join(work.scalars(select(AuditEntry.detail)))
    assert "e-1001" not in details
    assert PHONE not in details


def test_the_secret_shows_nowhere_in_the_settings(city: City) -> None:
    assert CLIENT_SECRET not in repr(providers.of("staff"))
