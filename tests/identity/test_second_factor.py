"""The second factor: set up with a code, asked at each sign-in, never twice the same, lifted."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.errors import Conflict, Forbidden, Invalid
from app.identity import commands, factors, queries, sessions
from app.identity.account_models import AccountChange, SecondFactor
from app.identity.actor import Actor
from app.identity.commands import Credentials
from app.identity.commands.second_factor import (
    begin_factor,
    confirm_factor,
    drop_factor,
    lift_factor,
    prove,
)
from app.identity.commands.signing import REFUSED
from app.identity.models import AuditEntry, Person
from app.identity.sessions import Opened, Visit
from tests.identity.people import HERE, SECRET, Cast

STEP = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)


def code(work: Session, who: Actor, at: datetime) -> str:
    """What the telephone shows at that moment, by the library's own reckoning."""
    work.rollback()
    row = work.get(SecondFactor, who.id)
    assert row
    return pyotp.TOTP(vault.unseal(row.secret)).at(at)


def enter(who: str, password: str = SECRET, *, at: datetime) -> Opened:
    return commands.sign_in(Credentials(who, password, "staff"), HERE, at=at)


def half(opened: Opened) -> Visit:
    return Visit("10.1.2.3", "test browser", sessions.key_of(opened.token))


@pytest.fixture
def proved(work: Session, chief: Actor, noon: datetime) -> Actor:
    """宁远山 with a second factor since five minutes ago."""
    earlier = noon - 5 * MINUTE
    begin_factor(chief, at=earlier)
    confirm_factor(chief, code(work, chief, earlier), "", at=earlier)
    return chief


def test_a_factor_counts_once_its_first_code_came(
    work: Session, chief: Actor, noon: datetime
) -> None:
    begin_factor(chief, at=noon)
    assert not enter("ningyuanshan", at=noon).factor_due
    with pytest.raises(Invalid):
        confirm_factor(chief, "000000", "", at=noon)
    confirm_factor(chief, code(work, chief, noon), "", at=noon)
    assert enter("ningyuanshan", at=noon).factor_due
    with pytest.raises(Conflict):
        begin_factor(chief, at=noon)


def test_the_key_is_sealed_and_the_address_names_the_account(work: Session, proved: Actor) -> None:
    row = work.get(SecondFactor, proved.id)
    person = work.get(Person, proved.id)
    assert row
    assert person
    secret = vault.unseal(row.secret)
    assert secret not in row.secret
    assert len(secret) == 32
    assert factors.address(secret, person).startswith("otpauth://totp/")
    assert "ningyuanshan" in factors.address(secret, person)


def test_setting_it_up_ends_sessions_that_never_gave_a_code(
    work: Session, chief: Actor, noon: datetime
) -> None:
    other, mine = enter("ningyuanshan", at=noon), enter("ningyuanshan", at=noon)
    begin_factor(chief, at=noon)
    confirm_factor(chief, code(work, chief, noon), sessions.key_of(mine.token), at=noon)
    assert sessions.live(mine.token, "web", noon)
    assert not sessions.live(other.token, "web", noon)


def test_half_a_session_holds_nothing_and_ends_after_ten_minutes(
    work: Session, proved: Actor, noon: datetime
) -> None:
    opened = enter("ningyuanshan", at=noon)
    found = sessions.live(opened.token, "web", noon)
    assert found
    actor = queries.actor_of(found, "")
    assert actor.factor_due
    assert actor.holds == ()
    assert not sessions.live(opened.token, "web", noon + 10 * MINUTE)
    assert queries.sign_ins_of(proved.id, noon) == []


def test_a_right_code_opens_a_new_session_and_ends_the_half_one(
    work: Session, proved: Actor, noon: datetime
) -> None:
    opened = enter("ningyuanshan", at=noon)
    whole = prove(proved, code(work, proved, noon), half(opened), at=noon)
    assert not sessions.live(opened.token, "web", noon)
    found = sessions.live(whole.token, "web", noon)
    assert found
    assert not found.factor_due
    with pytest.raises(Forbidden):
        prove(proved, code(work, proved, noon + STEP), half(opened), at=noon + STEP)


@pytest.mark.parametrize(
    ("off", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_the_clock_of_a_telephone_may_be_a_step_off(
    work: Session, proved: Actor, noon: datetime, off: int, taken: bool
) -> None:
    opened = enter("ningyuanshan", at=noon)
    shown = code(work, proved, noon + off * STEP)
    if taken:
        assert prove(proved, shown, half(opened), at=noon)
        return
    with pytest.raises(Invalid):
        prove(proved, shown, half(opened), at=noon)


def test_no_step_counts_twice_nor_one_before_it(
    work: Session, proved: Actor, noon: datetime
) -> None:
    shown, before = code(work, proved, noon), code(work, proved, noon - STEP)
    prove(proved, shown, half(enter("ningyuanshan", at=noon)), at=noon)
    again = half(enter("ningyuanshan", at=noon))
    for replayed in (shown, before):
        with pytest.raises(Invalid):
            prove(proved, replayed, again, at=noon)
    later = noon + STEP
    assert prove(proved, code(work, proved, later), again, at=later)


def test_five_wrong_codes_mean_a_pause_and_the_password_does_not_forgive_them(
    work: Session, proved: Actor, noon: datetime
) -> None:
    for _ in range(5):
        opened = enter("ningyuanshan", at=noon)
        with pytest.raises(Invalid):
            prove(proved, "000000", half(opened), at=noon)
    with pytest.raises(Invalid):
        prove(proved, code(work, proved, noon), half(opened), at=noon)
    with pytest.raises(Forbidden) as said:
        enter("ningyuanshan", at=noon + MINUTE)
    assert said.value.message == REFUSED
    later = noon + 15 * MINUTE
    assert prove(proved, code(work, proved, later), half(enter("ningyuanshan", at=later)), at=later)


def test_a_program_gives_the_code_with_the_password(
    work: Session, proved: Actor, noon: datetime
) -> None:
    for wrong in ("", "000000"):
        with pytest.raises(Forbidden) as said:
            commands.sign_in(Credentials("ningyuanshan", SECRET, "program", wrong), HERE, at=noon)
        assert said.value.message == REFUSED
    right = Credentials("ningyuanshan", SECRET, "program", code(work, proved, noon))
    assert commands.sign_in(right, HERE, at=noon)
    with pytest.raises(Forbidden):
        commands.sign_in(right, HERE, at=noon)


def test_nobody_proves_the_factor_of_another(work: Session, cast: Cast, noon: datetime) -> None:
    who = cast["street_head"]
    begin_factor(who, at=noon)
    confirm_factor(who, code(work, who, noon), "", at=noon)
    opened = enter("street.head", at=noon)
    with pytest.raises(Forbidden):
        prove(cast["district_user"], "000000", half(opened), at=noon)


def test_it_is_given_up_with_a_code_only(work: Session, proved: Actor, noon: datetime) -> None:
    with pytest.raises(Invalid):
        drop_factor(proved, "000000", at=noon)
    drop_factor(proved, code(work, proved, noon), at=noon)
    assert not enter("ningyuanshan", at=noon).factor_due


def test_who_lifts_it_for_whom(work: Session, cast: Cast, noon: datetime) -> None:
    who = cast["street_keeper"]
    begin_factor(who, at=noon)
    confirm_factor(who, code(work, who, noon), "", at=noon)
    opened = enter("street.keeper", at=noon)
    for other in ("street_keeper", "street_head", "neighbour_admin", "auditor"):
        with pytest.raises(Forbidden):
            lift_factor(cast[other], who.id, "手机丢失", at=noon)
    with pytest.raises(Invalid) as said:
        lift_factor(cast["district_keeper"], who.id, "", at=noon)
    assert list(said.value.fields) == ["reason"]
    lift_factor(cast["district_keeper"], who.id, "手机丢失", at=noon)
    assert not sessions.live(opened.token, "web", noon)
    assert not enter("street.keeper", at=noon).factor_due
    change = work.scalars(select(AccountChange).where(AccountChange.verb == "factor_lifted")).one()
    assert (change.reason, change.by_id) == ("手机丢失", cast["district_keeper"].id)
    entry = work.scalars(select(AuditEntry).where(AuditEntry.verb == "factor_lifted")).one()
    assert entry.detail == ""
    with pytest.raises(Conflict):
        lift_factor(cast["district_keeper"], who.id, "手机丢失", at=noon)


def test_the_server_s_command_line_lifts_it_too(
    work: Session, proved: Actor, noon: datetime
) -> None:
    word = commands.rescue("ningyuanshan", at=noon)
    opened = enter("ningyuanshan", word, at=noon)
    assert (opened.factor_due, opened.must_change) == (False, True)
