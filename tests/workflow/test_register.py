"""The register: who sees which cases, narrowed and counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session
from app.errors import NotFound
from app.workflow import commands
from app.workflow.models import Case
from app.workflow.queries import casefile, choices, register
from app.workflow.queries.register import Wanted
from app.workflow.reach import readable_case
from tests.stores import Store
from tests.workflow import drawn, make
from tests.workflow.people import FAR, HERE, NEXT, NOON, unit, who
from tests.workflow.pictures import opened

DAY = timedelta(days=1)
MEI, ZHU, LAN, JU = "梅园装修", "竹园招牌", "兰苑装修", "菊苑装修"
ALL = {MEI, ZHU, LAN, JU}


@pytest.fixture
def cases(database: Store, app: Flask) -> Iterator[dict[str, Case]]:
    """Four cases: two here, one in the next community, one in another district."""

    def build() -> None:
        make.file(when=NOON - 4 * DAY, name=MEI, address="梅园 1 栋")
        sign = {"project_type": "billboard", "kind": "odd_job", **make.RISKY}
        make.file(name=ZHU, address="竹园", **sign)
        refused = make.file(name=LAN, address="兰苑", place=NEXT)
        make.file(name=JU, address="菊苑", place=FAR, by="ben")
        make.decide(refused, "chen", "reject")

    with opened(database, app, "register", build) as work:
        yield {made.title: made for made in work.scalars(select(Case))}


def titles(key: str, at: datetime = NOON, **wanted: object) -> set[str]:
    found = register.cases(session(), who(key), Wanted(**wanted), at=at)
    return {line.case.title for line in found.rows}


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        ("li", {MEI, ZHU}),
        ("wang", {MEI, ZHU}),
        ("chen", {LAN}),
        ("zhao", {MEI, ZHU, LAN}),
        ("sun", {MEI, ZHU, LAN}),
        ("he", {MEI, ZHU, LAN}),
        ("qian", {MEI, ZHU, LAN}),
        ("han", {MEI, ZHU, LAN}),
        ("yi", {JU}),
        ("zhou", {MEI, LAN}),  # housing
        ("wu", {ZHU}),  # urban management
        ("zheng", ALL),
        ("feng", {MEI, LAN, JU}),  # the city's housing
        ("qin", ALL),  # supervision
        ("jin", set()),  # keeps accounts, reads no cases
        ("ning", set()),  # the platform administrator neither
        ("ann", {MEI, ZHU, LAN}),  # her own
        ("ben", {JU}),
    ],
)
def test_everybody_sees_their_own_share(cases: dict[str, Case], key: str, seen: set[str]) -> None:
    assert titles(key) == seen
    assert register.count(session(), who(key), Wanted(), at=NOON) == len(seen)
    assert {
        line.case.title for line in register.every_case(session(), who(key), Wanted(), at=NOON)
    } == seen
    for title, made in cases.items():
        if title in seen:
            assert casefile.read(session(), who(key), made.id).case.id == made.id
        else:
            with pytest.raises(NotFound):
                readable_case(session(), who(key), made.id)


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        ({"q": "梅园"}, {MEI}),
        ({"q": "装修 解放路社区"}, {MEI}),
        ({"category": "billboard"}, {ZHU}),
        ({"state": "in_review"}, {MEI, ZHU, JU}),
        ({"state": "rejected"}, {LAN}),
        ({"state": "ended"}, {LAN}),
        ({"light": "red"}, {MEI}),
        ({"light": "yellow"}, set()),
        ({"light": "green"}, {ZHU, JU}),
        ({"step": "社区初审"}, {MEI, ZHU, JU}),
        ({"step": "乡镇审核"}, set()),
        ({"state": "ended", "light": "red"}, set()),
        ({"own": True}, set()),
    ],
)
def test_narrowing(cases: dict[str, Case], wanted: dict[str, object], seen: set[str]) -> None:
    assert titles("zheng", **wanted) == seen
    assert register.count(session(), who("zheng"), Wanted(**wanted), at=NOON) == len(seen)


def test_narrowing_to_a_unit_of_any_level(cases: dict[str, Case]) -> None:
    for code, seen in (
        ("4205", ALL),
        ("420502", {MEI, ZHU, LAN}),
        ("420502002", {MEI, ZHU, LAN}),
        (HERE, {MEI, ZHU}),
        (FAR, {JU}),
    ):
        assert titles("zheng", unit=unit(code).id) == seen
    assert titles("qian", unit=unit(FAR).id) == set()


def test_narrowing_to_who_has_it(cases: dict[str, Case]) -> None:
    commands.claim(who("li"), make.open_tasks(cases[MEI])[0].id, at=NOON)
    assert titles("zheng", holder=who("li").id) == {MEI}
    assert titles("zheng", holder=who("wang").id) == set()


def test_ones_own(cases: dict[str, Case]) -> None:
    assert titles("ann", own=True) == {MEI, ZHU, LAN}
    assert titles("li", own=True) == set()


def test_a_line_says_who_has_it_and_how_late_it_is(cases: dict[str, Case]) -> None:
    commands.claim(who("li"), make.open_tasks(cases[MEI])[0].id, at=NOON)
    page = register.cases(session(), who("zhao"), Wanted(q="梅园"), at=NOON)
    (line,) = page.rows
    assert (line.light, line.risk) == ("red", "low")
    assert [(task.name, task.claimed_by.name) for task in line.waiting] == [("社区初审", "李禾")]


def test_a_case_that_waits_for_several_shows_all(town: Session) -> None:
    make.case("district_countersign")
    (line,) = register.cases(session(), who("zhao"), Wanted(), at=NOON).rows
    assert [task.name for task in line.waiting] == ["区县会签", "区县会签"]


def test_counts_by_unit_agree_with_the_lists_they_open(cases: dict[str, Case]) -> None:
    zheng = who("zheng")
    for above in (None, unit("420502"), unit("420502002")):
        for tally in register.tallies(session(), zheng, above, at=NOON):
            wanted = Wanted(unit=tally.unit.id)
            assert register.count(session(), zheng, wanted, at=NOON) == tally.total
    districts = register.tallies(session(), zheng, None, at=NOON)
    told = [(t.unit.name, t.total, t.in_review, t.overdue, t.ended, t.approved) for t in districts]
    assert told == [("西陵区", 3, 2, 1, 1, 0), ("夷陵区", 1, 1, 0, 0, 0)]


def test_counts_stay_within_ones_scope(cases: dict[str, Case]) -> None:
    below = register.tallies(session(), who("wu"), unit("420502"), at=NOON)
    assert [(tally.unit.name, tally.total) for tally in below] == [("学院街道", 1)]
    assert register.tallies(session(), who("jin"), None, at=NOON) == []
    assert register.unit_to_count(session(), who("qian"), unit("420506").id).name == "西陵区"
    assert register.unit_to_count(session(), who("jin"), "") is None


def test_pages_of_cases_filed_at_one_moment(crowd: Session) -> None:
    seen, after = list[str](), ""
    while True:
        page = register.cases(session(), who("li"), Wanted(), after, at=NOON)
        seen += [line.case.id for line in page.rows]
        after = page.after
        if not after:
            break
    assert len(set(seen)) == register.PAGE * 2 + 7
    assert seen == sorted(seen, reverse=True)


def test_what_is_filed_meanwhile_moves_nothing(crowd: Session) -> None:
    first = register.cases(session(), who("li"), Wanted(), at=NOON)
    before = register.cases(session(), who("li"), Wanted(), first.after, at=NOON)
    drawn.file("demo", "新的", NOON + DAY)
    after = register.cases(session(), who("li"), Wanted(), first.after, at=NOON)
    assert [line.case.id for line in after.rows] == [line.case.id for line in before.rows]
    assert register.cases(session(), who("li"), Wanted(), at=NOON).rows[0].case.title == "新的"


LIGHTS = ("red", "yellow", "green")


def test_a_light_asked_for_is_the_light_shown(cases: dict[str, Case]) -> None:
    """At every fifth hour of four days: a Sunday, and three days on which things fall due."""
    begin = datetime.fromisoformat("2026-11-22T00:30+08:00")
    for at in (begin + timedelta(hours=hours) for hours in range(0, 96, 5)):
        shown = [
            line.light
            for light in LIGHTS
            for line in register.cases(session(), who("zheng"), Wanted(light=light), at=at).rows
        ]
        asked = [light for light in LIGHTS for _ in titles("zheng", at, light=light)]
        assert shown == asked
        assert len(shown) == 3


def test_the_steps_to_choose_from_are_those_i_see_and_in_a_crowd_all(
    cases: dict[str, Case],
) -> None:
    first, second = "社区初审", "乡镇审核"
    make.decide(cases[MEI], "li", "approve")
    assert choices.open_steps(session(), who("chen")) == []
    for key in ("li", "zhao", "qian"):  # what went up is seen from beneath
        assert choices.open_steps(session(), who(key)) == [second, first]
    for key in ("wu", "zhou", "yi", "qin"):
        lines = register.cases(session(), who(key), Wanted(), at=NOON).rows
        seen = sorted({one.name for line in lines for one in line.waiting})
        assert choices.open_steps(session(), who(key)) == seen
    assert choices.open_steps(session(), who("ben")) == [first]
    assert choices.open_steps(session(), who("li"), crowd=1) == [second, first]
