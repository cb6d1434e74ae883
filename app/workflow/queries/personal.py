"""What the product keeps about a member of the public (我的信息), and what keeps it from going."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.identity.actor import Actor
from app.identity.models import AuditEntry, Person, SignIn
from app.workflow import unmasking
from app.workflow.habits import TaskDraft
from app.workflow.models import Attachment, Case, Draft, Event, Task
from app.workflow.notice_models import Notice
from app.workflow.queries import casefile
from app.workflow.queries.casefile import CaseFile


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything about one person, as rows and files."""

    person: Person
    files: Sequence[CaseFile]
    drafts: Sequence[Draft]
    typed: Sequence[TaskDraft]
    attachments: Sequence[Attachment]
    notices: Sequence[Notice]
    sign_ins: Sequence[SignIn]
    deeds: Sequence[AuditEntry]
    viewings: Sequence[Event]


def kept(work: Session, actor: Actor) -> Kept:
    """What is kept about this person; of others nothing."""
    mine = or_(Case.applicant_id == actor.id, Case.filed_by_id == actor.id)
    cases = work.scalars(select(Case).where(mine).order_by(Case.opened_at, Case.id)).all()
    unsent = (Draft.person_id == actor.id) & Draft.case_id.is_(None)
    return Kept(
        work.get_one(Person, actor.id),
        [casefile.of_case(work, case) for case in cases],
        work.scalars(select(Draft).where(unsent)).all(),
        work.scalars(select(TaskDraft).where(TaskDraft.person_id == actor.id)).all(),
        work.scalars(
            select(Attachment).where(Attachment.by_id == actor.id).order_by(Attachment.id)
        ).all(),
        work.scalars(
            select(Notice).where(Notice.person_id == actor.id).order_by(Notice.at)
        ).all(),
        work.scalars(
            select(SignIn).where(SignIn.person_id == actor.id).order_by(SignIn.created_at)
        ).all(),
        work.scalars(
            select(AuditEntry).where(AuditEntry.person_id == actor.id).order_by(AuditEntry.id)
        ).all(),
        unmasking.viewings(work, actor.id),
    )  # fmt: skip


def standing_in_the_way(work: Session, person_id: str) -> Sequence[Case]:
    """Open cases for whose sake a person cannot be erased: their own, and those they must answer.

    Also what is open about a work of theirs: a patrol, a rectification, a stop.
    """
    mine = or_(Case.applicant_id == person_id, Case.filed_by_id == person_id)
    theirs = select(Case.subject_id).where(Case.applicant_id == person_id)
    waits = select(Task.case_id).where(Task.person_id == person_id, Task.status == "open")
    concerned = or_(mine, Case.subject_id.in_(theirs), Case.id.in_(waits))
    found = select(Case).where(concerned, Case.ended_at.is_(None))
    told = found.options(joinedload(Case.version)).order_by(Case.opened_at, Case.id)
    return work.scalars(told).all()
