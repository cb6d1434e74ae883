"""The town of these tests: everybody known, nothing filed yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import db, session
from app.workflow import commands
from app.workflow.queries.inbox import PAGE
from tests.identity import people
from tests.stores import Store
from tests.workflow import drawn, keepers
from tests.workflow.pictures import opened


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """A store with all the people, inside an application context; the session to read it."""
    with opened(database, app) as work:
        yield work


@pytest.fixture
def crowd(database: Store, app: Flask) -> Iterator[Session]:
    """The town with more than two pages of cases, all filed and due at the same moments."""

    def build() -> None:
        drawn.publish("demo", drawn.two_levels("demo"))
        for n in range(2 * PAGE + 7):
            drawn.file("demo", f"第 {n} 件")

    with opened(database, app, "crowd", build) as work:
        yield work


@pytest.fixture
def office(database: Store, app: Flask, noon: datetime) -> Iterator[Session]:
    """A store with those who keep flows, on a first start."""

    def build() -> None:
        with app.app_context():
            keepers.hire(noon)
            db.session.remove()

    database.begin("publishing_office", build, upon="first_start")
    with app.app_context():
        yield session()
        db.session.remove()


@pytest.fixture
def asking(office: Session, noon: datetime) -> Session:
    """The same, where the city approves what its districts publish."""
    city = people.unit("宜昌市", "city").id
    commands.set_flow_rule(keepers.who("ningyuanshan", noon), city, True, at=noon)
    return office
