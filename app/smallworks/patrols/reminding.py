"""Reminders of visits: to those who go as it opens, to whoever shares them out when it is late.

A working day later those hear who answer for the unit (分管领导).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import add_workdays, local, long_day
from app.identity import queries
from app.identity.actor import Actor
from app.identity.models import Grant, Person
from app.identity.permissions import of_hold
from app.smallworks import officials
from app.smallworks.patrols import turns
from app.smallworks.patrols.models import Patrol
from app.workflow import calendar, desks, jobs, kinds, notices
from app.workflow.backstage import Job
from app.workflow.calendar import NO_LIMIT
from app.workflow.models import Case, Task

ASSIGN = "patrol:assign"
OPENED, LATE, OVERDUE = "patrol_due", "patrol_late", "patrol_overdue"
"""Kinds of notices; the latter two are also the jobs that leave them."""
_SOON = timedelta(minutes=1)


def expect(work: Session, case: Case, actor: Actor | None, at: datetime, why: str = "") -> None:
    """A visit waits from now on: tell those who may go, unless one of them opened it to go.

    `why` it is theirs, where it was another unit's before.
    """
    task = turns.visit_task(work, case)
    if task is None or task.due_at is None or task.due_at == NO_LIMIT:
        return
    chase(work, task)
    if actor is not None and desks.hold_for(actor, task) is not None:
        return
    able = turns.colleagues(work, task, at)
    text = f"“{case.title}”{why}请在{long_day(task.due_at)}前完成"
    if not able:
        text = f"“{case.title}”没有人去：承办单位没有巡查人员，请尽快配齐或者另派人员"
    _tell(work, task, able or sharers(work, task, at), (OPENED, text), at)


def chase(work: Session, task: Task) -> None:
    """See once, when its day is over, whether a visit is late; asked again, nothing more."""
    if task.due_at is None or task.due_at == NO_LIMIT:
        return
    key = f"{LATE}:{task.id}"
    if work.scalar(select(Job.id).where(Job.dedupe == key)) is None:
        jobs.enqueue(work, LATE, key, {"task": task.id}, task.due_at + _SOON)


def sharers(work: Session, task: Task, at: datetime) -> list[Person]:
    """Who may give this visit to somebody else: at its unit, or where nobody is, next above."""
    day = local(at).date()
    for unit_id in rungs(task):
        found = _sharers_of(work, unit_id, day)
        if found:
            return found
    return []


def rungs(task: Task) -> list[str]:
    """The unit of a task and those above it, the nearest first."""
    ladder = (task.unit_id, task.l4, task.l3, task.l2, task.l1)
    return list(dict.fromkeys(unit for unit in ladder if unit))


def _sharers_of(work: Session, unit_id: str, day: date) -> list[Person]:
    granted = select(Grant.person_id).where(Grant.unit_id == unit_id)
    found = select(Person).where(Person.id.in_(granted), Person.status == "active")
    return [
        person
        for person in work.scalars(found.order_by(Person.id))
        if any(
            hold.unit_id == unit_id and ASSIGN in of_hold(hold)
            for hold in queries.holds_of(person.id, day)
        )
    ]


def _late(work: Session, payload: jobs.Payload, at: datetime) -> None:
    """The day is over and nobody concluded: whoever has it in hand hears, and who shares out."""
    task = work.get(Task, payload["task"])
    if task is None or task.status != "open":
        return
    case = work.get_one(Case, task.case_id)
    text = f"“{case.title}”已经超期，请安排人员，或者改派"
    told = sharers(work, task, at)
    _tell(work, task, told, (LATE, text), at)
    holder = work.get(Person, task.claimed_by_id) if task.claimed_by_id else None
    if holder is not None and holder not in told:
        text = f"“{case.title}”已经超期，请尽快完成"
        _tell(work, task, (holder,), (LATE, text), at)
    is_workday = calendar.workday_test(work, case.l2, case.l1)
    then = add_workdays(task.due_at or at, 1, is_workday) + _SOON
    jobs.enqueue(work, OVERDUE, f"{OVERDUE}:{task.id}", {"task": task.id}, then)


def _overdue(work: Session, payload: jobs.Payload, at: datetime) -> None:
    """A working day later still nobody concluded: the leader in charge hears of it, once."""
    task = work.get(Task, payload["task"])
    if task is None or task.status != "open":
        return
    level = work.scalars(select(Patrol.level).where(Patrol.case_id == task.case_id)).one()
    leaders = officials.leaders(work, task.case, level, at)
    text = f"“{task.case.title}”超期 1 个工作日仍未巡查，请督促处理"
    _tell(work, task, leaders, (OVERDUE, text), at)


def _tell(
    work: Session, task: Task, people: Iterable[Person], word: tuple[str, str], at: datetime
) -> None:
    """All but those who must keep away: an official whose own site it is hears nothing of it."""
    recuses = kinds.of(task.case.process_key).recuses
    for person in people:
        if not recuses(work, task, person.id, local(at).date()):
            notices.tell(work, person, task.case, word, at)


HANDLERS = {LATE: jobs.Handler(inside=_late), OVERDUE: jobs.Handler(inside=_overdue)}
"""The background work of this module; the room's `install` takes it on."""
