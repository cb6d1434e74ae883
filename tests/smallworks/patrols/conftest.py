"""A work that waits for its first visit."""

from __future__ import annotations

import pytest

from app import clock
from tests.smallworks.patrols.visits import filed
from tests.smallworks.town import Town


@pytest.fixture
def work_id(town: Town) -> str:
    return filed(Town(clock.now()), planned_start="2039-01-01", planned_end="2039-02-01").id
