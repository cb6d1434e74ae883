"""The sweep over limits: whatever has reached a rung of its ladder is looked at, once each."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.crashing import point
from app.db import session, transaction
from app.workflow import chasing, jobs
from app.workflow.commands.locked import locked_case
from app.workflow.models import Case, Task

PUT_OFF = timedelta(hours=1)
"""For how long a limit is left alone whose look failed."""


def chase(at: datetime, most: int = 20) -> int:
    """Look at the limits that are due for it, beside any number of others; how many there were.

    Each in a transaction of its own, under its case's lock: killed at any moment, what was told
    stands with what was noted, or neither does.
    """
    found = _due(at, most)
    for case_id, task_id in found:
        try:
            _look(case_id, task_id, at)
        except Exception:  # one broken limit must not keep all others from being looked at
            jobs.log.exception("the limit of case %s, task %s", case_id, task_id)
            session().rollback()
            _put_off(case_id, task_id, at)
    return len(found)


def _due(at: datetime, most: int) -> list[tuple[str, str | None]]:
    """Read without the write lock: mostly there is nothing."""
    work = session()
    work.rollback()
    tasks = select(Task.case_id, Task.id).where(Task.status == "open", Task.chase_at <= at)
    found: list[tuple[str, str | None]] = [
        (case, task) for case, task in work.execute(tasks.order_by(Task.chase_at).limit(most))
    ]
    cases = select(Case.id).where(Case.chase_at <= at).order_by(Case.chase_at).limit(most)
    found += [(case, None) for case in work.scalars(cases)]
    work.rollback()
    return found


def _look(case_id: str, task_id: str | None, at: datetime) -> None:
    with transaction() as work:
        case = locked_case(work, case_id)
        task = _task(work, task_id)
        row = task or case
        if row.chase_at is None or row.chase_at > at:
            return  # another was first
        if task is None:
            chasing.look_at_case(work, case, at)
        else:
            chasing.look_at_task(work, case, task, at)
        point("inside")


def _task(work: Session, task_id: str | None) -> Task | None:
    return work.get_one(Task, task_id, populate_existing=True) if task_id else None


def _put_off(case_id: str, task_id: str | None, at: datetime) -> None:
    with transaction() as work:
        row = _task(work, task_id) or locked_case(work, case_id)
        row.chase_at = at + PUT_OFF


jobs.sweeps.append(chase)
