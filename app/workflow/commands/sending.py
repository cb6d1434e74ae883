"""Sending a case back (退回到…) to a step that it has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.engine.types import Step
from app.errors import Invalid
from app.identity.actor import Actor, Hold
from app.identity.models import Person
from app.workflow import (
    calendar,
    definitions,
    events,
    handling,
    incidents,
    keys,
    kinds,
    notices,
    past,
    remarks,
    separation,
    steering,
    submissions,
)
from app.workflow.commands.breaking import incident_of
from app.workflow.commands.locked import task_for
from app.workflow.events import Act
from app.workflow.follow import follow
from app.workflow.kinds import Moment
from app.workflow.models import Case, Task
from app.workflow.offers import Ask

SENT_BACK = "sent_back"


@dataclass(frozen=True, slots=True)
class SendBack:
    """Where to, why, and whether it comes straight back once it was done."""

    to: str
    reason: str
    straight: bool = False


def send_back(actor: Actor, task_id: str, wanted: SendBack, key: str = "", *, at: datetime) -> Case:
    """Send a case from this task back to a step that led to it, or to its applicant.

    Other branches stay; everything else that waits is closed, and the step is opened anew. Raises
    Conflict where the step cannot be gone back to, Invalid without a reason.
    """
    with incident_of(actor, task_id, at=at), transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {"sent_back": task_id}) is not None:
            return work.get_one(Task, task_id).case
        task, actor = task_for(work, actor, task_id)
        hold = handling.allowed(work, actor, task)
        steering.may_send_back(Ask(work, actor, task.case, task, at))
        if not wanted.to:
            raise Invalid("请选择退到哪一步", {"to": "请选择退到哪一步"})
        target = steering.target(work, task, wanted.to, at)
        reason = remarks.required(wanted.reason)
        if wanted.straight and not target.straight:
            raise Invalid("这个环节办结后不能直接送回", {"straight": "请改为逐级重新办理"})
        told = concerned(work, task.case, target.step, actor)
        spared = asked(work, task.case, target.step)
        _close(task, actor.id, hold, at)
        separation.note(work, task, actor.id, *filter(None, [task.for_id]))
        close(work, task.case, target.step, f"已退回到“{target.name}”")
        before = task.case.state
        rows = enter(work, actor, task.case, target.step, at)
        for row in rows:
            row.came_of_id = task.id
            row.straight_to_id = task.id if wanted.straight else None
        remark = remarks.keep(work, task.case, reason, actor.id, at=at, task=task)
        passed = (task.element, *target.step.passed)
        act = Act(task, "", steering.RETURN, remark, passed, {"to": target.element}, hold)
        events.record(work, task.case, SENT_BACK, actor, act, at=at)
        notices.of_step(work, task.case, before, at)
        spare(work, task.case, spared, at)
        said = {"by": actor.name, "step": target.name, "reason": reason}
        told |= {target.by.done_by_id if target.by else None}
        tell(work, task.case, told, SENT_BACK, said, at=at)
    return task.case


def _close(task: Task, by_id: str, hold: Hold | None, at: datetime) -> None:
    if task.claimed_by_id != by_id:
        task.claimed_by_id, task.claimed_at = by_id, at
        task.for_id = hold.for_id if hold else None
    task.status, task.outcome = "done", steering.RETURN
    task.done_by_id, task.closed_at = by_id, at


def close(work: Session, case: Case, step: Step, why: str) -> None:
    """Say of everything that a step is about to close why it is closed."""
    for row in steering.leaving(work, case, step):
        row.close_reason = why


def enter(work: Session, actor: Actor, case: Case, step: Step, at: datetime) -> list[Task]:
    """Let the rows follow a step that nobody drew; what it opened."""
    definition = definitions.get(work, case.version_id)
    values = submissions.StartValues(work, case, definition)
    is_workday = calendar.workday_test(work, case.l2, case.l1)
    follow(Moment(work, case, values, at, actor), definition, step, is_workday)
    incidents.settle(case)
    return past.opened(work, case, step)


def asked(work: Session, case: Case, step: Step) -> set[str]:
    """Which applicants have something to do that a step is about to close."""
    return {row.person_id for row in steering.leaving(work, case, step) if row.person_id}


def spare(work: Session, case: Case, people: set[str], at: datetime) -> None:
    """Tell them, naming nobody, that they need not do it any more; if that is so."""
    if case.state == kinds.CORRECTING:
        return
    text = f"“{case.title}”现在不用您办理，请等待后续通知"
    for person in work.scalars(select(Person).where(Person.id.in_(people)).order_by(Person.id)):
        notices.tell(work, person, case, (notices.RETURNED, text), at)


def concerned(work: Session, case: Case, step: Step, actor: Actor) -> set[str | None]:
    """Who has in hand what a step is about to close, beside whoever does it."""
    has = {row.claimed_by_id for row in steering.leaving(work, case, step) if row.unit_id}
    return has - {None, actor.id}


def tell(
    work: Session,
    case: Case,
    whom: set[str | None],
    kind: str,
    said: dict[str, str],
    *,
    at: datetime,
) -> None:
    """Leave a notice with each of these people, by id."""
    rows = select(Person).where(Person.id.in_(whom - {None}), Person.staff)
    for person in work.scalars(rows.order_by(Person.id)):
        notices.tell(work, person, case, (kind, said), at)
