"""What waits for its day: whose keepers take it back, and going back to what is above it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local
from app.db import session, transaction
from app.engine.rehearsing import CUT, History
from app.errors import Conflict, Forbidden, Invalid
from app.identity.models import Grant
from app.workflow import commands, publishing, versions
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication, Publishing
from app.workflow.studio.example_models import FlowExample
from tests.workflow import drawn, keepers
from tests.workflow.asking import MIAO, NING, approve, ask
from tests.workflow.people import NOON, unit, who

DAY = date(2026, 12, 1)
ON_DAY = datetime(2026, 12, 1, 12, tzinfo=NOON.tzinfo)
LATER = NOON + timedelta(hours=1)
DISTRICT = "420502"
BY_CITY = "请由宜昌市的系统后台管理员取消"


@pytest.fixture
def theirs(town: Session) -> ProcessVersion:
    """The city's version, in force since noon."""
    return drawn.publish("demo", drawn.two_levels("demo", "1wd"))


@pytest.fixture
def own(theirs: ProcessVersion) -> ProcessVersion:
    """The district's own."""
    return drawn.publish("demo", drawn.two_levels("demo", "3wd"), DISTRICT)


def publish(by: str, limit: str, starts_on: date | None = None) -> ProcessVersion:
    sent = drawn.files("demo", drawn.two_levels("demo", limit))
    wanted = Publication(unit(DISTRICT).id, "demo", sent, f"时限 {limit}", starts_on=starts_on)
    return publishing.publish(who(by), wanted, at=LATER)


def back(day: date | None = None, despite: bool = False) -> Publishing:
    return Publishing("市里统一了", despite, day)


def test_what_the_city_has_planned_the_district_does_not_undo(own: ProcessVersion) -> None:
    plan = publish("ning", "4wd", DAY)
    with pytest.raises(Forbidden, match=BY_CITY):
        commands.withdraw_version(who("jin"), plan.id, at=LATER)
    with pytest.raises(Forbidden, match="第 2 版由宜昌市决定"):
        publish("jin", "5wd")
    with pytest.raises(Forbidden, match=BY_CITY):
        commands.fall_back(who("jin"), own.id, back(DAY), at=LATER)
    assert plan.withdrawn_at is None
    commands.withdraw_version(who("ning"), plan.id, at=LATER)
    assert publish("jin", "5wd").number == 3


def test_what_the_district_has_planned_both_take_back(own: ProcessVersion) -> None:
    first = publish("jin", "4wd", DAY)
    commands.withdraw_version(who("jin"), first.id, at=LATER)
    second = publish("jin", "4wd", DAY)
    commands.withdraw_version(who("ning"), second.id, at=LATER)
    assert (first.withdrawn_at, second.withdrawn_at) == (LATER, LATER)


def test_a_post_handed_over_that_day_still_decided_it(own: ProcessVersion) -> None:
    plan = publish("ning", "4wd", DAY)
    with transaction() as work:
        ended = work.scalars(select(Grant).where(Grant.person_id == who("ning").id)).all()
        for grant in ended:
            grant.valid_to = local(LATER).date() - timedelta(days=1)
    with pytest.raises(Forbidden, match=BY_CITY):
        commands.withdraw_version(who("jin"), plan.id, at=LATER)


def test_going_back_as_the_city_decided_is_cancelled_by_the_city(own: ProcessVersion) -> None:
    made = commands.fall_back(who("ning"), own.id, back(DAY), at=NOON)
    with pytest.raises(Forbidden, match=f"待施行的改回由宜昌市决定，{BY_CITY}"):
        commands.cancel_fallback(who("jin"), made.id, at=LATER)
    commands.cancel_fallback(who("ning"), made.id, at=LATER)
    mine = commands.fall_back(who("jin"), own.id, back(DAY), at=LATER)
    assert commands.cancel_fallback(who("jin"), mine.id, at=LATER).withdrawn_at == LATER


def test_what_the_city_approved_counts_as_decided_there(asking: Session, noon: datetime) -> None:
    made = approve(ask(noon, starts_on=DAY), noon)
    miao = keepers.who(MIAO, noon)
    with pytest.raises(Forbidden, match=BY_CITY):
        commands.withdraw_version(miao, made.id, at=noon)
    ning = keepers.who(NING, noon)
    assert commands.withdraw_version(ning, made.id, at=noon).withdrawn_at == noon


def test_steps_that_nobody_could_take_are_confirmed(own: ProcessVersion) -> None:
    drawing = drawn.two_levels("demo", "2wd").replace("second", "third")
    third = 'name="third审核" flow:role='
    drawing = drawing.replace(f'{third}"head"', f'{third}"leader"')
    drawn.publish("demo", drawing, at=LATER)
    with pytest.raises(Invalid) as refused:
        commands.fall_back(who("jin"), own.id, back(), at=LATER)
    assert "“third审核”在" in refused.value.fields["despite"]
    assert force(LATER).id == own.id
    commands.fall_back(who("jin"), own.id, back(despite=True), at=LATER)
    assert force(LATER).number == 2


def test_examples_of_the_unit_that_break_are_confirmed(own: ProcessVersion) -> None:
    for code, name in ((DISTRICT, "必经市级"), ("4205", "市里的样例")):
        session().add(FlowExample(
            key="demo", unit_id=unit(code).id, name=name, expects="level", what="city",
            history=History({}, (), CUT).plain(frozenset()), words="必须经过市级办理",
            pinned_by_id=who("jin").id, pinned_at=NOON,
        ))  # fmt: skip
    session().commit()
    with pytest.raises(Invalid) as refused:
        commands.fall_back(who("jin"), own.id, back(), at=LATER)
    assert "必经市级" in refused.value.fields["despite"]
    assert "市里的样例" not in refused.value.fields["despite"]
    commands.fall_back(who("jin"), own.id, back(despite=True), at=LATER)
    assert force(LATER).unit_id == unit("4205").id


def force(at: datetime) -> ProcessVersion:
    found = versions.in_force(session(), unit(DISTRICT), "demo", at=at)
    assert found is not None
    return found


def test_a_flow_above_that_only_waits_is_none_to_go_back_to(town: Session) -> None:
    alone = drawn.publish("demo", drawn.two_levels("demo", "3wd"), DISTRICT)
    sent = drawn.files("demo", drawn.two_levels("demo", "1wd"))
    wanted = Publication(unit("4205").id, "demo", sent, "全市统一", despite=True, starts_on=DAY)
    waiting = publishing.publish(who("ning"), wanted, at=NOON)
    with pytest.raises(Conflict, match="没有现行的流程"):
        commands.fall_back(who("jin"), alone.id, back(DAY + timedelta(days=1)), at=NOON)
    commands.withdraw_version(who("ning"), waiting.id, at=LATER)
    assert force(ON_DAY).id == alone.id


def test_a_newer_one_above_that_is_taken_back_leaves_the_older(
    theirs: ProcessVersion, own: ProcessVersion
) -> None:
    sent = drawn.files("demo", drawn.two_levels("demo", "2wd"))
    wanted = Publication(unit("4205").id, "demo", sent, "全市统一", starts_on=DAY)
    waiting = publishing.publish(who("ning"), wanted, at=NOON)
    commands.fall_back(who("jin"), own.id, back(DAY), at=NOON)
    assert force(ON_DAY).id == waiting.id
    commands.withdraw_version(who("ning"), waiting.id, at=LATER)
    assert force(ON_DAY).id == theirs.id
