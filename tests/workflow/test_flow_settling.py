"""What waits for approval is settled: by publishing directly, and for everybody who was told."""

from __future__ import annotations

from collections.abc import Callable, ItemsView
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db import db
from app.errors import Conflict, Forbidden, NotFound
from app.identity.commands import Post
from app.identity.models import AuditEntry, Unit
from app.workflow import commands, publishing, versions
from app.workflow.commands import Approval
from app.workflow.models import ProcessVersion
from app.workflow.notice_models import Notice
from app.workflow.publishing import Publication, Publishing
from app.workflow.queries import notices
from app.workflow.studio import approvals
from app.workflow.studio.approval_models import FlowRequest
from tests.identity import people
from tests.workflow.asking import (
    CAREFUL,
    MIAO,
    NING,
    SHI,
    STRICTER,
    approve,
    ask,
    district,
    numbers,
    publication,
    told,
    verbs,
)
from tests.workflow.keepers import who


def turn(at: datetime, *, on: bool) -> int:
    city = people.unit("宜昌市", "city").id
    return commands.set_flow_rule(who(NING, at), city, on, at=at)


def unread(account: str, at: datetime) -> list[str]:
    """The kinds of what this person has not read."""
    mine = (Notice.person_id == who(account, at).id) & Notice.read_at.is_(None)
    return list(db.session.scalars(select(Notice.kind).where(mine).order_by(Notice.at)))


def colleague(at: datetime) -> str:
    """Another who keeps the flows of the city."""
    city = people.unit("宜昌市", "city").id
    people.add(who(NING, at), "庄以澄", "zhuangyicheng", Post(city, "system_admin", ""), at)
    return "zhuangyicheng"


def test_published_directly_what_was_asked_is_taken_back(asking: Session, noon: datetime) -> None:
    row = ask(noon)
    turn(noon, on=False)
    made = commands.hand_in(who(MIAO, noon), publication(CAREFUL), at=noon)
    assert isinstance(made, ProcessVersion)
    asking.refresh(row)
    assert (row.state, row.settled_by_id, row.settled_at, row.version_id) == (
        "taken_back", who(MIAO, noon).id, noon, made.id,
    )  # fmt: skip
    assert verbs(asking, 2) == ["flow_approval_taken_back", "flow_published"]
    assert unread(NING, noon) == []
    assert approvals.waiting(asking, who(NING, noon)) == []
    assert [one.id for one in approvals.settled(asking, who(NING, noon))] == [row.id]
    assert approvals.gave_way(asking, made) is row
    with pytest.raises(Conflict, match="苗青禾已于 11月23日 12:00 直接发布第 1 版"):
        approve(row, noon)
    assert numbers() == [1]


def test_refused_it_leaves_what_was_asked(asking: Session, noon: datetime) -> None:
    row = ask(noon)
    publishing.publish(who(NING, noon), publication(CAREFUL), at=noon)
    turn(noon, on=False)
    with pytest.raises(Conflict, match="完全相同"):
        commands.hand_in(who(MIAO, noon), publication(CAREFUL), at=noon)
    asking.refresh(row)
    assert (row.state, unread(NING, noon)) == ("waiting", ["flow_asked"])


def test_an_older_version_or_a_new_keeper_replaces_it_too(asking: Session, noon: datetime) -> None:
    first = approve(ask(noon), noon)
    publishing.publish(who(NING, noon), publication(CAREFUL), at=noon)
    row = ask(noon, STRICTER.replace("1wd", "3wd"))
    asking.execute(update(FlowRequest).values(asked_by_id=who(SHI, noon).id))
    asking.commit()  # as if the post had been handed over since
    turn(noon, on=False)
    publishing.republish(who(MIAO, noon), first.id, Publishing("恢复第 1 版"), at=noon)
    asking.refresh(row)
    assert (row.state, row.settled_by_id) == ("taken_back", who(MIAO, noon).id)


def test_what_the_city_publishes_leaves_the_districts_to_be_decided(
    asking: Session, noon: datetime
) -> None:
    row = ask(noon)
    theirs = commands.hand_in(
        who(SHI, noon), publication(unit=people.unit("夷陵区", "district")), at=noon
    )
    assert isinstance(theirs, FlowRequest)
    publishing.publish(who(NING, noon), publication(CAREFUL), at=noon)
    assert turn(noon, on=False) == 2
    assert turn(noon, on=False) == 2
    commands.hand_in(who(MIAO, noon), publication(CAREFUL.replace("4wd", "5wd")), at=noon)
    asking.refresh(row)
    asking.refresh(theirs)
    assert (row.state, theirs.state) == ("taken_back", "waiting")
    assert turn(noon, on=True) == 1


class Meanwhile(dict[str, bytes]):
    """Files during whose check something else is done."""

    deed: Callable[[], object]

    def items(self) -> ItemsView[str, bytes]:
        self.deed()
        return super().items()


def delayed(deed: Callable[[], object]) -> Publication:
    """A publication during whose check this is done."""
    files = Meanwhile({"filing.bpmn": STRICTER.encode()})
    files.deed = deed
    return Publication(district().id, "filing", files, "改为 1 日")


def test_asked_for_while_it_is_checked_it_is_not_published(asking: Session, noon: datetime) -> None:
    turn(noon, on=False)
    wanted = delayed(lambda: turn(noon, on=True))
    with pytest.raises(Forbidden, match="须经宜昌市批准"):
        commands.hand_in(who(MIAO, noon), wanted, at=noon)
    assert numbers() == []


def test_a_unit_dissolved_while_it_is_checked_gets_no_version(
    asking: Session, noon: datetime
) -> None:
    unit = district().id

    def dissolve() -> None:
        asking.execute(update(Unit).where(Unit.id == unit).values(active=False))
        asking.commit()

    with pytest.raises(NotFound, match="没有这个单位"):
        publishing.publish(who(NING, noon), delayed(dissolve), at=noon)
    assert numbers() == []


def test_of_approving_and_publishing_directly_at_once_one_counts(
    app: Flask, asking: Session, noon: datetime
) -> None:
    row_id = ask(noon).id
    turn(noon, on=False)
    seen = versions.standing(asking, district(), "filing", at=noon)
    ning, miao, unit, start = who(NING, noon), who(MIAO, noon), district().id, Barrier(2)
    files = {"filing.bpmn": CAREFUL.encode()}
    wanted = Publication(unit, "filing", files, "改为 4 日", seen=seen)

    def one(directly: bool) -> str:
        with app.app_context():
            start.wait(30)
            try:
                if directly:
                    commands.hand_in(miao, wanted, at=noon)
                else:
                    commands.approve_flow(ning, row_id, Approval(seen), at=noon)
            except Conflict as refused:
                return refused.message
            finally:
                db.session.remove()
            return ""

    with ThreadPoolExecutor(2) as pool:
        by_ning, by_miao = pool.map(one, (False, True))
    asking.rollback()
    row = asking.get_one(FlowRequest, row_id)
    assert numbers() == [1]
    if by_miao:
        assert (row.state, by_ning, "现行版本" in by_miao) == ("approved", "", True)
    else:
        assert (row.state, "直接发布第 1 版" in by_ning) == ("taken_back", True)


def test_nobody_is_asked_any_more_once_it_is_settled(asking: Session, noon: datetime) -> None:
    zhuang = colleague(noon)
    both = (NING, zhuang)
    row = ask(noon)
    assert [unread(one, noon) for one in both] == [["flow_asked"], ["flow_asked"]]
    commands.take_back(who(MIAO, noon), row.id, at=noon)
    assert [unread(one, noon) for one in both] == [[], []]
    row = ask(noon)
    approve(row, noon, zhuang)
    assert [unread(one, noon) for one in both] == [[], []]
    assert unread(MIAO, noon) == ["flow_answered"]
    ask(noon, CAREFUL)
    assert [unread(one, noon) for one in both] == [["flow_asked"], ["flow_asked"]]


def test_what_was_told_of_it_leads_there_as_far_as_one_may_look(
    asking: Session, noon: datetime
) -> None:
    row = ask(noon)
    commands.send_back_flow(who(NING, noon), row.id, "1 日办不完", at=noon)
    mine = select(Notice).where(Notice.about == f"flow_request:{row.id}").order_by(Notice.kind)
    answered, asked = asking.scalars(mine).all()
    assert notices.leads_to(asking, who(MIAO, noon), answered) == notices.REQUEST
    assert notices.leads_to(asking, who(NING, noon), asked) == notices.REQUEST
    assert notices.leads_to(asking, who(SHI, noon), asked) == notices.NOWHERE


def test_what_the_approver_adds_reaches_who_asked(asking: Session, noon: datetime) -> None:
    row = ask(noon)
    seen = versions.standing(asking, district(), "filing", at=noon)
    how = Approval(seen, words=" 下月看看效果 ")
    commands.approve_flow(who(NING, noon), row.id, how, at=noon)
    assert row.answer == "下月看看效果"
    assert told(MIAO, noon) == [
        "宜昌市：“小散工程和零星作业备案”已批准，作为第 1 版发布：下月看看效果"
    ]


def test_the_same_key_comes_to_the_same_whatever_the_rule_is_by_then(
    asking: Session, noon: datetime
) -> None:
    row = ask(noon, key="once")
    turn(noon, on=False)
    miao, again = who(MIAO, noon), publication(key="once")
    assert commands.hand_in(miao, again, at=noon) is row
    approve(row, noon)
    assert commands.hand_in(miao, again, at=noon) is row
    direct = publication(CAREFUL, key="twice")
    made = commands.hand_in(miao, direct, at=noon)
    turn(noon, on=True)
    count = len(asking.scalars(select(AuditEntry.id)).all())
    assert commands.hand_in(miao, direct, at=noon) is made
    assert (numbers(), len(asking.scalars(select(AuditEntry.id)).all())) == ([1, 2], count)


def test_a_key_answers_for_its_own_unit_alone(asking: Session, noon: datetime) -> None:
    ning, other = who(NING, noon), people.unit("夷陵区", "district")
    commands.hand_in(ning, publication(key="once"), at=noon)
    with pytest.raises(Conflict, match="Idempotency-Key"):
        commands.hand_in(ning, publication(unit=other, key="once"), at=noon)
