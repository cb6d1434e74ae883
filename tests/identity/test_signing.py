"""Signing in: who gets in, who is told nothing, and who has to wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import db
from app.errors import Forbidden
from app.identity import audit, commands, passwords, queries, sessions, throttle
from app.identity.actor import Actor
from app.identity.commands import Credentials, NewPerson, Post
from app.identity.commands.signing import FLOODED, REFUSED
from app.identity.models import Attempt, AuditEntry, Person, SignIn
from app.identity.sessions import Opened, Visit
from tests.identity.people import HERE, SECRET, Phone, add, register, unit

MINUTE = timedelta(minutes=1)
WRONG = "not the password"


def enter(who: str, password: str = SECRET, door: str = "staff", *, at: datetime) -> Opened:
    return commands.sign_in(Credentials(who, password, door), HERE, at=at)


def refused(who: str, password: str = WRONG, door: str = "staff", *, at: datetime) -> str:
    with pytest.raises(Forbidden) as said:
        enter(who, password, door, at=at)
    return said.value.message


def test_staff_come_in_by_account_in_any_case_or_by_phone(chief: Actor, noon: datetime) -> None:
    for who in ("ningyuanshan", " NingYuanShan ", "13900000001", "139 0000 0001"):
        assert enter(who, at=noon).person_id == chief.id


def test_each_door_takes_its_own_people(chief: Actor, phone: Phone, noon: datetime) -> None:
    citizen = register(phone, "13800000002", "林小雨", noon)
    assert enter("13800000002", door="public", at=noon).person_id == citizen.person_id
    assert refused("13800000002", SECRET, at=noon) == REFUSED
    assert refused("13900000001", SECRET, "public", at=noon) == REFUSED
    assert enter("13800000002", door="program", at=noon).person_id == citizen.person_id
    assert enter("ningyuanshan", door="program", at=noon).person_id == chief.id


def test_a_session_is_a_hash_inside_and_ends_when_idle_and_after_twelve_hours(
    work: Session, chief: Actor, noon: datetime
) -> None:
    opened = enter("ningyuanshan", at=noon)
    row = work.get(SignIn, sessions.key_of(opened.token))
    assert row
    assert opened.token not in (row.id, row.csrf)
    assert len(opened.token) >= 43
    assert sessions.live(opened.token, "web", noon + 29 * MINUTE)
    assert not sessions.live(opened.token, "web", noon + 30 * MINUTE)
    assert not sessions.live(opened.token, "api", noon)
    for step in range(1, 36):
        commands.note_use(row.id, at=noon + step * 20 * MINUTE)
    assert sessions.live(opened.token, "web", noon + timedelta(hours=11, minutes=59))
    assert not sessions.live(opened.token, "web", noon + timedelta(hours=12))


def test_a_program_keeps_its_token_twelve_hours_without_a_word(
    chief: Actor, noon: datetime
) -> None:
    opened = enter("ningyuanshan", door="program", at=noon)
    assert sessions.live(opened.token, "api", noon + timedelta(hours=11))
    assert not sessions.live(opened.token, "api", noon + timedelta(hours=12))
    assert not sessions.live(opened.token, "web", noon)


def test_signing_in_again_replaces_the_browser_s_session(chief: Actor, noon: datetime) -> None:
    old = enter("ningyuanshan", at=noon)
    again = Visit("10.1.2.3", "test browser", sessions.key_of(old.token))
    new = commands.sign_in(Credentials("ningyuanshan", SECRET, "staff"), again, at=noon)
    assert not sessions.live(old.token, "web", noon)
    assert sessions.live(new.token, "web", noon)


def test_signing_out_ends_it_and_nobody_ends_another_s(chief: Actor, noon: datetime) -> None:
    other = add(chief, "沈清河", "shenqinghe", Post(unit("西陵区").id, "district_gov_user"), noon)
    opened = enter("ningyuanshan", at=noon)
    commands.sign_out(other, sessions.key_of(opened.token), at=noon)
    assert sessions.live(opened.token, "web", noon)
    commands.sign_out(chief, sessions.key_of(opened.token), at=noon)
    assert not sessions.live(opened.token, "web", noon)


def test_all_other_sessions_end_at_a_word(chief: Actor, noon: datetime) -> None:
    kept, lost = enter("ningyuanshan", at=noon), enter("ningyuanshan", door="program", at=noon)
    commands.end_sessions(chief, sessions.key_of(kept.token), at=noon)
    assert sessions.live(kept.token, "web", noon)
    assert not sessions.live(lost.token, "api", noon)


@pytest.mark.parametrize("status", ["closed", "disabled"])
def test_who_may_not_come_in_is_told_what_a_stranger_is_told(
    work: Session, chief: Actor, noon: datetime, status: str
) -> None:
    opened = enter("ningyuanshan", at=noon)
    person = work.get(Person, chief.id)
    assert person
    person.status = status
    work.commit()
    assert refused("ningyuanshan", SECRET, at=noon) == REFUSED
    assert not sessions.live(opened.token, "web", noon)


def test_five_failures_mean_a_pause_even_for_the_right_password(
    chief: Actor, noon: datetime
) -> None:
    for n in range(5):
        assert refused("ningyuanshan", at=noon + n * MINUTE) == REFUSED
    last = noon + 4 * MINUTE
    assert refused("ningyuanshan", SECRET, at=last + 14 * MINUTE) == REFUSED
    assert enter("ningyuanshan", at=last + 15 * MINUTE)


def test_the_pause_is_for_the_person_whatever_name_was_typed(chief: Actor, noon: datetime) -> None:
    for who in ("ningyuanshan", "13900000001", "NINGYUANSHAN", "13900000001", "ningyuanshan"):
        refused(who, at=noon)
    assert refused("13900000001", SECRET, at=noon + MINUTE) == REFUSED


def test_the_second_pause_is_twice_as_long_and_tries_during_a_pause_do_not_lengthen_it(
    chief: Actor, noon: datetime
) -> None:
    at = noon
    for pause in (15, 30, 60):
        for _ in range(5):
            refused("ningyuanshan", at=at)
        at += pause * MINUTE
        refused("ningyuanshan", SECRET, at=at - MINUTE)
    assert enter("ningyuanshan", at=at)


def test_five_failures_in_an_hour_are_no_pause(chief: Actor, noon: datetime) -> None:
    for n in range(8):
        refused("ningyuanshan", at=noon + n * 10 * MINUTE)
    assert enter("ningyuanshan", at=noon + 75 * MINUTE)


def test_who_gets_in_starts_afresh(work: Session, chief: Actor, noon: datetime) -> None:
    for _ in range(4):
        refused("ningyuanshan", at=noon)
    enter("ningyuanshan", at=noon)
    for _ in range(4):
        refused("ningyuanshan", at=noon)
    assert enter("ningyuanshan", at=noon)


def test_thirty_failures_from_one_address_close_it_for_an_hour(
    chief: Actor, noon: datetime
) -> None:
    for n in range(30):
        assert refused(f"stranger{n}", at=noon) == REFUSED
    assert refused("ningyuanshan", SECRET, at=noon + MINUTE) == FLOODED
    elsewhere = Visit("10.9.9.9", "another browser")
    assert commands.sign_in(Credentials("ningyuanshan", SECRET, "staff"), elsewhere, at=noon)
    assert enter("ningyuanshan", at=noon + 61 * MINUTE)


def test_the_next_pause_of_an_address_is_twice_as_long_and_at_most_four_hours(
    chief: Actor, noon: datetime
) -> None:
    at = noon
    for hours in (1, 2, 4, 4):
        for n in range(30):
            assert refused(f"stranger{n}", at=at) == REFUSED
        at += hours * 60 * MINUTE
        assert refused("ningyuanshan", SECRET, at=at - MINUTE) == FLOODED
    assert enter("ningyuanshan", at=at)


def test_unknown_closed_paused_and_wrong_cost_the_same_work(
    work: Session, chief: Actor, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
            counted.append("verify")
            return super().verify(hash, password)

        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            counted.append("hash")
            return super().hash(password, salt=salt)

    monkeypatch.setattr(passwords, "_hasher", Counting(2, 19 * 1024, 1))

    def cost(act: Callable[[], object]) -> tuple[list[str], int, int]:
        counted.clear()
        tries = len(work.scalars(select(Attempt.id)).all())
        entries = len(work.scalars(select(AuditEntry.id)).all())
        act()
        return (
            list(counted),
            len(work.scalars(select(Attempt.id)).all()) - tries,
            len(work.scalars(select(AuditEntry.id)).all()) - entries,
        )

    wrong = cost(lambda: refused("ningyuanshan", at=noon))
    unknown = cost(lambda: refused("nobodyhere", at=noon))
    empty = cost(lambda: refused("", "", at=noon))
    for _ in range(4):
        refused("ningyuanshan", at=noon)
    paused = cost(lambda: refused("ningyuanshan", SECRET, at=noon))
    person = work.get(Person, chief.id)
    assert person
    person.status = "closed"
    work.commit()
    closed = cost(lambda: refused("ningyuanshan", SECRET, at=noon))
    assert wrong == unknown == empty == paused == closed == (["verify"], 2, 1)


def test_many_guesses_at_once_learn_no_more_than_five_answers(
    app: Flask, work: Session, chief: Actor, noon: datetime
) -> None:
    together = Barrier(8)

    def guess(_: int) -> str:
        with app.app_context():
            together.wait(timeout=20)
            try:
                return refused("ningyuanshan", at=noon)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(guess, range(8))) == {REFUSED}
    assert refused("ningyuanshan", SECRET, at=noon + MINUTE) == REFUSED
    account = throttle.subject_of("account", chief.id)
    assert len(work.scalars(select(Attempt.id).where(Attempt.subject == account)).all()) == 9
    assert audit.verify().sound


def test_what_was_typed_is_not_kept(work: Session, chief: Actor, noon: datetime) -> None:
    refused("13912345678", "a password typed into the wrong field", at=noon)
    kept = [*work.scalars(select(Attempt.subject)), *work.scalars(select(AuditEntry.detail))]
    assert kept
    assert not [text for text in kept if "13912345678" in text or "typed" in text]


def test_a_weaker_hash_is_renewed_at_sign_in(work: Session, chief: Actor, noon: datetime) -> None:
    person = work.get(Person, chief.id)
    assert person
    person.password_hash = PasswordHasher(1, 8 * 1024, 1).hash(SECRET)
    work.commit()
    enter("ningyuanshan", at=noon)
    work.refresh(person)
    assert not passwords.outdated(person.password_hash)


def test_an_initial_password_opens_only_a_session_to_change_it_and_dies(
    chief: Actor, noon: datetime
) -> None:
    given = NewPerson("沈清河", "shenqinghe", (Post(unit("西陵区").id, "district_gov_user"),))
    added = commands.create_person(chief, given, at=noon)
    opened = enter("shenqinghe", added.password, at=noon)
    assert opened.must_change
    found = sessions.live(opened.token, "web", noon)
    assert found
    assert queries.actor_of(found, "").holds == ()
    assert refused("shenqinghe", added.password, "program", at=noon) == REFUSED
    assert refused("shenqinghe", added.password, at=noon + timedelta(hours=72)) == REFUSED
