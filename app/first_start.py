"""What every store holds before anybody signs in: places, units, calendar, shipped flows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from app.clock import local
from app.db import session
from app.errors import Invalid
from app.identity.divisions import seed_divisions
from app.identity.models import Unit
from app.identity.units import city
from app.workflow import commands, definitions, publishing
from app.workflow.backstage import CalendarDay
from app.workflow.models import ProcessVersion

also: list[Callable[[datetime], None]] = []
"""What a domain adds to an empty store; filled by its `install`."""


def fill(at: datetime) -> None:
    """Add what is missing; a store that has it all is left alone."""
    if session().scalars(select(Unit.id).limit(1)).first() is None:
        seed_divisions(at=at)
    unit = city(session())
    if session().scalars(select(CalendarDay).limit(1)).first() is None:
        _fill_calendar(unit.id, at)
    for key in definitions.shipped_keys():
        published = select(ProcessVersion.id).where(ProcessVersion.key == key).limit(1)
        if session().scalar(published) is None:
            publishing.publish_shipped(unit.id, key, at=at)
    for more in also:
        more(at)


def _fill_calendar(unit_id: str, at: datetime) -> None:
    """Last year to next, as far as the arrangement is published; pages say what is missing."""
    for year in range(local(at).year - 1, local(at).year + 2):
        try:
            commands.import_holidays(None, unit_id, year, at=at)
        except Invalid:
            return
