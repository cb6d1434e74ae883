"""Reading visits: today's list of a person, works to visit, a colleague's load, one work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import cos, radians, sqrt

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.errors import Conflict, NotFound
from app.identity.actor import Actor
from app.identity.scope import in_scope
from app.smallworks import life, works
from app.smallworks.models import Work
from app.smallworks.patrols import sites, turns, visiting
from app.smallworks.patrols.models import Hazard, Patrol, PatrolPlan
from app.workflow import calendar, desks, lights
from app.workflow.lights import Due
from app.workflow.models import Case, Task
from app.workflow.reach import visible

MOST = 200
REPORT = "patrol:report"
WAITS = ("open", "answered")


@dataclass(frozen=True, slots=True)
class Line:
    """One visit that somebody may make now."""

    patrol: Patrol
    case: Case
    task: Task
    due: Due
    place: tuple[float, float] | None  # lng, lat of the filing
    metres: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What today's list is narrowed to, and where the phone is."""

    box: str = ""  # mine, late, or everything
    reason: str = ""
    lng: float | None = None
    lat: float | None = None


def today(work: Session, actor: Actor, asked: Asked, at: datetime) -> list[Line]:
    """The visits that wait for this person's desks: the latest first, or the nearest."""
    query = (
        select(Patrol, Task)
        .join(Case, Patrol.case_id == Case.id)
        .join(Task, Task.case_id == Case.id)
        .where(Task.status == "open", Case.process_key == "patrol", _mine(work, actor))
        .options(contains_eager(Patrol.case))
        .order_by(Task.due_at, Task.id)
        .limit(MOST)
    )
    if asked.reason:
        query = query.where(Patrol.reason == asked.reason)
    found = [
        (patrol, task)
        for patrol, task in work.execute(query)
        if task.element in turns.visit_steps(work, patrol.case)
    ]
    tests = calendar.workday_tests(work, ((one.case.l2, one.case.l1) for one, _ in found))
    near = asked.lng is not None
    lines = [
        Line(
            patrol, patrol.case, task,
            lights.due(task, at, tests[patrol.case.l2, patrol.case.l1]),
            place_of(work, patrol.work) if near else None,
        )
        for patrol, task in found
    ]  # fmt: skip
    return _sorted([one for one in lines if _in_box(one, asked.box, actor)], asked)


def _mine(work: Session, actor: Actor) -> ColumnElement[bool]:
    pools = [
        and_(Task.unit_id == hold.unit_id, Task.desk.in_(seats))
        for hold, seats in desks.pools(work, actor)
    ]
    return or_(Task.claimed_by_id == actor.id, *pools)


def place_of(work: Session, row: Work | None) -> tuple[float, float] | None:
    """Where a filing says that its work is, if it says."""
    filed = sites.filed(work, row) if row else {}
    try:
        return float(str(filed["lng"])), float(str(filed["lat"]))
    except (KeyError, ValueError):
        return None


def _in_box(line: Line, box: str, actor: Actor) -> bool:
    if box == "mine":
        return line.task.claimed_by_id == actor.id
    if box == "late":
        return line.due.light == lights.RED
    return True


def _sorted(lines: list[Line], asked: Asked) -> list[Line]:
    if asked.lng is None or asked.lat is None:
        return lines
    here = (asked.lng, asked.lat)
    far = [
        Line(one.patrol, one.case, one.task, one.due, one.place,
             metres(here, one.place) if one.place else None)
        for one in lines
    ]  # fmt: skip
    return sorted(far, key=lambda one: (one.metres is None, one.metres or 0))


def metres(here: tuple[float, float], there: tuple[float, float]) -> int:
    """The way between two places as the crow flies; good enough within a county."""
    north = (there[1] - here[1]) * 111_320
    east = (there[0] - here[0]) * 111_320 * cos(radians(here[1]))
    return round(sqrt(north * north + east * east))


def to_begin(work: Session, actor: Actor, words: str = "") -> list[Work]:
    """Works of this person's area at which a visit may begin unplanned; no visit is open there."""
    named = Work.name.contains(words, autoescape=True) | Work.address.contains(
        words, autoescape=True
    )
    busy = select(Patrol.work_id).join(Case, Patrol.case_id == Case.id).where(
        Case.ended_at.is_(None), Patrol.work_id.is_not(None)
    )  # fmt: skip
    rows = (
        select(Work)
        .join(Work.case)
        .where(visible(actor, REPORT), Work.id.not_in(busy), on_site(), named)
        .options(contains_eager(Work.case))
        .order_by(Work.planned_start.desc(), Work.id)
        .limit(MOST)
    )
    return list(work.scalars(rows))


def about(work: Session, actor: Actor, case_id: str, work_id: str = "") -> tuple[Work | None, Case]:
    """What is visited, by any of its cases: a work and its first case, or the report of a site.

    Raises NotFound for what is not in this person's area, Conflict for what is no site.
    """
    row = work.get(Work, work_id) if work_id else None
    named = row.case if row else None if work_id else work.get(Case, case_id)
    if named is None or not in_scope(actor, REPORT, named):
        raise NotFound("没有这项工程，或者不在您的辖区")
    row = row or works.maybe_of_subject(work, named)
    case = row.case if row else work.get_one(Case, named.subject_id)
    if row is None and case.process_key != visiting.REPORTED:
        raise Conflict("这个办件不是工程，也不是举报，不能据此巡查，请从工程台账或者举报进入")
    return row, case


def on_site() -> ColumnElement[bool]:
    """The condition on works at which people may be at work, or are kept from it."""
    return Work.state.in_(life.ON_SITE | {life.STOPPED})


def load(work: Session, unit_ids: Sequence[str]) -> dict[str, int]:
    """How many visits each person has in hand, by person id."""
    rows = (
        select(Task.claimed_by_id, func.count())
        .join(Task.case)
        .where(
            Task.status == "open",
            Case.process_key == "patrol",
            Task.unit_id.in_(unit_ids),
            Task.claimed_by_id.is_not(None),
        )
        .group_by(Task.claimed_by_id)
    )
    return {str(person): count for person, count in work.execute(rows)}


def of_work(work: Session, row: Work) -> tuple[PatrolPlan | None, list[Patrol], list[Hazard]]:
    """The plan of one work, its visits (newest first), and the hazards that are not closed."""
    plan = work.scalars(select(PatrolPlan).where(PatrolPlan.work_id == row.id)).first()
    visits = select(Patrol).where(Patrol.work_id == row.id).order_by(Patrol.id.desc()).limit(20)
    hazards = (
        select(Hazard)
        .join(Patrol, Hazard.patrol_id == Patrol.id)
        .where(Hazard.work_id == row.id, Hazard.state.in_(WAITS))
        .where(Patrol.concluded_at.is_not(None))
        .order_by(Hazard.deadline, Hazard.id)
    )
    return plan, list(work.scalars(visits)), list(work.scalars(hazards))


def next_day(plan: PatrolPlan | None) -> date | None:
    """When the next visit of a plan in force is."""
    return plan.next_on if plan is not None and plan.ended_at is None else None


def readable_work(work: Session, actor: Actor, work_id: str) -> Work:
    """A work within this person's scope. Raises NotFound."""
    found = select(Work).join(Work.case).where(Work.id == work_id, visible(actor, "register:read"))
    row = work.scalars(found.options(contains_eager(Work.case))).first()
    if row is None:
        raise NotFound("没有这项工程，或者不在您的辖区")
    return row


def cases_of(work: Session, actor: Actor, row: Work) -> list[Case]:
    """Every case of a work that this person may see, newest first."""
    about = Case.subject_id == row.case_id
    found = select(Case).where(about, visible(actor)).order_by(Case.opened_at.desc(), Case.id)
    return list(work.scalars(found.limit(MOST)))


def may_visit(actor: Actor, row: Work) -> bool:
    """Whether this person may begin a visit there."""
    return row.state in life.ON_SITE | {life.STOPPED} and in_scope(actor, REPORT, row.case)
