"""The first administrator, and whom administrators may add."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import commands, queries, sessions
from app.identity.actor import Actor
from app.identity.commands import Credentials, NewPerson, Post
from app.identity.commands.accounts import NewStaff
from app.identity.commands.hiring import hire
from app.identity.models import Person
from tests.identity.people import HERE, SECRET, Cast, add, unit


@pytest.mark.parametrize(
    ("who", "place", "role", "position", "refusal"),
    [
        ("district_keeper", "东苑街道", "", "inspector", None),
        ("district_keeper", "西陵街道", "unit_admin", "", None),
        ("district_keeper", "东苑街道", "unit_admin", "", Conflict),  # 温如玉 is it
        ("district_keeper", "西陵区住建局", "district_dept_admin", "", None),
        ("district_keeper", "伍家岗区", "district_gov_user", "", Forbidden),
        ("district_keeper", "宜昌市", "city_gov_user", "", Forbidden),
        ("district_keeper", "西陵区", "district_gov_admin", "", Forbidden),
        ("department_admin", "西陵区住建局", "district_dept_user", "", None),
        ("department_admin", "西陵区", "district_gov_user", "", Forbidden),
        ("street_head", "东苑街道", "", "inspector", Forbidden),
        ("chief", "宜昌市", "audit_admin", "", None),
        ("chief", "西陵区", "platform_admin", "", Invalid),
        ("chief", "东苑街道", "city_gov_user", "", Invalid),
        ("chief", "西陵区", "", "emperor", Invalid),
        ("chief", "西陵区", "", "", Invalid),
    ],
)
def test_who_adds_whom_where(
    cast: Cast,
    noon: datetime,
    who: str,
    place: str,
    role: str,
    position: str,
    refusal: type[Exception] | None,
) -> None:
    given = NewPerson("叶知秋", "yezhiqiu", (Post(unit(place).id, role, position),))
    if refusal:
        with pytest.raises(refusal):
            commands.create_person(cast[who], given, at=noon)
        return
    added = commands.create_person(cast[who], given, at=noon)
    person = queries.actor_for(added.person_id, noon)
    assert [(hold.role, hold.position) for hold in person.holds] == [(role, position)]


def test_only_the_platform_makes_keepers_of_the_platform(chief: Actor, noon: datetime) -> None:
    city = unit("宜昌市")
    keeper = add(chief, "戴安澜", "daianlan", Post(city.id, "city_gov_admin"), noon)
    for role in ("platform_admin", "audit_admin"):
        with pytest.raises(Forbidden):
            add(keeper, "叶知秋", "yezhiqiu", Post(city.id, role), noon)


def test_an_account_is_given_once(cast: Cast, noon: datetime) -> None:
    post = Post(unit("西陵区").id, "district_gov_user")
    with pytest.raises(Conflict) as said:
        add(cast["chief"], "石磊峰", "street.head", post, noon)
    assert "账号" in said.value.message


def newcomer(**other: str) -> NewStaff:
    """叶知秋, to inspect in 东苑街道."""
    given = {"name": "叶知秋", "phone": "139 0000 0021", "position": "inspector"} | other
    return NewStaff(unit_id=unit("东苑街道").id, **given)


def test_one_person_is_added_and_comes_in_by_number(cast: Cast, noon: datetime) -> None:
    opened = hire(cast["street_keeper"], newcomer(), at=noon)
    assert opened.account == "yezhiqiu"
    sign = Credentials("13900000021", opened.initial, "staff")
    assert commands.sign_in(sign, HERE, at=noon).must_change
    held = queries.actor_for(opened.person_id, noon).holds
    assert [(hold.unit_name, hold.position) for hold in held] == [("东苑街道", "inspector")]


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"name": "叶"}, "name"),
        ({"name": "覃小雨"}, "reading"),
        ({"phone": "0717-6223344"}, "phone"),
        ({"phone": "13900000001"}, "phone"),  # of 宁远山
        ({"name": "石磊峰"}, "another"),  # who heads the street
    ],
)
def test_what_is_asked_of_one_person_to_add(
    cast: Cast, noon: datetime, other: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as said:
        hire(cast["street_keeper"], newcomer(**other), at=noon)
    assert list(said.value.fields) == [field]


def test_another_of_the_same_name_is_added_when_somebody_says_so(
    cast: Cast, noon: datetime
) -> None:
    opened = hire(cast["street_keeper"], newcomer(name="石磊峰"), another=True, at=noon)
    assert opened.account == "shileifeng"
    assert opened.person_id != cast["street_head"].id


@pytest.mark.parametrize("who", ["street_head", "neighbour_admin", "department_admin", "auditor"])
def test_who_adds_nobody_there(work: Session, cast: Cast, noon: datetime, who: str) -> None:
    with pytest.raises(Forbidden):
        hire(cast[who], newcomer(), at=noon)
    assert work.scalars(select(Person).where(Person.account == "yezhiqiu")).first() is None


@pytest.mark.parametrize(
    ("name", "account", "field"),
    [("", "good", "name"), ("叶知秋", "Has Space", "account"), ("叶知秋", "1st", "account")],
)
def test_a_new_person_needs_a_name_and_a_plain_account(
    cast: Cast, noon: datetime, name: str, account: str, field: str
) -> None:
    with pytest.raises(Invalid) as said:
        commands.create_person(cast["chief"], NewPerson(name, account), at=noon)
    assert list(said.value.fields) == [field]


def test_the_first_run_takes_its_code_once(work: Session, noon: datetime) -> None:
    code = commands.issue_first_run_code(at=noon)
    given = NewPerson("宁远山", "ningyuanshan", password=SECRET)
    with pytest.raises(Invalid) as said:
        commands.first_run("guess-guess-gues", given, HERE, at=noon)
    assert list(said.value.fields) == ["code"]
    opened = commands.first_run(code.upper(), given, HERE, at=noon)
    assert sessions.live(opened.token, "web", noon)
    roles = {hold.role for hold in queries.actor_for(opened.person_id, noon).holds}
    assert roles == {"platform_admin", "unit_admin"}
    with pytest.raises(Conflict):
        commands.issue_first_run_code(at=noon)
    with pytest.raises(NotFound):
        commands.first_run(code, NewPerson("又一人", "youyiren", password=SECRET), HERE, at=noon)


def test_the_first_run_code_dies_after_a_day_and_five_guesses(
    work: Session, noon: datetime
) -> None:
    given = NewPerson("宁远山", "ningyuanshan", password=SECRET)
    code = commands.issue_first_run_code(at=noon)
    with pytest.raises(Invalid):
        commands.first_run(code, given, HERE, at=noon + timedelta(hours=24))
    for _ in range(5):
        with pytest.raises(Invalid):
            commands.first_run("guess", given, HERE, at=noon)
    with pytest.raises(Invalid):
        commands.first_run(code, given, HERE, at=noon)
