"""What stands beside a case: the other cases of its work."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.workflow.models import Case
from app.workflow.reach import visible

MOST = 100


def way_to(work: Session, actor: Actor, first: Case) -> Case:
    """The case by which this person comes to a work: its first one, else their newest of it."""
    mine = select(Case).where(Case.subject_id == first.id, visible(actor))
    mine = mine.order_by(Case.id != first.id, Case.opened_at.desc(), Case.id.desc())
    return work.scalars(mine.limit(1)).first() or first


def of_work(work: Session, actor: Actor, case: Case) -> Sequence[Case]:
    """The other cases of the same work that this person may read, the newest first."""
    others = select(Case).where(Case.subject_id == case.subject_id, Case.id != case.id)
    mine = others.where(visible(actor)).order_by(Case.opened_at.desc(), Case.id.desc())
    return work.scalars(mine.limit(MOST)).all()
