"""Processes and their versions, as administrators and applicants see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, joinedload, undefer

from app.clock import local
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.units import city, resolve
from app.workflow import definitions, starting
from app.workflow.models import Case, ProcessVersion


@dataclass(frozen=True, slots=True)
class Published:
    """One version, whether new cases take it, and how many cases still run on it."""

    version: ProcessVersion
    in_force: bool
    running: int


def versions(work: Session, key: str) -> list[Published]:
    """Every version of a process, by unit from the city down, newest first."""
    rows = work.scalars(
        select(ProcessVersion)
        .where(ProcessVersion.key == key)
        .options(joinedload(ProcessVersion.unit), joinedload(ProcessVersion.published_by))
        .order_by(ProcessVersion.number.desc())
    ).all()
    if not rows:
        raise NotFound("没有这个流程")
    open_ = (Case.process_key == key) & Case.ended_at.is_(None)
    running = dict(
        work.execute(
            select(Case.version_id, func.count()).where(open_).group_by(Case.version_id)
        ).all()
    )
    newest: set[str] = set()
    found = []
    for version in rows:
        found.append(Published(version, version.unit_id not in newest, running.get(version.id, 0)))
        newest.add(version.unit_id)
    return sorted(
        found, key=lambda one: (one.version.unit.division_code or "", -one.version.number)
    )


@dataclass(frozen=True, slots=True)
class Flow:
    """One process as the list shows it: its newest title, its versions, its running cases."""

    key: str
    title: str
    units: int
    versions: int
    running: int
    changed_at: datetime


def every_flow(work: Session) -> list[Flow]:
    """All processes that were ever published, by key."""
    counted = work.execute(
        select(
            ProcessVersion.key,
            func.count(ProcessVersion.unit_id.distinct()),
            func.count(),
            func.max(ProcessVersion.published_at),
        )
        .group_by(ProcessVersion.key)
        .order_by(ProcessVersion.key)
    )
    open_ = select(Case.process_key, func.count()).where(Case.ended_at.is_(None))
    running = dict(work.execute(open_.group_by(Case.process_key)).all())
    named = titles(work)
    return [
        Flow(key, named[key], units, versions_, running.get(key, 0), changed)
        for key, units, versions_, changed in counted
    ]


def titles(work: Session) -> dict[str, str]:
    """What each process is called in its newest version."""
    newest = select(ProcessVersion.key, func.max(ProcessVersion.published_at))
    here = tuple_(ProcessVersion.key, ProcessVersion.published_at)
    rows = work.execute(
        select(ProcessVersion.key, ProcessVersion.title)
        .where(here.in_(newest.group_by(ProcessVersion.key)))
        .order_by(ProcessVersion.key)
    )
    return {row.key: row.title for row in rows}


def keys(work: Session) -> Sequence[str]:
    """Every process that was ever published."""
    return work.scalars(select(ProcessVersion.key).distinct().order_by(ProcessVersion.key)).all()


def content(work: Session, version_id: str) -> ProcessVersion:
    """One version with its files. Raises NotFound."""
    found = work.get(ProcessVersion, version_id, options=[undefer(ProcessVersion.files)])
    if found is None:
        raise NotFound("没有这个流程版本")
    return found


def startable(
    work: Session, actor: Actor, division_code: str, *, at: datetime
) -> list[ProcessVersion]:
    """What this person can file at a place, or by the city's own flows without one."""
    here = resolve(division_code, local(at).date()).upwards if division_code else ()
    units = here or (city(work).id,)
    found = []
    for key in keys(work):
        if not starting.offered(actor, key):
            continue
        try:
            found.append(definitions.current(work, key, units))
        except NotFound:
            continue
    return found
