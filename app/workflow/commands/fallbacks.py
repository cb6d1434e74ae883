"""改回上级流程: a unit ends its own versions, from now or from a day on, or stays with them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import local
from app.db import transaction
from app.errors import Conflict, Invalid, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.workflow import fallbacks, publishing, versions
from app.workflow.fallback_models import FlowFallback
from app.workflow.models import ProcessVersion
from app.workflow.studio import drafts


def fall_back(
    actor: Actor, version_id: str, reason: str, starts_on: date | None = None, *, at: datetime
) -> FlowFallback:
    """Let new cases take the version of the unit above instead of this one, which is in force.

    Cases that run stay with theirs. What waits for its day is replaced. Raises Invalid, Conflict.
    """
    if not reason.strip():
        raise Invalid("请写明原因", {"reason": "请写明为什么改回"})
    versions.refuse_day(starts_on, at)
    today = local(at).date()
    with transaction() as work:
        version = _in_force(work, actor, version_id, at)
        unit, key = version.unit, version.key
        plan = fallbacks.planned(work, unit.id, key, at=at)
        if plan is not None and plan.starts_on == starts_on:
            raise Conflict("已经定于这一天改回，请刷新")
        if fallbacks.above(work, unit, key, starts_on or today) is None:
            raise Conflict("上级单位没有现行的流程，不能改回")
        versions.drop_plans(work, unit.id, key, at)
        mine = (ProcessVersion.key == key) & (ProcessVersion.unit_id == unit.id)
        row = FlowFallback(
            key=key, unit_id=unit.id, starts_on=starts_on or today, reason=reason.strip()[:400],
            up_to=work.scalar(select(func.max(ProcessVersion.number)).where(mine)),
            decided_by_id=actor.id, decided_at=at,
        )  # fmt: skip
        work.add(row)
        work.flush()
        _tell(work, actor, "flow_fallen_back", row, at)
    return row


def _in_force(work: Session, actor: Actor, version_id: str, at: datetime) -> ProcessVersion:
    """The version, nobody else's to end until this commits."""
    version = work.get(ProcessVersion, version_id, with_for_update=True)
    if version is None:
        raise NotFound("没有这个流程版本")
    unit = drafts.keeping_unit(work, actor, version.unit_id)
    now = publishing.in_force(work, unit, version.key, at=at)
    if now is None or now.id != version.id:
        raise Conflict(f"第 {version.number} 版已经不是现行版本，请回到流程页")
    return version


def cancel_fallback(actor: Actor, fallback_id: str, *, at: datetime) -> FlowFallback:
    """Stay with one's own version after all. Raises Conflict once the day has come."""
    with transaction() as work:
        row = work.get(FlowFallback, fallback_id, with_for_update=True)
        if row is None:
            raise NotFound("没有这次改回")
        drafts.keeping_unit(work, actor, row.unit_id)
        if row.withdrawn_at is not None:
            raise Conflict("这次改回已经取消或被代替，请刷新")
        if row.starts_on <= local(at).date():
            raise Conflict("已经改回，不能取消；要用本单位的流程，请恢复以前的版本")
        row.withdrawn_at = at
        _tell(work, actor, "flow_fallback_cancelled", row, at)
    return row


def _tell(work: Session, actor: Actor, verb: str, row: FlowFallback, at: datetime) -> None:
    about = (f"unit:{row.unit_id}", f"{row.key} {row.up_to}")
    audit.record(work, audit.Deed(verb, actor.id, *about, actor.address), at=at)
