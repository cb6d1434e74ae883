"""Those who fill in forms: 鄢小满 and 霍知秋 of the public, 佘存栋 of the community."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from app.db import db, session
from app.identity import queries, sms
from app.identity.actor import Actor
from app.identity.commands import Post
from app.identity.models import Person
from tests.identity import people
from tests.stores import Store

HERE = "420502001004"  # 铁路坝社区, 西陵街道, 西陵区
THERE = "420506001001"  # a community of 夷陵区
HIRED = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
"""Long before any test: pages go by the real clock, and grants hold from their day on."""
YAN, HUO = "13900002222", "13900004444"


@contextmanager
def filers(database: Store, app: Flask) -> Iterator[None]:
    """A store in which they are all known, within an application context."""

    def build() -> None:
        with app.app_context():
            _settle()
            db.session.remove()

    database.begin("filers", build, upon="first_start")
    with app.app_context():
        yield
        db.session.remove()


def _settle() -> None:
    chief, phone = people.first(HIRED), people.Phone()
    posts = (
        ("佘存栋", "shecundong", "铁路坝社区", "community"),
        ("穆玉兰", "muyulan", "西陵街道", "township"),
    )
    for name, account, unit, level in posts:
        people.add(chief, name, account, Post(people.unit(unit, level).id, "", "head"), HIRED)
    sms.use(phone)
    people.register(phone, YAN, "鄢小满", HIRED)
    people.register(phone, HUO, "霍知秋", HIRED)
    sms.write_to(None)


def known(name: str, at: datetime) -> Actor:
    """Somebody by name, as they stand at that moment."""
    return queries.actor_for(
        session().scalars(select(Person.id).where(Person.name == name)).one(), at
    )
