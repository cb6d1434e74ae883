"""Posts: what somebody is to hold where, who may give it, and the one keeper of each unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.clock import local
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import audit, changes, duties
from app.identity.account_models import AccountChange
from app.identity.actor import Actor
from app.identity.models import Grant, Person, Unit
from app.identity.permissions import (
    KEEPING,
    PERMISSIONS,
    POSITIONS,
    ROLES,
    holding,
    may_give,
    rights,
)
from app.identity.queries import in_force
from app.identity.reach import SYSTEM_ROLES, reaches

KEEPER = "unit_admin"
"""系统后台管理员: each unit has one, who hands over to the next."""


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is to hold: a role and/or a position, in a unit."""

    unit_id: str
    role: str = ""
    position: str = ""


def check(work: Session, actor: Actor, post: Post) -> None:
    """Refuse a post that there is not, that this administrator may not give, or that is taken."""
    unit = work.get(Unit, post.unit_id)
    if unit is None or not unit.active:
        raise NotFound("没有找到该机构")
    known = post.role in {"", *ROLES} and post.position in {"", *POSITIONS}
    if not known or not rights(post.role, post.position, unit.level, unit.kind):
        raise Invalid(f"“{unit.name}”不能设置这一角色或职务，请核对角色与机构级别是否相符")
    duties.refuse(work, unit, post.role)
    platform = any(hold.role == "platform_admin" for hold in holding(actor, "people:create"))
    if post.role in SYSTEM_ROLES and not platform:
        raise Forbidden("平台管理员和系统、安全、审计管理员只能由平台管理员设置")
    if not reaches(actor, "people:create", unit, (post.role, post.position)):
        raise Forbidden("您只能为本单位及下级机构新增人员；同级管理员请由上级机构设置")
    _refuse_more_than_held(actor, post, unit)
    if post.role == KEEPER and keeper(work, unit.id, actor.day) is not None:
        raise Conflict(f"“{unit.name}”已有系统后台管理员，换人请在该管理员的账号页办理交接")


def _refuse_more_than_held(actor: Actor, post: Post, unit: Unit) -> None:
    """What keeps the product for others is given only by who holds it there, or hands it on."""
    lacking = beyond(actor, post, unit)
    if lacking:
        said = "、".join(PERMISSIONS[one] for one in lacking)
        raise Forbidden(f"该职务带有您没有的管理权限（{said}），请由上级系统后台管理员设置")


def beyond(actor: Actor, post: Post, unit: Unit) -> list[str]:
    """What a post keeps for others that this administrator has not to give in that unit."""
    given = rights(post.role, post.position, unit.level, unit.kind) & KEEPING
    return [one for one in sorted(given) if not may_give(actor, one, unit)]


def keeper(work: Session, unit_id: str, day: date) -> Person | None:
    """Who is the 系统后台管理员 of a unit on that day."""
    found = (
        select(Person)
        .join(Grant, Grant.person_id == Person.id)
        .where(Grant.unit_id == unit_id, Grant.role == KEEPER, in_force(day))
        .where(Person.status != "disabled")
        .order_by(Grant.valid_from, Grant.id)
    )
    return work.scalars(found).first()


def give(work: Session, person_id: str, post: Post, at: datetime) -> Grant:
    """Let somebody hold a post from today on."""
    grant = Grant(
        person_id=person_id,
        unit_id=post.unit_id,
        role=post.role,
        position=post.position,
        valid_from=local(at).date(),
    )
    work.add(grant)
    return grant


def held_already(
    work: Session, person_id: str, post: Post, since: date, until: date | None = None
) -> bool:
    """Whether somebody holds the same post at any time between these days."""
    found = select(Grant.id).where(
        Grant.person_id == person_id,
        Grant.unit_id == post.unit_id,
        Grant.role == post.role,
        Grant.position == post.position,
        or_(Grant.valid_to.is_(None), Grant.valid_to >= since),
    )
    if until is not None:
        found = found.where(Grant.valid_from <= until)
    return work.scalars(found).first() is not None


def tell(work: Session, actor: Actor, grant: Grant, verb: str, why: str, *, at: datetime) -> None:
    """Write down that a post was given or ended, for its owner and for the chain."""
    change = _noted(work, actor, grant, (verb, why), at)
    changes.chain(work, actor, change, f"post_{verb}", _said(grant), at=at)


def tell_opened(
    work: Session, actor: Actor, grants: Sequence[Grant], why: str, *, at: datetime
) -> None:
    """The same of accounts just opened with a post each: thousands may come at once."""
    made = [(_noted(work, actor, grant, (changes.GIVEN, why), at), grant) for grant in grants]
    work.flush()
    deeds = [changes.deed(actor, change, "account_opened", _said(grant)) for change, grant in made]
    audit.record_all(work, deeds, at=at)


def _noted(
    work: Session, actor: Actor, grant: Grant, said: tuple[str, str], at: datetime
) -> AccountChange:
    verb, why = said
    change = changes.note(work, grant.person_id, verb, actor.id, at=at)
    change.unit_id, change.role, change.position = grant.unit_id, grant.role, grant.position
    change.valid_from, change.valid_to, change.reason = grant.valid_from, grant.valid_to, why
    return change


def _said(grant: Grant) -> str:
    return f"{grant.unit_id} {grant.role} {grant.position} {grant.valid_from} {grant.valid_to}"
