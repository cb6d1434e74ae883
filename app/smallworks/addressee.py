"""Whom orders about a work go to: the contractor's person by the phone on file, else the owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Invalid
from app.identity.models import Person
from app.identity.public import person_by_phone
from app.smallworks.works import builder, maybe_of_subject
from app.workflow import links, notices, texts
from app.workflow.models import Case

Say = Callable[[Session, Case, tuple[str, str], datetime], None]
"""A way of telling whom a case is about: `summon` or `inform`."""


def addressee(work: Session, case: Case) -> str | None:
    """The contractor's person, made without a password if new; none where no phone is on file."""
    row = maybe_of_subject(work, case)
    if row is None or row.contractor is None:
        return None
    named = builder(work, row)
    name = named.legal_rep or named.name
    try:
        person = person_by_phone(work, named.phone, name[:60], at=case.opened_at)
    except Invalid:  # none, or what was typed as a phone years ago is none
        return None
    return person.id


def summon(work: Session, case: Case, word: tuple[str, str], at: datetime) -> None:
    """Tell whoever must act, in the product and by a text message with a link of their own."""
    person = work.get(Person, case.applicant_id or case.filed_by_id)
    notices.tell(work, person, case, word, at)
    if person is not None and not person.staff and person.phone:
        links.send(work, person, case, at=at)


def inform(work: Session, case: Case, word: tuple[str, str], at: datetime) -> None:
    """Tell them that it is over, also by a text message: a link would open nothing any more."""
    person = work.get(Person, case.applicant_id or case.filed_by_id)
    notices.tell(work, person, case, word, at)
    if person is not None and not person.staff:
        texts.text(work, person, word[1], (case.id, f"over:{case.id}"), at=at)
