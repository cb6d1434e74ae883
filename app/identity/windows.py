"""The window of a batch: when the first password of the notice works, and what shuts it.

Whoever knows the notice and a name knows that password, one guess for each account. So it works
for a time only, beside a printed code, and few mistakes end it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import audit, changes, codes, naming, passwords, rules, sessions, throttle
from app.identity.account_models import AccountBatch
from app.identity.models import Person

LASTS = timedelta(hours=72)
TRIES = 3
ALARM_TRIES, ALARM_WITHIN = 10, timedelta(minutes=10)
PURPOSE = "first_sign_in"
BY_HAND, ALARM, BY_RULE = "by_hand", "alarm", "rule"
_EVERYWHERE = "first-sign-in:"
_OVERLAP = timedelta(seconds=1)  # so that a try in the moment of opening counts

alarms: list[Callable[[Session, Sequence[AccountBatch], datetime], None]] = []
"""Who tells people that all windows were shut; filled by the room that knows notices."""


def open_for(work: Session, person: Person, *, at: datetime) -> AccountBatch | None:
    """The open batch of somebody who never had a password of their own; None for all others."""
    never = person.staff and not person.password_hash and person.status != "disabled"
    if not never or person.batch_id is None:
        return None
    batch = work.get(AccountBatch, person.batch_id, populate_existing=True)
    if batch is None or not is_open(batch, at):
        return None
    return batch if rules.current(work).by_notice else None


def is_open(batch: AccountBatch, at: datetime) -> bool:
    """Whether the time of a batch runs."""
    return batch.closed_at is None and batch.opens_at <= at < batch.closes_at


def initial(person: Person) -> str:
    """What the notice says: the plain pinyin and 2020. Derived, never stored."""
    return naming.spelled(person.name, person.reading) + passwords.NOTICE_ENDING


def is_initial(person: Person, password: str) -> bool:
    """Whether this is it."""
    return hmac.compare_digest(initial(person).encode(), password.strip().encode())


def fits(work: Session, person: Person, password: str, code: str, *, at: datetime) -> bool:
    """Whether both are right. The code stays good until the password is changed."""
    return is_initial(person, password) and codes.fits(work, PURPOSE, person.id, code, at=at)


def count_failure(
    work: Session, person: Person, batch: AccountBatch, account: str, *, at: datetime
) -> None:
    """After a wrong first sign-in: three shut the account, many anywhere shut every window."""
    everywhere = throttle.subject_of("first", _EVERYWHERE)
    throttle.note(work, (everywhere,), at=at)
    since = at - batch.opens_at + _OVERLAP
    if throttle.often(work, account, TRIES, since, at=at):
        _shut_account(work, person, at)
    if throttle.often(work, everywhere, ALARM_TRIES + 1, ALARM_WITHIN, at=at):
        shut_all(work, ALARM, at=at)


def _shut_account(work: Session, person: Person, at: datetime) -> None:
    person.status, person.batch_id = "closed", None
    codes.void(work, PURPOSE, person.id, at=at)
    sessions.end_all(work, person.id)
    changes.note(work, person.id, changes.SHUT, None, at=at)
    audit.record(work, audit.Deed("account_shut", None, f"person:{person.id}"), at=at)


def shut_all(work: Session, why: str, *, at: datetime) -> None:
    """Close every open window of the whole store; on an alarm, somebody is told."""
    running = select(AccountBatch).where(
        AccountBatch.closed_at.is_(None), AccountBatch.closes_at > at
    )
    batches = work.scalars(running.order_by(AccountBatch.id).with_for_update()).all()
    for batch in batches:
        batch.closed_at, batch.closed_why = at, why
    if not batches:
        return
    audit.record(work, audit.Deed("batches_shut", detail=f"{why} {len(batches)}"), at=at)
    for tell in alarms if why == ALARM else ():
        tell(work, batches, at)
