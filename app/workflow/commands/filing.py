"""Opening a case: from a draft filled in on a page, or from typed values; also about a work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.db import transaction
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.models import Person
from app.workflow import definitions, drafts, keys, starting, submissions
from app.workflow.commands.locked import locked_case
from app.workflow.kinds import Intent
from app.workflow.models import Attachment, Case, Draft
from app.workflow.opening import Opening, open_case
from app.workflow.starting import Ground

APPLICANT_PHONE = "applicant_phone"
"""The field of a start form by which a case filed on behalf finds its owner's account."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A start form with typed values; `attachments` are ids of files uploaded before."""

    process: str
    division_code: str = ""  # of a work, where it is about one
    values: Mapping[str, Any] = field(default_factory=dict)
    attachments: Sequence[str] = ()
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
        ground = drafts.ground(work, actor, draft, at)
        asked = _Asked(actor, ground, Attachment.draft_id == draft.id, at)
        case = _open(work, filing, asked)
        draft.case_id = case.id
        keys.keep_answer(work, actor.id, key, {"case": case.id})
    return case


def file_values(actor: Actor, filing: Filing, *, at: datetime) -> Case:
    """Open a case from typed values. Raises Invalid, NotFound (place or process), Forbidden."""
    with transaction() as work:
        earlier = keys.first_answer(work, actor.id, filing.key, at)
        if earlier is not None:
            return work.get_one(Case, earlier["case"])
        ground = starting.at_place(work, actor, filing.process, filing.division_code, at)
        case = _open(work, filing, _Asked(actor, ground, _chosen(actor, filing), at))
        keys.keep_answer(work, actor.id, filing.key, {"case": case.id})
    return case


def file_about(actor: Actor, subject_id: str, filing: Filing, *, at: datetime) -> Case:
    """Open a case about the work of an earlier one, `subject_id`. Of two at once, one goes first.

    Raises NotFound, Invalid, Forbidden, Conflict (held), and what its kind refuses.
    """
    with transaction() as work:
        earlier = keys.first_answer(work, actor.id, filing.key, at)
        if earlier is not None:
            return work.get_one(Case, earlier["case"])
        subject = starting.subject_for(work, actor, subject_id)
        ground = starting.about(work, actor, filing.process, subject, at)
        case = _open(work, filing, _Asked(actor, ground, _chosen(actor, filing), at))
        keys.keep_answer(work, actor.id, filing.key, {"case": case.id})
    return case


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks for a case to be opened, on what ground, and the condition on their files."""

    actor: Actor
    ground: Ground
    files: Any
    at: datetime


def _chosen(actor: Actor, filing: Filing) -> Any:
    named = Attachment.id.in_(filing.attachments) & (Attachment.by_id == actor.id)
    return named & Attachment.case_id.is_(None)


def _open(work: Session, filing: Filing, asked: _Asked) -> Case:
    actor, ground, at = asked.actor, asked.ground, asked.at
    if ground.subject is not None:
        locked_case(work, ground.subject.id)  # of two who ask at once, the kind sees one
    version = definitions.current(work, filing.process, ground.chain.upwards, at=at)
    definition = definitions.get(work, version.id)
    form = definition.form(definition.process.start_form)
    # locked first: of two filings that name the same files, only one may have them
    wanted = select(Attachment.id).where(asked.files).order_by(Attachment.id).with_for_update()
    files = work.scalars(wanted).all()
    have = submissions.attachments_of(work, Attachment.id.in_(files))
    stamps = form.stamps(at=at, address=actor.address, behalf=actor.staff)
    cleaned = form.clean(
        filing.values, step=submissions.START, attachments=have, base=stamps, at=at
    )
    starting.ask_kind(ground, filing.process, Intent(work, at, actor, cleaned.values))
    opening = Opening(
        filing.process, cleaned=cleaned,
        division_code="" if ground.subject else filing.division_code, subject=ground.subject,
        applicant_id=_applicant(work, actor, cleaned.values),
        attachments=files, hold=ground.hold, version=version,
    )  # fmt: skip
    return open_case(work, opening, actor, at=at)


def _applicant(work: Session, actor: Actor, values: Mapping[str, Any]) -> str | None:
    """Whose case it is: the member of the public who files, or, on behalf, who has that phone."""
    if not actor.staff:
        return actor.id
    phone = str(values.get(APPLICANT_PHONE, ""))
    if not phone:
        return None
    known = Person.phone_index.in_(vault.blinds(phone))
    return work.scalar(select(Person.id).where(known, ~Person.staff))
