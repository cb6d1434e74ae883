"""The past of a task: the steps by which its case came to it in the present run."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine import Process, Step
from app.workflow import definitions
from app.workflow.models import Case, Event, Task

STRAIGHT_TO = "straight_to"
"""The routing value of the event that says where it went straight to; empty: it could not."""


def before(work: Session, task: Task) -> list[Task]:
    """The handled tasks that led to this one, the nearest first, each step named once.

    Each task knows out of whose handling it came. Where the way comes to a step for the second
    time, what lies between was a detour: a return, and what was done again since.
    """
    rows = {row.id: row for row in work.scalars(select(Task).where(Task.case_id == task.case_id))}
    found: list[Task] = []
    at = rows.get(task.came_of_id or "")
    while at is not None:
        seen = [task.element, *(row.element for row in found)]
        if at.element in seen:
            del found[seen.index(at.element) :]
        else:
            found.append(at)
        at = rows.get(at.came_of_id or "")
    return found


def came_of(work: Session, task: Task) -> Sequence[Task]:
    """What was opened by handling this task."""
    return work.scalars(
        select(Task).where(Task.case_id == task.case_id, Task.came_of_id == task.id)
    ).all()


def moved_on(work: Session, task: Task) -> Event | None:
    """The last event by which this task's handling moved its case on; none while it did not."""
    told = select(Event).where(Event.task_id == task.id).order_by(Event.seq.desc())
    return next((event for event in work.scalars(told) if event.passed), None)


def decided(work: Session, case: Case) -> Sequence[Task]:
    """What officials decided since the applicant last let the case run from its beginning."""
    told = select(Event.seq, Event.routing).where(
        Event.case_id == case.id, Event.verb == "resubmitted"
    )
    again = work.execute(told.order_by(Event.seq.desc()))
    begun = next((seq for seq, sent in again if not sent.get(STRAIGHT_TO)), 0)
    since = select(Event.task_id).where(Event.case_id == case.id, Event.seq > begun)
    done = Task.status == "done", Task.person_id.is_(None), Task.id.in_(since)
    return work.scalars(select(Task).where(*done)).all()


def acted_since(work: Session, process: Process, case: Case, seq: int) -> bool:
    """Whether the case carried out an action or sent a message at this event, or later."""
    later = select(Event.passed).where(Event.case_id == case.id, Event.seq >= seq)
    acts = process.acts.union(*(one.acts for one in _earlier(work, case)))
    return any(not acts.isdisjoint(passed) for passed in work.scalars(later))


def _earlier(work: Session, case: Case) -> list[Process]:
    """What drew a case before it was moved onto the version by which it goes."""
    mine = select(Task.version_id).where(Task.case_id == case.id, Task.version_id.is_not(None))
    return [definitions.get(work, one).process for one in work.scalars(mine.distinct()) if one]


def opened(work: Session, case: Case, step: Step) -> list[Task]:
    """The rows that a step of the engine opened."""
    work.flush()
    refs = [one.ref for one in step.opened]
    rows = select(Task).where(Task.case_id == case.id, Task.ref.in_(refs))
    return list(work.scalars(rows.order_by(Task.party, Task.id)))


def last_handled(work: Session, case: Case) -> str | None:
    """The task that was decided last: what a clock or a message moves on came of it."""
    done = select(Task.id).where(Task.case_id == case.id, Task.status == "done")
    return work.scalar(done.order_by(Task.closed_at.desc(), Task.id).limit(1))


def last_own(work: Session, case: Case, person_id: str) -> Task | None:
    """What an applicant handled last in a case of theirs."""
    own = Task.case_id == case.id, Task.person_id == person_id, Task.done_by_id == person_id
    done = select(Task).where(*own, Task.status == "done")
    return work.scalar(done.order_by(Task.closed_at.desc(), Task.id).limit(1))
