"""Limits as lists show them: by the calendar of the case, whoever reads, and alike in filters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.workflow import commands, lights
from app.workflow.models import Case
from app.workflow.queries import inbox, register
from app.workflow.queries.inbox import Asked
from app.workflow.queries.register import Wanted
from tests.workflow import make
from tests.workflow.people import FAR, HERE, NOON, unit, who

EVE = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
"""The last morning before the National Day; a working day's limit ends on 8 October."""


@pytest.fixture
def filed(town: Session) -> Case:
    """One filing of that morning."""
    return make.case(when=EVE)


@pytest.mark.parametrize("reader", ["li", "zhao", "qian", "zheng", "ann"])
def test_days_left_leave_out_the_holiday_for_everybody(town: Session, filed: Case, reader: str):
    (line,) = register.cases(town, who(reader), Wanted(), at=EVE).rows
    assert line.due is not None
    assert line.due.workdays == 1


def test_an_inbox_counts_like_the_register(town: Session, filed: Case):
    (row,) = inbox.tasks(town, who("li"), inbox.CLAIMABLE, Asked(), at=EVE).rows
    assert (row.due.workdays, row.light) == (1, lights.GREEN)


@pytest.mark.parametrize("reader", ["li", "zhao", "zheng"])
def test_in_the_holiday_the_day_after_it_is_the_last(town: Session, filed: Case, reader: str):
    in_the_holiday = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)
    wanted = Wanted(light=lights.YELLOW)
    (line,) = register.cases(town, who(reader), wanted, at=in_the_holiday).rows
    assert line.light == lights.YELLOW


def test_a_district_with_a_day_of_its_own_is_filtered_by_it(town: Session):
    saturday = date(2026, 11, 21)
    commands.keep_day(who("jin"), unit("420502").id, saturday, (True, "抢险值班"), at=NOON)
    for place in (HERE, FAR):
        make.case(place=place, when=datetime(2026, 11, 19, 2, 0, tzinfo=UTC))
    for hours in range(0, 96, 7):
        at = datetime(2026, 11, 19, 2, 30, tzinfo=UTC) + timedelta(hours=hours)
        shown = register.cases(town, who("zheng"), Wanted(), at=at).rows
        for light in lights.WORST_FIRST:
            asked = register.cases(town, who("zheng"), Wanted(light=light), at=at).rows
            assert [x.case.id for x in asked] == [x.case.id for x in shown if x.light == light]
