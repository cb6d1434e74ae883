"""Coming in through a provider of the installation's choice, and the link that this leaves."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.db import let_go, named_conflicts, session, transaction
from app.errors import Forbidden, Invalid, NotFound
from app.identity import audit, changes, codes, entering, public, sessions, throttle
from app.identity.account_models import PersonLink
from app.identity.actor import Actor
from app.identity.commands.signing import FLOODED
from app.identity.models import Person
from app.identity.oidc import exchange
from app.identity.oidc.exchange import Failed, Trip, Vouched
from app.identity.oidc.providers import Provider, label
from app.identity.sessions import Opened, Visit
from app.unseen import without

log = logging.getLogger(__name__)

_REPLAYED, _NO_PHONE, _UNPROVED, _NO_NAME = "replayed", "no_phone", "unproved", "no_name"
_NOBODY, _SHUT, _INITIAL, _ANOTHER = "nobody", "shut", "initial", "another"
WORDS = {
    exchange.CANCELLED: "您在{label}取消了登录，没有登录。可以再试一次，也可以在本页登录",
    exchange.LATE: "这次登录已过期或已用过，请重新点“用{label}登录”",
    exchange.DOWN: "{label}暂时连不上，请稍后再试，也可以在本页登录",
    exchange.FORGED: "{label}返回的身份信息核验不通过，没有登录。请重试，仍不行的请告诉平台管理员",
    _REPLAYED: "这次登录已过期或已用过，请重新点“用{label}登录”",
    _NO_PHONE: "{label}没有提供您的手机号，无法对应账号。请先在{label}填写手机号，或在本页登录",
    _UNPROVED: "您在{label}的手机号还没有验证，请先到{label}验证，或在本页登录",
    _NO_NAME: "{label}没有提供您的姓名，请先用手机号注册，以后就可以用{label}登录",
    _NOBODY: "没有用这个手机号开通的工作人员账号，或账号未开放、已停用，请联系本单位系统后台管理员",
    _SHUT: "这个手机号的账号已停用，请到所在社区、街道咨询",
    _INITIAL: "您的初始密码还没有修改。请先在本页登录并修改，以后就可以用{label}登录",
    _ANOTHER: "您的账号已关联另一个{label}用户。换了用户的，请先在本页登录，到“登录记录”解除关联",
}
_PURPOSE = "provider"
_MEANWHILE = "刚才已在另一处关联，请重新登录"
named_conflicts["uq_person_links_door_subject_index"] = _MEANWHILE
named_conflicts["uq_person_links_person_id_issuer"] = _MEANWHILE
named_conflicts["person_links.door, person_links.subject_index"] = _MEANWHILE
named_conflicts["person_links.person_id, person_links.issuer"] = _MEANWHILE


@dataclass(frozen=True, slots=True)
class Returned:
    """What the browser brought back from the provider, and where it was asked to."""

    trip: Trip | None
    sent: Mapping[str, str]
    back: str


def leave_for(provider: Provider, back: str, visit: Visit, *, at: datetime) -> tuple[str, Trip]:
    """Where to send the browser. Nothing is written: whoever only looks leaves no trace."""
    _refuse_flood(visit, at)
    try:
        return exchange.leave(provider, back, at=at)
    except Failed as failed:
        _log(provider, failed)
        raise _said(provider, failed.why) from failed


def enter_by(
    provider: Provider, given: Returned, visit: Visit, *, at: datetime
) -> tuple[Opened, bool]:
    """Open a session for whom the provider vouches for; also, whether they are newly linked."""
    _refuse_flood(visit, at)
    try:
        vouched = exchange.come_back(provider, given.trip, given.sent, given.back, at=at)
    except Failed as failed:
        _log(provider, failed)
        if failed.why == exchange.FORGED:  # a page of others, or a provider away, tries nothing
            _count_refusal(provider, failed.why, visit, at=at)
        raise _said(provider, failed.why) from failed
    with transaction() as work:
        link, person = _whom(work, provider, vouched, visit, at=at)
        fresh = link is None
        why = person if isinstance(person, str) else _kept_out(work, person, given.trip, at)
        if isinstance(person, Person) and not why:
            if link is None:
                link = _add(work, provider, person, vouched, visit, at=at)
            link.used_at = at
            deed = audit.Deed("vouched_for", person.id, detail=provider.door, address=visit.address)
            audit.record(work, deed, at=at)
            return entering.let_in(work, person, "web", visit, at=at), fresh
        _count(work, provider, why, visit, at=at)
    raise _said(provider, why)


def _refuse_flood(visit: Visit, at: datetime) -> None:
    """An address that fails often asks the provider nothing for a while."""
    address = throttle.subject_of("address", visit.address)
    if throttle.paused(session(), address, at=at, brake=throttle.ADDRESS):
        raise Forbidden(FLOODED)
    let_go()


def _log(provider: Provider, failed: Failed) -> None:
    """For who keeps the server: which step failed, and nothing of what was sent."""
    log.warning("sign-in by the provider of %s: %s", provider.door, failed)


def _said(provider: Provider, why: str) -> Forbidden:
    return Forbidden(WORDS[why].format(label=provider.label))


def _count_refusal(provider: Provider, why: str, visit: Visit, *, at: datetime) -> None:
    with transaction() as work:
        _count(work, provider, why, visit, at=at)


def _count(work: Session, provider: Provider, why: str, visit: Visit, *, at: datetime) -> None:
    throttle.note(work, (throttle.subject_of("address", visit.address),), at=at)
    detail = f"provider {provider.door} {why}"
    audit.record(work, audit.Deed("sign_in_refused", detail=detail, address=visit.address), at=at)


def _whom(
    work: Session, provider: Provider, vouched: Vouched, visit: Visit, *, at: datetime
) -> tuple[PersonLink | None, Person | str]:
    """Whose the link is, else whose the telephone; or why it is nobody."""
    known = select(PersonLink).where(
        PersonLink.door == provider.door,
        PersonLink.subject_index.in_(vault.blinds(_subject(provider, vouched))),
    )
    link = work.scalars(known).one_or_none()
    if link is not None:
        return link, _locked(work, link.person_id)
    person = _by_phone(work, provider, vouched, visit, at=at)
    if isinstance(person, Person):
        taken = select(PersonLink.id).where(
            PersonLink.person_id == person.id, PersonLink.issuer == provider.issuer
        )
        if work.scalars(taken.limit(1)).first() is not None:
            return None, _ANOTHER  # the number may be somebody else's by now
    return None, person


def _subject(provider: Provider, vouched: Vouched) -> str:
    """Of issuer and subject, in which case counts: a hash, since some subjects are personal."""
    return hashlib.sha256(f"{provider.issuer}\n{vouched.subject}".encode()).hexdigest()


def _locked(work: Session, person_id: str) -> Person:
    return work.get_one(Person, person_id, with_for_update=True, populate_existing=True)


def _by_phone(
    work: Session, provider: Provider, vouched: Vouched, visit: Visit, *, at: datetime
) -> Person | str:
    bare = vouched.phone.translate(str.maketrans("", "", "()-. "))
    if not bare:
        return _NO_PHONE
    if not vouched.phone_verified:
        return _UNPROVED
    try:
        phone = public.checked_phone(bare)
    except Invalid:
        return _NO_PHONE
    if provider.door == "public":
        return _of_the_public(work, phone, vouched.name, visit, at=at)
    found = select(Person.id).where(Person.staff, Person.phone_index.in_(vault.blinds(phone)))
    ids = work.scalars(found.limit(2)).all()
    return _locked(work, ids[0]) if len(ids) == 1 else _NOBODY


def _of_the_public(
    work: Session, phone: str, name: str, visit: Visit, *, at: datetime
) -> Person | str:
    person = public.by_phone(work, phone)
    if person is not None:
        return _locked(work, person.id)
    name = " ".join(without(name).split())
    if not 2 <= len(name) <= 60:
        return _NO_NAME
    person = public.person_by_phone(work, phone, name, at=at)
    deed = audit.Deed("registered", person.id, detail="provider", address=visit.address)
    audit.record(work, deed, at=at)
    return _locked(work, person.id)


def _kept_out(work: Session, person: Person, trip: Trip | None, at: datetime) -> str:
    """Why somebody found may not come in; a provider opens nothing that a password would not."""
    if person.status != "active":
        return _NOBODY if person.staff else _SHUT
    if person.staff and (person.must_change or not person.password_hash):
        return _INITIAL
    subject, ends_at = sessions.key_of(trip.state if trip else ""), at + exchange.LASTS
    return "" if codes.once(work, _PURPOSE, subject, ends_at=ends_at, at=at) else _REPLAYED


def _add(
    work: Session, provider: Provider, person: Person, vouched: Vouched, visit: Visit, *,
    at: datetime,
) -> PersonLink:  # fmt: skip
    subject = _subject(provider, vouched)
    link = PersonLink(
        person_id=person.id, door=provider.door, issuer=provider.issuer,
        subject=vault.seal(subject), subject_index=vault.blind(subject), linked_at=at, used_at=at,
    )  # fmt: skip
    work.add(link)
    work.flush()
    _note(work, person.id, changes.LINKED, provider.label, visit, at=at)
    return link


def _note(
    work: Session, person_id: str, verb: str, named: str, visit: Visit, *, at: datetime
) -> None:
    change = changes.note(work, person_id, verb, person_id, at=at)
    change.reason = named[:200]
    change.address, change.agent = visit.address[:45], visit.agent[:200]
    deed = audit.Deed(verb, person_id, f"person:{person_id}", "", visit.address)
    audit.record(work, deed, at=at)


def end_link(actor: Actor, link_id: str, visit: Visit, *, at: datetime) -> None:
    """End one of one's own links: its provider's user comes in again by telephone only."""
    with transaction() as work:
        link = work.get(PersonLink, link_id, with_for_update=True)
        if link is None or link.person_id != actor.id:
            raise NotFound
        work.delete(link)
        _note(work, actor.id, changes.UNLINKED, label(link.issuer), visit, at=at)
