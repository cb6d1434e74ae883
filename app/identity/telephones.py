"""The telephone number of a member of the staff: whose it is, and how another takes its place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.errors import Invalid
from app.identity import audit, changes, passwords
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.oidc import links

_TAKEN = "这个手机号已有工作人员在用；同一人再任一职的，请在其“职务”页增加"


def refuse_taken(work: Session, phone: str, mine: str = "") -> None:
    """Raises Invalid where another member of the staff signs in by this number."""
    known = select(Person.id).where(Person.staff, Person.phone_index.in_(vault.blinds(phone)))
    if work.scalars(known.where(Person.id != mine).limit(1)).first() is not None:
        raise Invalid(passwords.CORRECT, {"phone": _TAKEN})


def put(work: Session, actor: Actor, person: Person, phone: str, why: str, *, at: datetime) -> None:
    """Write a number down, and that it was; neither record holds the number itself."""
    person.phone, person.phone_index = vault.seal(phone), vault.blind(phone)
    links.cut(work, person.id)
    changes.note(work, person.id, changes.PHONE_CHANGED, actor.id, at=at).reason = why
    deed = audit.Deed("phone_changed", actor.id, f"person:{person.id}", "", actor.address)
    audit.record(work, deed, at=at)
