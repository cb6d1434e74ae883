"""Posts given and ended, accounts disabled and enabled: what changes somebody's rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local
from app.db import transaction
from app.errors import Conflict, Invalid, NotFound
from app.identity import changes, leaving, passwords, posts, sessions
from app.identity.actor import Actor
from app.identity.models import Grant, Person, Unit
from app.identity.oidc import links
from app.identity.posts import KEEPER, Post
from app.identity.queries import not_over
from app.identity.reach import kept

_OUT_OF_REACH = "您只能调整本单位及下级工作人员的职务；本人和同级、上级管理员的请由其上级管理员办理"
_HAND_OVER = "系统后台管理员当天起任、不设期限，换人请办理交接"


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A post to be given, from one day until another; without an end until it is ended."""

    post: Post
    valid_from: date
    valid_to: date | None = None


def give_post(actor: Actor, person_id: str, given: NewGrant, reason: str, *, at: datetime) -> Grant:
    """Let somebody hold one post more."""
    why, today, post = changes.reason(reason), local(at).date(), given.post
    _check_days(given, today)
    with transaction() as work:
        person = kept(work, actor, person_id, "people:create", _OUT_OF_REACH)
        if person.status == "disabled":
            raise Conflict("该账号已停用，请先恢复账号")
        if post.role == KEEPER:
            work.get(Unit, post.unit_id, with_for_update=True)  # of two who name one, one waits
        posts.check(work, actor, post)
        if posts.held_already(work, person.id, post, given.valid_from, given.valid_to):
            raise Conflict("该人员在这段时间已经担任这一职务")
        grant = Grant(person_id=person.id, unit_id=post.unit_id, role=post.role)
        grant.position = post.position
        grant.valid_from, grant.valid_to = given.valid_from, given.valid_to
        work.add(grant)
        posts.tell(work, actor, grant, changes.GIVEN, why, at=at)
    return grant


def _check_days(given: NewGrant, today: date) -> None:
    faults = {}
    if given.valid_from < today:
        faults["valid_from"] = "起任日期不能早于今天"
    if given.valid_to is not None and given.valid_to < given.valid_from:
        faults["valid_to"] = "截止日期不能早于起任日期"
    if given.post.role == KEEPER and (given.valid_from != today or given.valid_to):
        faults["valid_from"] = _HAND_OVER
    if faults:
        raise Invalid(passwords.CORRECT, faults)


def end_post(actor: Actor, grant_id: str, last_day: date, reason: str, *, at: datetime) -> None:
    """End a post with that day; with yesterday, it ends at once."""
    why, today = changes.reason(reason), local(at).date()
    yesterday = today - timedelta(days=1)
    if last_day < yesterday:
        raise Invalid(passwords.CORRECT, {"last_day": "最后一天不能早于昨天"})
    with transaction() as work:
        asked = work.get(Grant, grant_id)
        if asked is None:
            raise NotFound("没有找到这一职务")
        person = kept(work, actor, asked.person_id, "people:create", _OUT_OF_REACH)
        grant = work.get(Grant, grant_id, with_for_update=True, populate_existing=True)
        if grant is None or (grant.valid_to is not None and grant.valid_to < today):
            raise Conflict("这一职务已经结束")
        if grant.role == KEEPER:
            raise Conflict("系统后台管理员不单独免去，请在“交接”里换人")
        if grant.valid_to is not None and last_day > grant.valid_to:
            raise Invalid(passwords.CORRECT, {"last_day": "延长任期请另设职务"})
        grant.valid_to = last_day  # before its first day: it never counts, but says who kept them
        posts.tell(work, actor, grant, changes.ENDED, why, at=at)
        leaving.follow(work, actor, person.id, at=at)


def disable(actor: Actor, person_id: str, reason: str, *, at: datetime) -> None:
    """Keep somebody out: every session ends, what they hold waits. Nobody is ever deleted."""
    why = changes.reason(reason)
    with transaction() as work:
        person = kept(work, actor, person_id, "people:reset", _OUT_OF_REACH)
        if person.status == "disabled":
            raise Conflict("该账号已经停用")
        person.status, person.batch_id = "disabled", None
        sessions.end_all(work, person.id)
        links.cut(work, person.id)
        _change_status(work, actor, person, changes.DISABLED, why, at=at)
        leaving.follow(work, actor, person.id, at=at)


def enable(actor: Actor, person_id: str, reason: str, *, at: datetime) -> None:
    """Let somebody in again with what they still hold, and with the password that they had."""
    why = changes.reason(reason)
    with transaction() as work:
        person = kept(work, actor, person_id, "people:reset", _OUT_OF_REACH)
        if person.status != "disabled":
            raise Conflict("该账号没有停用")
        _refuse_second_keeper(work, person, actor.day)
        person.status = "active" if person.password_hash else "closed"
        _change_status(work, actor, person, changes.ENABLED, why, at=at)


def _refuse_second_keeper(work: Session, person: Person, day: date) -> None:
    theirs = select(Unit).join(Grant, Grant.unit_id == Unit.id)
    theirs = theirs.where(Grant.person_id == person.id, Grant.role == KEEPER, not_over(day))
    for unit in work.scalars(theirs.order_by(Unit.id).with_for_update()):
        if posts.keeper(work, unit.id, day) is not None:
            raise Conflict(f"“{unit.name}”已另有系统后台管理员，请先办理交接")


def _change_status(
    work: Session, actor: Actor, person: Person, verb: str, why: str, *, at: datetime
) -> None:
    change = changes.note(work, person.id, verb, actor.id, at=at)
    change.reason = why
    changes.chain(work, actor, change, f"account_{verb}", at=at)
