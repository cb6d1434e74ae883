"""How a visit comes about: a patrol case about a work, or about a site that somebody reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.smallworks.models import Work
from app.smallworks.patrols import reminding, vacancies
from app.smallworks.patrols.models import Patrol
from app.workflow import opening
from app.workflow.models import Case
from app.workflow.opening import Opening

KEY, REPORTED = "patrol", "report"
"""The processes of visits, and of the reports that are visited where nobody filed a work."""
COMMUNITY, TOWNSHIP, DEPARTMENT = "community", "township", "department"
UNPLANNED = "unplanned"
"""Why somebody goes, where nothing else was said."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Why somebody goes, and who, where that was said: the community, the township, a department.

    Where it was not, the table `patrol_level.dmn` says it.
    """

    reason: str
    level: str = ""


def open_visit(
    session: Session, about: Work | Case, visit: Visit, actor: Actor | None, *, at: datetime
) -> Patrol:
    """Open a patrol within a running transaction: about a work, or the case of a reported site.

    Where one is open already, that one: two visits at once to one site help nobody.
    """
    subject = session.get_one(Case, about.case_id) if isinstance(about, Work) else about
    found = session.scalars(unfinished(subject.subject_id)).first()
    if found is not None:
        return found
    title = about.name if isinstance(about, Work) else about.title
    address = about.address if isinstance(about, Work) else ""
    values = {"title": title, "address": address, "level": visit.level}
    opened = Opening(KEY, values, subject=subject, routing={"reason": visit.reason})
    case = opening.open_case(session, opened, actor, at=at)
    patrol = session.scalars(select(Patrol).where(Patrol.case_id == case.id)).one()
    patrol.reason = visit.reason
    session.flush()
    reminding.expect(session, case, actor, at)
    vacancies.watch(session, case, at)
    return patrol


def unfinished(subject_id: str) -> Select[Patrol]:
    """The visit of one site that is not over yet."""
    return (
        select(Patrol)
        .join(Case, Patrol.case_id == Case.id)
        .where(Case.subject_id == subject_id, Case.ended_at.is_(None))
        .order_by(Patrol.id)
    )
