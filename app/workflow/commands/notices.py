"""Notices: marking them as read, choosing how one is told, and where a unit's go outside."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app import vault
from app.db import new_id, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.permissions import holding
from app.workflow import channels, hooks, notice_kinds, outward
from app.workflow.notice_models import Notice, NoticeChoice, Webhook

MOST_HOOKS = 5
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
Choice = tuple[str, str]
"""A kind and a channel."""


def read_notices(actor: Actor, *, at: datetime) -> None:
    """Mark everything that this person was told as read."""
    with transaction() as work:
        work.execute(
            update(Notice)
            .where(Notice.person_id == actor.id, Notice.read_at.is_(None))
            .values(read_at=at)
        )


def read_notice(actor: Actor, notice_id: str, *, at: datetime) -> Notice:
    """Mark one as read. Raises NotFound for one that is another's."""
    with transaction() as work:
        row = work.get(Notice, notice_id)
        if row is None or row.person_id != actor.id:
            raise NotFound("没有这条通知")
        row.read_at = row.read_at or at
    return row


def choose_notices(actor: Actor, wanted: Collection[Choice], email: str, *, at: datetime) -> None:
    """Hear of each kind by these channels from now on; mail goes to this address, or to none.

    What was chosen of a channel that is not set up here stays: nobody was asked about it.
    """
    offered = channels.offered()
    address = email.strip()
    if address and (len(address) > 120 or not _MAIL.fullmatch(address)):
        raise Invalid("邮箱有误", {"email": "请填写完整的邮箱地址，例如 name@example.cn"})
    with transaction() as work:
        person = work.get_one(Person, actor.id, with_for_update=True)
        before = vault.unseal(person.email) if person.email else ""
        if channels.MAIL in offered and address != before:
            person.email = vault.seal(address) if address else ""
            deed = audit.Deed("email_set", actor.id, f"person:{actor.id}", address=actor.address)
            audit.record(work, deed, at=at)
        mine = NoticeChoice.person_id == actor.id
        work.execute(delete(NoticeChoice).where(mine, NoticeChoice.channel.in_(offered)))
        for kind in notice_kinds.every(staff=actor.staff):
            for channel in offered:
                on = (kind.key, channel) in wanted
                if on != (channel in channels.USUAL) and not (kind.must and channel == "app"):
                    row = {"person_id": actor.id, "kind": kind.key, "channel": channel, "on": on}
                    work.add(NoticeChoice(**row))


@dataclass(frozen=True, slots=True)
class NewHook:
    """An address that shall hear of these kinds of notices, or, of none named, of all."""

    unit_id: str
    url: str
    kinds: tuple[str, ...] = ()


def set_hook(actor: Actor, given: NewHook, *, at: datetime) -> tuple[Webhook, str]:
    """Have a unit's notices go to an address; returns its secret, which nobody sees again."""
    url = given.url.strip()
    try:
        outward.parts(url)
    except outward.Unsent as fault:
        raise Invalid(str(fault), {"url": str(fault)}) from None
    if len(url) > 400:
        raise Invalid("地址太长", {"url": "地址最多 400 个字符"})
    known = {kind.key for kind in notice_kinds.every()}
    if not known.issuperset(given.kinds):
        raise Invalid("没有这种通知", {"kinds": "请重新选择"})
    secret = secrets.token_urlsafe(32)
    with transaction() as work:
        _kept_by(actor, given.unit_id)
        mine = select(func.count()).where(
            Webhook.unit_id == given.unit_id, Webhook.ended_at.is_(None)
        )
        if (work.scalar(mine) or 0) >= MOST_HOOKS:
            raise Conflict(f"每个单位最多 {MOST_HOOKS} 个推送地址，请先停用不用的")
        row = Webhook(
            id=new_id(), unit_id=given.unit_id, url=url, secret=vault.seal(secret),
            kinds=list(given.kinds), set_by_id=actor.id, set_at=at,
        )  # fmt: skip
        work.add(row)
        _audit(work, actor, "webhook_set", row, at)
    return row, secret


def end_hook(actor: Actor, hook_id: str, *, at: datetime) -> None:
    """Send nothing there any more; what waits is not sent either."""
    with transaction() as work:
        row = _hook(work, actor, hook_id)
        if row.ended_at is None:
            row.ended_at = at
            _audit(work, actor, "webhook_ended", row, at)


def try_hook(actor: Actor, hook_id: str, *, at: datetime) -> str:
    """Send a trial there at once; returns what was wrong, or nothing. Raises Conflict too soon."""
    if not hooks.trying.acquire(blocking=False):
        raise Conflict("正在测试另一个地址，请稍后再试")
    try:
        to, fault = _trial(actor, hook_id, at), ""
        body = {"id": new_id(), "kind": hooks.TEST, "title": "测试", "at": at.isoformat()}
        try:
            hooks.send(to, body, f"{hooks.TEST}:{body['id']}", at)
        except outward.Unsent as refused:
            fault = str(refused)
        with transaction() as work:
            _hook(work, actor, hook_id).fault = fault[:200]
        return fault
    finally:
        hooks.trying.release()


def _trial(actor: Actor, hook_id: str, at: datetime) -> hooks.Target:
    """Note it before it goes: it counts, and stands in the audit, whatever becomes of it."""
    with transaction() as work:
        row = _hook(work, actor, hook_id)
        if row.tried_at is not None and at < row.tried_at + hooks.REST:
            raise Conflict("一分钟内推送过，请稍后再测试")
        row.tried_at = at
        _audit(work, actor, "webhook_tested", row, at)
        return hooks.target(row)


def _hook(work: Session, actor: Actor, hook_id: str) -> Webhook:
    row = work.get(Webhook, hook_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        raise NotFound("没有这个推送地址")
    _kept_by(actor, row.unit_id)
    return row


def _kept_by(actor: Actor, unit_id: str) -> None:
    if all(hold.unit_id != unit_id for hold in holding(actor, hooks.KEEP)):
        raise Forbidden("只有本单位的管理员可以设置推送")


def _audit(work: Session, actor: Actor, verb: str, row: Webhook, at: datetime) -> None:
    detail = f"{outward.parts(row.url).netloc} {' '.join(row.kinds) or '*'}"
    deed = audit.Deed(verb, actor.id, f"unit:{row.unit_id}", detail, actor.address)
    audit.record(work, deed, at=at)
