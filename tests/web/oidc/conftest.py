"""The provider at work, and people of ours who know it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.identity.oidc import providers
from tests.web.oidc.city import City
from tests.web.oidc.going import (
    STAFF_PHONE,
    name_it,
)
from tests.web.oidc.serving import opened
from tests.web.visitors import SECRET, Browser, first, post


@pytest.fixture
def city(app: Flask) -> Iterator[City]:
    """The provider of both doors."""
    with opened() as made:
        name_it(made)
        yield made
    for door in ("staff", "public"):
        providers.use(door, None)


@pytest.fixture
def ning(work: Session) -> str:
    """宁远山, the first administrator."""
    return first(clock.now())


@pytest.fixture
def shi(work: Session, ning: str) -> str:
    """石磊峰 of 东苑街道, with a password of his own."""
    chief = queries.actor_for(ning, clock.now())
    given = NewPerson(
        "石磊峰", "shileifeng", (post("东苑街道", position="head"),),
        phone=STAFF_PHONE, password=SECRET,
    )  # fmt: skip
    return commands.create_person(chief, given, at=clock.now()).person_id


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)
