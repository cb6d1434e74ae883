"""The town of these tests: everybody known, nothing filed yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import db
from tests.stores import Store
from tests.workflow import people


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """A store with all the people, inside an application context; the session to read it."""

    def build() -> None:
        with app.app_context():
            people.settle()
            db.session.remove()

    database.begin("workflow_town", build, upon="first_start")
    with app.app_context():
        yield db.session()
        db.session.remove()
