"""Asking for a case's state by number and phone, without an account; counted against fishing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.db import transaction
from app.errors import Forbidden
from app.identity import throttle
from app.identity.models import Person
from app.identity.sessions import Visit
from app.workflow import definitions, kinds, submissions
from app.workflow.models import Case, Task

PHONES = ("applicant_phone", "owner_phone", "phone")
"""Fields of a start form that hold a phone of somebody whose case it is."""


@dataclass(frozen=True, slots=True)
class State:
    """What a stranger who knows number and phone may hear."""

    number: str
    title: str
    standing: kinds.Standing
    step: str
    opened_at: datetime
    touched_at: datetime


def look_up(number: str, phone: str, visit: Visit, *, at: datetime) -> State | None:
    """The state of this case if the phone is its applicant's; any other answer is alike."""
    address = throttle.subject_of("lookup", visit.address)
    wanted = throttle.subject_of("lookup-number", number)
    with transaction() as work:
        flooded = throttle.paused(work, address, at=at, brake=throttle.ADDRESS)
        if flooded or throttle.paused(work, wanted, at=at):
            raise Forbidden("查询过于频繁，请一小时以后再试，或到社区（村）窗口查询")
        case = work.scalars(select(Case).where(Case.number == number)).first()
        known = {*vault.blinds(phone)} - {""}
        if case is None or not known & _phones(work, case):
            throttle.note(work, (address, wanted), at=at)
            return None
        steps = select(Task.name).where(Task.case_id == case.id, Task.status == "open")
        step = "、".join(dict.fromkeys(work.scalars(steps)))
        standing = kinds.standing(case)
        return State(case.number, case.title, standing, step, case.opened_at, case.touched_at)


def _phones(work: Session, case: Case) -> set[str]:
    """Blind indexes of the phones that open this case: the account's, and the one in the form."""
    person = work.get(Person, case.applicant_id) if case.applicant_id else None
    definition = definitions.get(work, case.version_id)
    values = submissions.start_values(work, case, definition)
    typed = {vault.blind(str(values.get(name) or "")) for name in PHONES}
    return (typed | {person.phone_index or "" if person else ""}) - {""}
