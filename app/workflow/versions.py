"""The versions of a unit's process as rows: which is in force, which still wait, and one more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import local
from app.db import named_conflicts
from app.errors import Conflict, Invalid, NotFound
from app.identity.models import Unit
from app.workflow import definitions, fallbacks
from app.workflow.fallback_models import FlowFallback
from app.workflow.models import ProcessVersion
from app.workflow.studio.approval_models import FlowRequest

Plan = ProcessVersion | FlowFallback
"""What waits for its day."""
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


def in_force(work: Session, unit: Unit, key: str, *, at: datetime) -> ProcessVersion | None:
    """The version that new cases of this unit take then, if there is one."""
    above: list[str | None] = []
    one: Unit | None = unit
    while one is not None:
        above.append(one.id)
        one = one.parent
    try:
        return definitions.current(work, key, above, at=at)
    except NotFound:
        return None


def standing(work: Session, unit: Unit, key: str, *, at: datetime) -> str:
    """What is in force there and what is planned, in one word of ids. A page carries it, so that
    what is decided on that page is refused once something else stands there.
    """
    now = in_force(work, unit, key, at=at)
    waits = (plan.id for plan in plans(work, unit.id, key, at=at))
    return ".".join((now.id if now else "", *waits))


def refuse_changed(work: Session, unit: Unit, key: str, seen: str | None, *, at: datetime) -> None:
    """Raises Conflict where another version is in force, or something else is planned, than whoever
    decides has `seen`; none: they were shown nothing.
    """
    if seen is None or seen == standing(work, unit, key, at=at):
        return
    now = in_force(work, unit, key, at=at)
    if now is None or now.id == seen.partition(".")[0]:
        raise Conflict("待施行的版本或者改回的安排刚刚变了，请看过再办")
    who = now.approved_by or now.published_by
    when = f"{local(now.published_at):%m月%d日 %H:%M}{f' 由{who.name}' if who else ''}"
    words = f"{now.unit.name}第 {now.number} 版已于 {when}发布，请看过不同之处再办"
    raise Conflict(f"现行版本刚刚换了：{words}", who.name if who else "", now.published_at)


def add(work: Session, made: ProcessVersion) -> Sequence[Plan]:
    """Number it and write it. What waited for its day is replaced, and given back: only the latest
    plan counts.

    Raises Conflict where it would change nothing.
    """
    at = made.published_at
    refuse_same(work, made, at=at)
    dropped = drop_plans(work, made.unit_id, made.key, at)
    mine = (ProcessVersion.key == made.key) & (ProcessVersion.unit_id == made.unit_id)
    made.number = (work.scalar(select(func.max(ProcessVersion.number)).where(mine)) or 0) + 1
    work.add(made)
    work.flush()
    return dropped


def plans(work: Session, unit_id: str, key: str, *, at: datetime) -> list[Plan]:
    """What waits for its day: a version, or going back to the flow of the unit above."""
    both = (waiting(work, unit_id, key, at=at), fallbacks.planned(work, unit_id, key, at=at))
    return [plan for plan in both if plan is not None]


def drop_plans(work: Session, unit_id: str, key: str, at: datetime) -> Sequence[Plan]:
    """Withdraw what waits for its day, and give it back."""
    dropped = plans(work, unit_id, key, at=at)
    for plan in dropped:
        plan.withdrawn_at = at
    work.flush()
    return dropped


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
