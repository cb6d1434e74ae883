"""What was done to somebody's account, for its owner and those who keep it to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.identity import audit
from app.identity.account_models import AccountChange
from app.identity.actor import Actor
from app.identity.models import Person, Unit
from app.identity.words import post_name
from app.unseen import without

ACTIVATED, SHUT, RESET, RENAMED = "activated", "shut", "reset", "renamed"
FACTOR_SET, FACTOR_DROPPED, FACTOR_LIFTED = "factor_set", "factor_dropped", "factor_lifted"
SESSIONS_ENDED, HANDED_OVER = "sessions_ended", "handed_over"
GIVEN, ENDED, DISABLED, ENABLED = "given", "ended", "disabled", "enabled"
PHONE_CHANGED, LINKED, UNLINKED = "phone_changed", "linked", "unlinked"
WORDS = {
    ACTIVATED: "账号启用", SHUT: "首次登录连续输错，账号退回未开放", RESET: "重置密码",
    RENAMED: "改姓名读音和账号", FACTOR_SET: "开启两步验证", FACTOR_DROPPED: "关闭两步验证",
    FACTOR_LIFTED: "由管理员解除两步验证", SESSIONS_ENDED: "由管理员退出登录",
    HANDED_OVER: "系统后台管理员交接", GIVEN: "任职", ENDED: "免职",
    DISABLED: "停用账号", ENABLED: "恢复账号", PHONE_CHANGED: "改手机号",
    LINKED: "关联外部登录", UNLINKED: "解除外部登录关联",
}  # fmt: skip
SHOWN = timedelta(days=14)
"""How long each sign-in reminds its owner of the first one."""
_MOST = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One change with the names of those in it."""

    change: AccountChange
    words: str
    by: str
    other: str
    owner: str
    post: str
    """Which one was given or ended, in words."""


def note(
    work: Session, person_id: str, verb: str, by_id: str | None, at: datetime
) -> AccountChange:
    """Write a change down; the caller adds why, and whom else it concerns."""
    change = AccountChange(person_id=person_id, verb=verb, by_id=by_id, at=at)
    work.add(change)
    return change


def chain(
    work: Session, actor: Actor, change: AccountChange, verb: str, what: str = "", *, at: datetime
) -> None:
    """Put it into the audit too, which names the row with the reason: that may be personal."""
    work.flush()
    audit.record(work, deed(actor, change, verb, what), at=at)


def deed(actor: Actor, change: AccountChange, verb: str, what: str) -> audit.Deed:
    """What the audit is told of a change whose row has its number."""
    detail = f"change:{change.id} {what}".strip()
    return audit.Deed(verb, actor.id, f"person:{change.person_id}", detail, actor.address)


def reason(typed: str) -> str:
    """Why an administrator does it. Raises Invalid for nothing."""
    kept = " ".join(without(typed).split())
    if not 2 <= len(kept) <= 200:
        raise Invalid("请改正下列内容", {"reason": "请填写原因（2至200个字）"})
    return kept


def of(work: Session, person_id: str) -> list[Told]:
    """The changes of one account, newest first, and those by which it handed its post over."""
    mine = or_(AccountChange.person_id == person_id, AccountChange.other_id == person_id)
    newest = select(AccountChange).where(mine).order_by(AccountChange.id.desc()).limit(_MOST)
    rows = work.scalars(newest).all()
    names, units = _names(work, rows), _units(work, rows)
    return [
        Told(
            row,
            WORDS[row.verb],
            by=names.get(row.by_id, "系统"),
            other=names.get(row.other_id, ""),
            owner=names.get(row.person_id, ""),
            post=_post(row, units.get(row.unit_id, "")),
        )
        for row in rows
    ]


def _names(work: Session, rows: Sequence[AccountChange]) -> dict[str | None, str]:
    ids = {each for row in rows for each in (row.by_id, row.other_id, row.person_id)}
    found = work.execute(select(Person.id, Person.name).where(Person.id.in_(ids - {None})))
    return {row.id: row.name for row in found}


def _units(work: Session, rows: Sequence[AccountChange]) -> dict[str | None, str]:
    found = select(Unit.id, Unit.name).where(Unit.id.in_({row.unit_id for row in rows} - {None}))
    return {row.id: row.name for row in work.execute(found)}


def _post(row: AccountChange, unit: str) -> str:
    if row.valid_from is None:
        return ""
    until = f"至{row.valid_to}" if row.valid_to else "起"
    return f"{unit} {post_name(row.role, row.position)}，{row.valid_from}{until}"


def activation(work: Session, person_id: str, *, at: datetime) -> AccountChange | None:
    """The first sign-in of an account, while its owner is still reminded of it."""
    found = select(AccountChange).where(
        AccountChange.person_id == person_id,
        AccountChange.verb == ACTIVATED,
        AccountChange.at > at - SHOWN,
    )
    return work.scalars(found.order_by(AccountChange.id.desc())).first()
