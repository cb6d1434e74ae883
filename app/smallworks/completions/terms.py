"""The planned end of a work (计划工期): when it has passed, a case chases what is not reported."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.db import new_id
from app.errors import NotFound
from app.smallworks import life, winding
from app.smallworks.models import Work
from app.workflow import definitions, jobs, opening
from app.workflow.models import Case
from app.workflow.opening import Opening

JOB = "planned_end"
MORNING = time(7, 0)
"""When the day after the planned end begins for us, in Yichang."""


def arm(work: Session, row: Work, at: datetime) -> None:
    """Look again on the day after the planned end of a work, or at once where it has passed."""
    day = row.planned_end + timedelta(days=1)
    run_at = max(at, datetime.combine(day, MORNING, SHANGHAI))
    payload = {"work": row.id, "end": row.planned_end.isoformat()}
    jobs.enqueue(work, JOB, f"{JOB}:{row.id}:{new_id()}", payload, run_at)


def passed(work: Session, payload: jobs.Payload, at: datetime) -> None:
    """Background work: the planned end has passed; nothing where it moved, or the work stopped.

    A stopped work is armed anew when it resumes.
    """
    row = work.get(Work, payload["work"], with_for_update=True)
    if row is None or row.planned_end.isoformat() != payload["end"]:
        return
    if row.state in life.ON_SITE and not winding.open_cases(work, row, (winding.OVERDUE,)):
        open_about(work, winding.OVERDUE, row, at)


def open_about(work: Session, process: str, row: Work, at: datetime) -> Case | None:
    """Open a case of the system's about a work; none where no such process is published."""
    subject = work.get_one(Case, row.case_id)
    units = (subject.l4, subject.l3, subject.l2, subject.l1)
    try:
        version = definitions.current(work, process, units, at=at)
    except NotFound:
        return None
    values = {
        "work_number": row.number or "", "work_name": row.name, "actual_end": row.actual_end,
        "planned_start": row.planned_start, "planned_end": row.planned_end,
    }  # fmt: skip
    known = {name: value for name, value in values.items() if value is not None}
    wanted = Opening(process, known, subject=subject, version=version)
    return opening.open_case(work, wanted, None, at=at)
