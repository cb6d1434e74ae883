"""The first password of the notice: when it works, beside what, and what shuts it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid
from app.identity import commands, passwords, sessions, windows
from app.identity.actor import Actor
from app.identity.commands import Credentials
from app.identity.commands.batches import close_batch, open_batch, renew_code, set_rule
from app.identity.commands.signing import REFUSED
from app.identity.models import OneTimeCode, Person
from app.identity.queries import actor_for
from app.identity.rules import Rule
from app.identity.sessions import Opened
from tests.identity.offices import make, opened, slip
from tests.identity.people import HERE, SECRET, Cast, unit

FIRST = "zengqingyun2020"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def enter(code: str, password: str = FIRST, who: str = "zengqingyun", *, at: datetime) -> Opened:
    return commands.sign_in(Credentials(who, password, "staff", code), HERE, at=at)


def refused(code: str, password: str = FIRST, who: str = "zengqingyun", *, at: datetime) -> None:
    with pytest.raises(Forbidden) as said:
        enter(code, password, who, at=at)
    assert said.value.message == REFUSED


def person(work: Session, account: str = "zengqingyun") -> Person:
    work.rollback()
    return work.scalars(select(Person).where(Person.account == account)).one()


def test_within_the_window_the_password_of_the_notice_works_beside_its_code(
    work: Session, chief: Actor, noon: datetime
) -> None:
    code = slip(opened(chief, "曾庆云", at=noon), "zengqingyun").code
    assert len(code) == 9
    assert enter(code.upper(), at=noon + HOUR).must_change
    assert person(work).password_hash == ""


def test_without_the_code_or_with_that_of_another_it_does_not(chief: Actor, noon: datetime) -> None:
    sheet = opened(chief, "曾庆云", "王芳", at=noon)
    refused("", at=noon)
    refused(slip(sheet, "wangfang").code, at=noon)
    assert enter(slip(sheet, "zengqingyun").code, at=noon)


def test_it_works_neither_before_nor_after_nor_for_a_program(chief: Actor, noon: datetime) -> None:
    code = slip(opened(chief, "曾庆云", at=noon), "zengqingyun").code
    refused(code, at=noon - MINUTE)
    refused(code, at=noon + 72 * HOUR)
    with pytest.raises(Forbidden):
        commands.sign_in(Credentials("zengqingyun", FIRST, "program", code), HERE, at=noon)
    assert enter(code, at=noon + 72 * HOUR - MINUTE)


def test_who_was_cut_off_before_the_change_comes_back_within_the_window(
    work: Session, chief: Actor, noon: datetime
) -> None:
    code = slip(opened(chief, "曾庆云", at=noon), "zengqingyun").code
    enter(code, at=noon)
    assert enter(code, at=noon + HOUR)
    refused(code, at=noon + 73 * HOUR)


def test_the_change_ends_the_code_and_the_first_password_for_good(
    work: Session, chief: Actor, noon: datetime
) -> None:
    code = slip(opened(chief, "曾庆云", at=noon), "zengqingyun").code
    came = enter(code, at=noon)
    actor = actor_for(came.person_id, noon)
    with pytest.raises(Invalid):
        commands.change_password(actor, "wrong", SECRET, HERE, at=noon)
    done = commands.change_password(actor, FIRST, SECRET, HERE, at=noon)
    assert not sessions.live(came.token, "web", noon)
    assert not done.must_change
    refused(code, at=noon)
    assert enter("", SECRET, at=noon)
    left = select(OneTimeCode.id).where(OneTimeCode.used_at.is_(None))
    assert work.scalars(left.where(OneTimeCode.purpose == windows.PURPOSE)).all() == []


def test_a_change_after_the_window_is_refused(chief: Actor, noon: datetime) -> None:
    code = slip(opened(chief, "曾庆云", at=noon), "zengqingyun").code
    came = enter(code, at=noon + 71 * HOUR)
    actor = actor_for(came.person_id, noon)
    with pytest.raises(Invalid) as said:
        commands.change_password(actor, FIRST, SECRET, HERE, at=noon + 72 * HOUR)
    assert list(said.value.fields) == ["current"]


@pytest.mark.parametrize("choice", ["nuyqgnz-gorge0202", "zengqingyun-gorge", "gorge-2020-rain"])
def test_the_new_password_has_nothing_of_the_first(
    chief: Actor, noon: datetime, choice: str
) -> None:
    came = enter(slip(opened(chief, "曾庆云", at=noon), "zengqingyun").code, at=noon)
    with pytest.raises(Invalid):
        commands.change_password(actor_for(came.person_id, noon), FIRST, choice, HERE, at=noon)


def test_a_homonym_s_first_password_has_no_figures_of_the_phone(
    work: Session, chief: Actor, noon: datetime
) -> None:
    sheet = opened(chief, "王芳", "王方", at=noon)
    assert {one.account for one in sheet.slips} == {"wangfang", "wangfang-2"}
    code = slip(sheet, "wangfang-2").code
    assert enter(code, "wangfang2020", "wangfang-2", at=noon)


def test_a_batch_is_closed_by_hand(work: Session, chief: Actor, noon: datetime) -> None:
    sheet = opened(chief, "曾庆云", at=noon)
    close_batch(chief, sheet.batch.id, at=noon + HOUR)
    refused(slip(sheet, "zengqingyun").code, at=noon + HOUR)
    with pytest.raises(Conflict):
        close_batch(chief, sheet.batch.id, at=noon + HOUR)


def test_a_lost_slip_is_replaced_and_the_old_code_is_void(chief: Actor, noon: datetime) -> None:
    sheet = opened(chief, "曾庆云", at=noon)
    fresh = renew_code(chief, sheet.slips[0].person_id, at=noon)
    refused(sheet.slips[0].code, at=noon)
    assert enter(fresh.code, at=noon)
    with pytest.raises(Conflict):
        renew_code(chief, sheet.slips[0].person_id, at=noon + 72 * HOUR)


def test_random_passwords_instead_shut_every_window_at_once(
    work: Session, chief: Actor, noon: datetime
) -> None:
    code = slip(opened(chief, "曾庆云", at=noon), "zengqingyun").code
    set_rule(chief, Rule("random"), "改用随机密码", at=noon)
    refused(code, at=noon)
    sheet = open_batch(chief, unit("东苑街道").id, "随机密码", at=noon)
    assert sheet.slips[0].code == ""
    assert enter("", sheet.slips[0].password, at=noon).must_change
    refused("", sheet.slips[0].password, at=noon + 72 * HOUR)


def test_a_reset_never_gives_the_first_password_again(
    work: Session, chief: Actor, noon: datetime
) -> None:
    sheet = opened(chief, "曾庆云", at=noon)
    fresh = commands.reset_staff_password(chief, sheet.slips[0].person_id, "忘记密码", at=noon)
    assert "zengqingyun" not in fresh
    refused(sheet.slips[0].code, at=noon)
    again = None
    try:
        again = open_batch(chief, unit("东苑街道").id, "再开一批", at=noon + 73 * HOUR)
    except Conflict:
        pytest.fail("an expired reset is dormant again")
    assert again.slips[0].code == ""
    refused("", at=noon + 73 * HOUR)
    assert enter("", again.slips[0].password, at=noon + 73 * HOUR)


def test_who_opens_what(cast: Cast, noon: datetime) -> None:
    set_rule(cast["chief"], Rule("notice"), "通知第三条", at=noon)
    for name, place in (("曾庆云", "东苑街道"), ("王芳", "汕头路社区"), ("李青", "伍家岗区")):
        role = "district_gov_user" if place == "伍家岗区" else ""
        assert role or make(cast["chief"], name, place, at=noon)
    for who, place in (
        ("neighbour_admin", "东苑街道"), ("street_keeper", "西陵区"), ("street_head", "东苑街道"),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            open_batch(cast[who], unit(place).id, "试开", at=noon)
    with pytest.raises(Conflict):
        open_batch(cast["neighbour_admin"], unit("伍家岗区").id, "试开", at=noon)
    sheet = open_batch(cast["street_keeper"], unit("东苑街道").id, "街道首批", at=noon)
    assert {one.account for one in sheet.slips} == {"zengqingyun", "wangfang"}
    with pytest.raises(Forbidden):
        close_batch(cast["neighbour_admin"], sheet.batch.id, at=noon)
    with pytest.raises(Forbidden):
        renew_code(cast["neighbour_admin"], sheet.slips[0].person_id, at=noon)


def test_who_sets_the_rule(cast: Cast, noon: datetime) -> None:
    for who in ("district_admin", "district_keeper", "street_keeper", "auditor"):
        with pytest.raises(Forbidden):
            set_rule(cast[who], Rule("notice"), "通知第三条", at=noon)
    with pytest.raises(Invalid) as said:
        set_rule(cast["chief"], Rule("notice"), " ", at=noon)
    assert list(said.value.fields) == ["reason"]


def test_closed_active_locked_and_late_are_answered_alike_and_cost_alike(
    work: Session, chief: Actor, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
            counted.append("verify")
            return super().verify(hash, password)

    opened(chief, "曾庆云", at=noon)
    make(chief, "王芳", at=noon)  # after the batch: closed
    monkeypatch.setattr(passwords, "_hasher", Counting(2, 19 * 1024, 1))
    costs = []
    for who, at in (
        ("zengqingyun", noon), ("zengqingyun", noon + 72 * HOUR), ("wangfang", noon),
        ("ningyuanshan", noon), ("nobodyhere", noon),
    ):  # fmt: skip
        counted.clear()
        refused("", f"{who}2020", who, at=at)
        costs.append(list(counted))
    assert costs == [["verify"]] * 5
