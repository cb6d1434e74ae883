"""Finding the work (工程) that a case is about."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.smallworks.models import Work
from app.workflow.models import Case


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
