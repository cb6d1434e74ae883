"""Members of the staff: the first administrator, and those whom administrators add."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import vault
from app.db import transaction
from app.errors import Conflict, Invalid, NotFound
from app.identity import audit, codes, naming, passwords, posts, sessions
from app.identity.actor import Actor
from app.identity.commands.passwords import INITIAL_LASTS
from app.identity.models import Person
from app.identity.passwords import Owner
from app.identity.posts import Post
from app.identity.queries import staff_exist
from app.identity.sessions import Opened, Visit
from app.identity.units import city
from app.unseen import without

FIRST_RUN_LASTS = timedelta(hours=24)
_ACCOUNT = re.compile(r"[a-z][a-z0-9._-]{1,59}")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A member of staff to be added. Without a password they get a random one for one sign-in."""

    name: str
    account: str
    posts: tuple[Post, ...] = field(default=())
    phone: str = ""
    email: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """Somebody just added, and the password to hand over: the only moment at which it is known."""

    person_id: str
    password: str


def issue_first_run_code(*, at: datetime) -> str:
    """The code that `run` prints and the first-run page asks for. Conflict once there is staff."""
    code = passwords.one_time_password()
    with transaction() as work:
        if staff_exist():
            raise Conflict("系统已有工作人员账号，不再需要首次运行验证码")
        codes.issue(work, "first_run", "", code, ends_at=at + FIRST_RUN_LASTS, at=at)
    return code


def first_run(code: str, given: NewPerson, visit: Visit, *, at: datetime) -> Opened:
    """Make the first platform administrator, also the city's 系统后台管理员; sign them in."""
    _check(given)
    passwords.check_choice(given.password, Owner(given.name, given.account, given.phone))
    stored = passwords.hashed(given.password)
    with transaction() as work:
        if staff_exist():
            raise NotFound
        if codes.spend(work, "first_run", "", code, at=at):
            person = _add(work, given, stored, at=at)
            for role in ("platform_admin", "unit_admin"):
                posts.give(work, person.id, Post(city(work).id, role), at)
            token = sessions.open_one(work, person.id, "web", visit, at=at)
            audit.record(work, audit.Deed("first_run", person.id, address=visit.address), at=at)
            return Opened(token, person.id, must_change=False, ends_at=at + sessions.ABSOLUTE)
    message = "首次运行验证码不正确或已失效，请查看启动窗口；输错5次后须重新启动以取得新码"
    raise Invalid(passwords.CORRECT, {"code": message})


def create_person(actor: Actor, given: NewPerson, *, at: datetime) -> Added:
    """Add a member of staff to units within reach."""
    _check(given)
    if given.password:
        passwords.check_choice(given.password, Owner(given.name, given.account, given.phone))
    password = given.password or passwords.one_time_password()
    stored = passwords.hashed(password)
    with transaction() as work:
        for post in given.posts:
            posts.check(work, actor, post)
        person = _add(work, given, stored, at=at)
        if not given.password:
            person.must_change, person.initial_until = True, at + INITIAL_LASTS
        for post in given.posts:
            posts.give(work, person.id, post, at)
        deed = audit.Deed("person_created", actor.id, f"person:{person.id}", address=actor.address)
        audit.record(work, deed, at=at)
    return Added(person.id, password)


def _check(given: NewPerson) -> None:
    faults = {}
    if not 2 <= len(without(given.name).strip()) <= 60:
        faults["name"] = "请填写姓名（2至60个字）"
    if not _ACCOUNT.fullmatch(given.account):
        faults["account"] = "账号应以小写字母开头，只含小写字母、数字和 . _ -,2至60个字符"
    if faults:
        raise Invalid(passwords.CORRECT, faults)


def _add(work: Session, given: NewPerson, stored: str, *, at: datetime) -> Person:
    person = Person(
        name=without(given.name).strip(),
        account=given.account,
        staff=True,
        phone=vault.seal(given.phone),
        phone_index=vault.blind(given.phone) or None,
        email=vault.seal(given.email),
        password_hash=stored,
        created_at=at,
    )
    work.add(person)
    work.flush()
    naming.keep(work, given.account, person.id, at=at)
    return person
