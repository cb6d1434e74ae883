"""Whom administrators may find and give new passwords, and what a post is worth."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Forbidden, Invalid, NotFound
from app.identity import changes, commands, queries, reach, sessions
from app.identity.commands import Credentials, Post
from app.identity.models import AuditEntry, Grant, Jurisdiction, Person, Unit
from app.identity.permissions import holds_permission
from app.identity.units import resolve
from tests.identity.people import HERE, SECRET, Cast, add, unit

WHY = "忘记密码"

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
            commands.reset_staff_password(cast[who], person.id, WHY, at=noon)
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
        cast["district_admin"], cast["street_head"].id, WHY, at=noon
    )
    assert not sessions.live(opened.token, "web", noon)
    with pytest.raises(Forbidden):
        commands.sign_in(known, HERE, at=noon)
    fresh = commands.sign_in(Credentials("street.head", password, "staff"), HERE, at=noon)
    assert fresh.must_change


def test_a_reset_is_in_the_audit_record_and_the_password_is_not(
    work: Session, cast: Cast, noon: datetime
) -> None:
    password = commands.reset_staff_password(cast["chief"], cast["street_head"].id, WHY, at=noon)
    entry = work.scalars(select(AuditEntry).where(AuditEntry.verb == "password_reset")).one()
    assert entry.person_id == cast["chief"].id
    assert entry.subject == f"person:{cast['street_head'].id}"
    person = work.get(Person, cast["street_head"].id)
    assert person
    assert password not in (entry.detail, person.password_hash)


def test_a_reset_needs_a_reason_which_its_owner_reads(
    work: Session, cast: Cast, noon: datetime
) -> None:
    head = cast["street_head"].id
    for nothing in ("", " ", "改"):
        with pytest.raises(Invalid) as said:
            commands.reset_staff_password(cast["chief"], head, nothing, at=noon)
        assert list(said.value.fields) == ["reason"]
    commands.reset_staff_password(cast["chief"], head, WHY, at=noon)
    told = [(one.words, one.change.reason) for one in changes.of(work, head)]
    assert ("重置密码", WHY) in told
    entry = work.scalars(select(AuditEntry).where(AuditEntry.verb == "password_reset")).one()
    assert WHY not in entry.detail  # what is personal stays out of the chain


def test_a_reset_of_nobody_or_of_a_citizen_is_not_found(cast: Cast, noon: datetime) -> None:
    with pytest.raises(NotFound):
        commands.reset_staff_password(cast["chief"], "nobody", WHY, at=noon)


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
        commands.reset_staff_password(cast["district_admin"], cast["street_head"].id, WHY, at=noon)


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


def _claims(zone: Unit, code: str, *, exclusive: bool) -> None:
    with transaction() as opened:
        row = Jurisdiction(unit_id=zone.id, division_code=code, exclusive=exclusive)
        row.valid_from = date(2026, 1, 1)
        opened.add(row)


def test_a_zone_keeps_the_staff_of_a_place_that_it_claims(
    work: Session, cast: Cast, noon: datetime
) -> None:
    zone = unit("宜昌高新区")
    keeper = add(cast["chief"], "程思远", "zone.keeper", Post(zone.id, "unit_admin"), noon)
    assert reach.staff_within(keeper) != []
    assert reach.staff_within(keeper, "石磊峰") == []
    _claims(zone, "420502007", exclusive=True)
    found = {person.account for person, _ in reach.staff_within(keeper)}
    assert found == {"zone.keeper", "street.keeper", "street.head", "community.head"}
    assert commands.reset_staff_password(keeper, cast["community_head"].id, WHY, at=noon)


def test_who_claims_a_place_beside_others_keeps_nobody_there(
    work: Session, cast: Cast, noon: datetime
) -> None:
    zone = unit("宜昌高新区")
    keeper = add(cast["chief"], "程思远", "zone.keeper", Post(zone.id, "unit_admin"), noon)
    _claims(zone, "420502007", exclusive=False)
    assert resolve("420502007", date(2026, 11, 23)).l2 == zone.id
    assert {person.account for person, _ in reach.staff_within(keeper)} == {"zone.keeper"}
    with pytest.raises(Forbidden):
        commands.reset_staff_password(keeper, cast["community_head"].id, WHY, at=noon)
    assert not holds_permission(keeper, "people:create", unit("东苑街道"))


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
