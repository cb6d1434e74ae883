"""What the background does to a case: timers, messages, a reminder before it lapses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import long_day
from app.db import transaction
from app.errors import Conflict
from app.identity.models import Person
from app.workflow import holds, incidents, jobs, kinds, notices, pushing
from app.workflow.commands.locked import locked_case
from app.workflow.models import Case, Task


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


def _remind_job(work: Session, payload: jobs.Payload, at: datetime) -> None:
    task = work.get(Task, payload["task"])
    if task is None or task.status != "open" or task.due_at is None:
        return
    case = work.get_one(Case, task.case_id)
    if case.held_at is not None:
        raise jobs.PutOff(holds.key(case.held_by_id))
    person = work.get(Person, task.person_id) if task.person_id else None
    asks = kinds.of(case.process_key).asks
    what = "前办理" if asks else "前补正，逾期将自动失效"
    text = f"“{case.title}”{asks and f'{asks}，'}须在{long_day(task.due_at)}{what}"
    notices.tell(work, person, case, (notices.LAPSING, text), at)


def _broke(work: Session, payload: jobs.Payload, fault: str) -> None:
    """Show the fault of a failed step as the case's incident, for its administrator."""
    stopped = {"incident": fault[: incidents.LONGEST], "incident_kind": incidents.STEP}
    work.execute(update(Case).where(Case.id == payload["case"]).values(stopped))


jobs.handlers["wake"] = jobs.Handler(inside=_wake_job, failed=_broke)
jobs.handlers["remind"] = jobs.Handler(inside=_remind_job)
