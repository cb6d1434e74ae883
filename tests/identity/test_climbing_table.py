"""Every kind of administrator tries every verb that changes accounts or rights on every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import db, session
from app.errors import Forbidden, NotFound, Refusal
from app.identity import commands, queries, sms
from app.identity.actor import Actor
from app.identity.annexes import workbooks
from app.identity.annexes.judging import judge
from app.identity.annexes.reading import read
from app.identity.annexes.verdicts import CHANGED, NEW, Choices
from app.identity.commands import NewPerson, Post, batches, granting, hiring, keeping, second_factor
from app.identity.commands.accounts import NewStaff
from app.identity.commands.granting import NewGrant
from app.identity.models import Person, Unit
from app.identity.rules import Rule
from tests.identity import people
from tests.identity.annexes.books import annex
from tests.identity.ladder import (
    BATCHES,
    GIVES,
    HAND_OVERS,
    INTO_COMMUNITY,
    KEEPS,
    KINDS,
    POSTS,
    RULE,
    UNITS,
)
from tests.identity.people import SECRET
from tests.stores import Store

TODAY, WHY = date(2026, 11, 23), "岗位调整"
YESTERDAY = TODAY - timedelta(days=1)
TAKEN = "13900000001"
"""The telephone of 宁远山: an account with it is refused only after the post was found to be
theirs to give.
"""
Cast = Mapping[str, Actor]


def home(where: str) -> Unit:
    """A unit by its name, a department by its place and trade."""
    place, _, industry = where.partition("/")
    unit = people.unit(place)
    mine = (Unit.parent_id == unit.id) & (Unit.industry == industry)
    return session().scalars(select(Unit).where(mine)).one() if industry else unit


@pytest.fixture
def kinds(database: Store, app: Flask, work: Session, noon: datetime) -> Cast:
    """One of each kind, as a session would find them."""

    def build() -> None:
        with app.app_context():
            _settle(noon)

    database.begin("ladder", build, upon="first_start")
    ids = {row.name: row.id for row in work.scalars(select(Person))}
    return {kind: queries.actor_for(ids[line[0]], noon) for kind, line in KINDS.items()}


def _settle(noon: datetime) -> None:
    chief = people.first(noon)
    for kind, (name, where, role, position) in KINDS.items():
        if where and kind != "plt":
            first = "city_gov_user" if kind == "cku" else role
            post = Post(home(where).id, first, position)
            given = NewPerson(name, f"kind.{kind}", (post,), _phone_of(name), password=SECRET)
            commands.create_person(chief, given, at=noon)
    taker = session().scalars(select(Person.id).where(Person.account == "kind.cku")).one()
    before = queries.actor_for(taker, noon).holds[0].grant_id
    people.comes_in("kind.cku", noon)
    keeping.hand_over(chief, home("宜昌市").id, taker, WHY, at=noon)
    granting.end_post(chief, before, YESTERDAY, WHY, at=noon)
    both = session().scalars(select(Person.id).where(Person.account == "kind.two")).one()
    second = NewGrant(Post(home("夷陵区/housing").id, "district_dept_user"), TODAY)
    granting.give_post(chief, both, second, WHY, at=noon)
    phone = people.Phone()
    sms.use(phone)
    people.register(phone, "13900002222", KINDS["pub"][0], noon)
    db.session.remove()


def _phone_of(name: str) -> str:
    return f"139000011{[line[0] for line in KINDS.values()].index(name):02d}"


def lines(table: str) -> Iterator[tuple[str, str]]:
    """Who, and what of all that is asked is theirs, one sign for each."""
    for line in table.splitlines():
        who, *signs = line.split() or [""]
        if who in KINDS and signs[0] not in KINDS:
            yield who, "".join(part for part in signs if not part.strip("y-"))


def told(table: str, many: int) -> dict[str, str]:
    """The same for everybody: who has no line may do nothing."""
    found = dict(lines(table))
    assert {len(signs) for signs in found.values()} == {many}
    return {kind: found.get(kind, "-" * many) for kind in KINDS}


def tried(act: Callable[[], object]) -> str:
    """y where it was theirs to do, whatever else stood in its way."""
    try:
        act()
    except (Forbidden, NotFound):
        db.session.rollback()
        return "-"
    except Refusal:
        db.session.rollback()
    return "y"


Deed = Callable[[Actor, Actor, datetime], object]
LOW = {"city": "supervisor", "district": "supervisor"}


def _give(by: Actor, whom: Actor, at: datetime) -> None:
    """One post more in their own unit, which keeps nobody."""
    hold = whom.holds[0] if whom.holds else None
    unit, level = (hold.unit_id, hold.unit_level) if hold else (home("铁路坝社区").id, "")
    department = hold is not None and hold.unit_kind == "department"
    role = "" if department else LOW.get(level, "")
    position = "" if role else "leader"
    given = NewGrant(Post(unit, role, position), TODAY)
    granting.give_post(by, whom.id, given, WHY, at=at)


def _end(by: Actor, whom: Actor, at: datetime) -> None:
    """With a day to come, so that it is still theirs for the next who tries."""
    grant = whom.holds[0].grant_id if whom.holds else "nobody holds this"
    granting.end_post(by, grant, TODAY + timedelta(days=30), WHY, at=at)


def _phone(by: Actor, whom: Actor, at: datetime) -> None:
    number = _phone_of(whom.name).replace("0000", "1111")
    keeping.change_phone(by, whom.id, number, WHY, at=at)


VERBS: Mapping[str, Deed] = {
    "lift_factor": lambda by, whom, at: second_factor.lift_factor(by, whom.id, WHY, at=at),
    "renew_code": lambda by, whom, at: batches.renew_code(by, whom.id, at=at),
    "sign_out": lambda by, whom, at: keeping.end_sessions_of(by, whom.id, WHY, at=at),
    "reading": lambda by, whom, at: keeping.choose_reading(by, whom.id, "ceshi", at=at),
    "phone": _phone,
    "reset": lambda by, whom, at: commands.reset_staff_password(by, whom.id, WHY, at=at),
    "give": _give,
    "enable": lambda by, whom, at: granting.enable(by, whom.id, WHY, at=at),
    "disable": lambda by, whom, at: granting.disable(by, whom.id, WHY, at=at),
    "end": _end,
}
"""What is done to an account that there is."""


@pytest.mark.one_store
@pytest.mark.parametrize("verb", VERBS)
def test_who_touches_whose_account(kinds: Cast, noon: datetime, verb: str) -> None:
    """What one may do does not change whose account it is: nothing is put back in between."""
    found = {
        who: "".join(tried(lambda: VERBS[verb](by, whom, noon)) for whom in kinds.values())  # noqa: B023
        for who, by in kinds.items()
    }
    assert found == told(KEEPS, len(KINDS))


@pytest.mark.one_store
def test_who_gives_which_post_with_a_new_account(kinds: Cast, noon: datetime) -> None:
    posts = [Post(home(where).id, role, position) for where, role, position in POSTS]

    def hire(by: Actor, post: Post) -> str:
        given = NewStaff("向晚舟", post.unit_id, TAKEN, "", post.role, post.position)
        return tried(lambda: hiring.hire(by, given, at=noon))

    found = {who: "".join(hire(by, post) for post in posts) for who, by in kinds.items()}
    assert found == told(GIVES, len(POSTS))
    assert session().scalars(select(Person).where(Person.name == "向晚舟")).all() == []


@pytest.mark.one_store
def test_who_gives_another_post_by_an_annex(kinds: Cast) -> None:
    """An annex of 铁路坝社区 that names everybody, with the number that they have."""
    staff = {kind: by for kind, by in kinds.items() if kind not in ("plt", "pub")}
    named = [
        ("铁路坝社区", by.name, _phone_of(by.name), None, None, None, None) for by in staff.values()
    ]
    found = read(workbooks.sheets_of(annex("2", *named, owner="所属乡镇：西陵街道")))
    assert len(found.lines) == len(staff)
    may = {}
    for who, by in kinds.items():
        judged = judge(session(), by, found, Choices()).lines
        assert [one.line.name for one in judged] == [one.name for one in staff.values()]
        may[who] = "".join("y" if one.verdict in (NEW, CHANGED) else "-" for one in judged)
    nobody = "-" * len(staff)
    keeps = {who: signs[1:-1] for who, signs in told(KEEPS, len(KINDS)).items()}
    assert may == {who: keeps[who] if who in INTO_COMMUNITY.split() else nobody for who in kinds}


@pytest.mark.one_store
def test_nobody_gives_any_post_to_themselves(kinds: Cast, noon: datetime) -> None:
    before = {who: by.holds for who, by in kinds.items()}
    posts = [Post(home(where).id, role, position) for where, role, position in POSTS]
    for by in kinds.values():
        for post in posts:
            given = NewGrant(post, TODAY)
            assert tried(lambda: granting.give_post(by, by.id, given, WHY, at=noon)) == "-"  # noqa: B023
    assert {who: queries.actor_for(by.id, noon).holds for who, by in kinds.items()} == before


@pytest.mark.one_store
def test_who_opens_a_batch_where(kinds: Cast, noon: datetime) -> None:
    units = [home(where).id for where in UNITS]

    def opens(by: Actor, unit_id: str) -> str:
        return tried(lambda: batches.open_batch(by, unit_id, "首批账号", at=noon))

    found = {who: "".join(opens(by, unit) for unit in units) for who, by in kinds.items()}
    assert found == told(BATCHES, len(UNITS))


@pytest.mark.one_store
def test_who_hands_which_unit_over_and_never_to_themselves(kinds: Cast, noon: datetime) -> None:
    units = [home(where).id for where in UNITS]
    people.comes_in("ningyuanshan", noon)

    def hands(by: Actor, unit_id: str, to: str) -> str:
        return tried(lambda: keeping.hand_over(by, unit_id, to, WHY, at=noon))

    before = {who: by.holds for who, by in kinds.items()}
    found = {
        who: "".join(hands(by, unit, kinds["pub"].id) for unit in units)
        for who, by in kinds.items()
    }
    for by in kinds.values():
        for unit in units:
            hands(by, unit, by.id)
    assert {who: queries.actor_for(by.id, noon).holds for who, by in kinds.items()} == before
    assert found == told(HAND_OVERS, len(UNITS))


@pytest.mark.one_store
def test_who_sets_the_rule_of_first_passwords(kinds: Cast, noon: datetime) -> None:
    may = {
        who
        for who, by in kinds.items()
        if tried(lambda: batches.set_rule(by, Rule("random"), WHY, at=noon)) == "y"  # noqa: B023
    }
    assert may == set(RULE.split())


def test_how_many_cases_the_ladder_has(record_property: Callable[[str, object], None]) -> None:
    each = len(KINDS) * (len(VERBS) + 1) - 2 + 2 * len(POSTS) + 3 * len(UNITS) + 1
    assert len(KINDS) * each >= 10_000
    record_property("measured", f"越权尝试：{len(KINDS)} 类账号，共 {len(KINDS) * each} 例")
