"""The town of these tests: everybody known, nothing filed yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import db
from app.workflow.queries.inbox import PAGE
from tests.stores import Store
from tests.workflow import drawn, people

CROWD = 2 * PAGE + 7


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """A store with all the people, inside an application context; the session to read it."""

    _settle(database, app)
    with app.app_context():
        yield db.session()
        db.session.remove()


@pytest.fixture
def crowd(database: Store, app: Flask) -> Iterator[Session]:
    """The town with more than two pages of cases, all filed and due at the same moments."""

    def build() -> None:
        with app.app_context():
            drawn.publish("demo", drawn.two_levels("demo"))
            for n in range(CROWD):
                drawn.file("demo", f"第 {n} 件")
            db.session.remove()

    _settle(database, app)
    database.begin("workflow_crowd", build, upon="workflow_town")
    with app.app_context():
        yield db.session()
        db.session.remove()


def _settle(database: Store, app: Flask) -> None:
    def build() -> None:
        with app.app_context():
            people.settle()
            db.session.remove()

    database.begin("workflow_town", build, upon="first_start")
