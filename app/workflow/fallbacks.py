"""改回上级流程: which decisions stand, what they lead to, and which is planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local
from app.identity.models import Unit
from app.identity.words import LEVELS
from app.workflow import definitions
from app.workflow.fallback_models import FlowFallback
from app.workflow.models import ProcessVersion


def standing(work: Session, key: str) -> Sequence[FlowFallback]:
    """Those of a process that were not withdrawn, the first of each unit first."""
    mine = (FlowFallback.key == key) & FlowFallback.withdrawn_at.is_(None)
    return work.scalars(select(FlowFallback).where(mine).order_by(FlowFallback.up_to)).all()


def planned(work: Session, unit_id: str, key: str, *, at: datetime) -> FlowFallback | None:
    """The one of a unit whose day is still to come, if there is one."""
    mine = (FlowFallback.key == key) & (FlowFallback.unit_id == unit_id)
    ahead = FlowFallback.withdrawn_at.is_(None) & (FlowFallback.starts_on > local(at).date())
    return work.scalars(select(FlowFallback).where(mine, ahead)).one_or_none()


def above(work: Session, unit: Unit, key: str, day: date) -> ProcessVersion | None:
    """The version that new cases of a unit would take that day if it had none of its own."""
    outwards, one = [], unit.parent
    while one is not None:
        outwards.append(one.id)
        one = one.parent
    return definitions.newest(work, key, outwards, day)


def last_day(fallback: FlowFallback) -> date:
    """The last day of the versions that it ends; what is decided at once shares its day."""
    at_once = fallback.starts_on <= local(fallback.decided_at).date()
    return fallback.starts_on if at_once else fallback.starts_on - timedelta(days=1)


def levels(work: Session, key: str, units: Sequence[Unit], *, at: datetime) -> Mapping[str, str]:
    """Of these units, by id, those that could go back, and whose flow they would take: its level
    in words.
    """
    day = local(at).date()
    found = {unit.id: above(work, unit, key, day) for unit in units}
    return {one: LEVELS[version.unit.level] for one, version in found.items() if version}
