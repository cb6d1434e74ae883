"""Whom a visit concerns: those who go hear of it as it opens; who shares visits out.

That it is late is told as of any other step (ladders.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local, long_day
from app.identity import queries
from app.identity.actor import Actor
from app.identity.models import Grant, Person
from app.identity.permissions import of_hold
from app.smallworks.patrols import turns
from app.workflow import desks, kinds, notices
from app.workflow.calendar import NO_LIMIT
from app.workflow.models import Case, Task

ASSIGN = "patrol:assign"
OPENED = "patrol_due"
"""A kind of notices."""


def expect(work: Session, case: Case, actor: Actor | None, at: datetime, why: str = "") -> None:
    """A visit waits from now on: tell those who may go, unless one of them opened it to go.

    `why` it is theirs, where it was another unit's before.
    """
    task = turns.visit_task(work, case)
    if task is None or task.due_at is None or task.due_at == NO_LIMIT:
        return
    if actor is not None and desks.hold_for(actor, task) is not None:
        return
    able = turns.colleagues(work, task, at)
    text = f"“{case.title}”{why}请在{long_day(task.due_at)}前完成"
    if not able:
        text = f"“{case.title}”没有人去：承办单位没有巡查人员，请尽快配齐或者另派人员"
    _tell(work, task, able or sharers(work, task, at), (OPENED, text), at)


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


def _tell(
    work: Session, task: Task, people: Iterable[Person], word: tuple[str, str], at: datetime
) -> None:
    """All but those who must keep away: an official whose own site it is hears nothing of it."""
    recuses = kinds.of(task.case.process_key).recuses
    for person in people:
        if not recuses(work, task, person.id, local(at).date()):
            notices.tell(work, person, task.case, word, at)
