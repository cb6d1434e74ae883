"""What the background does to a case: timers and messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict
from app.workflow import incidents, jobs, pushing
from app.workflow.commands.locked import locked_case
from app.workflow.models import Case


def wake_case(case_id: str, *, at: datetime) -> Case:
    """Fire whatever is due in a case at `at`."""
    with transaction() as work:
        case = locked_case(work, case_id)
        pushing.wake(work, case, at)
    return case


def deliver_message(case_id: str, name: str, *, at: datetime) -> Case:
    """Hand a message to a case that waits for it. Raises Conflict if it does not."""
    with transaction() as work:
        case = locked_case(work, case_id)
        if not pushing.hear(work, case, name, at):
            raise Conflict(f"该办件现在不接收“{name}”，可能已经处理过，请刷新后查看")
    return case


def _wake_job(work: Session, payload: jobs.Payload, at: datetime) -> None:
    pushing.wake(work, locked_case(work, payload["case"]), at)


def _broke(work: Session, payload: jobs.Payload, fault: str, _at: datetime) -> None:
    """Show the fault of a failed step as the case's incident, for its administrator."""
    stopped = {"incident": fault[: incidents.LONGEST], "incident_kind": incidents.STEP}
    work.execute(update(Case).where(Case.id == payload["case"]).values(stopped))


jobs.handlers["wake"] = jobs.Handler(inside=_wake_job, failed=_broke)
