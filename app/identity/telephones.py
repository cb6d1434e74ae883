"""The telephone number of a member of the staff: whose it is, and how another takes its place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import vault
from app.errors import Invalid
from app.identity import audit, changes, passwords
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.oidc import links
from app.identity.reach import may_administer

_TAKEN = "这个手机号已有工作人员在用；同一人再任一职的，请在其“职务”页增加"
_NOT_THEIRS = "这个手机号不能登记，请由上级管理员核对办理"
_LOCK = 7_365_202  # any number, as long as nothing else takes the same advisory lock


def in_turn(work: Session) -> None:
    """From asking whose a number is to the commit, nobody else gives one out.

    No index says that a number is the staff's once: a citizen may have it too. On SQLite whoever
    writes is alone anyway.
    """
    if work.get_bind().dialect.name == "postgresql":
        work.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def refuse_taken(work: Session, actor: Actor, phone: str, mine: str = "") -> None:
    """Raises Invalid where another member of the staff signs in by this number.

    Whether it is somebody's is told only to those who keep that account.
    """
    in_turn(work)
    known = select(Person).where(Person.staff, Person.phone_index.in_(vault.blinds(phone)))
    found = work.scalars(known.where(Person.id != mine).limit(1)).first()
    if found is not None:
        theirs = found.id == actor.id or may_administer(work, actor, found, "people:create")
        raise Invalid(passwords.CORRECT, {"phone": _TAKEN if theirs else _NOT_THEIRS})


def put(work: Session, actor: Actor, person: Person, phone: str, why: str, *, at: datetime) -> None:
    """Write a number down, and that it was; neither record holds the number itself."""
    person.phone, person.phone_index = vault.seal(phone), vault.blind(phone)
    links.cut(work, person.id)
    changes.note(work, person.id, changes.PHONE_CHANGED, actor.id, at=at).reason = why
    deed = audit.Deed("phone_changed", actor.id, f"person:{person.id}", "", actor.address)
    audit.record(work, deed, at=at)
