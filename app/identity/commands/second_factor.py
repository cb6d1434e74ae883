"""Setting up the second factor, proving it at each sign-in, and lifting it for who lost it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app import vault
from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid
from app.identity import audit, changes, factors, passwords, sessions, throttle
from app.identity.account_models import SecondFactor
from app.identity.actor import Actor
from app.identity.models import Person, SignIn
from app.identity.reach import kept
from app.identity.sessions import Opened, Visit

WRONG = "验证码不正确或已用过，请等手机上换出下一个再填"
_OUT_OF_REACH = "只能为本单位及下级工作人员解除两步验证；同级、上级管理员的请联系其上级管理员"


def begin_factor(actor: Actor, *, at: datetime) -> None:
    """Make a new key, which counts once a first code proves that it was taken over."""
    with transaction() as work:
        row = work.get(SecondFactor, actor.id, with_for_update=True)
        if row is not None and row.confirmed_at is not None:
            raise Conflict("您已开启两步验证，换手机请先关闭再重新开启")
        if row is None:
            row = SecondFactor(person_id=actor.id, last_step=0)
            work.add(row)
        row.secret, row.created_at = vault.seal(factors.fresh_secret()), at


def confirm_factor(actor: Actor, code: str, keep: str, *, at: datetime) -> None:
    """From now on a code is asked for; sessions that never gave one end, but the one in use."""
    with transaction() as work:
        _slow_down(work, actor, at)
        row = work.get(SecondFactor, actor.id, with_for_update=True)
        if row is None or row.confirmed_at is not None:
            raise Conflict("请重新打开两步验证页面")
        if factors.spend(work, actor.id, code, at=at):
            row.confirmed_at = at
            sessions.end_all(work, actor.id, but=keep)
            _written(work, actor, changes.FACTOR_SET, at)
            return
        _count(work, actor, at)
    raise Invalid(passwords.CORRECT, {"code": WRONG})


def drop_factor(actor: Actor, code: str, *, at: datetime) -> None:
    """Give it up, with a code of it."""
    with transaction() as work:
        _slow_down(work, actor, at)
        row = work.get(SecondFactor, actor.id)
        if row is None or row.confirmed_at is None:
            raise Conflict("您没有开启两步验证")
        if factors.spend(work, actor.id, code, at=at):
            work.delete(row)
            _written(work, actor, changes.FACTOR_DROPPED, at)
            return
        _count(work, actor, at)
    raise Invalid(passwords.CORRECT, {"code": WRONG})


def lift_factor(actor: Actor, person_id: str, reason: str, *, at: datetime) -> None:
    """Take it from somebody who lost the telephone; an administrator above does, and says why."""
    why = changes.reason(reason)
    with transaction() as work:
        person = kept(work, actor, person_id, "people:reset", _OUT_OF_REACH)
        row = work.get(SecondFactor, person.id)
        if row is None or row.confirmed_at is None:
            raise Conflict(f"{person.name}没有开启两步验证")
        work.delete(row)
        sessions.end_all(work, person.id)
        changes.note(work, person.id, changes.FACTOR_LIFTED, actor.id, at=at).reason = why
        deed = audit.Deed("factor_lifted", actor.id, f"person:{person.id}", address=actor.address)
        audit.record(work, deed, at=at)


def prove(actor: Actor, code: str, visit: Visit, *, at: datetime) -> Opened:
    """The second step of signing in: a right code turns the half session into a whole one."""
    with transaction() as work:
        person = work.get(Person, actor.id, with_for_update=True)
        half = work.get(SignIn, visit.session_id)
        if person is None or half is None or half.person_id != actor.id or not half.factor_due:
            raise Forbidden("登录已失效，请重新登录")
        account = throttle.subject_of("account", actor.id)
        rests = throttle.paused(work, account, at=at)
        if not rests and factors.spend(work, actor.id, code, at=at):
            throttle.forgive(work, account)
            token = sessions.open_one(work, person.id, "web", visit, at=at)  # ends the half one
            deed = audit.Deed("signed_in", person.id, detail="web factor", address=visit.address)
            audit.record(work, deed, at=at)
            return Opened(token, person.id, person.must_change, at + sessions.ABSOLUTE)
        throttle.note(work, (account, throttle.subject_of("address", visit.address)), at=at)
        audit.record(work, audit.Deed("factor_refused", actor.id, address=visit.address), at=at)
    raise Invalid(passwords.CORRECT, {"code": WRONG})


def _slow_down(work: Session, actor: Actor, at: datetime) -> None:
    if throttle.paused(work, throttle.subject_of("account", actor.id), at=at):
        raise Conflict("连续输错次数过多，请15分钟以后再试")


def _count(work: Session, actor: Actor, at: datetime) -> None:
    throttle.note(work, (throttle.subject_of("account", actor.id),), at=at)
    audit.record(work, audit.Deed("factor_refused", actor.id, address=actor.address), at=at)


def _written(work: Session, actor: Actor, verb: str, at: datetime) -> None:
    changes.note(work, actor.id, verb, actor.id, at=at)
    deed = audit.Deed(verb, actor.id, f"person:{actor.id}", address=actor.address)
    audit.record(work, deed, at=at)
