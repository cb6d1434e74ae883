"""Somebody signed in, whose requests go straight to the WSGI application, and what each took."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.identity.people import SECRET

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Browser:
    """A signed-in member of the staff. What a client would do is done before the clock starts."""

    def __init__(self, app: Flask, account: str) -> None:
        self._app = app
        client = app.test_client()
        sent = {"account": account, "password": SECRET}
        sent["csrf_token"] = _token(client.get("/staff/sign-in").text)
        answer = client.post("/staff/sign-in", data=sent)
        self._cookie = answer.headers["Set-Cookie"].partition(";")[0]
        self._token = _token(client.get("/inbox", follow_redirects=True).text)

    def form(self, path: str, **sent: str) -> WSGIEnvironment:
        """A form as a server hands it over."""
        whole = {"csrf_token": self._token, "key": secrets.token_hex(8), **sent}
        return self._environ(EnvironBuilder(path, method="POST", data=whole))

    def page(self, path: str) -> WSGIEnvironment:
        """The asking for a page as a server hands it over."""
        return self._environ(EnvironBuilder(path))

    def _environ(self, builder: EnvironBuilder) -> WSGIEnvironment:
        builder.headers["Cookie"] = self._cookie
        return builder.get_environ()

    def send(self, asked: WSGIEnvironment, to: Flask | None = None) -> bytes:
        """Have it answered to the end, by the product or by another application."""
        parts, status, _ = run_wsgi_app(to or self._app, asked, buffered=True)
        if not status.startswith("303" if asked["REQUEST_METHOD"] == "POST" else "200"):
            raise SystemExit(f"{asked['PATH_INFO']} answered {status}")
        return b"".join(parts)


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if not found:
        raise SystemExit("no form on the page")
    return found[1]


@dataclass(frozen=True, slots=True)
class Spent:
    """What one call took, in seconds: by the clock, and of this process's processor."""

    wall: float
    cpu: float


def timed(work: Callable[..., object], *given: Any) -> Spent:
    """What this call took."""
    wall, cpu = perf_counter(), process_time()
    work(*given)
    return Spent(perf_counter() - wall, process_time() - cpu)
