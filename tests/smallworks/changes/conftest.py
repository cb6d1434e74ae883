"""The town, with an inspector and a leader more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from tests.smallworks.stops.site import hire
from tests.smallworks.town import Town, begin_town, inside
from tests.stores import Store


@pytest.fixture
def town(database: Store, app: Flask, noon: datetime) -> Iterator[Town]:
    """西陵区 with its people and these, at noon."""
    begin_town(database, app, "site_town", hire)
    yield from inside(app, noon)
