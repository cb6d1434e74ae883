"""三员分立 turned on: by one, with three able people, and what nobody holds meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import db, session
from app.errors import Conflict, Forbidden, Invalid
from app.identity import commands, duties, lineups, queries
from app.identity.account_models import AccountChange
from app.identity.actor import Actor
from app.identity.commands import NewPerson, Post, dividing, granting, hiring, keeping
from app.identity.commands.accounts import NewStaff
from app.identity.commands.granting import NewGrant
from app.identity.lineups import Lineup
from app.identity.models import AuditEntry, Grant, Person
from app.identity.permissions import holds_permission
from tests.identity.duties import WHY, found, lineup
from tests.identity.people import HERE, SECRET, Cast, add, comes_in, unit

TODAY = date(2026, 11, 23)


def roles(actor: Actor, noon: datetime) -> set[str]:
    """What somebody holds now."""
    return {hold.role for hold in queries.actor_for(actor.id, noon).holds}


def test_turned_on_three_hold_it_and_nothing_else(cast: Cast, noon: datetime, three: Cast) -> None:
    assert [roles(one, noon) for one in three.values()] == [
        {"system_admin"}, {"security_admin"}, {"audit_admin"},
    ]  # fmt: skip
    assert roles(cast["chief"], noon) == set(), "the platform's and the city keeper's posts ended"
    assert roles(cast["auditor"], noon) == set(), "the auditor before"
    verbs = session().scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc()).limit(9)).all()
    assert verbs[0] == "duties_apart"
    assert sorted(verbs[1:]) == ["post_ended"] * 5 + ["post_given"] * 3
    why = session().scalars(select(AccountChange.reason).where(AccountChange.verb == "ended"))
    assert set(why) == {WHY}


@pytest.mark.parametrize(
    ("right", "whose"),
    [
        ("limits:edit", "system"), ("calendar:edit", "system"), ("papers:edit", "system"),
        ("checklist:edit", "system"), ("flow:publish", "system"), ("places:edit", "system"),
        ("people:create", "security"), ("people:reset", "security"),
        ("accounts:rule", "security"), ("rights:explain", "security"), ("audit:read", "audit"),
    ],
)  # fmt: skip
def test_each_right_over_the_city_is_one_of_theirs(
    cast: Cast, noon: datetime, right: str, whose: str, three: Cast
) -> None:
    """And of nobody else at the city's government."""
    assert [duty for duty, one in three.items() if holds_permission(one, right)] == [whose]
    at_the_top = select(Grant.person_id).where(Grant.unit_id == unit("宜昌市").id)
    now = queries.in_force(TODAY)
    others = set(session().scalars(at_the_top.where(now))) - {one.id for one in three.values()}
    assert not any(holds_permission(queries.actor_for(one, noon), right) for one in others)


def test_they_are_told_in_the_usual_order(three: Cast) -> None:
    told = [role for role, _name, _id in lineups.keepers(session(), TODAY)]
    assert told == ["system_admin", "security_admin", "audit_admin"]


def test_none_of_the_three_reads_a_case(cast: Cast, noon: datetime, three: Cast) -> None:
    for one in three.values():
        for right in ("case:read", "task:decide", "register:read", "register:export"):
            assert not holds_permission(one, right)


def attempts(by: Actor, whom: Actor, noon: datetime) -> list[Callable[[], object]]:
    """Every way in which somebody could come by a post besides."""
    here, street = unit("宜昌市").id, Post(unit("东苑街道").id, "", "head")
    roots = ("platform_admin", "system_admin", "security_admin", "audit_admin", "unit_admin")
    posts = [street, *(Post(here, role) for role in (*roots, "city_gov_admin"))]
    return [
        *(lambda post=post: granting.give_post(by, whom.id, NewGrant(post, TODAY), WHY, at=noon)
          for post in posts),
        lambda: keeping.hand_over(by, here, whom.id, WHY, at=noon),
        *(lambda role=role: hiring.hire(
            by, NewStaff("向晚舟", here, "13900007777", "xiangwanzhou", role), at=noon)
          for role in (*roots, "city_gov_admin")),
        *(lambda role=role: commands.create_person(
            by, NewPerson("向晚舟", "xiangwanzhou", (Post(here, role),), password=SECRET), at=noon)
          for role in (*roots, "city_gov_admin")),
    ]  # fmt: skip


def test_nobody_comes_by_a_second_duty_in_any_way(cast: Cast, noon: datetime, three: Cast) -> None:
    """Neither the three by each other, nor the one who was the platform's administrator."""
    everybody = [*three.values(), queries.actor_for(cast["chief"].id, noon), cast["district_admin"]]
    for by in everybody:
        for whom in three.values():
            for attempt in attempts(by, whom, noon):
                with pytest.raises(Forbidden):
                    attempt()
                db.session.rollback()
    assert {duty: roles(one, noon) for duty, one in three.items()} == {
        duty: {f"{duty}_admin"} for duty in three
    }


def test_it_is_said_why(cast: Cast, noon: datetime, three: Cast) -> None:
    new = NewStaff("向晚舟", unit("宜昌市").id, "13900007777", "xiangwanzhou", "unit_admin")
    with pytest.raises(Forbidden, match="已实行三员分立，市级不设“系统后台管理员”"):
        hiring.hire(three["security"], new, at=noon)
    street = NewGrant(Post(unit("东苑街道").id, "", "head"), TODAY)
    with pytest.raises(Forbidden, match="三员的账号不在这里办理，也不能兼任其他职务"):
        granting.give_post(three["security"], three["audit"].id, street, WHY, at=noon)


def test_the_security_administrator_keeps_everybody_but_the_three(
    cast: Cast, noon: datetime, three: Cast
) -> None:
    """Also whoever kept the platform before, and every keeper's post below the city."""
    security = three["security"]
    for who in ("chief", "auditor", "district_admin", "district_keeper", "street_head"):
        assert commands.reset_staff_password(security, cast[who].id, WHY, at=noon)
    post = NewGrant(Post(unit("宜昌市").id, "city_gov_user"), TODAY)
    granting.give_post(security, cast["chief"].id, post, WHY, at=noon)
    given = NewStaff("向晚舟", unit("伍家岗区").id, "13900007777", "xiangwanzhou", "unit_admin")
    assert hiring.hire(security, given, at=noon).account
    for who in three.values():
        with pytest.raises(Forbidden):
            commands.reset_staff_password(security, who.id, WHY, at=noon)


def test_the_other_two_keep_nobody(cast: Cast, noon: datetime, three: Cast) -> None:
    for duty in ("system", "audit"):
        with pytest.raises(Forbidden):
            commands.reset_staff_password(three[duty], cast["street_head"].id, WHY, at=noon)


@pytest.mark.parametrize("who", ["auditor", "district_admin", "district_keeper", "street_head"])
def test_only_the_platforms_administrator_turns_it_on(
    cast: Cast, noon: datetime, who: str, able: Cast
) -> None:
    wanted = lineup(able)
    with pytest.raises(Forbidden):
        dividing.propose(cast[who], wanted, WHY, at=noon)
    assert not duties.apart(session())


def test_the_city_keeper_who_is_no_platform_administrator_does_not(
    cast: Cast, noon: datetime, able: Cast
) -> None:
    """It would end a superior's post."""
    comes_in("audit.admin", noon)
    keeping.hand_over(cast["chief"], unit("宜昌市").id, able["audit"].id, WHY, at=noon)
    with pytest.raises(Forbidden):
        dividing.propose(found(noon)["audit"], lineup(able), WHY, at=noon)


def test_whoever_never_came_in_is_not_named(cast: Cast, noon: datetime, able: Cast) -> None:
    """Nor somebody disabled, nobody, a stranger to the city, or one person for two duties."""
    chief, here = cast["chief"], unit("宜昌市").id
    new = NewStaff("向晚舟", here, "13900007777", "xiangwanzhou", "city_gov_user")
    late = hiring.hire(chief, new, at=noon).person_id
    gone = add(chief, "离去人", "gone", Post(unit("宜昌市").id, "city_gov_user"), noon)
    granting.disable(chief, gone.id, WHY, at=noon)
    named = lineup(able)
    for bad in (late, gone.id, "", cast["district_admin"].id, named.system):
        with pytest.raises(Invalid) as refused:
            dividing.propose(chief, Lineup(named.system, named.security, bad), WHY, at=noon)
        db.session.rollback()
        assert "audit" in refused.value.fields
    assert not duties.apart(session())


def test_who_turns_it_on_may_keep_a_part_but_not_audit_themselves(
    cast: Cast, noon: datetime, able: Cast
) -> None:
    chief, named = cast["chief"], lineup(able)
    with pytest.raises(Invalid, match="改正") as refused:
        dividing.propose(chief, Lineup(named.system, named.security, chief.id), WHY, at=noon)
    assert set(refused.value.fields) == {"audit"}
    db.session.rollback()
    assert dividing.propose(chief, Lineup(chief.id, named.security, named.audit), WHY, at=noon)
    assert roles(chief, noon) == {"system_admin"}


def test_a_city_administrator_is_in_the_way_and_named_before(
    cast: Cast, noon: datetime, able: Cast
) -> None:
    """Also one whose post begins later; who handles cases is not changed in passing."""
    chief, three = cast["chief"], able
    whose = add(chief, "戴安澜", "dai", Post(unit("宜昌市").id, "city_gov_user"), noon)
    post = NewGrant(Post(unit("宜昌市").id, "city_gov_admin"), TODAY + timedelta(days=9))
    later = granting.give_post(chief, whose.id, post, WHY, at=noon)
    plan = lineups.plan(session(), lineup(three), TODAY)
    assert [(grant.id, person.name) for grant, person in plan.in_the_way] == [(later.id, "戴安澜")]
    with pytest.raises(Conflict, match="戴安澜（宜昌市市级政府管理员）"):
        dividing.propose(chief, lineup(three), WHY, at=noon)
    db.session.rollback()
    granting.end_post(chief, later.id, TODAY - timedelta(days=1), WHY, at=noon)
    assert dividing.propose(chief, lineup(three), WHY, at=noon)


def test_a_keeper_of_another_unit_hands_over_before(cast: Cast, noon: datetime, able: Cast) -> None:
    chief, three = cast["chief"], able
    kept = Post(unit("伍家岗区").id, "unit_admin")
    granting.give_post(chief, three["audit"].id, NewGrant(kept, TODAY), WHY, at=noon)
    with pytest.raises(Conflict, match="庄晓梦（伍家岗区系统后台管理员）"):
        dividing.propose(chief, lineup(three), WHY, at=noon)


def test_a_reason_is_needed(cast: Cast, noon: datetime, able: Cast) -> None:
    with pytest.raises(Invalid):
        dividing.propose(cast["chief"], lineup(able), " ", at=noon)


def test_off_the_platforms_administrator_alone_gives_the_three_roles(
    cast: Cast, noon: datetime
) -> None:
    """As they are prepared before it is turned on."""
    for role in ("system_admin", "security_admin", "audit_admin"):
        post = NewGrant(Post(unit("宜昌市").id, role), TODAY)
        with pytest.raises(Forbidden):
            granting.give_post(cast["district_admin"], cast["street_head"].id, post, WHY, at=noon)
        db.session.rollback()
    ready = add(cast["chief"], "邵云帆", "ready", Post(unit("宜昌市").id, "system_admin"), noon)
    assert roles(ready, noon) == {"system_admin"}


def test_a_post_given_for_a_while_becomes_one_without_an_end(
    cast: Cast, noon: datetime, work: Session, able: Cast
) -> None:
    """So that none of the three lapses by a date, and the seat stays filled."""
    chief, three = cast["chief"], able
    post = Post(unit("宜昌市").id, "audit_admin")
    until = NewGrant(post, TODAY, TODAY + timedelta(days=3))
    granting.give_post(chief, three["audit"].id, until, WHY, at=noon)
    dividing.propose(chief, lineup(three), WHY, at=noon)
    held = select(Grant).where(Grant.person_id == three["audit"].id, queries.in_force(TODAY))
    assert [(grant.role, grant.valid_to) for grant in work.scalars(held)] == [("audit_admin", None)]


def test_the_server_rescues_any_of_the_three(
    cast: Cast, noon: datetime, work: Session, three: Cast
) -> None:
    """So a lost password locks nobody out for good."""
    fresh = commands.rescue("audit.admin", at=noon)
    again_in = commands.sign_in(commands.Credentials("audit.admin", fresh, "staff"), HERE, at=noon)
    assert (
        again_in.person_id
        == work.scalars(select(Person.id).where(Person.account == "audit.admin")).one()
    )
