"""The inbox: what is mine to do, what I may claim, what I did, what I filed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.identity.actor import Actor, Hold
from app.workflow import calendar, kinds, lights, search, substitutions
from app.workflow.lights import Due
from app.workflow.models import Case, Task
from app.workflow.queries import boxes, looks
from app.workflow.queries.boxes import AREA, BOXES, CLAIMABLE, DONE, IN_HAND, STANDING, WATCH
from app.workflow.queries.pages import PAGE, Cursor, Page
from app.workflow.substitutions import Substitution

__all__ = ["AREA", "BOXES", "CLAIMABLE", "DONE", "IN_HAND", "STANDING", "WATCH"]

LOOKED_AT = 200
"""From how many of the first tasks filters take what they offer."""


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
    news: str = ""  # NEW or CHANGED since this person looked
    stands_for: str = ""  # the name of the absent, in the box of their substitute

    @property
    def light(self) -> str:
        """The light of its task."""
        return self.due.light


def tasks(
    work: Session, actor: Actor, box: str, asked: Asked, after: str = "", *, at: datetime
) -> Page[Row]:
    """One page of a box, soonest due first (done: newest first)."""
    standing = box == STANDING
    left = list(substitutions.left_to(work, actor)) if standing else []
    found = boxes.standing(work, actor, left) if standing else boxes.ranges(work, actor, box)
    cursor, done = Cursor.read(after), box == DONE
    if not found:
        return Page([])
    by = Task.closed_at if done else Task.due_at
    narrowed = narrowing(work, asked)
    ids = list(work.scalars(boxes.page(found, narrowed, cursor, PAGE + 1, by=by, backwards=done)))
    shown = _load(work, ids[:PAGE])
    last = shown[-1] if len(ids) > PAGE else None
    moment = last and (last.closed_at if done else last.due_at)
    rows = _named(_rows(work, actor, shown, at), left)
    return Page(rows, Cursor(moment, last.id).write() if last and moment else "")


def counts(work: Session, actor: Actor) -> dict[str, int]:
    """How many lie in each box that waits; counted up to MOST_COUNTED."""
    found = {box: boxes.ranges(work, actor, box) for box in (IN_HAND, CLAIMABLE, STANDING, AREA)}
    return {
        box: boxes.count(work, ranges)
        for box, ranges in found.items()
        if ranges or box in (IN_HAND, CLAIMABLE)
    }


def waiting(work: Session, actor: Actor) -> dict[str, int]:
    """The same of what waits for this person alone: asked again and again, so no more than that."""
    return {box: boxes.count(work, boxes.ranges(work, actor, box)) for box in (IN_HAND, CLAIMABLE)}


def neighbours(work: Session, actor: Actor, task: Task) -> tuple[Task | None, Task | None]:
    """The tasks before and after this one among all that I may do now, by due date."""
    mine = _mine(work, actor)
    if not mine or task.due_at is None:
        return None, None
    here = Cursor(task.due_at, task.id)

    def next_to(*, backwards: bool) -> Task | None:
        beside = boxes.page(mine, boxes.NOTHING, here, 1, backwards=backwards)
        return next(iter(_load(work, list(work.scalars(beside)))), None)

    return next_to(backwards=True), next_to(backwards=False)


def choices(work: Session, actor: Actor, box: str = "") -> tuple[list[str], list[str]]:
    """The step names and categories that occur among what waits there first, for filters."""
    found = boxes.ranges(work, actor, AREA) if box == AREA else _mine(work, actor)
    if not found:
        return [], []
    first = boxes.page(found, boxes.NOTHING, None, LOOKED_AT).subquery()
    pairs = work.execute(
        select(Task.name, Case.category)
        .join(Task.case)
        .join(first, first.c.id == Task.id)
        .distinct()
        .limit(200)
    ).all()
    return sorted({name for name, _ in pairs}), sorted({kind for _, kind in pairs if kind})


def _mine(work: Session, actor: Actor) -> list[boxes.Range]:
    return [one for box in (IN_HAND, CLAIMABLE, STANDING) for one in boxes.ranges(work, actor, box)]


def _load(work: Session, ids: Sequence[str]) -> list[Task]:
    """The tasks of a page with all that its lines say, in the order of their ids."""
    if not ids:
        return []
    whole = (joinedload(Task.case), joinedload(Task.unit), joinedload(Task.claimed_by))
    rows = work.scalars(select(Task).where(Task.id.in_(ids)).options(*whole))
    known = {task.id: task for task in rows}
    return [known[each] for each in ids if each in known]


def narrowing(work: Session, asked: Asked) -> boxes.Narrowing:
    """What was asked for as conditions on tasks and on their cases."""
    of_cases = {
        Case.process_key: asked.process,
        Case.category: asked.category,
        Case.l4: asked.community,
    }
    cases = [column == value for column, value in of_cases.items() if value]
    steps = [Task.name == asked.step] if asked.step else []
    few = search.few(work, asked.q)
    if few is not None:
        named = work.scalars(select(Task.id).where(Task.case_id.in_(few))).all()
        return boxes.Narrowing([*steps, Task.id.in_(named)], cases)
    words = search.matching(work, asked.q)
    return boxes.Narrowing(steps, cases if words is None else [*cases, words])


def _named(rows: Sequence[Row], left: Sequence[tuple[Substitution, Hold]]) -> list[Row]:
    """The same, each with whose it is, where it is done for somebody absent."""
    whose = [substitutions.principal(left, row.task) for row in rows]
    return [
        replace(row, stands_for=one.name) if one else row
        for row, one in zip(rows, whose, strict=True)
    ]


def _rows(work: Session, actor: Actor, found: Sequence[Task], at: datetime) -> list[Row]:
    cases = [task.case for task in found]
    news = looks.marks(work, actor, [case.id for case in cases]) if cases else {}
    risks = kinds.risks_of(work, cases)
    tests = calendar.workday_tests(work, ((case.l2, case.l1) for case in cases))
    return [
        Row(
            task, case, lights.due(task, at, tests[case.l2, case.l1]),
            risks.get(case.id, ""), news.get(case.id, ""),
        )
        for task, case in zip(found, cases, strict=True)
    ]  # fmt: skip
