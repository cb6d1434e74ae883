"""Changing one's own password, and giving a member of staff a new one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import vault
from app.db import session, transaction
from app.errors import Invalid, NotFound
from app.identity import (
    audit,
    changes,
    codes,
    memories,
    passwords,
    rules,
    sessions,
    throttle,
    windows,
)
from app.identity.account_models import SecondFactor
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.oidc import links
from app.identity.passwords import Owner
from app.identity.reach import OUT_OF_REACH, kept
from app.identity.sessions import Opened, Visit

_REPEATED = "请换一个新密码，不能与最近五次用过的相同"
INITIAL_LASTS = timedelta(hours=72)
"""How long a password that somebody else has seen lets its owner in to change it."""


def change_password(actor: Actor, current: str, new: str, visit: Visit, *, at: datetime) -> Opened:
    """Take a new password, end every session, and open a fresh one."""
    known = session().get(Person, actor.id)
    if known is None:
        raise NotFound
    before = known.password_hash
    fits = passwords.matches(before, current)
    passwords.check_choice(new, _owner(known))
    repeats = new == current or (fits and memories.repeats(session(), known.id, new))
    stored, account = passwords.hashed(new), throttle.subject_of("account", actor.id)
    with transaction() as work:
        person = work.get(Person, actor.id, with_for_update=True)
        rests = throttle.paused(work, account, at=at)
        if person and windows.open_for(work, person, at=at):
            fits = windows.is_initial(person, current)  # the code was asked for at the door
        if person and fits and not rests and person.password_hash == before:
            if repeats:  # not before: it would tell guesses that are not counted
                raise Invalid(passwords.CORRECT, {"password": _REPEATED})
            throttle.forgive(work, account)
            return _renew(work, person, stored, visit, at=at)
        throttle.note(work, (account,), at=at)
        audit.record(work, audit.Deed("password_refused", actor.id, address=visit.address), at=at)
    raise Invalid(passwords.CORRECT, {"current": "原密码不正确；连续输错5次须等待15分钟以上再试"})


def _owner(person: Person) -> Owner:
    """Of the staff, the rule may ask more."""
    return Owner(
        person.name,
        person.account or "",
        vault.unseal(person.phone),
        person.reading,
        three_classes=person.staff and rules.current(session()).three_classes,
    )


def _renew(work: Session, person: Person, stored: str, visit: Visit, *, at: datetime) -> Opened:
    memories.remember(work, person.id, person.password_hash, at=at)
    codes.void(work, windows.PURPOSE, person.id, at=at)
    person.password_hash, person.must_change, person.initial_until = stored, False, None
    sessions.end_all(work, person.id)
    token = sessions.open_one(work, person.id, "web", visit, at=at)
    audit.record(work, audit.Deed("password_changed", person.id, address=visit.address), at=at)
    return Opened(token, person.id, must_change=False, ends_at=at + sessions.ABSOLUTE)


def reset_staff_password(actor: Actor, person_id: str, reason: str, *, at: datetime) -> str:
    """Give a member of staff a random password for one sign-in, returned once, never stored."""
    why, fresh = changes.reason(reason), passwords.one_time_password()
    with transaction() as work:
        person = kept(work, actor, person_id, "people:reset", OUT_OF_REACH)
        hand_out(work, person, fresh, at=at)
        changes.note(work, person.id, changes.RESET, actor.id, at=at).reason = why
        deed = audit.Deed("password_reset", actor.id, f"person:{person.id}", address=actor.address)
        audit.record(work, deed, at=at)
    return fresh


def rescue(account: str, *, at: datetime) -> str:
    """For the server's command line: a one-time password for anybody, the second factor lifted."""
    fresh = passwords.one_time_password()
    with transaction() as work:
        person = work.scalars(
            select(Person).where(Person.account == account.lower(), Person.staff).with_for_update()
        ).one_or_none()
        if person is None:
            raise NotFound(f"没有账号为“{account}”的工作人员")
        hand_out(work, person, fresh, at=at)
        work.execute(delete(SecondFactor).where(SecondFactor.person_id == person.id))
        changes.note(work, person.id, changes.RESET, None, at=at)
        audit.record(work, audit.Deed("password_rescued", None, f"person:{person.id}"), at=at)
    return fresh


def hand_out(work: Session, person: Person, fresh: str, *, at: datetime) -> None:
    """Let somebody in with a random password for 72 hours; what they had before is void."""
    memories.remember(work, person.id, person.password_hash, at=at)
    codes.void(work, windows.PURPOSE, person.id, at=at)
    person.password_hash, person.must_change = passwords.once(fresh), True
    person.initial_until, person.batch_id = at + INITIAL_LASTS, None
    if person.status == "closed":
        person.status = "active"
    sessions.end_all(work, person.id)
    links.cut(work, person.id)
    throttle.forgive(work, throttle.subject_of("account", person.id))
