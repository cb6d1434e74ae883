"""What administrators do to accounts they keep: the reading of a name, sessions, the hand-over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.clock import local
from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import audit, changes, duties, naming, passwords, posts, sessions, telephones
from app.identity.actor import Actor
from app.identity.models import Grant, Person, Unit
from app.identity.oidc import links
from app.identity.posts import KEEPER, Post
from app.identity.public import checked_phone
from app.identity.queries import in_force
from app.identity.reach import kept, reaches

NOT_YOURS = "交接由现任系统后台管理员或上级管理员办理"
_OUT_OF_REACH = "您只能维护本单位及下级工作人员的账号；同级、上级管理员的请联系其上级管理员"


def choose_reading(actor: Actor, person_id: str, reading: str, *, at: datetime) -> str:
    """Say how a name is read, before its owner first came in; returns the account that follows."""
    chosen = reading.strip().lower()
    if not naming.readable(chosen):
        raise Invalid(passwords.CORRECT, {"reading": "姓名全拼只能是小写字母，不带声调和空格"})
    with transaction() as work:
        person = kept(work, actor, person_id, "people:reset", _OUT_OF_REACH)
        if person.account_fixed_at is not None:
            raise Conflict("本人已登录过，账号不能再改")
        phone = vault.unseal(person.phone)
        person.reading = chosen
        person.account = naming.free(work, chosen, phone, mine=person.id)
        naming.keep(work, person.account, person.id, at=at)
        changes.note(work, person.id, changes.RENAMED, actor.id, at=at)
        deed = audit.Deed("account_renamed", actor.id, f"person:{person.id}", "", actor.address)
        audit.record(work, deed, at=at)
        return person.account


def change_phone(actor: Actor, person_id: str, phone: str, reason: str, *, at: datetime) -> None:
    """Give somebody another number: they sign in by it, and hear by it."""
    why, number = changes.reason(reason), checked_phone(phone)
    with transaction() as work:
        person = kept(work, actor, person_id, "people:reset", _OUT_OF_REACH)
        if vault.unseal(person.phone) == number:
            raise Invalid(passwords.CORRECT, {"phone": "登记的就是这个手机号"})
        telephones.refuse_taken(work, actor, number, person.id)
        telephones.put(work, actor, person, number, why, at=at)


def end_sessions_of(actor: Actor, person_id: str, reason: str, *, at: datetime) -> None:
    """Sign somebody out everywhere: a telephone was lost, or somebody else uses the account."""
    why = changes.reason(reason)
    with transaction() as work:
        person = kept(work, actor, person_id, "people:reset", _OUT_OF_REACH)
        sessions.end_all(work, person.id)
        links.cut(work, person.id)
        changes.note(work, person.id, changes.SESSIONS_ENDED, actor.id, at=at).reason = why
        deed = audit.Deed("sessions_ended", actor.id, f"person:{person.id}", "", actor.address)
        audit.record(work, deed, at=at)


def hand_over(actor: Actor, unit_id: str, to_id: str, reason: str, *, at: datetime) -> None:
    """Make somebody of the unit its 系统后台管理员 instead of whoever is; one afterwards.

    The keeper hands over, or an administrator above who reaches that post.
    """
    why, day = changes.reason(reason), local(at).date()
    with transaction() as work:
        unit = work.get(Unit, unit_id, with_for_update=True)  # of two hand-overs, one waits
        if unit is None or not unit.active:
            raise NotFound("没有找到该机构")
        duties.refuse(work, unit, KEEPER)
        if not may_ask(actor, unit):
            raise Forbidden(NOT_YOURS)
        held = _keepers(work, unit.id, actor)
        before = held[0].person_id if held else None
        if _keeps(actor, unit) and actor.id not in {grant.person_id for grant in held}:
            raise Conflict("您已不是该单位的系统后台管理员")
        _check_successor(work, unit, to_id, before, actor)
        for grant in held:
            _end(work, grant, at)
        posts.give(work, to_id, Post(unit.id, KEEPER), at)
        change = changes.note(work, to_id, changes.HANDED_OVER, actor.id, at=at)
        change.other_id, change.unit_id, change.reason = before, unit.id, why
        detail = f"{unit.id} {before or ''} {day}"
        deed = audit.Deed("handed_over", actor.id, f"person:{to_id}", detail, actor.address)
        audit.record(work, deed, at=at)


def may_ask(actor: Actor, unit: Unit) -> bool:
    """Whether it is theirs to hand over: the keeper's, or of who may name the keeper from above."""
    if _keeps(actor, unit):
        return True
    above = reaches(actor, "people:create", unit, (KEEPER, ""))
    return above and not posts.beyond(actor, Post(unit.id, KEEPER), unit)


def _keeps(actor: Actor, unit: Unit) -> bool:
    return any(hold.unit_id == unit.id and hold.role == KEEPER for hold in actor.holds)


def successors(work: Session, unit_id: str, actor: Actor) -> list[Person]:
    """Who may follow: staff with a post in the unit, whose account is their own by now.

    Nobody names themselves, whatever they may name others to.
    """
    found = (
        select(Person)
        .join(Grant, Grant.person_id == Person.id)
        .where(Grant.unit_id == unit_id, in_force(actor.day))
        .where(Person.staff, Person.status == "active", Person.account_fixed_at.is_not(None))
        .distinct()
        .order_by(Person.id)
    )
    keepers = {grant.person_id for grant in _keepers(work, unit_id, actor)}
    return [person for person in work.scalars(found) if person.id not in {*keepers, actor.id}]


def _keepers(work: Session, unit_id: str, actor: Actor) -> list[Grant]:
    held = select(Grant).where(Grant.unit_id == unit_id, Grant.role == KEEPER, in_force(actor.day))
    return list(work.scalars(held.order_by(Grant.valid_from, Grant.id)))


def _check_successor(
    work: Session, unit: Unit, to_id: str, before: str | None, actor: Actor
) -> None:
    if to_id == before:
        raise Conflict("接任人就是现任系统后台管理员")
    if to_id not in {person.id for person in successors(work, unit.id, actor)}:
        raise Invalid(
            passwords.CORRECT,
            {"to": f"接任人应是“{unit.name}”在岗、已登录过的工作人员"},
        )


def _end(work: Session, grant: Grant, at: datetime) -> None:
    """The post ends with yesterday, so that nobody holds it beside the successor today."""
    today = local(at).date()
    if grant.position:  # the post was given together with a position, which stays
        posts.give(work, grant.person_id, Post(grant.unit_id, position=grant.position), at)
    grant.valid_to = today - timedelta(days=1)
