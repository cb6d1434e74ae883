"""What is decided on a page is refused once another version, or another plan, stands there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session
from app.errors import Conflict
from app.identity.models import AuditEntry
from app.workflow import commands, publishing, versions
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication, Publishing
from tests.workflow import drawn
from tests.workflow.people import NOON, unit, who

DAY = date(2026, 12, 1)
LATER = NOON + timedelta(hours=1)
DISTRICT = "420502"


@pytest.fixture
def own(town: Session) -> ProcessVersion:
    """The district's first version, beneath one of the city."""
    drawn.publish("demo", drawn.two_levels("demo", "1wd"))
    return drawn.publish("demo", drawn.two_levels("demo"), DISTRICT)


def stands() -> str:
    return versions.standing(session(), unit(DISTRICT), "demo", at=LATER)


def publish(limit: str, seen: str | None = None, starts_on: date | None = None) -> ProcessVersion:
    sent = drawn.files("demo", drawn.two_levels("demo", limit))
    wanted = Publication(
        unit(DISTRICT).id, "demo", sent, f"时限 {limit}", starts_on=starts_on, seen=seen
    )
    return publishing.publish(who("jin"), wanted, at=LATER)


def numbers() -> Sequence[int]:
    mine = ProcessVersion.unit_id == unit(DISTRICT).id
    return session().scalars(select(ProcessVersion.number).where(mine)).all()


def test_a_version_published_meanwhile_is_not_written_over(own: ProcessVersion) -> None:
    seen = stands()
    publish("3wd", seen)
    with pytest.raises(Conflict, match="第 2 版已于 11月23日 13:00 由金洲发布") as refused:
        publish("4wd", seen)
    assert refused.value.who == "金洲"
    with pytest.raises(Conflict, match="第 2 版"):
        publishing.republish(who("jin"), own.id, Publishing("恢复", seen=seen), at=LATER)
    assert sorted(numbers()) == [1, 2]
    assert publish("4wd", stands()).number == 3


def test_where_the_unit_has_none_the_one_above_counts(town: Session) -> None:
    drawn.publish("demo", drawn.two_levels("demo", "1wd"))
    seen = stands()
    drawn.publish("demo", drawn.two_levels("demo", "2wd"), at=LATER)
    with pytest.raises(Conflict, match="宜昌市第 2 版"):
        publish("4wd", seen)
    assert publish("4wd", stands()).number == 1


def test_a_plan_made_meanwhile_is_looked_at_first(own: ProcessVersion) -> None:
    seen = stands()
    waiting = publish("3wd", starts_on=DAY)
    with pytest.raises(Conflict, match="待施行的版本"):
        publish("4wd", seen)
    commands.withdraw_version(who("jin"), waiting.id, at=LATER)
    assert publish("4wd", seen).number == 3


def test_what_is_published_notes_the_plan_that_it_drops(own: ProcessVersion) -> None:
    waiting = publish("3wd", starts_on=DAY)
    made = publish("4wd", stands())
    rows = session().scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert [(one.verb, one.subject, one.detail) for one in reversed(rows)] == [
        ("flow_withdrawn", f"version:{waiting.id}", "demo 2"),
        ("flow_published", f"version:{made.id}", "demo 3"),
    ]
    assert {one.person_id for one in rows} == {who("jin").id}
