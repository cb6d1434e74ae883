"""What the background does to a case: fires its timers, hands in messages, reminds of a coming
lapse.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import engine
from app.clock import local
from app.db import transaction
from app.engine import Process
from app.engine.types import Step, Workdays
from app.errors import Conflict, NotFound
from app.identity.models import Person
from app.workflow import calendar, definitions, events, jobs, notices, submissions
from app.workflow.backstage import Job
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.follow import follow
from app.workflow.kinds import Moment
from app.workflow.models import Case, Task


def wake_case(case_id: str, *, at: datetime) -> Case:
    """Fire whatever is due in a case at `at`."""
    with transaction() as work:
        case = locked_case(work, case_id)
        _wake(work, case, at)
    return case


def deliver_message(case_id: str, name: str, *, at: datetime) -> Case:
    """Hand a message to a case that waits for it. Raises NotFound if it does not."""
    with transaction() as work:
        case = locked_case(work, case_id)
        _deliver(work, case, name, at)
    return case


def _wake(work: Session, case: Case, at: datetime) -> None:
    if case.ended_at is not None or case.wake_at is None or case.wake_at > at:
        return
    _move(work, case, at, engine.wake)
    case.incident = None


def _deliver(work: Session, case: Case, name: str, at: datetime) -> None:
    def hand_in(process: Process, snapshot: bytes, *, at: datetime, workdays: Workdays) -> Step:
        return engine.deliver(process, snapshot, name, {}, at=at, workdays=workdays)

    _move(work, case, at, hand_in, name)


def _move(
    work: Session, case: Case, at: datetime, push: Callable[..., Step], heard: str = ""
) -> None:
    """Let the engine take a step by itself, with rows, event and notices behind it."""
    definition = definitions.get(work, case.version_id)
    is_workday = calendar.workday_test(work, case.l2, case.l1)
    before = case.state
    step = push(definition.process, case.snapshot, at=at, workdays=calendar.workdays(is_workday))
    moment = Moment(work, case, submissions.StartValues(work, case, definition), at, None)
    follow(moment, definition, step, is_workday)
    verb = "messaged" if heard else "lapsed" if case.result == "lapsed" else "timed"
    events.record(work, case, verb, None, Act(outcome=heard[:24], passed=step.passed), at=at)
    notices.of_step(work, case, before, at)


def _wake_job(work: Session, payload: jobs.Payload, at: datetime) -> None:
    _wake(work, locked_case(work, payload["case"]), at)


def _message_job(work: Session, payload: jobs.Payload, at: datetime) -> None:
    """A message between cases: to the case that this one names, or else nobody hears it, which is
    an incident.
    """
    sender = locked_case(work, payload["case"])
    target = payload.get("target")
    if target is None:
        sender.incident = f"消息“{payload['name']}”没有接收方，请检查流程"
        return
    try:
        _deliver(work, locked_case(work, target), payload["name"], at)
    except (NotFound, Conflict):
        sender.incident = f"消息“{payload['name']}”没有被接收，请检查流程"


def _remind_job(work: Session, payload: jobs.Payload, at: datetime) -> None:
    task = work.get(Task, payload["task"])
    if task is None or task.status != "open" or task.due_at is None:
        return
    case = work.get_one(Case, task.case_id)
    person = work.get(Person, task.person_id) if task.person_id else None
    day = local(task.due_at).strftime("%Y年%-m月%-d日")
    text = f"“{case.title}”须在{day}前补正，逾期将自动失效"
    notices.tell(work, person, case, (notices.LAPSING, text), at)


def stuck(work: Session) -> list[Job]:
    """Jobs that were given up after many tries."""
    return list(work.scalars(select(Job).where(Job.status == "dead").order_by(Job.id)))


def _broke(work: Session, payload: jobs.Payload, fault: str) -> None:
    """Show the fault of a failed step as the case's incident, for its administrator."""
    work.execute(update(Case).where(Case.id == payload["case"]).values(incident=fault[:400]))


jobs.handlers["wake"] = jobs.Handler(inside=_wake_job, failed=_broke)
jobs.handlers["message"] = jobs.Handler(inside=_message_job)
jobs.handlers["remind"] = jobs.Handler(inside=_remind_job)
