"""Finding the work (工程) that a case is about."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.smallworks.changes.models import WorkChange
from app.smallworks.models import Work
from app.workflow import definitions, submissions
from app.workflow.models import Case

_HIRED = "contractor"


def of_subject(session: Session, case: Case) -> Work:
    """The work that a case is about: its filing's, or the filing's of which it is a follower.

    Raises NotFound for a case that is about no work, such as a report of an unfiled site.
    """
    found = maybe_of_subject(session, case)
    if found is None:
        raise NotFound("该办件没有对应的工程")
    return found


def maybe_of_subject(session: Session, case: Case) -> Work | None:
    """The same, or none."""
    return session.scalars(select(Work).where(Work.case_id == case.subject_id)).first()


def contractor_phone(session: Session, row: Work) -> str:
    """The contractor's telephone as this work's own filing says, or the change that hired them.

    Never what the register of contractors holds: anybody who files may cite a firm's public number
    with a telephone of their own, and would be sent what concerns the firm's other works.
    """
    hired = (
        select(WorkChange.case_id)
        .where(WorkChange.work_id == row.id, WorkChange.kind == _HIRED)
        .where(WorkChange.applied_at.is_not(None))
        .order_by(WorkChange.applied_at.desc(), WorkChange.id.desc())
    )
    case = session.get_one(Case, session.scalars(hired.limit(1)).first() or row.case_id)
    values = submissions.start_values(session, case, definitions.get(session, case.version_id))
    return str(values.get("contractor_phone") or "")
