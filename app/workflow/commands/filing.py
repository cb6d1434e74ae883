"""Opening a case: from a draft filled in on a page, or from values sent by another system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import vault
from app.db import new_id, transaction
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.permissions import holds_permission
from app.identity.units import Chain
from app.workflow import definitions, drafts, events, keys, opening, places, submissions
from app.workflow.events import Act
from app.workflow.kinds import Moment
from app.workflow.models import Attachment, Case, Draft

APPLICANT_PHONE = "applicant_phone"
"""The field of a start form by which a case filed on behalf finds its owner's account."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A start form as another system sends it; `attachments` are ids of files uploaded before."""

    process: str
    division_code: str
    values: Mapping[str, Any]
    attachments: Sequence[str] = field(default_factory=tuple)
    key: str = ""


def file_case(actor: Actor, draft_id: str, key: str, *, at: datetime) -> Case:
    """Submit a draft: it becomes a case, and its attachments with it.

    Raises Invalid for the form, NotFound for somebody else's draft; the draft stays as it is.
    """
    with transaction() as work:
        earlier = keys.first_answer(work, actor.id, key, at)
        if earlier is not None:
            return work.get_one(Case, earlier["case"])
        draft = work.get(Draft, draft_id, with_for_update=True)
        if draft is None or draft.person_id != actor.id:
            raise NotFound("没有这份草稿")
        if draft.case_id:
            return work.get_one(Case, draft.case_id)
        sent = drafts.form_of(work, draft, at).unseal(draft.values, show_secrets=True)
        filing = Filing(draft.process_key, draft.division_code or "", sent)
        case = _open_case(work, actor, filing, Attachment.draft_id == draft.id, at)
        draft.case_id = case.id
        keys.keep_answer(work, actor.id, key, {"case": case.id})
    return case


def file_values(actor: Actor, filing: Filing, *, at: datetime) -> Case:
    """Open a case from typed values. Raises Invalid, NotFound (place or process), Forbidden."""
    with transaction() as work:
        earlier = keys.first_answer(work, actor.id, filing.key, at)
        if earlier is not None:
            return work.get_one(Case, earlier["case"])
        chosen = (
            Attachment.id.in_(filing.attachments)
            & (Attachment.by_id == actor.id)
            & Attachment.case_id.is_(None)
        )
        case = _open_case(work, actor, filing, chosen, at)
        keys.keep_answer(work, actor.id, filing.key, {"case": case.id})
    return case


def _open_case(work: Session, actor: Actor, filing: Filing, files: Any, at: datetime) -> Case:
    chain = places.answering(work, actor, filing.division_code, at)
    version = definitions.current(work, filing.process, chain.upwards)
    definition = definitions.get(work, version.id)
    form = definition.form(definition.process.start_form)
    # locked first: of two filings that name the same files, only one may have them
    work.scalars(select(Attachment.id).where(files).order_by(Attachment.id).with_for_update()).all()
    have = submissions.attachments_of(work, files)
    stamps = form.stamps(at=at, address=actor.address, behalf=actor.staff)
    cleaned = form.clean(
        filing.values, step=submissions.START, attachments=have, base=stamps, at=at
    )
    first, number = new_id(), opening.number(work, at)
    case = Case(
        id=first, subject_id=first, number=number, process_key=filing.process, title="",
        version_id=version.id, filed_by_id=actor.id,
        applicant_id=_applicant(work, actor, cleaned.values),
        division_code=filing.division_code, l1=chain.l1, l2=chain.l2, l3=chain.l3, l4=chain.l4,
        also_l2=chain.also_l2, snapshot=b"", opened_at=at, touched_at=at,
    )  # fmt: skip
    work.add(case)
    work.flush()
    submissions.describe(work, case, cleaned.values)
    moment = Moment(work, case, cleaned.values, at, actor)
    submission = submissions.keep(moment, form, cleaned, actor.id)
    work.execute(update(Attachment).where(files).values(case_id=case.id))
    routing, passed = opening.start(moment, definition, cleaned.routing)
    act = Act(submission=submission, passed=passed, routing=routing, hold=_hold(actor, chain))
    events.record(work, case, "filed", actor, act, at=at)
    return case


def _applicant(work: Session, actor: Actor, values: Mapping[str, Any]) -> str | None:
    """Whose case it is: the member of the public who files, or, on behalf, who has that phone."""
    if not actor.staff:
        return actor.id
    phone = vault.blind(str(values.get(APPLICANT_PHONE, "")))
    if not phone:
        return None
    return work.scalar(select(Person.id).where(Person.phone_index == phone, ~Person.staff))


def _hold(actor: Actor, chain: Chain) -> Any:
    """The assignment under which staff file on somebody's behalf."""
    if not actor.staff or not holds_permission(actor, places.ON_BEHALF):
        return None
    return next((hold for hold in actor.holds if hold.unit_id in chain.upwards), None)
