"""Sessions kept by the server: the token outside, its hash inside, an idle and a last end."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.identity.models import SignIn
from app.identity.queries import Signed, signed

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
HALF = timedelta(minutes=10)
"""How long somebody may take between the password and the code of the second factor."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a request came from."""

    address: str = ""
    agent: str = ""
    session_id: str = ""
    """The session that the browser has already; it ends when another one opens."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened: the only moment at which its token is known."""

    token: str
    person_id: str
    must_change: bool
    ends_at: datetime
    factor_due: bool = False
    """Whether it opens nothing until the second factor is proved."""


def key_of(token: str) -> str:
    """The id under which a token's session is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def live(token: str, kind: str, at: datetime) -> Signed | None:
    """The session of this token, unless it ended or (in a browser) was left idle."""
    found = signed(key_of(token), at)
    if found is None or found.kind != kind:
        return None
    return None if kind == "web" and at - found.seen_at >= IDLE else found


def stale(found: Signed, at: datetime) -> bool:
    """Whether it is time to note that the session is still in use."""
    return at - found.seen_at >= TOUCH_EVERY


def open_one(
    work: Session, person_id: str, kind: str, visit: Visit, *, at: datetime, half: bool = False
) -> str:
    """Add a session row and return its token. Sessions that have ended go on the way.

    Half a session opens nothing but the page that asks for the second factor.
    """
    token = secrets.token_urlsafe(32)
    over = (SignIn.person_id == person_id) & (SignIn.ends_at <= at)
    work.execute(delete(SignIn).where(over | (SignIn.id == visit.session_id)))
    work.add(
        SignIn(
            id=key_of(token),
            person_id=person_id,
            kind=kind,
            created_at=at,
            seen_at=at,
            ends_at=at + (HALF if half else ABSOLUTE),
            address=visit.address[:45],
            agent=visit.agent[:200],
            csrf=secrets.token_urlsafe(32),
            factor_due=half,
        )
    )
    return token


def end_all(work: Session, person_id: str, *, but: str = "") -> None:
    """End every session of a person, programs too; `but` is the id of one to keep."""
    work.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != but))
