"""Everybody in the sample: invented, and admitted by the same commands as real people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app.db import session
from app.identity import commands, passwords, queries, sms
from app.identity.actor import Actor
from app.identity.commands import NewPerson, Post, Registration
from app.identity.models import Unit
from app.identity.permissions import POSITIONS, ROLES
from app.identity.sessions import Visit
from app.smallworks.sample.days import Days

CITY = "4205"
FIRST_ROLES = ("platform_admin", "unit_admin")
"""What the first-run page makes of whoever comes first."""
_HERE = Path(__file__).parent
_VISIT = Visit("127.0.0.1", "sample")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody invented: `unit` is a division code, with `:industry` behind it for a department."""

    account: str
    password: str
    name: str
    unit: str = ""
    roles: tuple[str, ...] = ()
    position: str = ""
    key: str = ""  # of the public

    @property
    def role_words(self) -> str:
        """The roles as officials call them; none for the public."""
        return "、".join(ROLES[role] for role in self.roles)

    @property
    def position_words(self) -> str:
        """The position as officials call it."""
        return POSITIONS.get(self.position, "")


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody admitted: staff by post, the public by key."""

    posts: Mapping[tuple[str, str], str]
    public: Mapping[str, str]

    def post(self, unit: str, word: str, at: datetime) -> Actor:
        """Who holds a role or position in a unit."""
        return queries.actor_for(self.posts[unit, word], at)

    def applicant(self, key: str, at: datetime) -> Actor:
        """A member of the public."""
        return queries.actor_for(self.public[key], at)


def invent() -> tuple[Member, ...]:
    """Everybody, the first administrator first, each with a password that only this store has."""
    read = json.loads((_HERE / "people.json").read_text("utf-8"))
    first = Member(
        read["first"]["account"], _password(), read["first"]["name"], CITY, FIRST_ROLES
    )  # fmt: skip
    staff = [
        Member(
            one["account"], _password(), one["name"], one["unit"],
            tuple(filter(None, [one.get("role")])), one.get("position", ""),
        )
        for one in read["staff"]
    ]  # fmt: skip
    public = [
        Member(one["phone"], _password(), one["name"], key=one["key"]) for one in read["public"]
    ]
    return (first, *staff, *public)


def _password() -> str:
    return passwords.one_time_password()


def admit(members: tuple[Member, ...], days: Days) -> Cast:
    """Make the first administrator, who adds the staff; the public registers by phone."""
    first, *others = members
    at = days.moment(28, "09:00")
    code = commands.issue_first_run_code(at=at)
    given = NewPerson(first.name, first.account, password=first.password)
    chief = queries.actor_for(commands.first_run(code, given, _VISIT, at=at).person_id, at)
    posts: dict[tuple[str, str], str] = {}
    for member in (one for one in others if not one.key):
        person_id = _add(chief, member, days.moment(28, "10:00"))
        posts.setdefault((member.unit, "".join(member.roles) or member.position), person_id)
    signed_up = (one for one in others if one.key)
    moment = days.moment(27, "20:00")
    return Cast(posts, {one.key: _register(one, moment) for one in signed_up})


def _add(chief: Actor, member: Member, at: datetime) -> str:
    post = Post(unit_of(member.unit).id, "".join(member.roles), member.position)
    given = NewPerson(member.name, member.account, (post,), password=member.password)
    return commands.create_person(chief, given, at=at).person_id


def unit_of(code: str) -> Unit:
    """The government of a division, or, `420502:housing`, its department."""
    division, _, industry = code.partition(":")
    found = select(Unit).where(Unit.division_code == division, Unit.kind == "government")
    government = session().scalars(found).one()
    if not industry:
        return government
    beneath = select(Unit).where(Unit.parent_id == government.id, Unit.industry == industry)
    return session().scalars(beneath).one()


class _Phone:
    """Stands in for the text-message operator while the public registers."""

    text = ""

    def send(self, phone: str, text: str) -> None:
        self.text = text

    @property
    def code(self) -> str:
        return "".join(sign for sign in self.text.split("，")[0] if sign.isdigit())


def _register(member: Member, at: datetime) -> str:
    phone = _Phone()
    before = sms.use(phone)
    try:
        commands.request_code("register", member.account, _VISIT, at=at)
    finally:
        sms.use(before)
    given = Registration(member.account, phone.code, member.password, member.name)
    return commands.register_public(given, _VISIT, at=at).person_id
