"""Slowing down guesses: failures are counted by account and by address, and many mean a pause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import vault
from app.identity.models import Attempt

ADDRESS_WINDOW = timedelta(hours=1)
ADDRESS_TRIES = 30
REMEMBERED = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Brake:
    """So many failures within this time mean a pause as long, and twice as long each time after."""

    tries: int
    within: timedelta
    most: timedelta
    """Nobody is kept out for good: a pause is no longer than this."""


ACCOUNT = Brake(5, timedelta(minutes=15), most=timedelta(hours=8))
ADDRESS = Brake(ADDRESS_TRIES, ADDRESS_WINDOW, most=timedelta(hours=4))
"""A whole office may stand behind one address, so its pauses end sooner."""


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


def paused(work: Session, subject: str, *, at: datetime, brake: Brake = ACCOUNT) -> bool:
    """Whether an account or an address rests.

    Tries during a pause do not lengthen it, so that nobody can be kept out for good.
    """
    times = work.scalars(
        select(Attempt.at)
        .where(Attempt.subject == subject, Attempt.at > at - REMEMBERED)
        .order_by(Attempt.at, Attempt.id)
    )
    pause, until, recent = brake.within, at - REMEMBERED, list[datetime]()
    for moment in times:
        if moment < until:
            continue
        recent.append(moment)
        if len(recent) >= brake.tries and recent[-brake.tries] > moment - brake.within:
            until, pause, recent = moment + pause, min(pause * 2, brake.most), []
    return at < until


def often(work: Session, subject: str, limit: int, within: timedelta, *, at: datetime) -> bool:
    """Whether there have been `limit` tries in that time."""
    found = select(func.count()).where(Attempt.subject == subject, Attempt.at > at - within)
    return (work.scalar(found) or 0) >= limit
