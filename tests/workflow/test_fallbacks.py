"""改回上级流程: a unit ends its own versions, new cases take the one above, running ones stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.models import AuditEntry
from app.workflow import commands, publishing
from app.workflow.fallback_models import FlowFallback
from app.workflow.models import Case, ProcessVersion
from app.workflow.publishing import Publication, Publishing
from app.workflow.queries import flows
from tests.workflow import drawn, make
from tests.workflow.people import NOON, unit, who

DAY = date(2026, 12, 1)
LAST = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Yichang
FIRST = LAST + timedelta(seconds=1)
LATER = NOON + timedelta(hours=1)
DISTRICT = "420502"


@pytest.fixture
def theirs(town: Session) -> ProcessVersion:
    """The city's version, in force since noon."""
    return drawn.publish("demo", drawn.two_levels("demo", "1wd"))


@pytest.fixture
def own(theirs: ProcessVersion) -> ProcessVersion:
    """The district's own."""
    return drawn.publish("demo", drawn.two_levels("demo", "3wd"), DISTRICT)


def publish(limit: str, starts_on: date | None = None, at: datetime = LATER) -> ProcessVersion:
    """金洲 of the district publishes another limit."""
    sent = drawn.files("demo", drawn.two_levels("demo", limit))
    wanted = Publication(unit(DISTRICT).id, "demo", sent, f"时限 {limit}", starts_on=starts_on)
    return publishing.publish(who("jin"), wanted, at=at)


def fall_back(version: ProcessVersion, day: date | None = None) -> FlowFallback:
    return commands.fall_back(who("jin"), version.id, Publishing("市里统一了", True, day), at=NOON)


def taken(at: datetime) -> str:
    """The version by which a case runs that Ann files then."""
    return drawn.file("demo", when=at).version_id


def standings(at: datetime) -> list[tuple[str, int, str, date | None]]:
    rows = flows.versions(session(), "demo", at=at)
    return [
        (one.version.unit.division_code or "", one.version.number, one.standing, one.until)
        for one in rows
    ]


def test_new_cases_take_the_one_above_and_running_ones_stay(
    theirs: ProcessVersion, own: ProcessVersion
) -> None:
    running = drawn.file("demo")
    fall_back(own)
    assert (running.version_id, taken(LATER)) == (own.id, theirs.id)
    drawn.decide(running, "li", "approve")
    drawn.decide(running, "zhao", "approve")
    ended = make.fresh(running)
    assert (ended.version_id, ended.result) == (own.id, "approved")
    assert standings(LATER) == [
        ("4205", 1, "in_force", None), (DISTRICT, 1, "past", date(2026, 11, 23)),
    ]  # fmt: skip
    newer = drawn.publish("demo", drawn.two_levels("demo", "9wd"), "4205", LATER)
    assert taken(LATER) == newer.id


def test_it_is_in_the_audit_record_with_whose_flow(own: ProcessVersion) -> None:
    made = fall_back(own)
    last = session().scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.verb, last.person_id) == ("flow_fallen_back", who("jin").id)
    assert (last.subject, last.detail) == (f"unit:{unit(DISTRICT).id}", "demo 1")
    assert (made.reason, made.decided_by_id) == ("市里统一了", who("jin").id)


def test_it_begins_at_midnight_of_its_day(theirs: ProcessVersion, own: ProcessVersion) -> None:
    fall_back(own, DAY)
    assert standings(LAST)[1] == (DISTRICT, 1, "in_force", date(2026, 11, 30))
    assert (taken(LAST), taken(FIRST)) == (own.id, theirs.id)
    assert standings(FIRST)[1] == (DISTRICT, 1, "past", date(2026, 11, 30))


def test_it_is_cancelled_before_its_day_and_not_after(own: ProcessVersion) -> None:
    made = fall_back(own, DAY)
    with pytest.raises(Forbidden):
        commands.cancel_fallback(who("li"), made.id, at=NOON)
    with pytest.raises(Conflict, match="已经改回"):
        commands.cancel_fallback(who("jin"), made.id, at=FIRST)
    commands.cancel_fallback(who("jin"), made.id, at=LAST)
    with pytest.raises(Conflict, match="已经取消"):
        commands.cancel_fallback(who("jin"), made.id, at=LAST)
    assert taken(FIRST) == own.id


def test_what_waits_for_its_day_is_replaced(theirs: ProcessVersion, own: ProcessVersion) -> None:
    waiting = publish("4wd", DAY)
    fall_back(own)
    assert session().get_one(ProcessVersion, waiting.id).withdrawn_at == NOON
    assert (taken(LATER), taken(FIRST)) == (theirs.id, theirs.id)


@pytest.mark.parametrize("starts_on", [None, date(2026, 11, 28), DAY + timedelta(days=3)])
def test_what_is_published_later_replaces_the_plan(
    own: ProcessVersion, starts_on: date | None
) -> None:
    fall_back(own, DAY)
    newer = publish("4wd", starts_on)
    begun = starts_on is None or starts_on <= DAY
    assert taken(FIRST) == (newer.id if begun else own.id)
    assert taken(FIRST + timedelta(days=9)) == newer.id


def test_afterwards_the_unit_publishes_again_also_the_same(
    theirs: ProcessVersion, own: ProcessVersion
) -> None:
    with pytest.raises(Conflict, match="完全相同"):
        publish("3wd")
    fall_back(own)
    back = publishing.republish(who("jin"), own.id, Publishing("仍用自己的"), at=LATER)
    assert (back.number, back.checksum, taken(LATER)) == (2, own.checksum, back.id)
    assert standings(LATER)[1:] == [
        (DISTRICT, 2, "in_force", None), (DISTRICT, 1, "past", date(2026, 11, 23)),
    ]  # fmt: skip
    with pytest.raises(Conflict, match="已经不是现行版本"):
        fall_back(own)
    commands.fall_back(who("jin"), back.id, Publishing("再改回", True), at=LATER)
    assert taken(LATER) == theirs.id


def test_who_keeps_no_flows_there_does_not(theirs: ProcessVersion, own: ProcessVersion) -> None:
    for account in ("li", "han", "zheng"):
        with pytest.raises(Forbidden):
            commands.fall_back(who(account), own.id, Publishing("不用了"), at=NOON)
    with pytest.raises(Forbidden):
        commands.fall_back(who("jin"), theirs.id, Publishing("不用了"), at=NOON)
    with pytest.raises(NotFound):
        commands.fall_back(who("jin"), "nothing", Publishing("不用了"), at=NOON)
    assert taken(NOON) == own.id


def test_it_needs_a_reason_a_day_ahead_and_a_flow_above(town: Session) -> None:
    alone = drawn.publish("demo", drawn.two_levels("demo"), DISTRICT)
    with pytest.raises(Conflict, match="没有现行的流程"):
        fall_back(alone)
    drawn.publish("demo", drawn.two_levels("demo", "2wd"))
    with pytest.raises(Invalid, match="原因"):
        commands.fall_back(who("jin"), alone.id, Publishing("  "), at=NOON)
    with pytest.raises(Invalid) as refused:
        fall_back(alone, date(2026, 11, 23))
    assert "晚于今天" in refused.value.fields["starts_on"]
    fall_back(alone, DAY)
    with pytest.raises(Conflict, match="已经定于这一天"):
        fall_back(alone, DAY)
    fall_back(alone)
    with pytest.raises(Conflict, match="已经不是现行版本"):
        fall_back(alone)
    assert session().scalar(select(Case.id).where(Case.version_id == alone.id)) is None


def test_the_list_counts_units_that_use_their_own(own: ProcessVersion) -> None:
    def units() -> int:
        return {one.key: one.units for one in flows.every_flow(session(), at=LATER)}["demo"]

    assert units() == 2
    fall_back(own)
    assert units() == 1
