"""Erasing a person (注销): what is personal goes, what was done stays provable."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app import vault
from app.clock import local
from app.db import transaction
from app.errors import Conflict, NotFound
from app.identity import audit, sessions, upkeep
from app.identity.models import Grant, Person
from app.workflow import definitions, events, kinds, places, search
from app.workflow.events import Act
from app.workflow.models import Attachment, Case, Draft, Notice, Submission

NOBODY = "已注销用户"
NAMELESS = "（个人信息已删除）"


def erase_person(known_as: str, *, at: datetime) -> Person:
    """Erase somebody's name, numbers, account and words; their cases stay, their records hold.

    They are named by id, by account, or, of the public, by telephone number; for the server's
    command line. Papers issued and files handed in stay, as the law on archives wants. Raises
    NotFound, Conflict while a case of theirs is open.
    """
    with transaction() as work:
        public = Person.phone_index.in_(vault.blinds(known_as)) & ~Person.staff
        named = or_(Person.id == known_as, Person.account == known_as, public)
        person = work.scalars(select(Person).where(named).with_for_update()).one_or_none()
        if person is None or person.name == NOBODY:
            raise NotFound("没有这个人，或者已经注销")
        mine = or_(Case.applicant_id == person.id, Case.filed_by_id == person.id)
        own = work.scalars(select(Case).where(mine).order_by(Case.id).with_for_update()).all()
        if not person.staff and any(case.ended_at is None for case in own):
            raise Conflict("该用户还有未办结的事项，请办结或撤回后再注销")
        for case in own:
            if case.applicant_id == person.id:
                _erase_case(work, case, at)
        _erase_words(work, person)
        _erase_account(work, person, at)
        deed = audit.Deed("person_erased", None, f"person:{person.id}")
        audit.record(work, deed, at=at)
    return person


def _erase_case(work: Session, case: Case, at: datetime) -> None:
    definition = definitions.get(work, case.version_id)
    for sent in work.scalars(select(Submission).where(Submission.case_id == case.id)):
        sent.values = definition.form(sent.form).erase(sent.values)
    kinds.of(case.process_key).on_erased(work, case)
    case.title = NAMELESS
    case.place = " ".join(places.unit_names(work, case.division_code))
    search.index(work, case.id, (case.number, case.place))
    work.execute(update(Notice).where(Notice.case_id == case.id).values(text=NAMELESS))
    events.record(work, case, events.ERASED, None, Act(), at=at)


def _erase_words(work: Session, person: Person) -> None:
    """Drafts never sent, with their files, and what they were told."""
    drafts = select(Draft.id).where(Draft.person_id == person.id, Draft.case_id.is_(None))
    loose = Attachment.draft_id.in_(drafts) & Attachment.case_id.is_(None)
    work.execute(delete(Attachment).where(loose))
    work.execute(delete(Draft).where(Draft.id.in_(drafts)))
    work.execute(update(Draft).where(Draft.person_id == person.id).values(values={}))
    work.execute(delete(Notice).where(Notice.person_id == person.id))


def _erase_account(work: Session, person: Person, at: datetime) -> None:
    person.name, person.account, person.phone, person.phone_index = NOBODY, None, "", None
    person.email = person.password_hash = person.reading = ""
    person.status = "closed"
    upkeep.forget_person(work, person.id)
    sessions.end_all(work, person.id)
    yesterday = local(at).date() - timedelta(days=1)
    current = or_(Grant.valid_to.is_(None), Grant.valid_to > yesterday)
    held = update(Grant).where(Grant.person_id == person.id, current)
    work.execute(held.values(valid_to=yesterday))
