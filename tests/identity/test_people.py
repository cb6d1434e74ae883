"""The first administrator, and whom administrators may add, find and give new passwords."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import commands, queries, reach, sessions
from app.identity.actor import Actor
from app.identity.commands import Credentials, NewPerson, Post
from app.identity.models import AuditEntry, Grant, Jurisdiction, Person
from app.identity.permissions import holds_permission
from tests.identity.people import HERE, SECRET, add, first, unit
from tests.stores import Store


@pytest.fixture
def chief(work: Session, noon: datetime) -> Actor:
    return first(noon)


Cast = dict[str, Actor]


POSTS = {
    "district.admin": ("顾南星", "西陵区", "district_gov_admin", ""),
    "district.keeper": ("陆青山", "西陵区", "unit_admin", ""),
    "district.user": ("许朝晖", "西陵区", "district_gov_user", ""),
    "department.admin": ("罗望舒", "西陵区住建局", "district_dept_admin", ""),
    "department.user": ("白若溪", "西陵区住建局", "district_dept_user", ""),
    "street.keeper": ("温如玉", "东苑街道", "unit_admin", ""),
    "street.head": ("石磊峰", "东苑街道", "", "head"),
    "community.head": ("方晓禾", "汕头路社区", "", "head"),
    "neighbour.admin": ("江映月", "伍家岗区", "district_gov_admin", ""),
    "neighbour.user": ("秦越川", "伍家岗区", "district_gov_user", ""),
    "auditor": ("严知微", "宜昌市", "audit_admin", ""),
}


@pytest.fixture
def cast(database: Store, app: Flask, work: Session, noon: datetime) -> Cast:
    """Administrators and others of 西陵区, of one street, and of the district beside."""

    def build() -> None:
        with app.app_context():
            chief = first(noon)
            for account, (name, place, role, position) in POSTS.items():
                add(chief, name, account, Post(unit(place).id, role, position), noon)

    database.begin("identity_cast", build, upon="first_start")
    accounts = {"chief": "ningyuanshan"} | {name: name for name in POSTS}
    ids = {row.account: row.id for row in work.scalars(select(Person))}
    return {
        who.replace(".", "_"): queries.actor_for(ids[account], noon)
        for who, account in accounts.items()
    }


# who: whose passwords they may reset
RESETS = {
    "chief": "district_admin district_keeper district_user department_admin department_user"
    " street_keeper street_head community_head neighbour_admin neighbour_user",
    "district_admin": "district_user department_admin department_user street_keeper street_head"
    " community_head",
    "district_keeper": "district_user department_admin department_user street_keeper street_head"
    " community_head",
    "department_admin": "department_user",
    "street_keeper": "street_head community_head",
    "neighbour_admin": "neighbour_user",
    "district_user": "",
    "department_user": "",
    "street_head": "",
    "auditor": "",
}


@pytest.mark.parametrize("who", RESETS)
def test_who_resets_whom(cast: Cast, noon: datetime, who: str) -> None:
    done = set()
    for other, person in cast.items():
        try:
            commands.reset_staff_password(cast[who], person.id, at=noon)
        except Forbidden:
            continue
        done.add(other)
    assert done == set(RESETS[who].split())


def test_a_reset_ends_sessions_and_its_password_must_be_changed_at_once(
    cast: Cast, noon: datetime
) -> None:
    known = Credentials("street.head", SECRET, "staff")
    opened = commands.sign_in(known, HERE, at=noon)
    password = commands.reset_staff_password(
        cast["district_admin"], cast["street_head"].id, at=noon
    )
    assert not sessions.live(opened.token, "web", noon)
    with pytest.raises(Forbidden):
        commands.sign_in(known, HERE, at=noon)
    fresh = commands.sign_in(Credentials("street.head", password, "staff"), HERE, at=noon)
    assert fresh.must_change


def test_a_reset_is_in_the_audit_record_and_the_password_is_not(
    work: Session, cast: Cast, noon: datetime
) -> None:
    password = commands.reset_staff_password(cast["chief"], cast["street_head"].id, at=noon)
    entry = work.scalars(select(AuditEntry).where(AuditEntry.verb == "password_reset")).one()
    assert entry.person_id == cast["chief"].id
    assert entry.subject == f"person:{cast['street_head'].id}"
    person = work.get(Person, cast["street_head"].id)
    assert person
    assert password not in (entry.detail, person.password_hash)


def test_a_reset_of_nobody_or_of_a_citizen_is_not_found(cast: Cast, noon: datetime) -> None:
    with pytest.raises(NotFound):
        commands.reset_staff_password(cast["chief"], "nobody", at=noon)


def test_somebody_with_a_second_post_out_of_reach_is_out_of_reach(
    work: Session, cast: Cast, noon: datetime
) -> None:
    with transaction() as opened:
        opened.add(
            Grant(
                person_id=cast["street_head"].id,
                unit_id=unit("伍家岗区").id,
                role="district_gov_user",
                valid_from=date(2026, 1, 1),
            )
        )
    with pytest.raises(Forbidden):
        commands.reset_staff_password(cast["district_admin"], cast["street_head"].id, at=noon)


def test_the_server_s_own_command_line_helps_an_administrator(cast: Cast, noon: datetime) -> None:
    password = commands.rescue("ningyuanshan", at=noon)
    opened = commands.sign_in(Credentials("ningyuanshan", password, "staff"), HERE, at=noon)
    assert opened.must_change
    with pytest.raises(NotFound):
        commands.rescue("nobody", at=noon)


# who lists whom: the units they keep
LISTS = {
    "district_admin": "district_admin district_keeper district_user department_admin"
    " department_user street_keeper street_head community_head",
    "department_admin": "department_admin department_user",
    "street_keeper": "street_keeper street_head community_head",
    "neighbour_admin": "neighbour_admin neighbour_user",
    "district_user": "",
}


@pytest.mark.parametrize("who", LISTS)
def test_who_sees_whom_in_the_list(cast: Cast, who: str) -> None:
    found = {person.account for person, _ in reach.staff_within(cast[who])}
    assert found == {name.replace("_", ".") for name in LISTS[who].split()}


def test_the_city_s_list_holds_everybody(cast: Cast) -> None:
    assert len(reach.staff_within(cast["chief"])) == len(cast)


def test_the_list_is_searched_by_name_account_and_phone(cast: Cast) -> None:
    def found(words: str) -> list[str | None]:
        return [person.account for person, _ in reach.staff_within(cast["chief"], words)]

    assert found("若溪") == ["department.user"]
    assert found("street.") == ["street.keeper", "street.head"]
    assert found("13900000001") == ["ningyuanshan"]
    assert found("1390000") == []
    assert found("%") == []


def test_the_list_goes_on_after_a_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "PAGE", 5)
    seen: list[str] = []
    after = ""
    while True:
        page = reach.staff_within(cast["chief"], after=after)
        seen += [person.id for person, _ in page[:5]]
        if len(page) <= 5:
            break
        after = seen[-1]
    assert len(seen) == len(set(seen)) == len(cast)


def test_a_zone_keeps_the_staff_of_a_place_that_it_claims(
    work: Session, cast: Cast, noon: datetime
) -> None:
    zone = unit("宜昌高新区")
    keeper = add(cast["chief"], "程思远", "zone.keeper", Post(zone.id, "unit_admin"), noon)
    assert reach.staff_within(keeper, "石磊峰") == []
    with transaction() as opened:
        opened.add(
            Jurisdiction(
                unit_id=zone.id,
                division_code="420502007",
                exclusive=True,
                valid_from=date(2026, 1, 1),
            )
        )
    found = {person.account for person, _ in reach.staff_within(keeper)}
    assert found == {"zone.keeper", "street.keeper", "street.head", "community.head"}
    assert commands.reset_staff_password(keeper, cast["community_head"].id, at=noon)


def test_grants_count_from_their_first_to_their_last_day(
    work: Session, cast: Cast, noon: datetime
) -> None:
    head = cast["street_head"]
    assert holds_permission(head, "task:decide")
    eve = queries.actor_for(head.id, noon - timedelta(days=1))
    assert eve.holds == ()
    with transaction() as opened:
        grants = select(Grant).where(Grant.person_id == head.id)
        opened.scalars(grants).one().valid_to = date(2026, 11, 24)
    # 15:59 UTC is 23:59 in Yichang; a minute later the next day has begun there
    last = datetime.fromisoformat("2026-11-24T15:59:00+00:00")
    assert queries.actor_for(head.id, last).holds
    assert queries.actor_for(head.id, last + timedelta(minutes=1)).holds == ()


def test_an_actor_of_a_department_knows_its_government_and_its_trades(cast: Cast) -> None:
    held = cast["department_user"].holds[0]
    assert held.area_unit_id == unit("西陵区").id
    assert held.categories is not None
    assert {"decoration", "elevator", "demolition"} <= held.categories
    assert "road" not in held.categories
    assert cast["district_user"].holds[0].categories is None


def test_an_administrator_also_answers_to_the_user_s_word(cast: Cast) -> None:
    assert cast["district_admin"].holds[0].words == {"district_gov_admin", "district_gov_user"}
    assert cast["street_head"].holds[0].words == {"head"}
    assert "unit_user" not in cast["district_keeper"].holds[0].words


def test_the_reach_of_a_permission_over_units(cast: Cast) -> None:
    def may(who: str, place: str) -> bool:
        return holds_permission(cast[who], "limits:edit", unit(place))

    assert may("district_admin", "西陵区")
    assert may("district_admin", "东苑街道")
    assert not may("district_admin", "伍家岗区")
    assert not may("district_admin", "宜昌市")
    assert not may("department_admin", "西陵区")
    assert may("chief", "西陵区")
    assert not may("street_keeper", "东苑街道")


@pytest.mark.parametrize(
    ("who", "place", "role", "position", "refusal"),
    [
        ("district_keeper", "东苑街道", "", "inspector", None),
        ("district_keeper", "东苑街道", "unit_admin", "", None),
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
    keeper = add(chief, "戴安澜", "daianlan", Post(city.id, "unit_admin"), noon)
    for role in ("platform_admin", "audit_admin"):
        with pytest.raises(Forbidden):
            add(keeper, "叶知秋", "yezhiqiu", Post(city.id, role), noon)


def test_an_account_is_given_once(cast: Cast, noon: datetime) -> None:
    post = Post(unit("西陵区").id, "district_gov_user")
    with pytest.raises(Conflict) as said:
        add(cast["chief"], "石磊峰", "street.head", post, noon)
    assert "账号" in said.value.message


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
