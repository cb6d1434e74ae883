"""The inbox: what is mine, what I may claim, what I did; in a steady order."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.db import session
from app.errors import Invalid
from app.identity.actor import Actor
from app.workflow import commands
from app.workflow.queries import inbox
from app.workflow.queries.inbox import AREA, CLAIMABLE, DONE, IN_HAND, Asked
from app.workflow.queries.pages import Cursor
from tests.workflow import drawn, make
from tests.workflow.people import FAR, HERE, NEXT, NOON, unit, who

DAY = timedelta(days=1)


def box(key: str, name: str, asked: Asked | None = None, at: datetime = NOON) -> list[inbox.Row]:
    return inbox.tasks(session(), who(key), name, asked or Asked(), at=at).rows


def ids(rows: list[inbox.Row]) -> list[str]:
    return [row.case.id for row in rows]


def test_what_the_pool_may_claim(town: Session) -> None:
    made = make.case()
    for key in ("li", "wang"):
        assert ids(box(key, CLAIMABLE)) == [made.id]
        assert inbox.counts(session(), who(key)) == {IN_HAND: 0, CLAIMABLE: 1}
    for key in ("chen", "zhao", "he", "qian", "zhou", "qin", "ann"):
        assert box(key, CLAIMABLE) == []


def test_a_claimed_task_is_mine_and_nobody_elses(town: Session) -> None:
    made = make.case()
    commands.claim(who("li"), make.open_tasks(made)[0].id, at=NOON)
    assert ids(box("li", IN_HAND)) == [made.id]
    assert box("li", CLAIMABLE) == box("wang", CLAIMABLE) == box("wang", IN_HAND) == []


@pytest.mark.parametrize(
    ("key", "sees"),
    [
        ("qin", "hnf"),  # 督查, of the city
        ("he", "hn"),  # 分管领导 of the street in which two of the three communities lie
        ("han", "hn"),  # 管理员 of the district
        ("li", ""),  # 负责人 of a community: no supervision goes with it
        ("zheng", ""),
        ("ann", ""),
    ],
)
def test_a_supervisor_sees_what_waits_in_the_whole_area(town: Session, key: str, sees: str) -> None:
    made = {"h": make.case(), "n": make.case(place=NEXT), "f": make.case(place=FAR)}
    commands.claim(who("li"), make.open_tasks(made["h"])[0].id, at=NOON)
    assert sorted(ids(box(key, AREA))) == sorted(made[place].id for place in sees)
    assert inbox.counts(session(), who(key)).get(AREA, 0) == len(sees)


def test_two_areas_of_one_person_show_nothing_twice_and_a_department_its_trade(
    town: Session,
) -> None:
    made = make.case()
    he = who("he")
    above = next(hold for hold in who("qin").holds if hold.role == "supervisor")
    both = replace(he, holds=(*he.holds, above))
    assert [row.case.id for row in area(both)] == [made.id]
    housing = replace(who("feng").holds[0], role="", position="leader")
    assert [row.case.id for row in area(replace(he, holds=(housing,)))] == [made.id]
    markets = replace(housing, categories=frozenset({"shop"}))
    assert area(replace(he, holds=(markets,))) == []


def area(actor: Actor) -> list[inbox.Row]:
    return inbox.tasks(session(), actor, AREA, Asked(), at=NOON).rows


def test_what_i_did_newest_first(town: Session) -> None:
    first, second = make.case(), make.case()
    make.decide(first, "li", "approve", when=NOON + DAY)
    make.decide(second, "li", "reject", when=NOON + 2 * DAY)
    assert ids(box("li", DONE)) == [second.id, first.id]
    assert box("wang", DONE) == []


def test_an_applicants_correction_is_theirs(town: Session) -> None:
    made = make.case("correction")
    assert ids(box("ann", IN_HAND)) == [made.id]
    assert box("ben", IN_HAND) == []


def test_in_a_step_of_several_each_sees_their_own(town: Session) -> None:
    made = make.case("district_countersign")
    assert ids(box("qian", CLAIMABLE)) == ids(box("zhou", CLAIMABLE)) == [made.id]
    assert box("wu", CLAIMABLE) == []
    make.decide(made, "qian", "approve")
    assert box("qian", CLAIMABLE) == []
    assert ids(box("zhou", CLAIMABLE)) == [made.id]


def test_whoever_waits_for_their_turn_sees_nothing_yet(town: Session) -> None:
    drawn.publish("ordered", drawn.joint("ordered", "order"))
    made = drawn.file("ordered")
    drawn.decide(made, "li", "approve")
    assert box("qian", CLAIMABLE) == []
    drawn.decide(made, "zhao", "approve")
    assert ids(box("qian", CLAIMABLE)) == [made.id]


def test_an_administrator_also_does_a_users_work(town: Session) -> None:
    made = make.case("district_countersign")
    assert ids(box("han", CLAIMABLE)) == [made.id]


@pytest.mark.parametrize(
    ("at", "light"),
    [
        (NOON, "green"),
        (datetime.fromisoformat("2026-11-24T17:29+08:00"), "yellow"),
        (datetime.fromisoformat("2026-11-24T17:31+08:00"), "red"),
    ],
)
def test_lights_by_working_days(town: Session, at: datetime, light: str) -> None:
    make.case(when=NOON)
    assert [row.light for row in box("li", CLAIMABLE, at=at)] == [light]


def test_no_light_while_the_applicant_has_it_or_it_is_done(town: Session) -> None:
    make.case("correction")
    assert [row.light for row in box("ann", IN_HAND, at=NOON + 30 * DAY)] == ["grey"]
    assert [row.light for row in box("li", DONE)] == ["grey"]


def test_rows_carry_the_risk_of_their_domain(town: Session) -> None:
    make.case(**make.RISKY)
    assert [row.risk for row in box("li", CLAIMABLE)] == ["high"]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        (Asked(), 2),
        (Asked(q="梅园"), 1),
        (Asked(process="filing"), 2),
        (Asked(process="other"), 0),
        (Asked(category="home_decoration"), 1),
        (Asked(step="社区初审"), 2),
        (Asked(step="乡镇审核"), 0),
    ],
)
def test_narrowing(town: Session, asked: Asked, count: int) -> None:
    make.case()
    make.case(name="竹园粉刷", address="竹园", project_type="decoration")
    assert len(box("li", CLAIMABLE, asked)) == count


def test_narrowing_to_one_community_of_a_township(town: Session) -> None:
    for place, key in ((HERE, "li"), (NEXT, "chen")):
        make.decide(make.case(place=place), key, "approve")
    assert len(box("zhao", CLAIMABLE)) == 2
    assert len(box("zhao", CLAIMABLE, Asked(community=unit(NEXT).id))) == 1


def pages(actor: Actor, name: str) -> list[list[str]]:
    found, after = [], ""
    while True:
        page = inbox.tasks(session(), actor, name, Asked(), after, at=NOON)
        found.append([row.task.id for row in page.rows])
        after = page.after
        if not after:
            return found


def test_pages_are_whole_and_without_repeats_on_ties(crowd: Session) -> None:
    found = pages(who("li"), CLAIMABLE)
    assert [len(page) for page in found] == [inbox.PAGE, inbox.PAGE, 7]
    flat = [task for page in found for task in page]
    assert len(set(flat)) == 2 * inbox.PAGE + 7
    assert flat == sorted(flat)


def test_what_is_taken_from_one_page_moves_nothing_onto_the_next(crowd: Session) -> None:
    li = who("li")
    first = inbox.tasks(session(), li, CLAIMABLE, Asked(), at=NOON)
    before = inbox.tasks(session(), li, CLAIMABLE, Asked(), first.after, at=NOON)
    for row in first.rows[:5]:
        commands.claim(li, row.task.id, at=NOON)
    after = inbox.tasks(session(), li, CLAIMABLE, Asked(), first.after, at=NOON)
    assert [row.task.id for row in after.rows] == [row.task.id for row in before.rows]


def test_next_and_previous_follow_the_order_of_the_list(crowd: Session) -> None:
    li = who("li")
    rows = inbox.tasks(session(), li, CLAIMABLE, Asked(), at=NOON).rows
    for place in (1, 20):
        before, after = inbox.neighbours(session(), li, rows[place].task)
        assert (before.id, after.id) == (rows[place - 1].task.id, rows[place + 1].task.id)
    assert inbox.neighbours(session(), li, rows[0].task)[0] is None


def test_counting_says_no_more_than_it_shows(crowd: Session) -> None:
    assert inbox.counts(session(), who("li"))[CLAIMABLE] == 2 * inbox.PAGE + 7


ODD = (
    "2026-11-23", "2026-11-23|", "2026-11-23|a|b", "2026-11-23T00:00:00+00:00|\0",
    "0001-01-01T00:00:00+14:00|a", "9999-12-31T23:59:59-12:00|a", "|a",
)  # fmt: skip


def mark(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("asked", ["x", "AAAA", "%%%", "é", *map(mark, ODD)])
def test_a_mark_that_we_never_wrote_is_refused(town: Session, asked: str) -> None:
    with pytest.raises(Invalid):
        inbox.tasks(session(), who("li"), CLAIMABLE, Asked(), asked, at=NOON)


def test_a_mark_comes_back_as_it_was() -> None:
    there = Cursor(NOON, "0" * 32)
    assert Cursor.read(there.write()) == there
