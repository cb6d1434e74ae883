"""Separation of duties (职责分离): who decided at one level of a case leaves the next to others."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import vault
from app.errors import Forbidden
from app.identity.models import Person, Unit
from app.identity.units import LEVELS
from app.workflow import definitions
from app.workflow.models import Case, Task

_SAME_HAND = "上一级审核是您办理的，同一办件不能由一人连审两级，请由同岗位其他人员办理"


def refuse(work: Session, task: Task, person_id: str) -> None:
    """Raises Forbidden where this person decided at the level before the task's own."""
    if task.person_id is None and person_id in barred(work, task):
        raise Forbidden(_SAME_HAND)


def barred(work: Session, task: Task) -> Collection[str]:
    """Who decided, in this run of the case, at the other level that had its say last."""
    here, said = level_of(work, task), task.case.reviewed
    before = next((level for level, _who in reversed(said) if level != here), None)
    return {who for level, who in said if level == before}


def level_of(work: Session, task: Task) -> str:
    """The level that the drawing asks, whichever unit stands in for one that does not exist."""
    policy = definitions.get(work, task.case.version_id).process.tasks[task.element]
    party = policy.parties[min(task.party, len(policy.parties) - 1)]
    return party.scope.partition(":")[0]


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


def unnote(work: Session, task: Task, person_id: str) -> None:
    """Forget that they decided it: it was taken back in time. The case is locked."""
    level, case = level_of(work, task), task.case
    case.reviewed = [one for one in case.reviewed if one != [level, person_id]]


def anew(case: Case) -> None:
    """The case runs again from its beginning: what was decided before counts no more."""
    case.reviewed = []


def parties(work: Session, case: Case, phones: Sequence[str], first: Case | None) -> list[str]:
    """The officials who share a telephone with somebody whose matter a case is.

    With who applied and filed as citizens, and with those whom its form names: an official has a
    citizen's account for what is their own. Of a case about a work, also whoever is one there.
    """
    indexes = {index for phone in phones if phone for index in vault.blinds(phone)}
    citizens = select(Person.phone_index).where(
        Person.id.in_((case.applicant_id, case.filed_by_id)), ~Person.staff
    )
    alike = or_(Person.phone_index.in_(indexes), Person.phone_index.in_(citizens))
    found = set(work.scalars(select(Person.id).where(Person.staff, alike)))
    return sorted(found | set(first.parties if first else ()))
