"""Signing in and out. Unknown, closed, paused and mistaken sign-ins get one and the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from app import vault
from app.db import session, transaction
from app.errors import Forbidden
from app.identity import audit, entering, factors, passwords, sessions, throttle, windows
from app.identity.account_models import AccountBatch
from app.identity.actor import Actor
from app.identity.models import Person, SignIn
from app.identity.sessions import Opened, Visit

REFUSED = (
    "账号或密码不正确。连续输错5次须等待15分钟以上；"
    "忘记密码的，群众可凭手机号找回，工作人员请联系本单位系统后台管理员"
)
FLOODED = "来自本网络的登录失败次数过多，请一小时以后再试"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was typed at a door: `staff`, `public`, or `program` (which takes both).

    `code` is the printed one of a first sign-in, or, of a program, that of the second factor.
    """

    who: str
    password: str
    door: str
    code: str = ""


def sign_in(given: Credentials, visit: Visit, *, at: datetime) -> Opened:
    """Open a session, in a browser or for a program."""
    person_id, stored = _look_up(given, visit, at)
    # slow on purpose, so before the store is locked
    fits = passwords.matches(stored, given.password)
    renewed = passwords.hashed(given.password) if fits and passwords.outdated(stored) else stored
    account = _account_subject(person_id, given.who)
    with transaction() as work:
        person = work.get(Person, person_id, with_for_update=True) if person_id else None
        # under the lock: of many guesses at once, only the first five learn anything
        rests = throttle.paused(work, account, at=at)
        window = _window(work, person, given.door, at)
        if person and window:
            fits = windows.fits(work, person, given.password, given.code, at=at)
        enters = window or (person and _may_enter(work, person, stored, given, at))
        if person and fits and enters and not rests:
            person.password_hash = renewed
            return _open(work, person, given.door, visit, at=at)
        throttle.note(work, (account, throttle.subject_of("address", visit.address)), at=at)
        audit.record(work, audit.Deed("sign_in_refused", person_id, address=visit.address), at=at)
        if person and window:
            windows.count_failure(work, person, window, account, at=at)
    raise Forbidden(REFUSED)


def _window(work: Session, person: Person | None, door: str, at: datetime) -> AccountBatch | None:
    """The window of a first sign-in by the rule of the notice; it has one door."""
    return windows.open_for(work, person, at=at) if person and door == "staff" else None


def _look_up(given: Credentials, visit: Visit, at: datetime) -> tuple[str | None, str]:
    address = throttle.subject_of("address", visit.address)
    if throttle.paused(session(), address, at=at, brake=throttle.ADDRESS):
        raise Forbidden(FLOODED)
    who = given.who.strip()
    by_phone = Person.phone_index.in_(vault.blinds(who))
    by_account = Person.account == who.lower()
    found = select(Person.id, Person.password_hash)
    if given.door == "public":
        found = found.where(by_phone, ~Person.staff)
    elif given.door == "staff":
        found = found.where(or_(by_account, by_phone), Person.staff)
    else:
        found = found.where(or_(by_account, by_phone))
    rows = session().execute(found.limit(2)).all() if who else []
    return (rows[0].id, rows[0].password_hash) if len(rows) == 1 else (None, "")


def _account_subject(person_id: str | None, typed: str) -> str:
    """One count for a person however they were named, one for each name that is nobody's."""
    return throttle.subject_of("account", person_id or typed)


def _may_enter(
    work: Session, person: Person, stored: str, given: Credentials, at: datetime
) -> bool:
    if person.status != "active" or person.password_hash != stored:
        return False
    until = person.initial_until if person.must_change else None
    if until is not None and at >= until:
        return False
    return given.door != "program" or _program_may(work, person, given.code, at)


def _program_may(work: Session, person: Person, code: str, at: datetime) -> bool:
    """A program cannot change an initial password, so it gets nothing for one."""
    if person.must_change:
        return False
    return not factors.active(work, person.id) or factors.spend(work, person.id, code, at=at)


def _open(work: Session, person: Person, door: str, visit: Visit, *, at: datetime) -> Opened:
    opened = entering.let_in(work, person, "api" if door == "program" else "web", visit, at=at)
    if not opened.factor_due:
        # before that, whoever has the password must not guess codes for ever
        throttle.forgive(work, throttle.subject_of("account", person.id))
    return opened


def sign_out(actor: Actor, session_id: str, *, at: datetime) -> None:
    """End one session of one's own: this one, or one seen in the list."""
    with transaction() as work:
        own = delete(SignIn).where(SignIn.id == session_id, SignIn.person_id == actor.id)
        ended = cast(CursorResult[None], work.execute(own))
        if ended.rowcount:
            audit.record(work, audit.Deed("signed_out", actor.id, address=actor.address), at=at)


def end_sessions(actor: Actor, keep: str, *, at: datetime) -> None:
    """End all of one's own sessions but the one in use."""
    with transaction() as work:
        sessions.end_all(work, actor.id, but=keep)
        audit.record(work, audit.Deed("ended_sessions", actor.id, address=actor.address), at=at)


def note_use(session_id: str, *, at: datetime) -> None:
    """Note that a session is still in use, so that it does not count as idle."""
    with transaction() as work:
        work.execute(update(SignIn).where(SignIn.id == session_id).values(seen_at=at))
