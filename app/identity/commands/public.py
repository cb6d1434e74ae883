"""Members of the public: codes by text message, registering, finding a way back in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import vault
from app.db import named_conflicts, session, transaction
from app.errors import Conflict, Invalid
from app.identity import audit, codes, passwords, public, sessions, sms, throttle
from app.identity.models import Person
from app.identity.passwords import Owner
from app.identity.sessions import Opened, Visit
from app.unseen import without

PURPOSES = {"register": "注册", "recover": "找回密码", "lookup": "办件查询", "erase": "注销账号"}
_TAKEN = "该手机号已经注册，请直接登录；忘记密码的请用“找回密码”"
named_conflicts["uq_people_public_phone"] = _TAKEN
named_conflicts["people.phone_index"] = _TAKEN  # how SQLite names the same index


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody gives who registers, or who sets a new password (then without a name)."""

    phone: str
    code: str
    password: str
    name: str = ""


def request_code(purpose: str, phone: str, visit: Visit, *, at: datetime) -> None:
    """Send a code to a telephone. The page says the same whether it is registered or not."""
    phone = public.checked_phone(phone)
    code, known = codes.digits(), _known(purpose, phone)
    with transaction() as work:
        public.count_code(work, phone, visit.address, at=at)
        if known != (purpose == "register"):
            ends_at = at + codes.LASTS
            codes.issue(work, purpose, vault.blind(phone), code, ends_at=ends_at, at=at)
    try:
        sms.send(phone, _message(purpose, code, known))
    except OSError as down:
        raise Conflict(public.NO_SMS) from down


def _known(purpose: str, phone: str) -> bool:
    """Whether the number has an account; to register, one with a password of its owner's."""
    person = public.by_phone(session(), phone)
    return person is not None and (purpose != "register" or not public.unclaimed(person))


def _message(purpose: str, code: str, known: bool) -> str:
    if purpose == "register" and known:
        return f"【安管】{_TAKEN}。"
    if purpose != "register" and not known:
        return "【安管】该手机号尚未注册，请先注册。如非本人操作请忽略。"
    return f"【安管】验证码{code}，用于{PURPOSES[purpose]}，10分钟内有效。请勿告诉他人。"


def register_public(given: Registration, visit: Visit, *, at: datetime) -> Opened:
    """Make an account for whoever holds the telephone, and sign them in."""
    phone, name = public.checked_phone(given.phone), " ".join(without(given.name).split())
    if not 2 <= len(name) <= 60:
        raise Invalid(passwords.CORRECT, {"name": "请填写本人姓名（2至60个字）"})
    passwords.check_choice(given.password, Owner(name, phone=phone))
    stored = passwords.hashed(given.password)
    with transaction() as work:
        if codes.spend(work, "register", vault.blind(phone), given.code, at=at):
            person = public.by_phone(work, phone)
            if person is not None and public.unclaimed(person):
                person.name, person.password_hash = name, stored
            elif person is not None:
                raise Conflict(_TAKEN)
            else:  # of two at once, the unique index says so
                person = public.add(work, name, phone, stored, at=at)
            return _enter(work, person, "registered", visit, at=at)
    raise Invalid(passwords.CORRECT, {"code": public.WRONG_CODE})


def recover_password(given: Registration, visit: Visit, *, at: datetime) -> Opened:
    """Set a new password for whoever holds the telephone; every older session ends."""
    phone = public.checked_phone(given.phone)
    passwords.check_choice(given.password, Owner("", phone=phone))
    stored = passwords.hashed(given.password)
    with transaction() as work:
        right = codes.spend(work, "recover", vault.blind(phone), given.code, at=at)
        person = public.by_phone(work, phone)
        if right and person and person.status == "active":
            # not before: a stranger would learn whose name belongs to the number
            passwords.check_choice(given.password, Owner(person.name, phone=phone))
            person.password_hash, person.must_change = stored, False
            sessions.end_all(work, person.id)
            throttle.forgive(work, throttle.subject_of("account", person.id))
            return _enter(work, person, "password_recovered", visit, at=at)
    raise Invalid(passwords.CORRECT, {"code": public.WRONG_CODE})


def _enter(work: Session, person: Person, verb: str, visit: Visit, *, at: datetime) -> Opened:
    token = sessions.open_one(work, person.id, "web", visit, at=at)
    audit.record(work, audit.Deed(verb, person.id, address=visit.address), at=at)
    return Opened(token, person.id, must_change=False, ends_at=at + sessions.ABSOLUTE)
