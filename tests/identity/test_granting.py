"""Posts given and ended, accounts disabled and enabled: by whom, for whom, and what remains."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session
from app.errors import Conflict, Forbidden, Invalid, Refusal
from app.identity import changes, commands, queries
from app.identity.actor import Actor
from app.identity.commands import Credentials, Post, granting, keeping
from app.identity.commands.granting import NewGrant
from app.identity.models import AuditEntry, Grant, Unit
from app.identity.permissions import KEEPING, POSITIONS, ROLES, holds_permission, rights
from app.identity.posts import check
from tests.identity.people import HERE, SECRET, Cast, add, unit

TODAY = date(2026, 11, 23)
WHY = "机构调整"
PLACES = ("西陵区", "西陵区住建局", "东苑街道", "西陵街道", "汕头路社区")


def give(actor: Actor, to: Actor, place: str, role: str, position: str, at: datetime) -> Grant:
    given = NewGrant(Post(unit(place).id, role, position), TODAY)
    return granting.give_post(actor, to.id, given, WHY, at=at)


def posts(person: Actor, at: datetime) -> list[tuple[str, str, str]]:
    """Unit, role and position of what somebody holds at a moment."""
    held = queries.actor_for(person.id, at).holds
    return [(hold.unit_name, hold.role, hold.position) for hold in held]


@pytest.mark.parametrize(
    ("who", "whom", "place", "role", "position", "refusal"),
    [
        ("district_keeper", "street_head", "西陵街道", "", "head", None),
        ("district_keeper", "street_head", "西陵区住建局", "district_dept_user", "", None),
        ("district_admin", "community_head", "东苑街道", "", "inspector", None),
        ("street_keeper", "community_head", "汕头路社区", "", "inspector", None),
        ("department_admin", "department_user", "西陵区住建局", "", "head", None),
        ("chief", "district_keeper", "西陵区", "district_gov_admin", "", None),
        # to oneself
        ("district_admin", "district_admin", "西陵区", "", "", Forbidden),
        ("district_keeper", "district_keeper", "东苑街道", "", "head", Forbidden),
        # to a peer, to a superior, to somebody elsewhere
        ("district_admin", "district_keeper", "东苑街道", "", "head", Forbidden),
        ("street_keeper", "street_head", "东苑街道", "unit_admin", "", Forbidden),
        ("street_keeper", "district_keeper", "东苑街道", "", "head", Forbidden),
        ("district_admin", "neighbour_user", "西陵区", "district_gov_user", "", Forbidden),
        # what the giver does not reach
        ("district_keeper", "street_head", "伍家岗区", "district_gov_user", "", Forbidden),
        ("district_admin", "district_user", "西陵区", "district_gov_admin", "", Forbidden),
        ("street_keeper", "community_head", "西陵街道", "", "head", Forbidden),
        ("department_admin", "department_user", "西陵区", "district_gov_user", "", Forbidden),
        # who keeps nobody
        ("street_head", "community_head", "东苑街道", "", "inspector", Forbidden),
        ("auditor", "street_head", "东苑街道", "", "inspector", Forbidden),
        ("chief", "auditor", "西陵区", "district_gov_user", "", Forbidden),
    ],
)
def test_who_gives_which_post_to_whom(
    cast: Cast,
    noon: datetime,
    who: str,
    whom: str,
    place: str,
    role: str,
    position: str,
    refusal: type[Exception] | None,
) -> None:
    before = posts(cast[whom], noon)
    if refusal:
        with pytest.raises(refusal):
            give(cast[who], cast[whom], place, role, position, noon)
        assert posts(cast[whom], noon) == before
        return
    give(cast[who], cast[whom], place, role, position, noon)
    assert set(posts(cast[whom], noon)) == {*before, (place, role, position)}


@pytest.fixture
def city_admin(cast: Cast, noon: datetime) -> Actor:
    post = Post(unit("宜昌市").id, "city_gov_admin")
    return add(cast["chief"], "戴安澜", "daianlan", post, noon)


def test_nobody_gives_rights_to_keep_that_they_do_not_hold(
    work: Session, cast: Cast, city_admin: Actor
) -> None:
    """Every administrator before every post of every unit; annex 4 excepts the city's alone."""
    offered = [(role, "") for role in ROLES] + [("", position) for position in POSITIONS]
    places = [unit(name) for name in (*PLACES, "伍家岗区", "宜昌市")]
    for actor in (*cast.values(), city_admin):
        excepted = {"flow:read", "flow:publish"} if actor is city_admin else set()
        for place in places:
            given = [Post(place.id, *one) for one in offered if gives(work, actor, place, *one)]
            named = [Post(place.id, "unit_admin")] if keeping.may_ask(actor, place) else []
            for post in given + named:
                kept = KEEPING & rights(post.role, post.position, place.level, place.kind)
                lacking = {one for one in kept if not holds_permission(actor, one, place)}
                assert lacking <= excepted, (actor.name, place.name, post)


def gives(work: Session, actor: Actor, place: Unit, role: str, position: str) -> bool:
    """Whether this administrator may give the post there."""
    try:
        check(work, actor, Post(place.id, role, position))
    except Refusal:
        return False
    return True


def test_the_city_s_administrator_names_the_keepers_of_districts(
    cast: Cast, city_admin: Actor, noon: datetime
) -> None:
    give(city_admin, cast["neighbour_user"], "伍家岗区", "unit_admin", "", noon)
    district, user = unit("西陵区").id, cast["district_user"]
    commands.sign_in(Credentials("district.user", SECRET, "staff"), HERE, at=noon)
    keeping.hand_over(city_admin, district, user.id, WHY, at=noon)
    assert ("西陵区", "unit_admin", "") in posts(user, noon)
    assert posts(cast["district_keeper"], noon) == []
    with pytest.raises(Forbidden):  # that of the city is a peer's
        give(city_admin, user, "宜昌市", "unit_admin", "", noon)
    with pytest.raises(Forbidden):
        keeping.hand_over(city_admin, unit("宜昌市").id, user.id, WHY, at=noon)


def test_a_post_begins_and_ends_with_its_days(cast: Cast, noon: datetime) -> None:
    given = NewGrant(
        Post(unit("西陵街道").id, "", "head"), TODAY + timedelta(2), TODAY + timedelta(4)
    )
    granting.give_post(cast["district_keeper"], cast["street_head"].id, given, WHY, at=noon)
    held = [
        ("西陵街道", "", "head") in posts(cast["street_head"], noon + timedelta(days))
        for days in range(7)
    ]
    assert held == [False, False, True, True, True, False, False]


@pytest.mark.parametrize(
    ("start", "end", "field"), [(-1, None, "valid_from"), (3, 2, "valid_to"), (0, -1, "valid_to")]
)
def test_days_must_make_sense(
    cast: Cast, noon: datetime, start: int, end: int | None, field: str
) -> None:
    until = None if end is None else TODAY + timedelta(end)
    given = NewGrant(Post(unit("西陵街道").id, "", "head"), TODAY + timedelta(start), until)
    with pytest.raises(Invalid) as said:
        granting.give_post(cast["district_keeper"], cast["street_head"].id, given, WHY, at=noon)
    assert list(said.value.fields) == [field]


def test_no_post_twice_at_one_time_and_none_without_a_reason(cast: Cast, noon: datetime) -> None:
    with pytest.raises(Conflict):
        give(cast["district_keeper"], cast["street_head"], "东苑街道", "", "head", noon)
    given = NewGrant(Post(unit("西陵街道").id, "", "head"), TODAY)
    with pytest.raises(Invalid) as said:
        granting.give_post(cast["district_keeper"], cast["street_head"].id, given, " ", at=noon)
    assert list(said.value.fields) == ["reason"]


def test_a_keeper_is_named_from_today_and_handed_over_not_ended(cast: Cast, noon: datetime) -> None:
    later = NewGrant(Post(unit("西陵街道").id, "unit_admin"), TODAY + timedelta(1))
    with pytest.raises(Invalid):
        granting.give_post(cast["district_keeper"], cast["street_head"].id, later, WHY, at=noon)
    held = _grant(cast["street_keeper"])
    with pytest.raises(Conflict, match="交接"):
        granting.end_post(cast["district_keeper"], held.id, TODAY, WHY, at=noon)


def test_a_post_ends_at_once_or_with_a_day(cast: Cast, noon: datetime) -> None:
    head, grant = cast["street_head"], _grant(cast["street_head"])
    later = noon + timedelta(days=30)
    granting.end_post(cast["district_keeper"], grant.id, TODAY + timedelta(9), WHY, at=noon)
    assert [len(posts(head, noon + timedelta(days))) for days in (9, 10)] == [1, 0]
    with pytest.raises(Invalid, match="请改正"):
        granting.end_post(cast["district_keeper"], grant.id, TODAY + timedelta(20), WHY, at=noon)
    granting.end_post(cast["district_keeper"], grant.id, TODAY - timedelta(1), WHY, at=noon)
    assert posts(head, noon) == []
    keeper = queries.actor_for(cast["district_keeper"].id, later)
    with pytest.raises(Conflict):
        granting.end_post(keeper, grant.id, later.date(), WHY, at=later)


def test_who_left_is_taken_back_by_those_who_kept_them_last(cast: Cast, noon: datetime) -> None:
    user = cast["neighbour_user"]
    granting.end_post(cast["chief"], _grant(user).id, TODAY - timedelta(1), WHY, at=noon)
    with pytest.raises(Forbidden):
        give(cast["district_keeper"], user, "西陵区", "district_gov_user", "", noon)
    give(cast["chief"], user, "伍家岗区", "district_gov_user", "", noon)
    assert posts(user, noon) == [("伍家岗区", "district_gov_user", "")]


def test_nobody_ends_a_post_of_a_peer_or_superior(cast: Cast, noon: datetime) -> None:
    for who, whom in (
        ("district_admin", "district_keeper"),
        ("district_admin", "district_admin"),
        ("street_keeper", "district_user"),
        ("neighbour_admin", "district_user"),
    ):
        grant = _grant(cast[whom])
        with pytest.raises(Forbidden):
            granting.end_post(cast[who], grant.id, TODAY, WHY, at=noon)
    assert _grant(cast["district_keeper"]).valid_to is None


def test_a_disabled_account_is_signed_out_and_stays_out(cast: Cast, noon: datetime) -> None:
    head, keeper = cast["street_head"], cast["district_keeper"]
    sign = Credentials("street.head", SECRET, "staff")
    commands.sign_in(sign, HERE, at=noon)
    assert queries.sign_ins_of(head.id, noon)
    granting.disable(keeper, head.id, WHY, at=noon)
    assert not queries.sign_ins_of(head.id, noon)
    with pytest.raises(Forbidden):
        commands.sign_in(sign, HERE, at=noon)
    with pytest.raises(Conflict):
        granting.disable(keeper, head.id, WHY, at=noon)
    with pytest.raises(Conflict):
        give(keeper, head, "西陵街道", "", "head", noon)
    granting.enable(keeper, head.id, WHY, at=noon)
    assert commands.sign_in(sign, HERE, at=noon).person_id == head.id
    with pytest.raises(Conflict):
        granting.enable(keeper, head.id, WHY, at=noon)


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("district_admin", "district_admin"),
        ("district_admin", "district_keeper"),
        ("street_keeper", "district_keeper"),
        ("street_keeper", "chief"),
        ("neighbour_admin", "street_head"),
        ("street_head", "community_head"),
    ],
)
def test_nobody_disables_a_peer_a_superior_or_a_stranger(
    cast: Cast, noon: datetime, who: str, whom: str
) -> None:
    with pytest.raises(Forbidden):
        granting.disable(cast[who], cast[whom].id, WHY, at=noon)


def test_a_unit_does_not_get_two_keepers_by_an_account_that_comes_back(
    cast: Cast, noon: datetime
) -> None:
    above, old = cast["district_keeper"], cast["street_keeper"]
    granting.disable(above, old.id, WHY, at=noon)
    give(above, cast["street_head"], "东苑街道", "unit_admin", "", noon)
    with pytest.raises(Conflict, match="另有系统后台管理员"):
        granting.enable(above, old.id, WHY, at=noon)


def test_every_change_of_rights_is_in_the_audit_and_tells_its_reason(
    cast: Cast, noon: datetime
) -> None:
    keeper, head = cast["district_keeper"], cast["street_head"]
    grant = give(keeper, head, "西陵街道", "", "head", noon)
    granting.end_post(keeper, grant.id, TODAY, WHY, at=noon)
    granting.disable(keeper, head.id, WHY, at=noon)
    granting.enable(keeper, head.id, WHY, at=noon)
    told = changes.of(session(), head.id)
    assert [(one.words, one.by, one.change.reason) for one in told][::-1] == [
        (words, "陆青山", WHY) for words in ("任职", "免职", "停用账号", "恢复账号")
    ]
    assert told[-1].post == "西陵街道 负责人，2026-11-23起"
    assert told[-2].post == "西陵街道 负责人，2026-11-23至2026-11-23"
    found = select(AuditEntry).where(AuditEntry.subject == f"person:{head.id}")
    entries = session().scalars(found.order_by(AuditEntry.id)).all()[-4:]
    verbs = ["post_given", "post_ended", "account_disabled", "account_enabled"]
    assert [entry.verb for entry in entries] == verbs
    assert all(entry.person_id == keeper.id for entry in entries)
    assert all(WHY not in entry.detail for entry in entries)


def _grant(person: Actor) -> Grant:
    """The first grant of somebody, as it stands."""
    work: Session = session()
    return work.get_one(Grant, person.holds[0].grant_id, populate_existing=True)
