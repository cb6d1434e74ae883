"""Accounts of the staff, made from a name: the account, the first password, the one rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import vault
from app.errors import Invalid
from app.identity import audit, naming, passwords, posts, rules
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


def open_account(work: Session, given: NewStaff, actor: Actor, *, at: datetime) -> OpenedAccount:
    """Make an account within the caller's transaction; whether the actor may, the caller asked.

    Raises Invalid where the name can be read in several ways, or in none, and nobody said how.
    """
    reading = _reading(given)
    account = naming.free(work, reading or naming.propose(given.name).account, given.phone)
    by_notice = rules.current(work).by_notice
    initial = "" if by_notice else passwords.one_time_password()
    person = Person(
        name=without(given.name).strip(),
        account=account,
        reading=reading,
        staff=True,
        phone=vault.seal(given.phone),
        phone_index=vault.blind(given.phone) or None,
        password_hash=passwords.once(initial) if initial else "",
        must_change=True,
        initial_until=at + SHEET_LASTS if initial else None,
        status="closed" if by_notice else "active",
        created_at=at,
    )
    work.add(person)
    work.flush()
    naming.keep(work, account, person.id, at=at)
    posts.give(work, person.id, Post(given.unit_id, given.role, given.position), at)
    deed = audit.Deed("account_opened", actor.id, f"person:{person.id}", address=actor.address)
    audit.record(work, deed, at=at)
    return OpenedAccount(person.id, account, initial)


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
