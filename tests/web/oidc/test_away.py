"""A provider that is away, slow or another one: nobody waits for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from sqlalchemy.orm import Session

from app.identity.oidc import providers
from app.identity.oidc.providers import Provider
from tests.web.oidc.city import ID, City
from tests.web.oidc.city import SECRET as CLIENT_SECRET
from tests.web.oidc.going import (
    LABEL,
    back,
    go,
    name_it,
    nobody_came_in,
    refused,
)
from tests.web.visitors import Browser


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "https://["},
    ],
    ids=str,
)
def test_a_document_of_another_sends_nobody_out(
    work: Session, city: City, browser: Browser, said: dict[str, object]
) -> None:
    city.document = said
    refused(browser.get("/sign-in/oidc"), "暂时连不上")


def test_a_provider_that_is_away_is_said_at_once(
    work: Session, city: City, browser: Browser
) -> None:
    providers.use("public", Provider("public", "http://127.0.0.1:1", ID, CLIENT_SECRET, LABEL))
    refused(browser.get("/sign-in/oidc"), f"{LABEL}暂时连不上")


def stalled() -> Response:
    """Bytes now and then, without an end: no pause is long enough for a usual timeout."""

    def drip() -> Iterator[bytes]:
        for _ in range(200):
            time.sleep(0.1)
            yield b" "

    return Response(drip(), mimetype="application/json")


def test_a_slow_provider_holds_nobody(
    work: Session, app: Flask, city: City, browser: Browser
) -> None:
    name_it(city, patience=1.0)
    address = back(browser, city)
    city.token_endpoint = stalled
    began = time.monotonic()
    refused(browser.get(address), "暂时连不上")
    assert time.monotonic() - began < 5
    assert nobody_came_in(work)


def test_many_who_wait_leave_room_for_others(work: Session, app: Flask, city: City) -> None:
    """Of one process only two wait for the provider; the rest hear at once that it is away."""
    name_it(city, patience=3.0)
    waiting = [Browser(app) for _ in range(6)]
    addresses = [back(each, city) for each in waiting]
    city.token_endpoint = stalled
    took: list[float] = []

    def ask(browser: Browser, address: str) -> None:
        began = time.monotonic()
        refused(browser.get(address), "暂时连不上")
        took.append(time.monotonic() - began)

    threads = [
        threading.Thread(target=ask, args=pair) for pair in zip(waiting, addresses, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(took) == 6
    assert len([seconds for seconds in took if seconds < 2.5]) >= 4
    assert go_again(city, app)


def go_again(city: City, app: Flask) -> bool:
    """Afterwards the door is open as before."""
    city.token_endpoint = None
    return go(Browser(app), city).status_code == 303


@pytest.mark.parametrize(
    "answer",
    [
        lambda: Response("no", 500),
        lambda: Response("<html>", 200),
        lambda: Response("[]", 200),
        lambda: Response(" " * 300_000, 200),
        lambda: Response("", 302, {"Location": "http://127.0.0.1:1/"}),
    ],
    ids=["500", "html", "list", "endless", "elsewhere"],
)
def test_an_answer_that_is_none_is_a_provider_away(
    work: Session, city: City, browser: Browser, answer: object
) -> None:
    city.token_endpoint = answer  # type: ignore[assignment]
    refused(go(browser, city), "暂时连不上")
