"""Members of the public as accounts: found by their telephone, or made before they ever came."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.db import insert_if_new, new_id
from app.errors import Conflict, Invalid
from app.identity import passwords, throttle
from app.identity.models import Person

NO_SMS = "短信暂时发送不出去，请稍后再试"
WRONG_CODE = "验证码不正确或已过期，请核对短信，或重新获取"
_PHONE = re.compile(r"1[3-9]\d{9}")


def checked_phone(phone: str) -> str:
    """The number without spaces and country code. Raises Invalid for what is no mobile number."""
    bare = "".join(phone.split()).removeprefix("+86")
    if not _PHONE.fullmatch(bare):
        raise Invalid(passwords.CORRECT, {"phone": "请填写11位手机号"})
    return bare


def by_phone(work: Session, phone: str) -> Person | None:
    """The member of the public who has this number."""
    known = Person.phone_index.in_(vault.blinds(phone))
    return work.scalar(select(Person).where(known, ~Person.staff))


def add(work: Session, name: str, phone: str, stored: str, *, at: datetime) -> Person:
    """A new account with a number that was proved, and a password."""
    person = Person(name=name, staff=False, password_hash=stored, created_at=at)
    person.phone, person.phone_index = vault.seal(phone), vault.blind(phone)
    work.add(person)
    work.flush()
    return person


def unclaimed(person: Person) -> bool:
    """Whether we made the account ourselves and its owner has not set a password yet."""
    return not person.password_hash and person.status == "active"


def count_code(work: Session, phone: str, address: str, *, at: datetime) -> None:
    """Count a code that is about to be sent to a number. Raises Conflict where there are many."""
    target = throttle.subject_of("code", phone)
    source = throttle.subject_of("code-address", address)
    hour = throttle.ADDRESS_WINDOW
    if (
        throttle.often(work, target, 1, timedelta(minutes=1), at=at)
        or throttle.often(work, target, 5, hour, at=at)
        or throttle.often(work, source, throttle.ADDRESS_TRIES, hour, at=at)
    ):
        raise Conflict("获取验证码过于频繁，请稍后再试")
    throttle.note(work, (target, source), at=at)


def person_by_phone(work: Session, phone: str, name: str, *, at: datetime) -> Person:
    """Whoever of the public has this number, or a new account for them, without a password.

    Nobody signs in to such an account but with a code sent to the number; registering or asking
    for a new password makes it whole. Raises Invalid for what is no mobile number.
    """
    phone = checked_phone(phone)
    found = by_phone(work, phone)
    if found is not None:
        return found
    row = insert_if_new(work, Person).values(
        id=new_id(), name=name[:60], staff=False, created_at=at,
        phone=vault.seal(phone), phone_index=vault.blind(phone),
    )  # fmt: skip
    work.execute(row)
    made = by_phone(work, phone)
    if made is None:
        raise RuntimeError("the account just made is not there")
    return made
