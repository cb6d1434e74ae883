"""Plans: visits that open by themselves, reminders, lateness, who goes instead; coverage."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.db import session, transaction
from app.errors import Forbidden, Invalid
from app.identity.commands import Post
from app.identity.models import Person
from app.smallworks import life
from app.smallworks.models import Work
from app.smallworks.patrols import commands, coverage, plans, queries, today
from app.smallworks.patrols.commands import Begin
from app.smallworks.patrols.models import Patrol, PatrolPlan
from app.smallworks.patrols.today import Asked
from app.workflow.models import Task
from app.workflow.notice_models import Notice
from tests.identity import people
from tests.smallworks.patrols import visits
from tests.smallworks.patrols.visits import (
    answer_all,
    begin,
    conclude,
    filed,
    morning_of,
    patrol_of,
    plan_of,
    task_of,
    work_off,
)
from tests.smallworks.town import Town, staff

START = visits.PLANNED_START
HEARD = ("patrol_due", "patrol_handed", "due_soon", "overdue", "escalated")


def notices_of(account: str) -> list[str]:
    session().rollback()
    who = select(Person.id).where(Person.account == account).scalar_subquery()
    rows = select(Notice.kind).where(Notice.person_id == who).order_by(Notice.at, Notice.id)
    return [kind for kind in session().scalars(rows) if kind in HEARD]


def count(model: type) -> int:
    session().rollback()
    return len(session().scalars(select(model)).all())


def test_a_filed_work_is_visited_on_the_day_it_starts(town: Town):
    work = filed(town)
    assert (plan_of(work).next_on, plan_of(work).reason) == (date(2026, 12, 1), "start")
    work_off(morning_of("2026-11-30"))
    assert count(Patrol) == 0
    work_off(morning_of(START))
    patrol = patrol_of(work)
    assert (patrol.reason, patrol.started_at) == ("start", None)
    assert task_of(patrol).due_at is not None


def test_a_visit_opens_once_however_often_the_background_looks(town: Town):
    work = filed(town)
    for _ in range(3):
        work_off(morning_of(START))
    with transaction() as rows:
        plans._open_due(
            rows, {"plan": plan_of(work).id, "revision": plan_of(work).revision},
            morning_of(START),
        )  # fmt: skip
    assert count(Patrol) == 1


def test_those_who_go_hear_on_the_day_and_the_head_when_it_is_late(town: Town):
    visits.hire_inspector(town.at)
    filed(town)
    work_off(morning_of(START))
    assert notices_of("luyuanqiu") == notices_of("shecundong") == ["patrol_due"]
    for day in ("2026-12-02", "2026-12-03"):  # its last day, and the one after
        work_off(morning_of(day))
    assert {notices_of(key)[-1] for key in ("luyuanqiu", "shecundong")} == {"overdue"}


def test_a_visit_in_time_leaves_nobody_late(town: Town):
    work = filed(town)
    town_then = Town(morning_of(START))
    work_off(town_then.at)
    patrol = begin(town_then, work)
    answer_all(town_then, patrol)
    conclude(town_then, patrol, "normal")
    work_off(morning_of("2026-12-07"))
    assert not {"overdue", "escalated"} & set(notices_of("shecundong"))
    assert plan_of(work).next_on == date(2026, 12, 15)


def test_the_plan_ends_with_the_work(town: Town):
    work = filed(town)
    with transaction() as rows:
        life.enter(rows.get_one(Work, work.id), life.CANCELLED, town.at)
    work_off(morning_of(START))
    assert count(Patrol) == 0
    assert plan_of(work).ended_at is not None


def test_a_stop_brings_the_next_visit_forward(town: Town):
    work = filed(town)
    with transaction() as rows:
        row = rows.get_one(Work, work.id)
        plans.hurry(rows, row, date(2026, 11, 24), "stopped", town.at)
        plans.hurry(rows, row, date(2026, 11, 28), "stopped", town.at)
    assert plan_of(work).next_on == date(2026, 11, 24)
    work_off(morning_of("2026-11-24"))
    assert count(Patrol) == 1
    work_off(morning_of(START))  # the job of the first plan does nothing any more
    assert count(Patrol) == 1


def test_the_head_hands_a_visit_to_a_colleague_and_back_to_the_pool(town: Town):
    visits.hire_inspector(town.at)
    patrol = begin(town, filed(town), "luyuanqiu")
    head, colleague = staff("shecundong", town.at), staff("luyuanqiu", town.at)
    commands.hand_over(head, patrol.id, head.id, at=town.at)
    assert task_of(patrol).claimed_by_id == head.id
    commands.hand_over(head, patrol.id, "", at=town.at)
    assert task_of(patrol).claimed_by_id is None
    commands.hand_over(head, patrol.id, colleague.id, at=town.at)
    assert notices_of("luyuanqiu") == ["patrol_handed"]
    answer_all(town, patrol, "luyuanqiu")
    assert conclude(town, patrol, "normal", "luyuanqiu").result == "done"


def test_a_head_above_hands_over_where_the_units_own_is_away(town: Town):
    visits.hire_inspector(town.at)
    patrol = begin(town, filed(town))
    colleague = staff("luyuanqiu", town.at)
    commands.hand_over(staff("muyulan", town.at), patrol.id, colleague.id, at=town.at)
    assert task_of(patrol).claimed_by_id == colleague.id
    answer_all(town, patrol, "luyuanqiu")
    assert conclude(town, patrol, "normal", "luyuanqiu").result == "done"


def test_only_heads_hand_over_and_only_to_the_people_of_the_desk(town: Town):
    visits.hire_inspector(town.at)
    patrol = begin(town, filed(town), "luyuanqiu")
    for account in ("luyuanqiu", "tangjichuan", "quyuanhang"):
        with pytest.raises(Forbidden):
            commands.hand_over(staff(account, town.at), patrol.id, "", at=town.at)
    stranger = staff("tangjichuan", town.at).id
    for head in ("shecundong", "muyulan"):
        with pytest.raises(Invalid):
            commands.hand_over(staff(head, town.at), patrol.id, stranger, at=town.at)


def test_everybody_of_the_desk_hears_of_a_visit_that_somebody_else_asks_for(town: Town):
    work = filed(town)
    wanted = Begin(work_id=work.id, level="department")
    patrol = commands.begin(staff("quyuanhang", town.at), wanted, at=town.at)
    assert notices_of("shuangshu") == ["patrol_due"]
    commands.start(staff("shuangshu", town.at), patrol.id, at=town.at)
    work_off(morning_of("2026-11-25"))
    assert notices_of("shuangshu") == ["patrol_due", "overdue"]


def test_who_goes_at_once_is_not_reminded_but_is_late_all_the_same(town: Town):
    begin(town, filed(town))
    assert notices_of("shecundong") == []
    work_off(morning_of("2026-11-25"))
    assert notices_of("shecundong") == ["overdue"]


def test_where_nobody_can_go_the_head_above_hears(town: Town):
    filed(town)
    with transaction() as rows:
        found = select(Person).where(Person.account == "shecundong")
        rows.scalars(found).one().status = "disabled"
    work_off(morning_of(START))
    assert notices_of("muyulan") == ["patrol_due", "patrol_due"]  # of the lack, and that it is hers
    work_off(morning_of("2026-12-03"))
    assert notices_of("muyulan") == ["patrol_due", "patrol_due", "overdue"]


def lead(account: str, name: str, unit: str, level: str) -> None:
    """Somebody answers for a unit as its 分管领导."""
    chief = staff("jinhezhu", visits.morning_of("2026-01-06"))
    post = Post(people.unit(unit, level).id, "", "leader")
    people.add(chief, name, account, post, visits.morning_of("2026-01-06"))


def test_a_working_day_after_it_was_due_the_leader_in_charge_hears_once(town: Town):
    lead("rongjianzhou", "戎见舟", "西陵街道", "township")
    lead("niechangfeng", "聂长风", "云集街道", "township")
    filed(town, planned_start="2026-12-03")  # a Thursday: due on Friday
    work_off(morning_of("2026-12-03"))
    work_off(morning_of("2026-12-05"))
    assert notices_of("shecundong") == ["patrol_due", "overdue"]
    work_off(morning_of("2026-12-07"))  # Monday morning: the working day is not over
    assert notices_of("rongjianzhou") == []
    for day in ("2026-12-08", "2026-12-09", "2026-12-20"):
        work_off(morning_of(day))
        assert notices_of("rongjianzhou") == ["escalated"]
    assert notices_of("niechangfeng") == []
    assert notices_of("shecundong") == ["patrol_due", "overdue"]


def test_of_a_late_visit_that_was_made_since_no_leader_hears(town: Town):
    lead("rongjianzhou", "戎见舟", "西陵街道", "township")
    work = filed(town)
    work_off(morning_of(START))
    then = Town(morning_of("2026-12-03"))
    work_off(then.at)
    assert "overdue" in notices_of("shecundong")
    patrol = begin(then, work)
    answer_all(then, patrol)
    conclude(then, patrol, "normal")
    work_off(morning_of("2026-12-09"))
    assert notices_of("rongjianzhou") == []


def test_how_much_each_has_in_hand(town: Town):
    patrol = begin(town, filed(town))
    task = task_of(patrol)
    assert queries.load(session(), [task.unit_id or ""]) == {task.claimed_by_id: 1}


def lines(town: Town, account: str, **asked: object) -> list[str]:
    session().rollback()
    found = today.lines(session(), staff(account, town.at), Asked(**asked), town.at)
    return [line.patrol.work.name for line in found if line.patrol.work]


def test_today_is_the_latest_first_and_only_ones_own_desk(town: Town):
    late, soon = (
        filed(town, name="先开工的"),
        filed(town, name="后开工的", planned_start="2026-12-03"),
    )
    work_off(morning_of("2026-12-03"))
    then = Town(morning_of("2026-12-07"))
    assert lines(then, "shecundong") == [late.name, soon.name]
    assert lines(then, "shecundong", box="late") == [late.name, soon.name]
    assert lines(then, "shecundong", box="mine") == []
    assert lines(then, "muyulan") == []
    assert lines(then, "chaiyiling") == []


def test_today_is_narrowed_by_any_reason_for_which_somebody_goes(town: Town):
    first = filed(town, name="开工的")
    again = filed(town, name="临时看的")
    commands.begin(
        staff("muyulan", town.at), Begin(work_id=again.id, level="community"), at=town.at
    )
    work_off(morning_of(START))
    offered = [key for key, _words in today.filters(Asked())[1]["options"]]
    assert sorted(offered) == [
        "banned", "completion", "planned", "report", "start", "stopped", "unplanned",
    ]  # fmt: skip
    then = Town(morning_of(START))
    found = {reason: lines(then, "shecundong", reason=reason) for reason in offered}
    assert {reason: names for reason, names in found.items() if names} == {
        "start": [first.name],
        "unplanned": [again.name],
    }


def test_today_by_distance_when_the_phone_says_where_it_is(town: Town):
    filed(town, name="远的", lng="111.40", lat="30.70")
    filed(town, name="近的", lng="111.29", lat="30.69")
    filed(town, name="不知道在哪的")
    work_off(morning_of(START))
    then = Town(morning_of(START))
    assert lines(then, "shecundong", lng=111.28, lat=30.69) == ["近的", "远的", "不知道在哪的"]
    assert today.metres((111.28, 30.69), (111.29, 30.69)) == 957


def test_coverage_counts_what_was_due_done_and_left(town: Town):
    done, left = filed(town, name="巡查过的"), filed(town, name="没巡查的")
    work_off(morning_of(START))
    then = Town(morning_of(START))
    patrol = begin(then, done)
    answer_all(then, patrol)
    conclude(then, patrol, "normal")
    who, at = staff("quyuanhang", town.at), morning_of("2026-12-07")
    session().rollback()
    (area,) = coverage.of_areas(session(), who, "l3", "", 30, at=at).values()
    assert (area.works, area.due, area.in_time, area.late, area.waiting_late) == (2, 2, 1, 0, 1)
    assert (area.visited, area.percent) == (1, 50)
    rows = coverage.planned(session(), who, "", "late", at)
    assert [row.work.name for row in rows] == [left.name]
    elsewhere = staff("chaiyiling", town.at)
    assert coverage.of_areas(session(), elsewhere, "l3", "", 30, at=at) == {}
    assert coverage.planned(session(), elsewhere, "", "", at) == []


def test_every_task_of_a_visit_has_a_limit(town: Town):
    begin(town, filed(town))
    session().rollback()
    due = session().scalars(select(Task.due_at).where(Task.status == "open")).all()
    assert all(one and one < town.at + timedelta(days=99) for one in due)
    assert count(PatrolPlan) == 1
