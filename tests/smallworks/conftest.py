"""A town in which filings can be made and decided, the same for every test of this room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.db import db
from tests.smallworks.town import Town, settle
from tests.stores import Store

HIRED = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
"""Long before any test: pages go by the real clock, and grants hold from their day on."""


@pytest.fixture
def town(database: Store, app: Flask, noon: datetime) -> Iterator[Town]:
    """西陵区 with its people, at noon; inside an application context."""

    def build() -> None:
        with app.app_context():
            settle(HIRED)
            db.session.remove()

    database.begin("smallworks_town", build, upon="first_start")
    with app.app_context():
        yield Town(noon)
        db.session.remove()
