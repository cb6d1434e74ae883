"""The register (办件查询): every case that I may read, narrowed and counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import Session, joinedload

from app.db import UtcDateTime
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holding, holds_permission
from app.identity.units import COLUMNS
from app.workflow import calendar, kinds, lights, search
from app.workflow.backstage import CalendarDay
from app.workflow.lights import Due
from app.workflow.models import Case, Task
from app.workflow.queries.pages import MOST_COUNTED, PAGE, Cursor, Page
from app.workflow.reach import stretches, visible


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the register is narrowed to. Empty means all."""

    q: str = ""
    unit: str = ""  # of any level: a case in its area
    category: str = ""
    state: str = ""  # a state, the result of an ended case, `incident` or `held`
    light: str = ""  # red, yellow, green
    step: str = ""  # the name of an open task
    holder: str = ""  # the person who has it
    own: bool = False  # only what I filed
    right: str = "case:read"  # the permission by which a case must be within reach


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the register: a case and what waits in it."""

    case: Case
    waiting: tuple[Task, ...]
    due: Due | None  # of what is due first
    light: str  # the worst of all that waits, and of the case as a whole
    risk: str


def cases(
    work: Session, actor: Actor, wanted: Wanted, after: str = "", *, at: datetime
) -> Page[Line]:
    """One page of the register, newest first."""
    found = work.scalars(_page(work, actor, wanted, after, at).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    mark = Cursor(shown[-1].opened_at, shown[-1].id).write() if len(found) > PAGE else ""
    return Page(_lines(work, shown, at), mark)


def every_case(work: Session, actor: Actor, wanted: Wanted, *, at: datetime) -> Iterator[Line]:
    """The whole register as narrowed, page by page: what an export holds."""
    page = cases(work, actor, wanted, at=at)
    yield from page.rows
    while page.after:
        page = cases(work, actor, wanted, page.after, at=at)
        yield from page.rows


def count(
    work: Session, actor: Actor, wanted: Wanted, most: int = MOST_COUNTED, *, at: datetime
) -> int:
    """How many cases the register holds as narrowed; counted up to `most`."""
    inner = _narrowed(work, actor, wanted, at).with_only_columns(Case.id).limit(most)
    return work.scalar(select(func.count()).select_from(inner.subquery())) or 0


def _page(work: Session, actor: Actor, wanted: Wanted, after: str, at: datetime) -> Select[Case]:
    query = _narrowed(work, actor, wanted, at)
    cursor = Cursor.read(after)
    if cursor:
        query = query.where(tuple_(Case.opened_at, Case.id) < tuple_(cursor.moment, cursor.id))
    stretches = () if wanted.q or wanted.own else _stretches(work, actor, wanted)
    if stretches:
        query = select(Case).where(Case.id.in_(_newest(query, stretches)))
    return query.order_by(*_NEWEST)


_NEWEST = (Case.opened_at.desc(), Case.id.desc())


def _stretches(work: Session, actor: Actor, wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    """Conditions that each follow an index from the newest on, and together hold the register."""
    unit = work.get(Unit, wanted.unit) if wanted.unit else None
    return (_within(unit),) if unit else stretches(actor)


def _newest(query: Select[Case], stretches: Sequence[ColumnElement[bool]]) -> Select[str]:
    """The head of each stretch, and of these the newest: a page sorts heads, not a whole city."""
    lean = query.with_only_columns(Case.id, Case.opened_at)
    heads = (lean.where(one).order_by(*_NEWEST).limit(PAGE + 1).subquery() for one in stretches)
    found = union(*(select(head) for head in heads)).subquery()
    return select(found.c.id).order_by(found.c.opened_at.desc(), found.c.id.desc()).limit(PAGE + 1)


def _within(unit: Unit) -> ColumnElement[bool]:
    inside: ColumnElement[bool] = getattr(Case, COLUMNS[unit.level]) == unit.id
    return inside


def _narrowed(work: Session, actor: Actor, wanted: Wanted, at: datetime) -> Select[Case]:
    query = select(Case).where(visible(actor, wanted.right))
    words = search.matching(work, wanted.q)
    if words is not None:
        query = query.where(words)
    if wanted.unit:
        levels = (Case.l1, Case.l2, Case.l3, Case.l4)
        query = query.where(or_(*(level == wanted.unit for level in levels)))
    if wanted.category:
        query = query.where(Case.category == wanted.category)
    if wanted.state == kinds.INCIDENT:
        query = query.where(Case.incident.is_not(None))
    elif wanted.state == kinds.HELD:
        query = query.where(Case.held_at.is_not(None), Case.ended_at.is_(None))
    elif wanted.state:
        query = query.where(or_(Case.state == wanted.state, Case.result == wanted.state))
    if wanted.own:
        query = query.where(or_(Case.applicant_id == actor.id, Case.filed_by_id == actor.id))
    waiting = _waiting(work, wanted, at)
    return query.where(exists().where(Task.case_id == Case.id, *waiting)) if waiting else query


def _waiting(work: Session, wanted: Wanted, at: datetime) -> list[ColumnElement[bool]]:
    """What must hold of one open task of the case."""
    found: list[ColumnElement[bool]] = []
    if wanted.step:
        found.append(Task.name == wanted.step)
    if wanted.holder:
        found.append(Task.claimed_by_id == wanted.holder)
    if wanted.light:
        found.append(_lit(work, wanted.light, at))
    return [Task.status == "open", *found] if found else []


def _lit(work: Session, light: str, at: datetime) -> ColumnElement[bool]:
    green_from = _green_from(work, at)
    timed = and_(lights.runs(), Task.due_at != calendar.NO_LIMIT)
    whole = lights.case_runs()
    if light == lights.RED:
        return or_(and_(timed, Task.due_at < at), and_(whole, Case.due_at < at))
    if light == lights.YELLOW:
        near = and_(timed, Task.due_at >= at, Task.due_at < green_from)
        return or_(near, and_(whole, Case.due_at >= at, Case.due_at < green_from))
    return and_(timed, Task.due_at >= green_from)


def _green_from(work: Session, at: datetime) -> ColumnElement[datetime]:
    """Where green begins, by the calendar of each case's district or, if it keeps none, city."""
    keeps = select(CalendarDay.unit_id).distinct()
    rows = work.execute(select(Unit.id, Unit.parent_id).where(Unit.id.in_(keeps)))
    keepers = sorted(((row.id, row.parent_id) for row in rows), key=lambda one: one[1] is None)
    tests = calendar.workday_tests(work, [(), *keepers])
    edges = {units: literal(lights.green_from(at, tests[units]), UtcDateTime) for units in tests}
    whens = [(or_(Case.l2 == unit, Case.l1 == unit), edges[unit, above])
             for unit, above in keepers]  # fmt: skip
    return case(*whens, else_=edges[()]) if whens else edges[()]


def _lines(work: Session, found: Sequence[Case], at: datetime) -> list[Line]:
    ids = [shown.id for shown in found]
    waiting: dict[str, list[Task]] = {}
    rows = select(Task).where(Task.case_id.in_(ids), Task.status == "open").order_by(Task.due_at)
    for task in work.scalars(rows.options(joinedload(Task.unit), joinedload(Task.claimed_by))):
        waiting.setdefault(task.case_id, []).append(task)
    risks = kinds.risks_of(work, found)
    tests = calendar.workday_tests(work, ((shown.l2, shown.l1) for shown in found))
    lines = []
    for shown in found:
        tasks = tuple(waiting.get(shown.id, ()))
        is_workday = tests[shown.l2, shown.l1]
        dues = [lights.due(task, at, is_workday) for task in tasks]
        worst = lights.worst((*dues, lights.of_case(shown, at, is_workday)))
        first = dues[0] if dues else None
        lines.append(Line(shown, tasks, first, worst, risks.get(shown.id, "")))
    return lines


@dataclass(frozen=True, slots=True)
class Tally:
    """Cases of one unit's area, counted."""

    unit: Unit
    total: int
    in_review: int
    overdue: int
    ended: int
    approved: int


def tallies(work: Session, actor: Actor, above: Unit | None, *, at: datetime) -> list[Tally]:
    """Counts for each unit one level beneath `above` (none: the highest that I may see)."""
    column = _COLUMN_BELOW[above.level if above else ""]
    step = and_(Task.case_id == Case.id, Task.status == "open", Task.due_at < at, lights.runs())
    open_ = Case.ended_at.is_(None)
    late = or_(exists().where(step), and_(open_, lights.case_runs(), Case.due_at < at))
    query = (
        select(
            column,
            func.count(),
            func.sum(case((Case.ended_at.is_(None), 1), else_=0)),
            func.sum(case((late, 1), else_=0)),
            func.sum(case((Case.ended_at.is_not(None), 1), else_=0)),
            func.sum(case((Case.result == "approved", 1), else_=0)),
        )
        .where(visible(actor, "register:read"), column.is_not(None))
        .group_by(column)
    )
    if above:
        query = query.where(or_(*(c == above.id for c in (Case.l1, Case.l2, Case.l3, Case.l4))))
    rows = work.execute(query).all()
    units = {
        unit.id: unit
        for unit in work.scalars(select(Unit).where(Unit.id.in_([r[0] for r in rows])))
    }
    found = [Tally(units[row[0]], *row[1:]) for row in rows if row[0] in units]
    return sorted(found, key=lambda tally: (-tally.total, tally.unit.division_code or ""))


_COLUMN_BELOW = {
    "": Case.l2,
    "city": Case.l2,
    "district": Case.l3,
    "township": Case.l4,
    "community": Case.l4,
}


def unit_to_count(work: Session, actor: Actor, asked: str) -> Unit | None:
    """The unit beneath which to count: the one asked for if within my scope, else my highest."""
    holds = holding(actor, "register:read")
    if not holds:
        return None
    ranked = sorted(holds, key=lambda hold: list(_COLUMN_BELOW).index(hold.unit_level))
    own = work.get(Unit, ranked[0].area_unit_id or ranked[0].unit_id)
    unit = work.get(Unit, asked) if asked else None
    if unit is not None and holds_permission(actor, "register:read", unit):
        return unit
    return own


def path_to(work: Session, actor: Actor, unit: Unit | None) -> list[Unit]:
    """The units from my highest down to this one, for the way back."""
    found: list[Unit] = []
    while unit is not None and holds_permission(actor, "register:read", unit):
        found.append(unit)
        unit = work.get(Unit, unit.parent_id) if unit.parent_id else None
    return found[::-1]
