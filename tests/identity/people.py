"""Invented people of these tests, made by the commands themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import session
from app.identity import commands, queries
from app.identity.actor import Actor
from app.identity.commands import NewPerson, Post, Registration
from app.identity.models import OneTimeCode, Unit
from app.identity.sessions import Opened, Visit

Cast = dict[str, Actor]
"""People by the post that they hold."""

SECRET = "plum-rain over the gorge"
HERE = Visit("10.1.2.3", "test browser")


def unit(name: str, level: str = "") -> Unit:
    """The unit of that name (and level, where a name occurs on several)."""
    found = select(Unit).where(Unit.name == name)
    return session().scalars(found.where(Unit.level == level) if level else found).one()


def first(at: datetime) -> Actor:
    """宁 the first: platform administrator, and the city's unit administrator."""
    code = commands.issue_first_run_code(at=at)
    given = NewPerson("宁远山", "ningyuanshan", phone="13900000001", password=SECRET)
    opened = commands.first_run(code, given, HERE, at=at)
    return queries.actor_for(opened.person_id, at)


def add(chief: Actor, name: str, account: str, post: Post, at: datetime) -> Actor:
    """A member of the staff with one post and a password of their own."""
    given = NewPerson(name, account, (post,), password=SECRET)
    return queries.actor_for(commands.create_person(chief, given, at=at).person_id, at)


def comes_in(account: str, at: datetime) -> None:
    """Sign somebody in for the first time: only then may they take a unit over."""
    commands.sign_in(commands.Credentials(account, SECRET, "staff"), HERE, at=at)


class Phone:
    """A text-message operator that keeps what it is given: the code is the only way in."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []

    def send(self, phone: str, text: str) -> None:
        """Keep it."""
        self.messages.append((phone, text))

    def code(self) -> str:
        """The six digits of the last message."""
        text = self.messages[-1][1]
        return "".join(c for c in text.split("用于")[0] if c.isdigit())


def register(phone: Phone, number: str, name: str, at: datetime) -> Opened:
    """A member of the public, registered by code."""
    commands.request_code("register", number, HERE, at=at)
    given = Registration(number, phone.code(), SECRET, name)
    return commands.register_public(given, HERE, at=at)


def codes_left() -> int:
    """How many codes have been issued and not spent."""
    return len(session().scalars(select(OneTimeCode).where(OneTimeCode.used_at.is_(None))).all())
