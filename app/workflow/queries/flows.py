"""Processes and their versions, as administrators and applicants see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, joinedload, undefer

from app.clock import local
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.units import city, resolve
from app.workflow import definitions, fallbacks, starting
from app.workflow.fallback_models import FlowFallback
from app.workflow.models import Case, ProcessVersion

WAITING, IN_FORCE, PAST, WITHDRAWN = "waiting", "in_force", "past", "withdrawn"


@dataclass(frozen=True, slots=True)
class Published:
    """One version, from when until when new cases take it, and how many cases still run on it.

    `before`: the id of the version that it follows, or of which it is a copy; or none. `fallback`:
    the decision of its unit to go back to the flow above that ends it, or will.
    """

    version: ProcessVersion
    standing: str
    since: date
    until: date | None
    before: str | None
    running: int
    fallback: FlowFallback | None

    @property
    def in_force(self) -> bool:
        """Whether new cases take it now."""
        return self.standing == IN_FORCE


def versions(work: Session, key: str, *, at: datetime) -> list[Published]:
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
    by_unit: dict[str, list[ProcessVersion]] = {}
    for row in sorted(rows, key=lambda one: (one.unit.division_code or "", -one.number)):
        by_unit.setdefault(row.unit_id, []).append(row)
    day, gone = local(at).date(), fallbacks.standing(work, key)
    return [one for each in by_unit.values() for one in _standings(each, gone, day, running)]


def _standings(
    newest_first: Sequence[ProcessVersion],
    gone: Sequence[FlowFallback],
    day: date,
    running: Mapping[str, int],
) -> Iterator[Published]:
    """The versions of one unit: each ends where the next that was not withdrawn begins, or where
    the unit goes back to the flow above.
    """
    kept = [one for one in newest_first if one.withdrawn_at is None]
    ends = {one.id: _ended_by(one, gone) for one in newest_first}
    begun = (one for one in kept if not _waits(one, day))
    now = next((one for one in begun if (end := ends[one.id]) is None or end.starts_on > day), None)
    for version in newest_first:
        later = [one for one in kept if one.number > version.number]
        earlier = next((one.id for one in kept if one.number < version.number), version.copy_of_id)
        if version.withdrawn_at is not None:
            standing = WITHDRAWN
        elif version is now:
            standing = IN_FORCE
        else:
            standing = WAITING if _waits(version, day) else PAST
        end = ends[version.id] if standing != WITHDRAWN else None
        last = [_day_before(one) for one in later[-1:] if standing != WITHDRAWN]
        last += [fallbacks.last_day(end)] if end else []
        yield Published(
            version, standing, _since(version), min(last, default=None), earlier,
            running.get(version.id, 0), end,
        )  # fmt: skip


def _ended_by(version: ProcessVersion, gone: Sequence[FlowFallback]) -> FlowFallback | None:
    ends = (one for one in gone if one.unit_id == version.unit_id and one.up_to >= version.number)
    return next(ends, None)


def _day_before(later: ProcessVersion) -> date:
    """The last day of what a version replaces; what comes at once shares its day with it."""
    return later.starts_on - timedelta(days=1) if later.starts_on else _since(later)


def _waits(version: ProcessVersion, day: date) -> bool:
    """Whether its first day is still to come, as `definitions.begun` asks."""
    return version.starts_on is not None and version.starts_on > day


def _since(version: ProcessVersion) -> date:
    return version.starts_on or local(version.published_at).date()


@dataclass(frozen=True, slots=True)
class Flow:
    """One process as the list shows it: its newest title, how many units have a version of their
    own in force, its versions, its running cases.
    """

    key: str
    title: str
    units: int
    versions: int
    running: int
    changed_at: datetime


def every_flow(work: Session, *, at: datetime) -> list[Flow]:
    """All processes that were ever published, by key."""
    day = local(at).date()
    own = select(ProcessVersion.key, func.count(ProcessVersion.unit_id.distinct()))
    own = own.where(definitions.begun(day)).group_by(ProcessVersion.key)
    units = dict(work.execute(own).all())
    counted = work.execute(
        select(
            ProcessVersion.key,
            func.count(),
            func.max(ProcessVersion.published_at),
        )
        .group_by(ProcessVersion.key)
        .order_by(ProcessVersion.key)
    )
    open_ = select(Case.process_key, func.count()).where(Case.ended_at.is_(None))
    running = dict(work.execute(open_.group_by(Case.process_key)).all())
    named = titles(work, day)
    return [
        Flow(key, named.get(key, ""), units.get(key, 0), versions_, running.get(key, 0), changed)
        for key, versions_, changed in counted
    ]


def titles(work: Session, day: date) -> dict[str, str]:
    """What each process is called in the newest of its versions that have begun that day."""
    begun = definitions.begun(day)
    newest = select(ProcessVersion.key, func.max(ProcessVersion.published_at)).where(begun)
    here = tuple_(ProcessVersion.key, ProcessVersion.published_at)
    rows = work.execute(
        select(ProcessVersion.key, ProcessVersion.title)
        .where(begun, here.in_(newest.group_by(ProcessVersion.key)))
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
            found.append(definitions.current(work, key, units, at=at))
        except NotFound:
            continue
    return found
