"""Readings chosen before the first sign-in, sessions ended by an administrator, the hand-over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid
from app.identity import changes, commands, posts, queries, sessions
from app.identity.account_models import AccountChange
from app.identity.actor import Actor
from app.identity.commands import Credentials, Post
from app.identity.commands.accounts import NewStaff, open_account
from app.identity.commands.keeping import (
    change_phone,
    choose_reading,
    end_sessions_of,
    hand_over,
    successors,
)
from app.identity.models import AuditEntry, Grant, Person
from tests.identity.offices import make, opened, slip
from tests.identity.people import HERE, SECRET, Cast, add, unit


def test_a_reading_is_chosen_until_the_first_sign_in_and_never_after(
    work: Session, chief: Actor, noon: datetime
) -> None:
    given = NewStaff(
        "覃小雨", unit("东苑街道").id, "13800001234", "qinxiaoyu", position="inspector"
    )
    with transaction() as opened_work:
        made = open_account(opened_work, given, chief, at=noon)
    assert choose_reading(chief, made.person_id, " TanXiaoYu ", at=noon) == "tanxiaoyu"
    assert choose_reading(chief, made.person_id, "qinxiaoyu", at=noon) == "qinxiaoyu"
    assert choose_reading(chief, made.person_id, "tanxiaoyu", at=noon) == "tanxiaoyu"
    commands.sign_in(Credentials("tanxiaoyu", made.initial, "staff"), HERE, at=noon)
    with pytest.raises(Conflict):
        choose_reading(chief, made.person_id, "qinxiaoyu", at=noon)
    assert make(chief, "秦晓宇", at=noon).account == "qinxiaoyu-2"  # 覃 had it


def test_another_reading_is_another_first_password(chief: Actor, noon: datetime) -> None:
    sheet = opened(chief, "王芳", at=noon)
    choose_reading(chief, sheet.slips[0].person_id, "wangfeng", at=noon)
    code = slip(sheet, "wangfang").code
    for who, password in (("wangfang", "wangfang2020"), ("wangfeng", "wangfang2020")):
        with pytest.raises(Forbidden):
            commands.sign_in(Credentials(who, password, "staff", code), HERE, at=noon)
    right = Credentials("wangfeng", "wangfeng2020", "staff", code)
    assert commands.sign_in(right, HERE, at=noon).must_change


@pytest.mark.parametrize("reading", ["", "tán", "tan xiaoyu", "tan2020", "x" * 51])
def test_a_reading_is_small_letters(cast: Cast, noon: datetime, reading: str) -> None:
    with pytest.raises(Invalid) as said:
        choose_reading(cast["chief"], cast["street_head"].id, reading, at=noon)
    assert list(said.value.fields) == ["reading"]


def test_a_new_number_is_what_its_owner_signs_in_by(
    work: Session, cast: Cast, noon: datetime
) -> None:
    head = cast["street_head"]
    change_phone(cast["street_keeper"], head.id, "+86 13900000021", "换了号码", at=noon)
    told = changes.of(work, head.id)[0]
    assert (told.words, told.by, told.change.reason) == ("改手机号", "温如玉", "换了号码")
    sign = Credentials("13900000021", SECRET, "staff")
    assert commands.sign_in(sign, HERE, at=noon).person_id == head.id
    entry = work.scalars(select(AuditEntry).where(AuditEntry.verb == "phone_changed")).one()
    assert (entry.subject, entry.detail) == (f"person:{head.id}", "")


@pytest.mark.parametrize(
    ("phone", "reason", "field"),
    [("1390000", "换号", "phone"), ("13900000001", "换号", "phone"), ("13900000021", "", "reason")],
)
def test_a_number_is_nobody_else_s_and_changes_for_a_reason(
    cast: Cast, noon: datetime, phone: str, reason: str, field: str
) -> None:
    with pytest.raises(Invalid) as said:
        change_phone(cast["street_keeper"], cast["street_head"].id, phone, reason, at=noon)
    assert list(said.value.fields) == [field]


def test_nobody_changes_the_number_of_a_peer(cast: Cast, noon: datetime) -> None:
    for who, whom in (("district_admin", "district_keeper"), ("street_keeper", "street_keeper")):
        with pytest.raises(Forbidden):
            change_phone(cast[who], cast[whom].id, "13900000021", "换了号码", at=noon)


# who: whose sessions they may end
ENDS = {
    "district_admin": "street_keeper street_head district_user department_user",
    "street_keeper": "street_head",
    "street_head": "",
    "auditor": "",
}


@pytest.mark.parametrize("who", ENDS)
def test_who_signs_whom_out(work: Session, cast: Cast, noon: datetime, who: str) -> None:
    done = set()
    for other in ("chief", "district_keeper", "street_keeper", "street_head", "district_user",
                  "department_user", "neighbour_user"):  # fmt: skip
        account = "ningyuanshan" if other == "chief" else other.replace("_", ".")
        came = commands.sign_in(Credentials(account, SECRET, "staff"), HERE, at=noon)
        try:
            end_sessions_of(cast[who], cast[other].id, "手机丢失", at=noon)
        except Forbidden:
            assert sessions.live(came.token, "web", noon)
            continue
        assert not sessions.live(came.token, "web", noon)
        done.add(other)
    assert done == set(ENDS[who].split())


def test_signing_somebody_out_needs_a_reason_and_its_owner_reads_it(
    work: Session, cast: Cast, noon: datetime
) -> None:
    with pytest.raises(Invalid):
        end_sessions_of(cast["chief"], cast["street_head"].id, " ", at=noon)
    end_sessions_of(cast["chief"], cast["street_head"].id, "手机丢失", at=noon)
    told = changes.of(work, cast["street_head"].id)
    assert [(one.words, one.by, one.change.reason) for one in told] == [
        ("由管理员退出登录", "宁远山", "手机丢失")
    ]


@pytest.fixture
def next_keeper(cast: Cast, noon: datetime) -> Actor:
    """叶知秋 of 东苑街道, who has signed in before."""
    post = Post(unit("东苑街道").id, position="inspector")
    who = add(cast["chief"], "叶知秋", "ye.zhiqiu", post, noon)
    commands.sign_in(Credentials("ye.zhiqiu", SECRET, "staff"), HERE, at=noon)
    return who


def keepers(work: Session, place: str, day: date) -> list[str]:
    work.rollback()
    found = select(Person.account).join(Grant, Grant.person_id == Person.id)
    held = (Grant.unit_id == unit(place).id) & (Grant.role == "unit_admin")
    return [name or "" for name in work.scalars(found.where(held, queries.in_force(day)))]


def test_a_keeper_hands_over_and_there_is_exactly_one(
    work: Session, cast: Cast, next_keeper: Actor, noon: datetime
) -> None:
    street, day = unit("东苑街道").id, date(2026, 11, 23)
    hand_over(cast["street_keeper"], street, next_keeper.id, "工作调动", at=noon)
    assert keepers(work, "东苑街道", day) == ["ye.zhiqiu"]
    assert queries.actor_for(cast["street_keeper"].id, noon).holds == ()
    held = {(hold.role, hold.position) for hold in queries.actor_for(next_keeper.id, noon).holds}
    assert held == {("unit_admin", ""), ("", "inspector")}
    with pytest.raises(Forbidden):
        hand_over(queries.actor_for(cast["street_keeper"].id, noon), street,
                  cast["street_keeper"].id, "反悔", at=noon)  # fmt: skip


def test_both_see_the_hand_over_and_the_record_has_it_without_the_reason(
    work: Session, cast: Cast, next_keeper: Actor, noon: datetime
) -> None:
    hand_over(cast["street_keeper"], unit("东苑街道").id, next_keeper.id, "工作调动", at=noon)
    for who in (cast["street_keeper"].id, next_keeper.id):
        told = changes.of(work, who)[0]
        assert (told.words, told.by, told.other) == ("系统后台管理员交接", "温如玉", "温如玉")
        assert told.change.reason == "工作调动"
    entry = work.scalars(select(AuditEntry).where(AuditEntry.verb == "handed_over")).one()
    assert entry.subject == f"person:{next_keeper.id}"
    assert "工作调动" not in entry.detail


def test_the_next_day_too_there_is_one_and_it_goes_back(
    work: Session, cast: Cast, next_keeper: Actor, noon: datetime
) -> None:
    street, day = unit("东苑街道").id, timedelta(days=1)
    hand_over(cast["district_keeper"], street, next_keeper.id, "工作调动", at=noon)
    commands.sign_in(Credentials("street.keeper", SECRET, "staff"), HERE, at=noon)
    with transaction() as opened_work:  # 温如玉 keeps a desk in the street
        posts.give(opened_work, cast["street_keeper"].id, Post(street, position="inspector"), noon)
    mine = queries.actor_for(next_keeper.id, noon + day)
    hand_over(mine, street, cast["street_keeper"].id, "调回", at=noon + day)
    assert keepers(work, "东苑街道", date(2026, 11, 23)) == ["ye.zhiqiu"]
    assert keepers(work, "东苑街道", date(2026, 11, 24)) == ["street.keeper"]


@pytest.mark.parametrize("who", ["street_head", "neighbour_admin", "department_admin", "auditor"])
def test_who_may_not_hand_over(cast: Cast, next_keeper: Actor, noon: datetime, who: str) -> None:
    with pytest.raises(Forbidden):
        hand_over(cast[who], unit("东苑街道").id, next_keeper.id, "试一试", at=noon)


def test_a_peer_does_not_name_the_keeper_beside_them(cast: Cast, noon: datetime) -> None:
    """The district's administrator and its keeper are equals."""
    with pytest.raises(Forbidden):
        hand_over(
            cast["district_admin"], unit("西陵区").id, cast["district_user"].id, "试一试", at=noon
        )


def test_a_successor_belongs_to_the_unit_and_has_come_in_before(
    work: Session, cast: Cast, next_keeper: Actor, noon: datetime
) -> None:
    keeper, street = cast["street_keeper"], unit("东苑街道").id
    for other in (cast["street_head"].id, cast["neighbour_user"].id, "nobody"):
        with pytest.raises(Invalid) as said:
            hand_over(keeper, street, other, "工作调动", at=noon)
        assert list(said.value.fields) == ["to"]
    assert [person.account for person in successors(work, street, keeper)] == ["ye.zhiqiu"]
    with pytest.raises(Conflict):
        hand_over(keeper, street, keeper.id, "工作调动", at=noon)
    with pytest.raises(Invalid):
        hand_over(keeper, street, next_keeper.id, "", at=noon)
    assert work.scalars(select(AccountChange.id)).all() != []
    assert keepers(work, "东苑街道", date(2026, 11, 23)) == ["street.keeper"]


def test_the_keeper_s_other_posts_stay(
    work: Session, cast: Cast, next_keeper: Actor, noon: datetime
) -> None:
    grant = work.scalars(select(Grant).where(Grant.person_id == cast["street_keeper"].id)).one()
    grant.position = "head"
    work.commit()
    keeper = queries.actor_for(cast["street_keeper"].id, noon)
    hand_over(keeper, unit("东苑街道").id, next_keeper.id, "工作调动", at=noon)
    left = queries.actor_for(keeper.id, noon).holds
    assert [(hold.role, hold.position) for hold in left] == [("", "head")]
