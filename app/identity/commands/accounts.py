"""Accounts of the staff, made from a name: the account, the first password, the one rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import vault
from app.db import new_id
from app.errors import Invalid
from app.identity import naming, passwords, posts, rules
from app.identity.account_models import UsedAccount
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.posts import Post
from app.unseen import without

SHEET_LASTS = timedelta(days=14)
"""How long a random first password on an account sheet (账号发放表) lets its owner in."""


@dataclass(frozen=True, slots=True)
class NewStaff:
    """Somebody to be taken into the books. `reading` is the pinyin that a person chose."""

    name: str
    unit_id: str
    phone: str = ""
    reading: str = ""
    role: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """An account just made. `initial` is known at this moment only; by the notice there is none
    to tell: the account stays closed until somebody opens a batch, which prints the codes.
    """

    person_id: str
    account: str
    initial: str


BY_HAND = "新增人员"


def open_account(work: Session, given: NewStaff, actor: Actor, *, at: datetime) -> OpenedAccount:
    """Make an account within the caller's transaction; whether the actor may, the caller asked.

    Raises Invalid where the name can be read in several ways, or in none, and nobody said how.
    """
    return open_accounts(work, [given], actor, BY_HAND, at=at)[0]


def open_accounts(
    work: Session, given: Sequence[NewStaff], actor: Actor, why: str, *, at: datetime
) -> list[OpenedAccount]:
    """Make many accounts in a few statements: thousands come in one import, under one lock."""
    if not given:
        return []
    readings = [_reading(one) for one in given]
    spelled = [naming.spelled(one.name, said) for one, said in zip(given, readings, strict=True)]
    wanted = [(word, one.phone) for word, one in zip(spelled, given, strict=True)]
    names = naming.free_all(work, wanted)
    by_notice = rules.current(work).by_notice
    made = [
        OpenedAccount(new_id(), name, "" if by_notice else passwords.one_time_password())
        for name in names
    ]
    rows = [
        _row(one, said, account, at)
        for one, said, account in zip(given, readings, made, strict=True)
    ]
    work.execute(insert(Person), rows)
    used = [{"account": one.account, "person_id": one.person_id, "at": at} for one in made]
    work.execute(insert(UsedAccount), used)
    grants = [
        posts.give(work, account.person_id, Post(one.unit_id, one.role, one.position), at)
        for one, account in zip(given, made, strict=True)
    ]
    posts.tell_opened(work, actor, grants, why, at=at)
    return made


def _row(given: NewStaff, reading: str, made: OpenedAccount, at: datetime) -> dict[str, object]:
    return {
        "id": made.person_id,
        "name": without(given.name).strip(),
        "account": made.account,
        "reading": reading,
        "staff": True,
        "phone": vault.seal(given.phone),
        "phone_index": vault.blind(given.phone) or None,
        "password_hash": passwords.once(made.initial) if made.initial else "",
        "must_change": True,
        "initial_until": at + SHEET_LASTS if made.initial else None,
        "status": "active" if made.initial else "closed",
        "created_at": at,
    }


def _reading(given: NewStaff) -> str:
    """The pinyin that was chosen; empty where there was nothing to choose."""
    if not 2 <= len(without(given.name).strip()) <= 60:
        raise Invalid(passwords.CORRECT, {"name": "请填写姓名（2至60个字）"})
    proposal, chosen = naming.propose(given.name), given.reading.strip().lower()
    if chosen and not naming.readable(chosen):
        raise Invalid(passwords.CORRECT, {"reading": "姓名全拼只能是小写字母，不带声调和空格"})
    if not chosen and proposal.doubtful:
        raise Invalid(passwords.CORRECT, {"reading": f"请核对“{given.name}”的读音，选定姓名全拼"})
    return "" if chosen == proposal.account and not proposal.doubtful else chosen
