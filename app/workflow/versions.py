"""The versions of a unit's process as rows: one more, from which day, and which still wait."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.clock import local
from app.db import named_conflicts
from app.errors import Conflict, Invalid
from app.workflow import definitions, fallbacks
from app.workflow.models import ProcessVersion
from app.workflow.studio.approval_models import FlowRequest

_AHEAD = timedelta(days=366)
_RACE = "该单位刚刚发布了另一个版本，请刷新后再试"
named_conflicts["uq_process_versions_key_unit_id_number"] = _RACE
named_conflicts["process_versions.key"] = _RACE  # how SQLite names the same constraint


def refuse_day(starts_on: date | None, at: datetime) -> None:
    """A first day lies ahead, and within a year. Raises Invalid."""
    today = local(at).date()
    if starts_on is None:
        return
    if starts_on <= today:
        words = "施行日期要晚于今天；今天起施行的，不用填"
        raise Invalid("施行日期不对", {"starts_on": words})
    if starts_on > today + _AHEAD:
        raise Invalid("施行日期不对", {"starts_on": "施行日期最多提前一年"})


def waiting(work: Session, unit_id: str, key: str, *, at: datetime) -> ProcessVersion | None:
    """The version of a unit whose first day is still to come, if there is one."""
    mine = (ProcessVersion.key == key) & (ProcessVersion.unit_id == unit_id)
    ahead = ProcessVersion.starts_on > local(at).date()
    found = select(ProcessVersion).where(mine, ahead, ProcessVersion.withdrawn_at.is_(None))
    return work.scalars(found.order_by(ProcessVersion.number.desc()).limit(1)).first()


def add(work: Session, made: ProcessVersion) -> None:
    """Number it and write it. What waited for its day is replaced: only the latest plan counts.

    Raises Conflict where it would change nothing.
    """
    at = made.published_at
    refuse_same(work, made, at=at)
    drop_plans(work, made.unit_id, made.key, at)
    mine = (ProcessVersion.key == made.key) & (ProcessVersion.unit_id == made.unit_id)
    made.number = (work.scalar(select(func.max(ProcessVersion.number)).where(mine)) or 0) + 1
    work.add(made)
    work.flush()


def drop_plans(work: Session, unit_id: str, key: str, at: datetime) -> None:
    """Withdraw what waits for its day, a version or going back to the flow of the unit above."""
    mine = (ProcessVersion.key == key) & (ProcessVersion.unit_id == unit_id)
    ahead = ProcessVersion.starts_on > local(at).date()
    plans = update(ProcessVersion).where(mine, ahead, ProcessVersion.withdrawn_at.is_(None))
    work.execute(plans.values(withdrawn_at=at))
    fallbacks.replace(work, unit_id, key, at)


def _counts(row: ProcessVersion, taken: set[str], day: date) -> bool:
    """Whether new cases take it, or would if nothing newer were there, now or from its day on."""
    waits = row.withdrawn_at is None and row.starts_on is not None and row.starts_on > day
    return waits or row.id in taken


def refuse_same(work: Session, made: ProcessVersion | FlowRequest, *, at: datetime) -> None:
    """Raises Conflict for what is in force there as it stands, or is to come on the same day."""
    day = local(at).date()
    mine = (ProcessVersion.key == made.key) & (ProcessVersion.unit_id == made.unit_id)
    taken = set(work.scalars(select(ProcessVersion.id).where(mine, definitions.begun(day))))
    rows = work.scalars(select(ProcessVersion).where(mine).order_by(ProcessVersion.number.desc()))
    latest = next((row for row in rows if _counts(row, taken, day)), None)
    if latest is None or latest.checksum != made.checksum:
        return
    if latest.starts_on is None or latest.starts_on <= day:
        raise Conflict(f"内容与现行的第 {latest.number} 版完全相同，不需要发布")
    if latest.starts_on == made.starts_on:
        raise Conflict(f"内容和施行日期都与待施行的第 {latest.number} 版相同，不需要发布")
