"""Holds (中止): the open cases of a work wait while another case, a stop, keeps the work still.

Or one case rests by itself (挂起), because somebody who supervises it said so. The engine is not
asked: a held case takes no step, and when the hold is lifted every limit and timer of it runs on as
if the time in between had not been (pace.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.identity.actor import Actor
from app.identity.models import Person
from app.workflow import calendar, deadlines, definitions, events, jobs, kinds, notices
from app.workflow.events import Act
from app.workflow.models import Case, Task

SUSPENDED = "办件已挂起"
LIFTED, RESUMED = "unheld", "unsuspended"
"""Events of a case that is held no more."""


class Held(Conflict):
    """The work is held, and the case with it."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"{case.held_why}，本办件中止办理，恢复后继续")
        self.key = key(case.held_by_id)


def key(by_id: str | None) -> str:
    """What background work is put off by while this case holds, and goes on by when it lifts."""
    return f"held:{by_id}"


def refuse(case: Case) -> None:
    """Raises Held while this case is."""
    if case.held_at is not None:
        raise Held(case)


def hold(
    work: Session, subject_id: str, why: str, by: Case, actor: Actor | None, *, at: datetime
) -> list[Case]:
    """Hold every open case of a work but `by` and those of kinds that go on; and its first case.

    The first one is marked even when it has ended: while it is, nothing new begins that would have
    to wait. One that another case holds already stays with that one; one that rests by itself
    waits for the work from now on.
    """
    held = []
    free = or_(Case.held_at.is_(None), Case.held_by_id == Case.id)
    for case in _locked(work, subject_id, free):
        goes_on = kinds.of(case.process_key).goes_on_while_held and case.ended_at is None
        if case.id == by.id or goes_on:
            continue
        case.held_at, case.held_by_id, case.held_why = case.held_at or at, by.id, why
        _tell(work, case, "held", f"“{case.title}”{why}，中止办理，恢复后继续", actor, at=at)
        held.append(case)
    return held


def lift(
    work: Session, subject_id: str, by: Case, actor: Actor | None, *, at: datetime
) -> list[Case]:
    """End what this case holds: limits and timers move by the length of the hold."""
    freed = _locked(work, subject_id, Case.held_by_id == by.id)
    for case in freed:
        _free(work, case, at)
        _tell(work, case, LIFTED, f"“{case.title}”恢复办理，办理期限相应顺延", actor, at=at)
    jobs.resume(work, "message", key(by.id), at)
    return freed


def suspended(case: Case) -> bool:
    """Whether a case rests by itself, not with its work."""
    return case.held_at is not None and case.held_by_id == case.id


def suspend(case: Case, *, at: datetime) -> None:
    """Let one case, which is locked, rest by itself."""
    case.held_at, case.held_by_id, case.held_why = at, case.id, SUSPENDED


def resume(work: Session, case: Case, *, at: datetime) -> None:
    """And go on."""
    _free(work, case, at)
    jobs.resume(work, "message", key(case.id), at)


def _free(work: Session, case: Case, at: datetime) -> None:
    """Nothing holds a case any more: its limits move by the length of the hold."""
    length = _length(case, at)
    case.held_seconds += int(length.total_seconds())
    _shift(work, case, length, at)
    case.held_at = case.held_by_id = None
    case.held_why = ""


def concerned(work: Session, case: Case) -> list[Person]:
    """Whoever applied, and those who have its tasks in hand."""
    has = select(Task.claimed_by_id).where(Task.case_id == case.id, Task.status == "open")
    ids = {case.applicant_id or case.filed_by_id, *work.scalars(has)} - {None}
    return list(work.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))


def _length(case: Case, at: datetime) -> timedelta:
    """How long it was held, in whole seconds, as `Case.held_seconds` counts."""
    return timedelta(seconds=int((at - (case.held_at or at)).total_seconds()))


def _locked(work: Session, subject_id: str, which: ColumnElement[bool]) -> list[Case]:
    """The cases of a work that are open, and its first one, locked in one order."""
    work.flush()
    alive = or_(Case.ended_at.is_(None), Case.id == subject_id)
    rows = select(Case).where(Case.subject_id == subject_id, alive, which)
    locked = rows.order_by(Case.id).with_for_update()
    return list(work.scalars(locked.execution_options(populate_existing=True)))


def _shift(work: Session, case: Case, length: timedelta, at: datetime) -> None:
    is_workday = calendar.workday_test(work, case.l2, case.l1)
    running = select(Task).where(Task.case_id == case.id, Task.status == "open")
    process, since = definitions.get(work, case.version_id).process, at - length
    for task in work.scalars(running):
        limit = process.tasks[task.element].limit
        deadlines.shift(task, limit, since, at, is_workday)
    deadlines.resume(case, process.limit, since, at, is_workday)
    if case.wake_at is not None:
        case.wake_at += length
        key = f"wake:{case.id}:{case.revision}:{int(case.wake_at.timestamp())}"
        jobs.enqueue(work, "wake", key, {"case": case.id}, case.wake_at)


def _tell(
    work: Session, case: Case, verb: str, text: str, actor: Actor | None, *, at: datetime
) -> None:
    """The event, and a word to whoever applied and to those who have its tasks in hand."""
    events.record(work, case, verb, actor, Act(), at=at)
    if case.ended_at is not None:
        return
    for person in concerned(work, case):
        notices.tell(work, person, case, (notices.HELD, text), at)
