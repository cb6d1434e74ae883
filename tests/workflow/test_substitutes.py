"""Substitution during absence (代理): a period, some flows or all, no chains, both on record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.db import session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.workflow import commands, jobs
from app.workflow.commands.handing import Handing
from app.workflow.commands.signers import Addition
from app.workflow.commands.substitutes import Absence
from app.workflow.commands.tasks import Decision
from app.workflow.commands.upkeep import free_idle, free_stranded
from app.workflow.events import broken_link
from app.workflow.models import Case
from app.workflow.queries import access, inbox, substitutes
from app.workflow.substitutions import Substitution
from tests.stores import Store
from tests.workflow import make
from tests.workflow.people import NOON, unit, who
from tests.workflow.test_separation import TOWNSHIP, also

TODAY = date(2026, 11, 23)
WEEK = timedelta(days=7)


def away(key: str, substitute: str, *flows: str, first: date = TODAY) -> Substitution:
    """They are away for a week."""
    absence = Absence(who(substitute).id, first, first + WEEK, flows, "休假")
    return commands.set_substitute(who(key), absence, at=NOON)


def boxed(key: str) -> list[str]:
    page = inbox.tasks(session(), who(key), inbox.STANDING, inbox.Asked(), at=NOON)
    return [row.case.id for row in page.rows]


def test_a_substitute_sees_and_does_what_waits_in_both_names(town: Session) -> None:
    made, had = make.case("township_review"), make.case("township_review")
    commands.claim(who("zhao"), make.open_tasks(had)[0].id, at=NOON)
    assert boxed("qian") == []
    away("zhao", "qian")
    assert set(boxed("qian")) == {made.id, had.id}
    for case in (made, had):
        task = make.open_tasks(case)[0]
        commands.decide(who("qian"), task.id, Decision("approve", {"opinion": "同意"}), at=NOON)
        told = make.events(case)[-1]
        assert (told.actor_id, told.for_id) == (who("qian").id, who("zhao").id)
        assert (told.unit_id, told.position) == (unit(TOWNSHIP).id, "head")
        assert broken_link(make.events(case)) is None
    assert [one.kind for one in make.notices("qian")] == ["substitute"]


def test_only_in_the_flows_and_days_that_were_named(town: Session) -> None:
    made = make.case("township_review")
    away("zhao", "qian", "change")
    assert boxed("qian") == []
    with pytest.raises(Forbidden, match="不属于您的岗位"):
        commands.claim(who("qian"), make.open_tasks(made)[0].id, at=NOON)


def test_not_before_its_first_day(town: Session) -> None:
    made = make.case("township_review")
    away("zhao", "qian", first=TODAY + timedelta(days=1))
    with pytest.raises(Forbidden):
        commands.claim(who("qian"), make.open_tasks(made)[0].id, at=NOON)
    later = NOON + timedelta(days=1)
    assert commands.claim(who("qian", later), make.open_tasks(made)[0].id, at=later).for_id


def test_what_binds_the_absent_binds_the_substitute(town: Session) -> None:
    """李禾 passed it at the community, and heads the township as well."""
    also("li", TOWNSHIP, position="head")
    made = make.case("township_review")
    away("li", "qian")
    with pytest.raises(Forbidden, match="您所代的人员"):
        commands.claim(who("qian"), make.open_tasks(made)[0].id, at=NOON)


def test_who_did_the_level_before_does_not_stand_in(town: Session) -> None:
    also("wang", "420502", "district_gov_user")
    made = make.case()
    make.decide(made, "wang", "approve")
    away("zhao", "wang")
    with pytest.raises(Forbidden, match="连审两级"):
        commands.claim(who("wang"), make.open_tasks(made)[0].id, at=NOON)


def test_nobody_hands_on_what_they_stand_in_for(town: Session) -> None:
    away("zhao", "qian")
    with pytest.raises(Invalid, match="也请人代理"):
        away("sun", "zhao")
    with pytest.raises(Conflict, match="您这段时间代理赵屿"):
        away("qian", "zheng")
    also("sun", TOWNSHIP, position="head")
    made = make.case("township_review")
    task = make.open_tasks(made)[0].id
    commands.act_for(who("zhao"), task, Handing(who("sun").id, "孙牧请假"), at=NOON)
    with pytest.raises(Forbidden, match="不属于您的岗位"):
        commands.claim(who("qian"), task, at=NOON)
    assert boxed("qian") == []


def test_two_absences_of_one_seat_show_what_either_names(town: Session) -> None:
    also("sun", TOWNSHIP, position="head")
    made = make.case("township_review")
    away("zhao", "qian", "change")
    away("sun", "qian", "filing")
    assert boxed("qian") == [made.id]
    page = inbox.tasks(session(), who("qian"), inbox.STANDING, inbox.Asked(), at=NOON)
    assert page.rows[0].stands_for == "孙牧"


def test_a_substitute_takes_back_what_they_decided(town: Session) -> None:
    made = make.case("township_review")
    away("zhao", "qian")
    task = make.open_tasks(made)[0].id
    commands.decide(who("qian"), task, Decision("inspect", {"opinion": "请看"}), at=NOON)
    commands.recall(who("qian"), task, at=NOON)
    assert make.open_tasks(made)[0].claimed_by_id == who("qian").id
    assert make.events(made)[-1].for_id == who("zhao").id


def test_who_keeps_the_place_sees_who_stands_in(town: Session) -> None:
    made = make.case("township_review")
    away("zhao", "qian")
    ((_task, told),) = access.handlers(town, made, TODAY)
    assert ("钱叙", who("zhao").id, True) in [
        (one.member.person.name, one.hold.for_id, one.may) for one in told
    ]


def test_a_late_task_of_the_absent_is_told_to_their_substitute(town: Session) -> None:
    made = make.case("township_review")
    task = commands.claim(who("zhao"), make.open_tasks(made)[0].id, at=NOON)
    away("zhao", "qian")
    assert task.due_at is not None
    while jobs.run_due(task.due_at):
        pass
    assert "overdue" in [one.kind for one in make.notices("qian")]


@pytest.mark.parametrize("key", ["zhao", "chen", "yi", "ann", "jin"])
def test_only_who_decides_there_or_above_is_chosen(town: Session, key: str) -> None:
    with pytest.raises(Invalid, match="请选择代理人"):
        away("zhao", key)


def test_ones_own_colleagues_are_offered_first(town: Session) -> None:
    offered = [one.person.name for one in substitutes.candidates(town, who("zhao"))]
    assert offered[:2] == ["何岚", "孙牧"]
    assert len(offered) > 2


def test_one_at_a_time_for_each_flow(town: Session) -> None:
    away("zhao", "qian", "filing")
    away("zhao", "sun", "change")
    with pytest.raises(Conflict, match="已经设了代理人"):
        away("zhao", "sun")


def test_it_is_ended_by_the_two_and_who_keeps_the_unit(town: Session) -> None:
    made = make.case("township_review")
    row = away("zhao", "qian")
    commands.claim(who("qian"), make.open_tasks(made)[0].id, at=NOON)
    with pytest.raises(NotFound):
        commands.end_substitute(who("chen"), row.id, at=NOON)
    commands.end_substitute(who("han"), row.id, at=NOON)
    assert make.open_tasks(made)[0].claimed_by_id is None
    with pytest.raises(Conflict, match="已经结束"):
        commands.end_substitute(who("zhao"), row.id, at=NOON)


def test_what_was_claimed_goes_back_when_the_days_are_over(town: Session) -> None:
    made: Case = make.case("township_review")
    away("zhao", "qian")
    commands.claim(who("qian"), make.open_tasks(made)[0].id, at=NOON)
    free_stranded(at=NOON + timedelta(days=9))
    assert make.open_tasks(made)[0].claimed_by_id is None


def given_out(made: Case) -> str:
    """赵屿 is away; 孙牧 stands in, and asked 何岚 for an opinion."""
    away("zhao", "sun")
    task = make.open_tasks(made)[0].id
    commands.delegate(who("sun"), task, Handing(who("he").id, "请看"), at=NOON)
    return task


def test_what_a_substitute_gave_out_is_left_to_the_adviser(town: Session) -> None:
    made = make.case("township_review")
    given_out(made)
    free_stranded(at=NOON)
    got = make.open_tasks(made)[0]
    assert (got.claimed_by_id, got.delegated_by_id) == (who("he").id, who("sun").id)


def test_an_opinion_in_between_does_not_hide_in_whose_name(town: Session) -> None:
    also("zhao", "420502", "district_gov_user")
    made = make.case("township_review", **make.RISKY)
    task = given_out(made)
    commands.give_back(who("he"), task, Handing(reason="同意"), at=NOON)
    commands.decide(who("sun"), task, Decision("approve", {"opinion": "同意"}), at=NOON)
    with pytest.raises(Forbidden, match="连审两级"):
        commands.claim(who("zhao"), make.open_tasks(made)[0].id, at=NOON)


def test_nor_does_one_asked_by_who_acts_for_somebody(town: Session) -> None:
    also("sun", TOWNSHIP, position="head")
    also("sun", "420502", "district_gov_user")
    made = make.case("township_review", **make.RISKY)
    task = make.open_tasks(made)[0].id
    commands.act_for(who("zhao"), task, Handing(who("sun").id, "孙牧请假"), at=NOON)
    commands.delegate(who("zhao"), task, Handing(who("he").id, "请看"), at=NOON)
    free_idle(at=NOON + timedelta(days=7))
    assert make.open_tasks(made)[0].claimed_by_id == who("zhao").id
    commands.decide(who("zhao"), task, Decision("approve", {"opinion": "同意"}), at=NOON)
    assert make.events(made)[-1].for_id == who("sun").id
    with pytest.raises(Forbidden, match="连审两级"):
        commands.claim(who("sun"), make.open_tasks(made)[0].id, at=NOON)


def test_a_signer_added_by_a_substitute_does_not_hide_it_either(town: Session) -> None:
    also("zhao", "420502", "district_gov_user")
    made = make.case("township_review", **make.RISKY)
    away("zhao", "sun")
    task = make.open_tasks(made)[0].id
    wanted = Addition(who("he").id, "beside")
    added = commands.add_signer(who("sun"), task, wanted, at=NOON)
    for key, row in (("he", added.id), ("sun", task)):
        commands.decide(who(key), row, Decision("approve", {"opinion": "同意"}), at=NOON)
    with pytest.raises(Forbidden, match="连审两级"):
        commands.claim(who("zhao"), make.open_tasks(made)[0].id, at=NOON)


def test_of_several_absent_at_one_desk_one_who_may_is_stood_in_for(town: Session) -> None:
    """李禾 passed it at the community; 赵屿, who is away as well, has no part in it."""
    also("li", TOWNSHIP, position="head")
    made = make.case("township_review")
    away("li", "qian")
    away("zhao", "qian", first=TODAY + timedelta(days=1))
    later = NOON + timedelta(days=1)
    task = make.open_tasks(made)[0]
    assert commands.claim(who("qian", later), task.id, at=later).for_id == who("zhao").id
    agreed = Decision("approve", {"opinion": "同意"})
    assert commands.decide(who("qian", later), task.id, agreed, at=later).result == "approved"


def test_who_is_named_may_go_on_working_meanwhile(town: Session, database: Store) -> None:
    """Rows that name a person hold their key: the lock asked for is one that leaves it alone."""
    with listened(town) as said:
        away("zhao", "qian")
    locks = [one for one in said if "FROM people" in one and "FOR " in one]
    wanted = 2 if database.kind == "postgresql" else 0
    assert len(locks) == wanted
    assert all("FOR NO KEY UPDATE" in one for one in locks)


def test_a_page_asks_once_for_whom_somebody_stands_in(town: Session) -> None:
    away("zhao", "qian")
    with listened(town) as said:
        boxed("qian")
    assert len([one for one in said if "FROM substitutions" in one]) == 1


@contextmanager
def listened(work: Session) -> Iterator[list[str]]:
    """Every statement that the store is sent meanwhile."""
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement.strip())

    event.listen(work.get_bind(), "before_cursor_execute", hear)
    yield said
    event.remove(work.get_bind(), "before_cursor_execute", hear)
