"""Moving running cases onto a newer version (更新在办件): which they are, and what it comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, undefer

from app import engine
from app.clock import local
from app.engine.types import OpenTask, Step, TaskPolicy
from app.errors import BrokenProcess, Conflict, Forbidden, NotFound
from app.identity.actor import Actor
from app.identity.permissions import holds_permission
from app.identity.reach import governments_within
from app.identity.scope import in_scope, scope_clause
from app.workflow import calendar, definitions, kinds, pace, versions
from app.workflow.calendar import Limits
from app.workflow.definitions import Definition
from app.workflow.models import Case, ProcessVersion, Task
from app.workflow.reach import CASE_COLUMNS, is_party
from app.workflow.studio import drafts, lawful
from app.workflow.studio.models import FlowDraft

MOST = 1000
"""Cases that one move takes."""
Targets = Mapping[str, Mapping[str, str]]
"""Older version -> element that the new one lacks -> where its tokens go."""
_LEVELS = ("l4", "l3", "l2", "l1")


class Homeless(Conflict):
    """A case stands where the new version has nothing: somebody must say where it goes."""

    def __init__(self, elements: Sequence[str], names: Sequence[str]) -> None:
        said = "、".join(f"“{name}”" for name in names)
        super().__init__(f"新版没有{said}，请在上面选择转到哪一步")
        self.elements = tuple(elements)


def target(work: Session, actor: Actor, version_id: str, at: datetime) -> ProcessVersion:
    """The version onto which this person may move cases: in force in its unit, whose flows they
    keep; or in a unit above one of theirs that has none of its own.

    Raises NotFound, Forbidden, Conflict.
    """
    version = work.get(ProcessVersion, version_id)
    if version is None:
        raise NotFound("没有这个流程版本")
    if version.id not in open_to(work, actor, version.key, at):
        drafts.keeping_unit(work, actor, version.unit_id)
    now = versions.in_force(work, version.unit, version.key, at=at)
    if now is None or now.id != version.id:
        raise Conflict("在办件只能更新到现行版本，请回到流程页选择")
    return version


def open_to(work: Session, actor: Actor, key: str, at: datetime) -> frozenset[str]:
    """The versions by which new cases of the units begin whose flows this person keeps."""
    mine = governments_within(work, actor, drafts.PUBLISH)
    ids = {unit.id for unit in mine}
    tops = (unit for unit in mine if unit.parent_id not in ids)  # those below keep their own
    found = (versions.in_force(work, unit, key, at=at) for unit in tops)
    return frozenset(version.id for version in found if version is not None)


def theirs(
    work: Session, actor: Actor, version: ProcessVersion, at: datetime
) -> ColumnElement[bool]:
    """The condition on open cases that this person could move onto a version: of one of a unit
    above theirs, those of their own place.
    """
    mine = stale(work, version, at)
    if holds_permission(actor, drafts.PUBLISH, version.unit):
        return mine
    return mine & scope_clause(actor, drafts.PUBLISH, CASE_COLUMNS)


def stale(work: Session, version: ProcessVersion, at: datetime) -> ColumnElement[bool]:
    """The condition on open cases that would begin by this version today, and go by another."""
    return _placed(work, version.key, version.unit_id, at) & (Case.version_id != version.id)


def _placed(work: Session, key: str, unit_id: str, at: datetime) -> ColumnElement[bool]:
    """The condition on open cases that would begin today by a version of this unit."""
    begun = definitions.begun(local(at).date())
    others = select(ProcessVersion.unit_id).where(ProcessVersion.key == key, begun)
    owning = set(work.scalars(others)) - {unit_id}
    here = []
    for place, level in enumerate(_LEVELS):
        nearer = [getattr(Case, one) for one in _LEVELS[:place]]
        free = [or_(column.is_(None), column.not_in(owning)) for column in nearer if owning]
        column = getattr(Case, level)
        here.append((column == unit_id) & _all(free))
    return (Case.process_key == key) & Case.ended_at.is_(None) & or_(*here)


def staying(work: Session, actor: Actor, version: ProcessVersion, at: datetime) -> int:
    """How many open cases that would begin by this version today go by another, of theirs."""
    mine = theirs(work, actor, version, at)
    return work.scalar(select(func.count()).select_from(Case).where(mine)) or 0


def running(work: Session, draft: FlowDraft, at: datetime) -> int:
    """How many open cases will stay as they are when this draft is published."""
    mine = _placed(work, draft.key, draft.unit_id, at)
    return work.scalar(select(func.count()).select_from(Case).where(mine)) or 0


def _all(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = Case.ended_at.is_(None)
    for one in conditions:
        found &= one
    return found


def cases_of(work: Session, which: ColumnElement[bool]) -> Sequence[Case]:
    """These cases with their snapshots, the longest open first; as many as one move takes."""
    found = select(Case).where(which).options(undefer(Case.snapshot))
    return work.scalars(found.order_by(Case.opened_at, Case.id).limit(MOST)).all()


@dataclass(frozen=True, slots=True)
class Plan:
    """What moving one case comes to. `asked_anew` are steps that stay, with other people to ask.

    `limits` are those of the steps, by ref, whose time limit the new version changes.
    """

    version: ProcessVersion
    step: Step
    asked_anew: tuple[OpenTask, ...]
    limits: Mapping[str, Limits]


def refuse(work: Session, actor: Actor, case: Case, version: ProcessVersion) -> None:
    """Raises a Refusal where this person moves this case onto no version, or it has moved on."""
    if case.ended_at is not None:
        raise Conflict("该办件已经办结")
    if case.version_id == version.id:
        raise Conflict("该办件已经是这一版")
    if not in_scope(actor, drafts.PUBLISH, case):
        raise Forbidden("不在您的管辖范围")
    if is_party(actor, case):
        raise Forbidden("您是该办件的申请人或代办人，应当回避")


def refuse_superseded(work: Session, case: Case, version: ProcessVersion, at: datetime) -> None:
    """Raises Conflict where by now new cases of its place begin by another version than this."""
    places = case.l4, case.l3, case.l2, case.l1
    now = definitions.current(work, version.key, places, at=at)
    if now.id != version.id:
        said = f"{now.unit.name}第 {now.number} 版"
        raise Conflict(f"当地的新办件现在按{said}办理，请回到流程页选择")


def plan(work: Session, case: Case, version: ProcessVersion, given: Targets, at: datetime) -> Plan:
    """What it comes to; nothing is kept. Raises Homeless, Conflict, BrokenProcess.

    Whoever moves it says where it goes from a step that the new version lacks, by the right of
    publishing alone: they could draw the way there, and no choice leads round a review (lawful.py).
    A kind of which nobody steers the cases has no such choice.
    """
    old, new = definitions.get(work, case.version_id), definitions.get(work, version.id)
    if old.process.start_form != new.process.start_form:
        raise Conflict("新版换了申报表单，按旧表单申报的办件不能更新")
    asked, known = given.get(case.version_id, {}), new.process.tasks
    targets = {lost: to for lost, to in asked.items() if lost not in known}  # what stays, stays
    if targets and not kinds.of(case.process_key).steered:
        raise Forbidden("这一事项的每一步都连着现场记录和文书，不能另选环节")
    step = _migrated(case, old, new, targets, stands_at(work, case, at))
    if step.ended or step.actions or step.messages:
        raise Conflict("更新后会自动往下办，请办完这一步再更新")
    lawful.refuse_passed_over(work, case, new, step)
    lawful.refuse_unknown_values(case, new, step)
    anew, limits = _compared(work, case, (old, new), step)
    refs = tuple(one.ref for one in anew)
    step = replace(step, opened=(*step.opened, *anew), closed=(*step.closed, *refs))
    return Plan(version, step, tuple(anew), limits)


def stands_at(work: Session, case: Case, at: datetime) -> pace.Pace:
    """The engine's moment of a case; of one that is held, when its clock stopped."""
    return pace.of(case, case.held_at or at, calendar.workday_test(work, case.l2, case.l1))


def _migrated(
    case: Case, old: Definition, new: Definition, targets: Mapping[str, str], now: pace.Pace
) -> Step:
    try:
        return engine.migrate(
            old.process, new.process, case.snapshot, targets, at=now.at, workdays=now.workdays
        )
    except BrokenProcess as broken:
        lacking = [one.element for one in broken.findings if one.code == "migrate-missing"]
        if lacking and len(lacking) == len(broken.findings):
            names = [old.process.names.get(one, one) for one in lacking]
            raise Homeless(lacking, names) from broken
        said = broken.findings[0].message if broken.findings else broken.message
        raise Conflict(said) from broken


def _compared(
    work: Session, case: Case, both: tuple[Definition, Definition], step: Step
) -> tuple[list[OpenTask], dict[str, Limits]]:
    """Which of the steps that stay ask others now, and which have another limit."""
    old, new = (one.process.tasks for one in both)
    rows = rows_by_ref(work, case)
    fresh = {one.ref for one in step.opened}
    anew: list[OpenTask] = []
    limits: dict[str, Limits] = {}
    for one in step.open:
        if one.ref in fresh:
            continue
        was, now = old[rows[one.ref][0].element], new[one.element]
        signed = any(row.status == "done" for row in rows[one.ref])
        if was.element != now.element or not _asks_alike(was, now):
            if signed:
                raise Conflict(f"“{was.name}”已有人签署，新版改了办理人，请办完这一步再更新")
            anew.append(one)
        elif signed and was.outcomes != now.outcomes:
            raise Conflict(f"“{was.name}”已有人签署，新版改了办理结果，请办完这一步再更新")
        elif was.limit != now.limit:
            limits[one.ref] = (was.limit, now.limit)
    return anew, limits


def _asks_alike(one: TaskPolicy, other: TaskPolicy) -> bool:
    return (one.parties, one.sign, one.each) == (other.parties, other.sign, other.each)


def rows_by_ref(work: Session, case: Case) -> Mapping[str, list[Task]]:
    """The rows of the steps at which a case waits, those signed already among them."""
    found = select(Task).where(Task.case_id == case.id, Task.status != "closed")
    by_ref: dict[str, list[Task]] = defaultdict(list)
    for row in work.scalars(found.order_by(Task.turn, Task.id)):
        by_ref[row.ref].append(row)
    return by_ref
