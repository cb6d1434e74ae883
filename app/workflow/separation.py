"""Separation of duties (职责分离): who decided at one level of a case leaves the next to others."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app import vault
from app.engine.types import Party
from app.errors import Forbidden
from app.identity.models import Person, Unit
from app.identity.units import LEVELS
from app.workflow import definitions, past
from app.workflow.backstage import AccessLink
from app.workflow.events import WHOM
from app.workflow.models import Case, Event, Task

LIFTED = "unbarred"
_SAME_HAND = "上一级审核是您办理的，同一办件不能由一人连审两级，请由同岗位其他人员办理"


def refuse(work: Session, task: Task, person_id: str) -> None:
    """Raises Forbidden where this person decided at the level before the task's own.

    That is the other level which had its say last, and the one that led here: after a return from
    further on these are two.
    """
    if task.person_id is not None:
        return
    here = level_of(work, task)
    others = [(level, who) for level, who in task.case.reviewed if level != here]
    said = {level for level, who in others if who == person_id}
    if said and (others[-1][0] in said or person_id in _led(work, task, here)):
        raise Forbidden(_SAME_HAND)


def _led(work: Session, task: Task, here: str) -> list[str]:
    """Who decided what led to this task out of another level."""
    officials = (one for one in past.before(work, task) if one.person_id is None)
    last = next((one for one in officials if level_of(work, one) != here), None)
    return _hands(work, last) if last is not None else []


def level_of(work: Session, task: Task) -> str:
    """The level that the drawing asks, whichever unit stands in for one that does not exist."""
    return party_of(work, task).scope.partition(":")[0]


def party_of(work: Session, task: Task) -> Party:
    """Whom the drawing asks by this task."""
    policy = definitions.of_task(work, task).process.tasks[task.element]
    return policy.parties[min(task.party, len(policy.parties) - 1)]


def note(work: Session, task: Task, *person_ids: str) -> None:
    """Remember who decided a task: the newest last, each once a level. The case is locked.

    A signer added from a level beneath has no say of this level.
    """
    if task.person_id is None and not _from_beneath(work, task):
        level, case = level_of(work, task), task.case
        mine = [[level, one] for one in person_ids]
        case.reviewed = [one for one in case.reviewed if one not in mine] + mine


def _from_beneath(work: Session, task: Task) -> bool:
    if not task.added:
        return False
    own = work.get_one(Unit, task.unit_id).level
    return LEVELS.index(own) > LEVELS.index(level_of(work, task))


def unnote(work: Session, task: Task) -> None:
    """Forget who decided it: it was taken back in time. The case is locked.

    Not of whoever decided another step of the same level in this run.
    """
    level, case = level_of(work, task), task.case
    others = [one for one in past.decided(work, case) if one.id != task.id]
    stay = {who for one in others if level_of(work, one) == level for who in _hands(work, one)}
    gone = [[level, who] for who in _hands(work, task) if who not in stay]
    case.reviewed = [one for one in case.reviewed if one not in gone]


def _hands(work: Session, task: Task) -> list[str]:
    """Who decided a task, and in whose name; if they had a say of its level."""
    if _from_beneath(work, task):
        return []
    return [who for who in (task.done_by_id, task.for_id) if who is not None]


def anew(case: Case) -> None:
    """The case runs again from its beginning: what was decided before counts no more."""
    case.reviewed = []


def parties(work: Session, case: Case, phones: Sequence[str], first: Case | None) -> list[str]:
    """The officials who share a telephone with somebody whose matter a case is.

    With who applied and filed as citizens, and with those whom its form names: an official has a
    citizen's account for what is their own. Of a case about a work, also whoever is one there.
    """
    indexes = {index for phone in phones if phone for index in vault.blinds(phone)}
    alike = or_(Person.phone_index.in_(indexes), proved(case))
    found = set(work.scalars(select(Person.id).where(Person.staff, alike)))
    found |= set(first.parties if first else ())
    return sorted(found - _overruled(work, case, first)) if found else []


def proved(*cases: Case) -> ColumnElement[bool]:
    """The condition that a number is of who applied or filed there, or came in by its code."""
    came_in = select(AccessLink.person_id).where(
        AccessLink.case_id.in_([case.id for case in cases]), AccessLink.used_at.is_not(None)
    )
    own = {who for case in cases for who in (case.applicant_id, case.filed_by_id)}
    theirs = or_(Person.id.in_(own), Person.id.in_(came_in))
    return Person.phone_index.in_(select(Person.phone_index).where(theirs, ~Person.staff))


def _overruled(work: Session, case: Case, first: Case | None) -> set[str]:
    """Whom somebody relieved of the bar that a typed number was, and no proof bars since."""
    told = select(Event.routing).where(Event.case_id == case.id, Event.verb == LIFTED)
    lifted = {str(sent[WHOM]) for sent in work.scalars(told)}
    sure = proved(case, *([first] if first else []))
    mine = select(Person.id).where(Person.id.in_(lifted), ~sure)
    return set(work.scalars(mine)) if lifted else set()
