"""Finding a work (工程): the one that a case is about, one by its number, and all its cases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager

from app.errors import Forbidden, NotFound
from app.identity.actor import Actor
from app.identity.public import by_phone
from app.smallworks.changes.models import WorkChange
from app.smallworks.facts import Builder, read
from app.smallworks.models import Work
from app.workflow import definitions, submissions
from app.workflow.kinds import Intent
from app.workflow.models import Case
from app.workflow.reach import visible

READ = "register:read"
MOST = 200
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


def builder(session: Session, row: Work) -> Builder:
    """The contractor as this work's own filing names them, or the change that hired them.

    Never as the register of contractors does: anybody who files may cite a firm's public number
    with a name, a representative and a telephone of their own.
    """
    hired = _hirings(session, row)
    case = session.get_one(Case, hired[0] if hired else row.case_id)
    values = submissions.start_values(session, case, definitions.get(session, case.version_id))
    return read(values).builder


def _hirings(session: Session, row: Work) -> Sequence[str]:
    """The cases of the changes that hired another contractor, the last first."""
    hired = (
        select(WorkChange.case_id)
        .where(WorkChange.work_id == row.id, WorkChange.kind == _HIRED)
        .where(WorkChange.applied_at.is_not(None))
        .order_by(WorkChange.applied_at.desc(), WorkChange.id.desc())
    )
    return session.scalars(hired).all()


def contractor_phone(session: Session, row: Work) -> str:
    """The telephone of this work's contractor, as its own filing gives it."""
    return builder(session, row).phone


def refuse_replaced(intent: Intent, row: Work) -> None:
    """Raises Forbidden for the contractor whom a change has replaced: the work is no more theirs.

    What was asked of them before stays theirs to read.
    """
    me = intent.actor
    if me.staff or me.id == row.case.applicant_id or not _hirings(intent.work, row):
        return
    phone = contractor_phone(intent.work, row)
    now = by_phone(intent.work, phone) if phone else None
    if now is None or now.id != me.id:
        raise Forbidden("该工程已变更施工单位，您不再是施工方，不能办理")


def readable(session: Session, actor: Actor, work_id: str) -> Work:
    """A work within this official's scope. Raises NotFound."""
    found = select(Work).join(Work.case).where(Work.id == work_id, visible(actor, READ))
    row = session.scalars(found.options(contains_eager(Work.case))).first()
    if row is None:
        raise NotFound("没有这项工程，或者不在您的辖区")
    return row


def cases_of(session: Session, actor: Actor, row: Work) -> Sequence[Case]:
    """The cases of a work that this person may see, newest first, at most MOST."""
    about = Case.subject_id == row.case_id
    found = select(Case).where(about, visible(actor)).order_by(Case.opened_at.desc(), Case.id)
    return session.scalars(found.limit(MOST)).all()


def numbered(session: Session, actor: Actor, number: str) -> Work | None:
    """The work with this 备案号 or 受理号 among those that this official reads.

    One that lies elsewhere is answered for as one that is not there: numbers can be guessed, and
    must not lay open whose work they are.
    """
    same = or_(Case.number == number, Work.number == number)
    found = select(Work).join(Work.case).where(same, visible(actor, READ))
    return session.scalars(found).first()
