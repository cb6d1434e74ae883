"""Links to cases (处理链接): an address for one person and one case, opened by a texted code.

The address is random and kept only as a hash. It says what it is about and nothing of anybody, and
it ends with the case or after some days.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app import vault
from app.db import new_id
from app.errors import NotFound
from app.identity.models import Person
from app.identity.sessions import key_of
from app.workflow import texts
from app.workflow.backstage import AccessLink
from app.workflow.models import Case

GONE = "这个链接无效或已经失效，请使用最近一次收到的链接，或联系发给您链接的单位"
_settings = {"days": "30", "address": ""}


@dataclass(frozen=True, slots=True)
class Door:
    """What a stranger who has the address may see."""

    number: str
    matter: str  # the process, in words
    phone: str  # masked
    case_id: str
    person_id: str


def set_up(public_url: str, days: int) -> None:
    """Where links point to, and how long they last. Called once, by create_app."""
    _settings.update(days=str(days), address=public_url)


def offer(work: Session, person: Person, case: Case, *, at: datetime) -> str:
    """A new address, `/l/<token>`, by which a member of the public comes to a case of theirs.

    They must be able to read the case: its applicant or addressee, or the work's owner.
    """
    return _path(_made(work, person, case, at)[1])


def send(work: Session, person: Person, case: Case, *, at: datetime) -> str:
    """The same, and a text message with it."""
    link, token = _made(work, person, case, at)
    path = _path(token)
    what = f"您有一件{case.version.title}（{case.number}）需要办理"
    words = f"{what}，请打开 {_settings['address']}{path}"
    texts.text(work, person, words, (case.id, f"link:{link.id}"), at=at)
    return path


def read(work: Session, token: str, *, at: datetime) -> Door:
    """What a link is about. Raises NotFound, in one way, for any that does not open."""
    link, person, case = found(work, token, at=at)
    phone = vault.mask(vault.unseal(person.phone))
    return Door(case.number, case.version.title, phone, case.id, link.person_id)


def found(work: Session, token: str, *, at: datetime) -> tuple[AccessLink, Person, Case]:
    """The link of a token with its person and case. Raises NotFound."""
    row = work.execute(
        select(AccessLink, Person, Case)
        .join(Person, Person.id == AccessLink.person_id)
        .join(Case, Case.id == AccessLink.case_id)
        .where(AccessLink.token_hash == key_of(token), lasting(at))
        .where(Person.status == "active", Person.phone != "")
    ).one_or_none()
    if row is None:
        raise NotFound(GONE)
    link, person, case = row
    return link, person, case


def lasting(at: datetime) -> ColumnElement[bool]:
    """The condition on links, joined to their cases, that have not ended by this moment."""
    return (AccessLink.ends_at > at) & Case.ended_at.is_(None)


def _made(work: Session, person: Person, case: Case, at: datetime) -> tuple[AccessLink, str]:
    if person.staff:
        raise ValueError("staff come in by their own door")
    token = secrets.token_urlsafe(32)
    link = AccessLink(
        id=new_id(), token_hash=key_of(token), person_id=person.id, case_id=case.id,
        created_at=at, ends_at=at + timedelta(days=int(_settings["days"])),
    )  # fmt: skip
    work.add(link)
    return link, token


def _path(token: str) -> str:
    return f"/l/{token}"
