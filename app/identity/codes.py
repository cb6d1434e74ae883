"""One-time codes: made, sent or printed, spent once, and tried at most five times."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import vault
from app.db import new_id
from app.identity.models import OneTimeCode

LASTS = timedelta(minutes=10)
TRIES = 5


def digits() -> str:
    """Six digits, for a telephone."""
    return f"{secrets.randbelow(1_000_000):06d}"


def issue(
    work: Session, purpose: str, subject: str, code: str, *, ends_at: datetime, at: datetime
) -> None:
    """Keep the hash of a new code; the older ones for the same purpose and subject are void."""
    void(work, purpose, subject, at=at)
    row = OneTimeCode(id=new_id(), purpose=purpose, subject=subject, created_at=at, ends_at=ends_at)
    row.code_hash = vault.blind(_told(row.id, code))
    work.add(row)


def void(work: Session, purpose: str, subject: str, *, at: datetime) -> None:
    """None of the codes for this purpose and subject counts any more."""
    older = update(OneTimeCode).where(
        OneTimeCode.purpose == purpose,
        OneTimeCode.subject == subject,
        OneTimeCode.used_at.is_(None),
    )
    work.execute(older.values(used_at=at))


def spend(work: Session, purpose: str, subject: str, code: str, *, at: datetime) -> bool:
    """Whether this is the code issued. Counts as a try: commit whatever the answer."""
    found = _found(work, purpose, subject, code, at)
    if found is None:
        return False
    found.used_at = at
    return True


def fits(work: Session, purpose: str, subject: str, code: str, *, at: datetime) -> bool:
    """The same, but a right code stays good: it is void when what it is for is done."""
    found = _found(work, purpose, subject, code, at)
    if found is None:
        return False
    found.tries -= 1
    return True


def once(work: Session, purpose: str, subject: str, *, ends_at: datetime, at: datetime) -> bool:
    """Whether this, which no code belongs to, comes for the first time; remembered till then.

    The caller holds a lock under which the same cannot come twice at once.
    """
    seen = select(OneTimeCode.id).where(
        OneTimeCode.purpose == purpose, OneTimeCode.subject == subject
    )
    if work.scalars(seen.limit(1)).first() is not None:
        return False
    row = OneTimeCode(purpose=purpose, subject=subject, code_hash="", used_at=at)
    row.created_at, row.ends_at = at, ends_at
    work.add(row)
    return True


def _found(
    work: Session, purpose: str, subject: str, code: str, at: datetime
) -> OneTimeCode | None:
    found = work.scalars(
        select(OneTimeCode)
        .where(OneTimeCode.purpose == purpose, OneTimeCode.subject == subject)
        .where(OneTimeCode.used_at.is_(None), OneTimeCode.ends_at > at, OneTimeCode.tries < TRIES)
        .with_for_update()
    ).first()
    if found is None:
        return None
    found.tries += 1
    right = vault.blinds(_told(found.id, code.strip()))
    return found if any(hmac.compare_digest(found.code_hash, one) for one in right) else None


def _told(code_id: str, code: str) -> str:
    """What is kept blind: six digits could be tried out from a stolen store otherwise."""
    return f"{code_id}:{code}"
