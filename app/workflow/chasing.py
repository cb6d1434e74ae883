"""Chasing (督办): each rung of a ladder is told once, and stands in the record. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import IsWorkday, local, long_day, minute
from app.engine.types import Scalar
from app.identity import queries
from app.identity.models import Person, Unit
from app.workflow import (
    calendar,
    desks,
    events,
    handling,
    kinds,
    ladders,
    notices,
    substitutions,
    superiors,
)
from app.workflow.deadlines import RED, YELLOW
from app.workflow.events import Act
from app.workflow.ladders import DISTRICT, HANDLER, HEAD, LEADER, Rung
from app.workflow.models import Case, Event, Task
from app.workflow.reach import is_party

CHASED = "chased"
DUE_SOON, OVERDUE, ESCALATED = "due_soon", "overdue", "escalated"
"""Kinds of notices."""
_WHOLE = "整件办理"
"""What stands for the step where the limit of the whole case is late."""


def look_at_task(work: Session, case: Case, task: Task, at: datetime) -> None:
    """What the clock of a task has come to. The caller holds the case's lock."""
    if task.status != "open" or task.due_at is None or case.held_at is not None:
        task.chase_at = None  # whoever opens it or lifts the hold sets it again
    elif task.person_id is not None:
        _remind_applicant(work, case, task, at)
    else:
        _Look(work, case, task, at, calendar.workday_test(work, case.l2, case.l1)).take()


def look_at_case(work: Session, case: Case, at: datetime) -> None:
    """What the clock of a whole case has come to. The caller holds its lock."""
    stands = case.ended_at is not None or case.held_at is not None or case.stopped_at is not None
    if stands or case.due_at is None:
        _put(work, case, None, case.chased)
    else:
        _Look(work, case, None, at, calendar.workday_test(work, case.l2, case.l1)).take()


def rung_of(event: Event) -> int:
    """Which rung an event of ours says was told."""
    return int(event.routing["rung"])


def _remind_applicant(work: Session, case: Case, task: Task, at: datetime) -> None:
    """Before it lapses, once; what follows the due time is the drawing's matter."""
    task.chase_at = None
    if task.chased is not None or task.due_at is None or task.due_at <= at:
        return
    task.chased = YELLOW
    asks = kinds.of(case.process_key).asks
    what = "前办理" if asks else "前补正，逾期将自动失效"
    text = f"“{case.title}”{asks and f'{asks}，'}须在{long_day(task.due_at)}{what}"
    person = work.get(Person, task.person_id)
    notices.tell(work, person, case, (notices.LAPSING, text), at)


_ABOVE = {HEAD: superiors.heads, LEADER: superiors.leaders, DISTRICT: superiors.watchers}


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at one limit: of a task, or without one of the whole case."""

    work: Session
    case: Case
    task: Task | None
    at: datetime
    is_workday: IsWorkday

    def take(self) -> None:
        row = self.task or self.case
        due = row.due_at or calendar.NO_LIMIT
        ladder = ladders.of(self.work, self._units())
        rung = ladder.reached(due, row.chased, self.at, self.is_workday)
        if rung is not None:
            self._tell(rung, due)
        next_at = ladder.next_at(due, self.at, self.is_workday)
        told = rung.after if rung else row.chased
        if self.task is None:
            _put(self.work, self.case, next_at, told)
        else:
            self.task.chase_at, self.task.chased = next_at, told

    def _units(self) -> tuple[str | None, ...]:
        """The unit that is late and those above it, the nearest first."""
        case = self.case
        if self.task is None:
            return (case.l4, case.l3, case.l2, case.l1)
        return (self.task.unit_id, self.task.l4, self.task.l3, self.task.l2, self.task.l1)

    def _tell(self, rung: Rung, due: datetime) -> None:
        told: list[str] = []
        for whom in rung.whom:
            for person in self._people(whom):
                if person.id not in told:
                    told.append(person.id)
                    word = self._word(rung, whom, due)
                    notices.tell(self.work, person, self.case, word, self.at)
        said: dict[str, Scalar] = {"rung": rung.after, events.WHOM: " ".join(told)}
        act = Act(task=self.task, routing=said)
        events.record(self.work, self.case, CHASED, None, act, at=self.at)

    def _people(self, whom: str) -> list[Person]:
        day, units = local(self.at).date(), tuple(dict.fromkeys(self._units()))
        if whom == HANDLER:
            return [person for task in self._tasks() for person in self._handlers(task)]
        found = _ABOVE[whom](self.work, units, day)
        return [person for person in found if not self._keeps_away(person)]

    def _tasks(self) -> list[Task]:
        if self.task is not None:
            return [self.task]
        mine = select(Task).where(Task.case_id == self.case.id, Task.status == "open")
        return list(self.work.scalars(mine.order_by(Task.id)))

    def _handlers(self, task: Task) -> list[Person]:
        """Who has it in hand, else everybody who might take it now."""
        if task.claimed_by_id:
            return self._in_hand(task, task.claimed_by_id)
        seated = desks.seated(self.work, task.unit_id, task.desk, local(self.at).date())
        return [person for person in seated if self._may(person, task)]

    def _in_hand(self, task: Task, has: str) -> list[Person]:
        """Who has it, and who stands in for them meanwhile."""
        away = substitutions.standing_in(self.work, [has], local(self.at).date())
        stand_in = [row.substitute for row in away if self._may(row.substitute, task)]
        return [self.work.get_one(Person, has), *stand_in]

    def _may(self, person: Person, task: Task) -> bool:
        asked = handling.conditions(self.work, queries.actor_for(person.id, self.at), task)
        return all(condition.refusal is None for condition in asked)

    def _keeps_away(self, person: Person) -> bool:
        """Somebody whose own matter it is hears nothing of it as an official."""
        actor, case = queries.actor_for(person.id, self.at), self.case
        recuses = kinds.of(case.process_key).recuses
        return is_party(actor, case) or any(
            recuses(self.work, task, person.id, actor.day) for task in self._tasks()
        )

    def _word(self, rung: Rung, whom: str, due: datetime) -> tuple[str, dict[str, str]]:
        kind = DUE_SOON if rung.after < RED else OVERDUE if whom == HANDLER else ESCALATED
        unit = self.work.get(Unit, next(filter(None, self._units())))
        said = {"step": self.task.name if self.task else _WHOLE, "until": minute(due)}
        return kind, {**said, "unit": unit.name if unit else ""}


def _put(work: Session, case: Case, next_at: datetime | None, told: int | None) -> None:
    """Kept beside the revision: whoever has the case before them saw nothing change."""
    mine = update(Case).where(Case.id == case.id)
    work.execute(mine.values(chase_at=next_at, chased=told))
    work.expire(case, ["chase_at", "chased"])
