"""改回上级流程: a unit ends its own versions, from now or from a day on, or stays with them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import local
from app.db import session, transaction
from app.errors import Conflict, Invalid, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.workflow import fallbacks, freezing, versions
from app.workflow.fallback_models import FlowFallback
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publishing
from app.workflow.studio import deciders, drafts, falling


def fall_back(actor: Actor, version_id: str, how: Publishing, *, at: datetime) -> FlowFallback:
    """Let new cases take the version of the unit above instead of this one, which is in force.

    Cases that run stay with theirs. What waits for its day is replaced. Raises Invalid, also for
    what has to be confirmed; Conflict; Forbidden for what a keeper of a unit above has planned.
    """
    if not how.reason.strip():
        raise Invalid("请写明原因", {"reason": "请写明为什么改回"})
    versions.refuse_day(how.starts_on, at)
    _confirmed(session(), actor, version_id, how, at)
    with transaction() as work:
        version = _in_force(work, actor, version_id, at, lock=True)
        unit, key = version.unit, version.key
        plan = fallbacks.planned(work, unit.id, key, at=at)
        if plan is not None and plan.starts_on == how.starts_on:
            raise Conflict("已经定于这一天改回，请刷新")
        versions.refuse_changed(work, unit, key, how.seen, at=at)
        deciders.refuse_replacing(work, actor, unit.id, key, at=at)
        _above(work, version, how.starts_on, at)
        dropped = versions.drop_plans(work, unit.id, key, at)
        freezing.note_dropped(work, actor, dropped, at=at)
        mine = (ProcessVersion.key == key) & (ProcessVersion.unit_id == unit.id)
        row = FlowFallback(
            key=key, unit_id=unit.id, starts_on=how.starts_on or local(at).date(),
            up_to=work.scalar(select(func.max(ProcessVersion.number)).where(mine)),
            reason=how.reason.strip()[:400], decided_by_id=actor.id, decided_at=at,
        )  # fmt: skip
        work.add(row)
        work.flush()
        _tell(work, actor, "flow_fallen_back", row, at)
    return row


def _confirmed(work: Session, actor: Actor, version_id: str, how: Publishing, at: datetime) -> None:
    """Raises Invalid for what has to be confirmed and was not; it may take long."""
    version = _in_force(work, actor, version_id, at)
    above = _above(work, version, how.starts_on, at)
    freezing.confirm(falling.concerns(work, version.unit, above, at=at), despite=how.despite)


def _above(
    work: Session, version: ProcessVersion, starts_on: date | None, at: datetime
) -> ProcessVersion:
    above = falling.onto(work, version.unit, version.key, starts_on, at=at)
    if above is None:
        raise Conflict("上级单位没有现行的流程，不能改回")
    return above


def _in_force(
    work: Session, actor: Actor, version_id: str, at: datetime, *, lock: bool = False
) -> ProcessVersion:
    """The version; with a lock, nobody else's to end until this commits."""
    version = work.get(ProcessVersion, version_id, with_for_update=lock)
    if version is None:
        raise NotFound("没有这个流程版本")
    unit = drafts.keeping_unit(work, actor, version.unit_id)
    now = versions.in_force(work, unit, version.key, at=at)
    if now is None or now.id != version.id:
        raise Conflict(f"第 {version.number} 版已经不是现行版本，请回到流程页")
    return version


def cancel_fallback(actor: Actor, fallback_id: str, *, at: datetime) -> FlowFallback:
    """Stay with one's own version after all.

    Raises Conflict once the day has come, Forbidden for what a keeper of a unit above decided.
    """
    with transaction() as work:
        row = work.get(FlowFallback, fallback_id, with_for_update=True)
        if row is None:
            raise NotFound("没有这次改回")
        drafts.keeping_unit(work, actor, row.unit_id)
        if row.withdrawn_at is not None:
            raise Conflict("这次改回已经取消或被代替，请刷新")
        if row.starts_on <= local(at).date():
            raise Conflict("已经改回，不能取消；要用本单位的流程，请恢复以前的版本")
        deciders.refuse_undoing(work, actor, row)
        row.withdrawn_at = at
        _tell(work, actor, "flow_fallback_cancelled", row, at)
    return row


def _tell(work: Session, actor: Actor, verb: str, row: FlowFallback, at: datetime) -> None:
    about = (f"unit:{row.unit_id}", f"{row.key} {row.up_to}")
    audit.record(work, audit.Deed(verb, actor.id, *about, actor.address), at=at)
