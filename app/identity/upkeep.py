"""What of signing in is forgotten after a time: failed tries, codes, sessions that have ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from app.identity import throttle
from app.identity.account_models import (
    AccountChange,
    PasswordMemory,
    PersonLink,
    SecondFactor,
    UsedAccount,
)
from app.identity.models import Attempt, OneTimeCode, SignIn

CODES_KEPT = timedelta(days=7)
UNPROVED = timedelta(days=1)
"""A second factor whose first code never came."""


def forget_old(work: Session, at: datetime) -> None:
    """Drop what counts for nothing any more; nothing of it is part of a record."""
    work.execute(delete(Attempt).where(Attempt.at <= at - throttle.REMEMBERED))
    over = or_(OneTimeCode.ends_at <= at - CODES_KEPT, OneTimeCode.used_at <= at - CODES_KEPT)
    work.execute(delete(OneTimeCode).where(over))
    work.execute(delete(SignIn).where(SignIn.ends_at <= at))
    unproved = SecondFactor.confirmed_at.is_(None) & (SecondFactor.created_at <= at - UNPROVED)
    work.execute(delete(SecondFactor).where(unproved))


def forget_person(work: Session, person_id: str) -> None:
    """Of somebody who is erased: past passwords, second factor, links, whence they came and why.

    The account stays used, so that nobody gets it; whose it was, no row says.
    """
    used = update(UsedAccount).where(UsedAccount.person_id == person_id)
    work.execute(used.values(person_id=None))
    work.execute(delete(PasswordMemory).where(PasswordMemory.person_id == person_id))
    work.execute(delete(SecondFactor).where(SecondFactor.person_id == person_id))
    work.execute(delete(PersonLink).where(PersonLink.person_id == person_id))
    changes = update(AccountChange).where(AccountChange.person_id == person_id)
    work.execute(changes.values(reason="", address="", agent=""))
