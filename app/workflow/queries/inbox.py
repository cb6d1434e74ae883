"""The inbox: what is mine to do, what I may claim, what I did, what I filed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.identity.actor import Actor
from app.workflow import calendar, desks, kinds, lights, search
from app.workflow.lights import Due
from app.workflow.models import Case, Task
from app.workflow.queries.pages import MOST_COUNTED, PAGE, Cursor, Page

TODO, CLAIMABLE, DONE = "todo", "claimable", "done"
BOXES = (TODO, CLAIMABLE, DONE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an inbox is narrowed to, beside its box."""

    q: str = ""
    process: str = ""
    category: str = ""
    community: str = ""  # the unit of the community
    step: str = ""  # the task's name


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an inbox."""

    task: Task
    case: Case
    due: Due
    risk: str

    @property
    def light(self) -> str:
        """The light of its task."""
        return self.due.light


def tasks(
    work: Session, actor: Actor, box: str, asked: Asked, after: str = "", *, at: datetime
) -> Page[Row]:
    """One page of a box, soonest due first (done: newest first)."""
    query = _narrow(work, _box(work, actor, box), asked)
    done = box == DONE
    key = (Task.closed_at, Task.id) if done else (Task.due_at, Task.id)
    cursor = Cursor.read(after)
    if cursor:
        here = tuple_(*key)
        mark = tuple_(cursor.moment, cursor.id)
        query = query.where(here < mark if done else here > mark)
    order = [column.desc() for column in key] if done else list(key)
    query = query.options(
        contains_eager(Task.case), joinedload(Task.unit), joinedload(Task.claimed_by)
    )
    found = work.scalars(query.order_by(*order).limit(PAGE + 1)).all()
    rows = _rows(work, found[:PAGE], at)
    more = len(found) > PAGE
    last = found[PAGE - 1] if more else None
    moment = last and (last.closed_at if done else last.due_at)
    return Page(rows, Cursor(moment, last.id).write() if last and moment else "")


def counts(work: Session, actor: Actor) -> dict[str, int]:
    """How many lie in each box that waits; counted up to MOST_COUNTED."""
    found = {}
    for box in (TODO, CLAIMABLE):
        inner = _box(work, actor, box).with_only_columns(Task.id).limit(MOST_COUNTED).subquery()
        found[box] = work.scalar(select(func.count()).select_from(inner)) or 0
    return found


def neighbours(work: Session, actor: Actor, task: Task) -> tuple[Task | None, Task | None]:
    """The tasks before and after this one among all that I may do now, by due date."""
    mine = or_(_condition(work, actor, TODO), _condition(work, actor, CLAIMABLE))
    here, mark = tuple_(Task.due_at, Task.id), tuple_(task.due_at, task.id)
    base = select(Task).options(joinedload(Task.case)).where(mine, Task.id != task.id)
    after = work.scalars(base.where(here > mark).order_by(Task.due_at, Task.id).limit(1)).first()
    before = work.scalars(
        base.where(here < mark).order_by(Task.due_at.desc(), Task.id.desc()).limit(1)
    ).first()
    return before, after


def choices(work: Session, actor: Actor) -> tuple[list[str], list[str]]:
    """The step names and categories that occur among what waits for me, for filters."""
    mine = or_(_condition(work, actor, TODO), _condition(work, actor, CLAIMABLE))
    pairs = work.execute(
        select(Task.name, Case.category).join(Task.case).where(mine).distinct().limit(200)
    ).all()
    return sorted({name for name, _ in pairs}), sorted({kind for _, kind in pairs if kind})


def _box(work: Session, actor: Actor, box: str) -> Select[Task]:
    return select(Task).join(Task.case).where(_condition(work, actor, box))


def _condition(work: Session, actor: Actor, box: str) -> ColumnElement[bool]:
    if box == DONE:
        return Task.done_by_id == actor.id
    if box == TODO:
        mine = or_(Task.claimed_by_id == actor.id, Task.person_id == actor.id)
        return and_(Task.status == "open", mine)
    pools = [
        and_(Task.unit_id == hold.unit_id, Task.desk.in_(seats))
        for hold, seats in desks.pools(work, actor)
    ]
    if not pools:
        return false()
    return and_(Task.status == "open", Task.claimed_by_id.is_(None), or_(*pools))


def _narrow(work: Session, query: Select[Task], asked: Asked) -> Select[Task]:
    wanted = {
        Case.process_key: asked.process,
        Case.category: asked.category,
        Case.l4: asked.community,
        Task.name: asked.step,
    }
    for column, value in wanted.items():
        if value:
            query = query.where(column == value)
    words = search.matching(work, asked.q)
    return query if words is None else query.where(words)


def _rows(work: Session, found: Sequence[Task], at: datetime) -> list[Row]:
    cases = [task.case for task in found]
    risks = kinds.risks_of(work, cases)
    tests = calendar.workday_tests(work, ((case.l2, case.l1) for case in cases))
    return [
        Row(task, case, lights.due(task, at, tests[case.l2, case.l1]), risks.get(case.id, ""))
        for task, case in zip(found, cases, strict=True)
    ]
