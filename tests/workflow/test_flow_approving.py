"""What becomes of a flow that was handed in: approved or returned by whom, at once, too late."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.db import db
from app.engine.rehearsing import CUT, History
from app.errors import BrokenProcess, Conflict, Forbidden, Invalid
from app.identity.commands import Post
from app.identity.models import AuditEntry, Unit
from app.workflow import commands, publishing
from app.workflow.commands import Approval
from app.workflow.models import ProcessVersion
from app.workflow.studio import approvals
from app.workflow.studio.approval_models import FlowRequest
from app.workflow.studio.example_models import FlowExample
from tests.identity import duties, people
from tests.workflow.asking import (
    CAREFUL,
    MIAO,
    NING,
    SHI,
    WRONG,
    approve,
    ask,
    district,
    force,
    numbers,
    publication,
    told,
    verbs,
)
from tests.workflow.keepers import who


def test_returned_with_a_reason_it_can_be_asked_again(asking: Session, noon: datetime) -> None:
    row = ask(noon)
    with pytest.raises(Invalid) as refused:
        commands.send_back_flow(who(NING, noon), row.id, " ", at=noon)
    assert "words" in refused.value.fields
    done = commands.send_back_flow(who(NING, noon), row.id, "1 日办不完", at=noon)
    assert (done.state, done.answer) == ("returned", "1 日办不完")
    assert told(MIAO, noon) == ["宜昌市：“小散工程和零星作业备案”已退回：1 日办不完"]
    assert (numbers(), verbs(asking, 1)) == ([], ["flow_approval_refused"])
    with pytest.raises(Conflict, match="宁远山已于 11月23日 12:00 退回"):
        approve(row, noon)
    assert ask(noon, CAREFUL).state == "waiting"


def test_taken_back_it_is_not_approved_any_more(asking: Session, noon: datetime) -> None:
    row = ask(noon)
    commands.take_back(who(MIAO, noon), row.id, at=noon)
    with pytest.raises(Conflict, match="苗青禾已于 11月23日 12:00 撤回"):
        approve(row, noon)
    with pytest.raises(Conflict, match="撤回"):
        commands.send_back_flow(who(NING, noon), row.id, "不行", at=noon)
    assert (numbers(), verbs(asking, 1)) == ([], ["flow_approval_taken_back"])


def test_who_may_do_what_with_it(asking: Session, noon: datetime) -> None:
    row = ask(noon)
    for account in (MIAO, SHI, "fudongli"):
        with pytest.raises(Forbidden):
            approve(row, noon, account)
        with pytest.raises(Forbidden):
            commands.send_back_flow(who(account, noon), row.id, "不行", at=noon)
    for account in (NING, SHI):
        with pytest.raises(Forbidden):
            commands.take_back(who(account, noon), row.id, at=noon)
    with pytest.raises(Forbidden):
        approvals.shown(asking, who(SHI, noon), row.id)
    assert [one.id for one in approvals.waiting(asking, who(NING, noon))] == [row.id]
    assert [one.id for one in approvals.waiting(asking, who(MIAO, noon))] == [row.id]
    assert approvals.waiting(asking, who(SHI, noon)) == []
    assert numbers() == []


def test_nobody_approves_what_they_asked_for_themselves(asking: Session, noon: datetime) -> None:
    row = ask(noon)
    asking.execute(update(FlowRequest).values(asked_by_id=who(NING, noon).id))
    asking.commit()  # as if whoever asked had come to the city since
    with pytest.raises(Forbidden, match="自己送请批准的"):
        approve(row, noon)
    with pytest.raises(Forbidden, match="自己送请批准的"):
        commands.send_back_flow(who(NING, noon), row.id, "不行", at=noon)
    assert not approvals.may_settle(who(NING, noon), row)
    assert numbers() == []


def test_of_two_who_approve_at_once_one_does(app: Flask, asking: Session, noon: datetime) -> None:
    city = people.unit("宜昌市", "city").id
    zhuang = people.add(
        who(NING, noon), "庄以澄", "zhuangyicheng", Post(city, "system_admin", ""), noon
    )
    row_id, seen = ask(noon).id, force(noon).id
    start, both = Barrier(2), (who(NING, noon), zhuang)

    def one(place: int) -> str:
        with app.app_context():
            start.wait(30)
            try:
                commands.approve_flow(both[place], row_id, Approval(seen), at=noon)
            except Conflict as refused:
                return refused.message
            finally:
                db.session.remove()
            return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(one, (0, 1)))
    assert said[0] == ""
    assert "批准，作为第 1 版发布" in said[1]
    asking.rollback()
    assert numbers() == [1]
    with pytest.raises(Conflict, match="作为第 1 版发布"):  # who presses twice
        commands.approve_flow(zhuang, row_id, Approval(seen), at=noon)


def test_where_the_duties_are_apart_the_system_administrator_approves(
    asking: Session, noon: datetime
) -> None:
    chief = who(NING, noon)
    three = duties.called(chief, noon)
    for _name, account in duties.THREE.values():
        people.comes_in(account, noon)
    duties.apart(chief, three, noon)
    row = ask(noon)
    assert (told(NING, noon), len(told("system.admin", noon))) == ([], 1)
    for account in (NING, "security.admin", "audit.admin"):
        with pytest.raises(Forbidden):
            approve(row, noon, account)
        with pytest.raises(Forbidden):
            commands.set_flow_rule(who(account, noon), row.above_id, False, at=noon)
    assert approve(row, noon, "system.admin").number == 1


def test_what_came_into_force_meanwhile_is_looked_at_first(asking: Session, noon: datetime) -> None:
    row, seen = ask(noon), force(noon).id
    made = publishing.publish(who(NING, noon), publication(CAREFUL), at=noon)
    with pytest.raises(Conflict, match="现行版本刚刚换了"):
        approve(row, noon, seen=seen)
    assert numbers() == [1]
    assert (approve(row, noon, seen=made.id).number, numbers()) == (2, [1, 2])


def test_a_plan_that_approving_would_drop_is_seen_first(asking: Session, noon: datetime) -> None:
    row, seen = ask(noon), force(noon).id
    planned = publication(CAREFUL, starts_on=date(2026, 12, 1))
    waiting = publishing.publish(who(NING, noon), planned, at=noon)
    with pytest.raises(Conflict, match="待施行的版本"):
        approve(row, noon, seen=seen)
    assert (waiting.withdrawn_at, numbers()) == (None, [1])
    approve(row, noon)
    assert (waiting.withdrawn_at, numbers()) == (noon, [1, 2])
    assert verbs(asking, 2) == ["flow_withdrawn", "flow_approved"]


def test_the_gate_is_asked_again(asking: Session, noon: datetime) -> None:
    row = ask(noon)
    files = {**row.files, "filing.bpmn": WRONG}  # as after an upgrade that is stricter
    asking.execute(update(FlowRequest).values(files=files))
    asking.commit()
    with pytest.raises(BrokenProcess):
        approve(row, noon)
    assert (row.state, numbers()) == ("waiting", [])


def example(work: Session, unit: Unit, at: datetime) -> None:
    """One that no drawing satisfies: it never comes to the city."""
    history = History({}, (), CUT).plain(frozenset())
    work.add(FlowExample(
        key="filing", unit_id=unit.id, name="必经市级", history=history, expects="level",
        what="city", words="必须经过市级办理", pinned_by_id=who(NING, at).id, pinned_at=at,
    ))  # fmt: skip
    work.commit()


def test_what_nobody_confirmed_yet_the_approver_confirms(asking: Session, noon: datetime) -> None:
    row = ask(noon)
    assert row.confirmed == []
    example(asking, district(), noon)
    with pytest.raises(Invalid) as refused:
        approve(row, noon)
    assert "必经市级" in refused.value.fields["despite"]
    assert approve(row, noon, despite=True).number == 1


def test_what_its_sender_confirmed_is_not_asked_again(asking: Session, noon: datetime) -> None:
    example(asking, district(), noon)
    with pytest.raises(Invalid):
        ask(noon)
    row = ask(noon, despite=True)
    assert "必经市级" in row.confirmed[0]
    assert approve(row, noon).number == 1


def test_a_day_that_is_still_ahead_is_kept_and_one_that_is_past_is_today(
    asking: Session, noon: datetime
) -> None:
    row = ask(noon, starts_on=date(2026, 12, 1))
    made = approve(row, noon)
    assert (made.starts_on, force(noon).unit.name) == (date(2026, 12, 1), "宜昌市")
    late = ask(noon, CAREFUL, starts_on=date(2026, 11, 25))
    after = noon + timedelta(days=3)
    assert approvals.begins(late, after) is None
    again = approve(late, after)
    assert (again.starts_on, force(after).id) == (None, again.id)


def test_a_unit_that_is_no_more_publishes_nothing(asking: Session, noon: datetime) -> None:
    row = ask(noon)
    asking.execute(update(Unit).where(Unit.id == row.unit_id).values(active=False))
    asking.commit()
    with pytest.raises(Conflict, match="已经撤并"):
        approve(row, noon)
    assert commands.send_back_flow(who(NING, noon), row.id, "已撤并", at=noon).state == "returned"


def test_turned_off_districts_publish_and_what_waits_can_be_settled(
    asking: Session, noon: datetime
) -> None:
    row, city = ask(noon), people.unit("宜昌市", "city").id
    for account in (MIAO, "fudongli"):
        with pytest.raises(Forbidden):
            commands.set_flow_rule(who(account, noon), city, False, at=noon)
    commands.set_flow_rule(who(NING, noon), city, False, at=noon)
    assert verbs(asking, 1) == ["flow_rule_off"]
    count = asking.scalar(select(func.count()).select_from(AuditEntry))
    commands.set_flow_rule(who(NING, noon), city, False, at=noon)  # nothing changes
    assert asking.scalar(select(func.count()).select_from(AuditEntry)) == count
    assert (approve(row, noon).number, numbers()) == (1, [1])
    assert isinstance(
        commands.hand_in(who(MIAO, noon), publication(CAREFUL), at=noon), ProcessVersion
    )
    assert numbers() == [1, 2]
