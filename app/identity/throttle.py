"""Slowing down guesses: failures are counted by account and by address, and many mean a pause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import vault
from app.identity.models import Attempt

WINDOW = timedelta(minutes=15)
TRIES = 5
ADDRESS_WINDOW = timedelta(hours=1)
ADDRESS_TRIES = 30
REMEMBERED = timedelta(hours=24)


def subject_of(kind: str, value: str) -> str:
    """How a counted thing is stored: blind, since what people type is often personal."""
    return f"{kind}:{vault.blind(value)}"


def note(work: Session, subjects: Iterable[str], *, at: datetime) -> None:
    """Write a failed (or a costly) try down under each of its subjects; forget old ones."""
    wanted = list(subjects)
    work.execute(delete(Attempt).where(Attempt.subject.in_(wanted), Attempt.at <= at - REMEMBERED))
    work.add_all(Attempt(subject=subject, at=at) for subject in wanted)


def forgive(work: Session, subject: str) -> None:
    """Somebody got in: their account starts afresh."""
    work.execute(delete(Attempt).where(Attempt.subject == subject))


def paused(work: Session, subject: str, *, at: datetime) -> bool:
    """Whether an account rests: 15 minutes after 5 failures in 15, then twice as long each time.

    Tries during a pause do not lengthen it, so that nobody can be kept out for good.
    """
    times = work.scalars(
        select(Attempt.at)
        .where(Attempt.subject == subject, Attempt.at > at - REMEMBERED)
        .order_by(Attempt.at, Attempt.id)
    )
    pause, until, recent = WINDOW, at - REMEMBERED, list[datetime]()
    for moment in times:
        if moment < until:
            continue
        recent.append(moment)
        if len(recent) >= TRIES and recent[-TRIES] > moment - WINDOW:
            until, pause, recent = moment + pause, pause * 2, []
    return at < until


def flooded(work: Session, subject: str, *, at: datetime) -> bool:
    """Whether 30 failures came from one address in the last hour."""
    return often(work, subject, ADDRESS_TRIES, ADDRESS_WINDOW, at=at)


def often(work: Session, subject: str, limit: int, within: timedelta, *, at: datetime) -> bool:
    """Whether there have been `limit` tries in that time."""
    found = select(func.count()).where(Attempt.subject == subject, Attempt.at > at - within)
    return (work.scalar(found) or 0) >= limit
