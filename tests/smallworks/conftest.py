"""A town in which filings can be made and decided, the same for every test of this room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from tests.smallworks.town import Town, begin_town, inside
from tests.stores import Store


@pytest.fixture
def town(database: Store, app: Flask, noon: datetime) -> Iterator[Town]:
    """西陵区 with its people, at noon."""
    begin_town(database, app, "smallworks_town")
    yield from inside(app, noon)
