"""Checking the records of all cases."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workflow.events import Break, broken_link
from app.workflow.models import Event

AT_ONCE = 500


def check_cases(work: Session) -> list[Break]:
    """The first fault of every case whose chain does not hold."""
    rows = work.scalars(
        select(Event).order_by(Event.case_id, Event.seq).execution_options(yield_per=AT_ONCE)
    )
    found = (
        broken_link(list(events)) for _case, events in groupby(rows, lambda event: event.case_id)
    )
    return [broken for broken in found if broken]
