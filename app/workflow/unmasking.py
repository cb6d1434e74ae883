"""Reading masked numbers (查看完整号码): who may, and who did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.identity.actor import Actor, Hold
from app.workflow import acting
from app.workflow.forms import Form
from app.workflow.models import Case, Event, Task
from app.workflow.reach import is_party

UNMASKED = "unmasked"
WHY: Mapping[str, str] = MappingProxyType({
    "verify": "核对身份", "contact": "联系当事人", "enforce": "执法取证",
    "accident": "处置险情事故",
})  # fmt: skip
"""Why somebody may need a number; chosen, not typed, so that the record holds no personal text."""


def hold_of(work: Session, actor: Actor, case: Case) -> Hold | None:
    """Under which assignment an official handles this case, or did; none for anybody else."""
    if not actor.staff or is_party(actor, case):
        return None
    tasks = work.scalars(select(Task).where(Task.case_id == case.id)).all()
    for task in tasks:
        held = next(iter(acting.posts(work, actor, task)), None)
        if held and (task.status == "open" or task.done_by_id == actor.id):
            return held
    return None


def secrets_of(form: Form) -> frozenset[str]:
    """The fields of a form that are masked, or have a masked column."""
    return frozenset(
        one.key for one in form.fields if one.secret or any(column.secret for column in one.columns)
    )


def viewings(work: Session, person_id: str) -> Sequence[Event]:
    """Each time that an official read the numbers in a filing of this person, newest first."""
    theirs = or_(Case.applicant_id == person_id, Case.filed_by_id == person_id)
    found = select(Event).join(Event.case).where(Event.verb == UNMASKED, theirs)
    told = found.options(joinedload(Event.case), joinedload(Event.unit))
    return work.scalars(told.order_by(Event.at.desc(), Event.id)).all()
