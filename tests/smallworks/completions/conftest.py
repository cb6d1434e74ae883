"""The town, with an inspector and a leader more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from app.db import db
from tests.smallworks.conftest import HIRED
from tests.smallworks.stops.site import hire
from tests.smallworks.town import Town, settle
from tests.stores import Store


@pytest.fixture
def town(database: Store, app: Flask, noon: datetime) -> Iterator[Town]:
    """西陵区 with its people, at noon; inside an application context."""

    def build() -> None:
        with app.app_context():
            settle(HIRED)
            hire(HIRED)
            db.session.remove()

    database.begin("stops_town", build, upon="first_start")
    with app.app_context():
        yield Town(noon)
        db.session.remove()
