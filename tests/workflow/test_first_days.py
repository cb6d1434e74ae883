"""施行日期: a version waits for its day, takes over at midnight in Yichang, or is taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.db import session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.workflow import commands, publishing, versions
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication, Publishing
from app.workflow.queries import flows
from tests.workflow import drawn
from tests.workflow.people import NOON, unit, who

DAY = date(2026, 12, 1)
LAST_DAY = date(2026, 11, 30)
LAST = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Yichang
FIRST = LAST + timedelta(seconds=1)
DISTRICT = "420502"


@pytest.fixture
def demo(town: Session) -> ProcessVersion:
    """The district's first version, in force since noon."""
    return drawn.publish("demo", drawn.two_levels("demo"), DISTRICT)


def publish(limit: str, starts_on: date | None = DAY, at: datetime = NOON) -> ProcessVersion:
    """金洲 of the district publishes another limit, from a day on."""
    sent = drawn.files("demo", drawn.two_levels("demo", limit))
    wanted = Publication(
        unit(DISTRICT).id, "demo", sent, f"时限改为 {limit}", despite=True, starts_on=starts_on
    )
    return publishing.publish(who("jin"), wanted, at=at)


def taken(at: datetime) -> int:
    """The number of the version by which a case runs that Ann files then."""
    made = drawn.file("demo", when=at)
    return session().get_one(ProcessVersion, made.version_id).number


def standings(at: datetime) -> list[tuple[int, str, date | None]]:
    rows = flows.versions(session(), "demo", at=at)
    return [(one.version.number, one.standing, one.until) for one in rows]


def test_it_takes_over_at_midnight_in_yichang(demo: ProcessVersion) -> None:
    waiting = publish("3wd")
    assert (waiting.number, waiting.starts_on) == (2, DAY)
    assert standings(LAST) == [(2, "waiting", None), (1, "in_force", LAST_DAY)]
    assert (taken(LAST), taken(FIRST)) == (1, 2)
    assert standings(FIRST) == [(2, "in_force", None), (1, "past", LAST_DAY)]
    assert [one.running for one in flows.versions(session(), "demo", at=FIRST)] == [1, 1]


def test_only_the_latest_that_waits_counts(demo: ProcessVersion) -> None:
    publish("3wd")
    publish("4wd", DAY + timedelta(days=9))
    assert [one[:2] for one in standings(FIRST)] == [
        (3, "waiting"), (2, "withdrawn"), (1, "in_force"),
    ]  # fmt: skip
    assert (taken(FIRST), taken(FIRST + timedelta(days=9))) == (1, 3)


def test_what_is_published_at_once_replaces_what_waits(demo: ProcessVersion) -> None:
    publish("3wd")
    publish("4wd", None)
    assert (taken(NOON), taken(FIRST)) == (3, 3)


def test_it_is_taken_back_before_its_day_and_not_after(demo: ProcessVersion) -> None:
    waiting = publish("3wd")
    with pytest.raises(Forbidden):
        commands.withdraw_version(who("li"), waiting.id, at=NOON)
    with pytest.raises(Conflict, match="已经施行"):
        commands.withdraw_version(who("jin"), waiting.id, at=FIRST)
    commands.withdraw_version(who("jin"), waiting.id, at=LAST)
    assert taken(FIRST) == 1
    with pytest.raises(Conflict, match="已经取消"):
        commands.withdraw_version(who("jin"), waiting.id, at=LAST)
    back = publishing.republish(who("jin"), waiting.id, Publishing("仍要改"), at=LAST)
    assert (back.number, taken(LAST)) == (3, 3)


def test_a_unit_without_a_version_in_force_follows_the_one_above(town: Session) -> None:
    drawn.publish("demo", drawn.two_levels("demo"))
    publish("3wd")
    assert flows.titles(session(), NOON.date()).keys() >= {"demo"}
    own = unit(DISTRICT)
    found = [versions.in_force(session(), own, "demo", at=at) for at in (LAST, FIRST)]
    assert [one and one.unit_id == own.id for one in found] == [False, True]


def test_what_only_waits_cannot_be_filed_yet(town: Session) -> None:
    publish("3wd")
    assert "demo" not in flows.titles(session(), NOON.date())
    with pytest.raises(NotFound):
        taken(LAST)
    assert taken(FIRST) == 1


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2026, 11, 23), "晚于今天"), (date(2026, 1, 1), "晚于今天"), (date(2206, 12, 1), "一年")],
)
def test_a_day_that_is_not_ahead_is_refused(demo: ProcessVersion, day: date, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        publish("3wd", day)
    assert said in refused.value.fields["starts_on"]


def test_the_same_again_for_another_day_is_a_plan_of_its_own(demo: ProcessVersion) -> None:
    publish("3wd")
    with pytest.raises(Conflict, match="待施行的第 2 版"):
        publish("3wd")
    assert publish("3wd", DAY + timedelta(days=1)).number == 3
    assert publish("3wd", None).number == 4
