"""Letting somebody in who proved who they are, in whichever way: a session, whole or half."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity import audit, changes, factors, sessions
from app.identity.models import Person
from app.identity.sessions import Opened, Visit


def let_in(work: Session, person: Person, kind: str, visit: Visit, *, at: datetime) -> Opened:
    """Open a session; a half one in a browser where a second factor has yet to be proved."""
    if person.staff and person.account_fixed_at is None:
        _activate(work, person, visit, at)
    if kind == "web" and factors.active(work, person.id):
        token = sessions.open_one(work, person.id, kind, visit, at=at, half=True)
        return Opened(token, person.id, person.must_change, at + sessions.HALF, factor_due=True)
    token = sessions.open_one(work, person.id, kind, visit, at=at)
    deed = audit.Deed("signed_in", person.id, detail=kind, address=visit.address)
    audit.record(work, deed, at=at)
    return Opened(token, person.id, person.must_change, at + sessions.ABSOLUTE)


def _activate(work: Session, person: Person, visit: Visit, at: datetime) -> None:
    """The first time that somebody comes in: the account is theirs, and they will be reminded."""
    person.status, person.account_fixed_at = "active", at
    change = changes.note(work, person.id, changes.ACTIVATED, person.id, at=at)
    change.address, change.agent = visit.address[:45], visit.agent[:200]
    detail = f"batch:{person.batch_id}" if person.batch_id else ""
    deed = audit.Deed("activated", person.id, f"person:{person.id}", detail, visit.address)
    audit.record(work, deed, at=at)
