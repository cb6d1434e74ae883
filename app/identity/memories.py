"""Passwords that somebody had before: the last few may not come back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.identity import passwords
from app.identity.account_models import PasswordMemory

LAST = 5
"""The one in use counts among them."""


def repeats(work: Session, person_id: str, password: str) -> bool:
    """Whether it was one of their last. Slow, so before the store is locked."""
    found = select(PasswordMemory.password_hash).where(PasswordMemory.person_id == person_id)
    newest = work.scalars(found.order_by(PasswordMemory.id.desc()).limit(LAST - 1)).all()
    return any(passwords.matches(stored, password) for stored in newest)


def remember(work: Session, person_id: str, stored: str, *, at: datetime) -> None:
    """Keep a password that is about to be replaced; a one-time password was nobody's choice."""
    if not stored or passwords.is_one_time(stored):
        return
    kept = select(PasswordMemory.id).where(PasswordMemory.person_id == person_id)
    newest = work.scalars(kept.order_by(PasswordMemory.id.desc()).limit(LAST - 2)).all()
    older = (PasswordMemory.person_id == person_id) & PasswordMemory.id.not_in(newest)
    work.execute(delete(PasswordMemory).where(older))
    work.add(PasswordMemory(person_id=person_id, password_hash=stored, at=at))
