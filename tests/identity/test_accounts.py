"""Accounts made from a name: which account, which first password, and what is asked first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Forbidden, Invalid
from app.identity import commands
from app.identity.account_models import AccountRule, UsedAccount
from app.identity.actor import Actor
from app.identity.commands import Credentials
from app.identity.commands.accounts import NewStaff, OpenedAccount, open_account
from app.identity.models import AuditEntry, Grant, Person
from tests.identity.people import HERE, unit


def make(
    chief: Actor, name: str, phone: str = "", reading: str = "", *, at: datetime
) -> OpenedAccount:
    given = NewStaff(name, unit("东苑街道").id, phone, reading, position="inspector")
    with transaction() as work:
        return open_account(work, given, chief, at=at)


def test_an_account_is_the_pinyin_and_holds_its_post(
    work: Session, chief: Actor, noon: datetime
) -> None:
    made = make(chief, "曾庆云", "13800001234", at=noon)
    person = work.get(Person, made.person_id)
    assert person
    assert (person.account, person.reading, person.status) == ("zengqingyun", "", "active")
    grant = work.scalars(select(Grant).where(Grant.person_id == person.id)).one()
    assert (grant.position, grant.valid_from.isoformat()) == ("inspector", "2026-11-23")
    entry = work.scalars(select(AuditEntry).where(AuditEntry.verb == "account_opened")).one()
    assert (entry.person_id, entry.subject) == (chief.id, f"person:{person.id}")


def test_a_random_first_password_opens_a_change_for_fourteen_days_and_is_stored_nowhere(
    work: Session, chief: Actor, noon: datetime
) -> None:
    made = make(chief, "曾庆云", at=noon)
    person = work.get(Person, made.person_id)
    assert person
    assert made.initial
    assert made.initial not in person.password_hash
    known = Credentials("zengqingyun", made.initial, "staff")
    late = noon + timedelta(days=14)
    assert commands.sign_in(known, HERE, at=late - timedelta(minutes=1)).must_change
    for wrong in (known, Credentials("zengqingyun", "zengqingyun2020", "staff")):
        with pytest.raises(Forbidden):
            commands.sign_in(wrong, HERE, at=late)


def test_by_the_notice_nothing_is_stored_and_the_account_is_closed(
    work: Session, chief: Actor, noon: datetime
) -> None:
    with transaction() as opened:
        rule = AccountRule(initial="notice", three_classes=False, reason="通知第三条")
        rule.set_by_id, rule.set_at = chief.id, noon
        opened.add(rule)
    made = make(chief, "曾庆云", at=noon)
    person = work.get(Person, made.person_id)
    assert person
    assert made.initial == ""
    assert (person.status, person.password_hash, person.must_change) == ("closed", "", True)
    with pytest.raises(Forbidden):
        commands.sign_in(Credentials("zengqingyun", "zengqingyun2020", "staff"), HERE, at=noon)


@pytest.mark.parametrize(
    ("name", "reading", "account", "kept"),
    [
        ("覃小雨", "tanxiaoyu", "tanxiaoyu", "tanxiaoyu"),
        ("覃小雨", " QinXiaoYu ", "qinxiaoyu", "qinxiaoyu"),
        ("王芳", "wangfang", "wangfang", ""),
        ("王é", "wange", "wange", "wange"),
    ],
)
def test_a_doubtful_name_is_read_as_a_person_says(
    work: Session, chief: Actor, noon: datetime, name: str, reading: str, account: str, kept: str
) -> None:
    person = work.get(Person, make(chief, name, reading=reading, at=noon).person_id)
    assert person
    assert (person.account, person.reading) == (account, kept)


@pytest.mark.parametrize(
    ("name", "reading", "field"),
    [
        ("覃小雨", "", "reading"),
        ("王é", "", "reading"),
        ("覃小雨", "tán xiǎoyǔ", "reading"),
        ("王芳", "wangfang2020", "reading"),
        ("芳", "fang", "name"),
    ],
)
def test_nobody_guesses_a_doubtful_name(
    work: Session, chief: Actor, noon: datetime, name: str, reading: str, field: str
) -> None:
    with pytest.raises(Invalid) as said:
        make(chief, name, reading=reading, at=noon)
    assert list(said.value.fields) == [field]
    assert work.scalars(select(UsedAccount.account)).all() == ["ningyuanshan"]


def test_homonyms_are_told_apart_and_a_leaver_s_account_is_not_given_again(
    work: Session, chief: Actor, noon: datetime
) -> None:
    first = make(chief, "王芳", "13800008000", at=noon)
    leaver = work.get(Person, first.person_id)
    assert leaver
    leaver.status, leaver.account = "disabled", None
    work.commit()
    assert make(chief, "王方", "13900008000", at=noon).account == "wangfang8000"
    assert make(chief, "汪方", "13700008000", at=noon).account == "wangfang8000-2"
