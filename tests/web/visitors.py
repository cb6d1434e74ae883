"""Invented people at their browsers: forms are taken from the page before they are sent."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.db import session
from app.identity import commands
from app.identity.commands import NewPerson, Post
from app.identity.models import Unit
from app.identity.sessions import Visit

SECRET = "plum-rain over the gorge"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One person's browser, with its own cookies."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def token(self, path: str) -> str:
        """The token of the first form of a page."""
        found = _TOKEN.search(self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def post(self, path: str, sent: dict[str, str], *, page: str = "") -> TestResponse:
        """Send the form of a page: its own address unless another is named."""
        return self.client.post(path, data={"csrf_token": self.token(page or path)} | sent)

    def sign_in(self, account: str, password: str = SECRET, **more: str) -> TestResponse:
        """Through the door of the staff."""
        given = {"account": account, "password": password}
        return self.post("/staff/sign-in", given | more)


def first(at: datetime) -> str:
    """The first administrator, 宁远山. Returns their id."""
    code = commands.issue_first_run_code(at=at)
    given = NewPerson("宁远山", "ningyuanshan", phone="13900000001", password=SECRET)
    return commands.first_run(code, given, Visit(), at=at).person_id


def place(name: str) -> str:
    """The id of the unit of that name."""
    return session().scalars(select(Unit.id).where(Unit.name == name)).one()


def post(name: str, role: str = "", position: str = "") -> Post:
    """A post in the unit of that name."""
    return Post(place(name), role, position)
