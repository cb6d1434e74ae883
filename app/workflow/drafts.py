"""Drafts (草稿) as they are read: whose, for which place, and with which form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local
from app.errors import Conflict, NotFound
from app.identity.actor import Actor
from app.identity.models import Division
from app.identity.units import resolve
from app.workflow import definitions, places, starting
from app.workflow.definitions import Definition
from app.workflow.forms import Asked, Form
from app.workflow.models import Attachment, Case, Draft
from app.workflow.starting import Ground


@dataclass(frozen=True)
class DraftFile:
    """Everything about a draft: the form that it fills in, the answers, readable, and its files."""

    draft: Draft
    form: Form
    values: Mapping[str, Any]
    files: Sequence[Attachment]
    place: Sequence[Division]

    @cached_property
    def asked(self) -> Asked:
        """The circumstances in which its answers are judged."""
        counts: dict[str, int] = {}
        for kept in self.files:
            counts[kept.field] = counts.get(kept.field, 0) + 1
        return Asked(attachments=counts, base=self.values)


class Submitted(Conflict):
    """The draft is a case by now."""

    def __init__(self, case_id: str, at: datetime) -> None:
        super().__init__("这份备案已经提交，不能再改", at=at)
        self.case_id = case_id


def read(work: Session, actor: Actor, draft_id: str, *, at: datetime) -> DraftFile:
    """A draft of this person, ready to go on. Raises NotFound, Conflict (submitted)."""
    draft = own(work, actor, draft_id)
    form = form_of(work, draft, at)
    stamps = form.stamps(at=at, address=actor.address, behalf=actor.staff)
    values = {**form.unseal(draft.values, show_secrets=True), **stamps}
    files = work.scalars(
        select(Attachment)
        .where(Attachment.draft_id == draft.id)
        .order_by(Attachment.at, Attachment.id)
    )
    way = places.lineage(work, draft.division_code or "")
    return DraftFile(draft, form, values, files.all(), way)


def mine(work: Session, actor: Actor) -> Sequence[Draft]:
    """The drafts that this person has not submitted yet, the latest first."""
    rows = select(Draft).where(Draft.person_id == actor.id, Draft.case_id.is_(None))
    return work.scalars(rows.order_by(Draft.updated_at.desc(), Draft.id)).all()


def own(work: Session, actor: Actor, draft_id: str, *, lock: bool = False) -> Draft:
    """A draft of this person that was not submitted yet. Raises NotFound, Conflict."""
    draft = work.get(Draft, draft_id, with_for_update=True if lock else None)
    if draft is None or draft.person_id != actor.id:
        raise NotFound("没有这份草稿，可能已经删除")
    if draft.case_id:
        raise Submitted(draft.case_id, draft.updated_at)
    return draft


def ground(work: Session, actor: Actor, draft: Draft, at: datetime) -> Ground:
    """On what this person may make a case of the draft. Raises Invalid, NotFound, Forbidden."""
    if draft.subject_id is None:
        code = draft.division_code or ""
        return starting.at_place(work, actor, draft.process_key, code, at)
    # whom a case of the work addresses has a part in it, and may not read its first case
    subject = work.get_one(Case, draft.subject_id)
    return starting.about(work, actor, draft.process_key, subject, at)


def form_of(work: Session, draft: Draft, at: datetime) -> Form:
    """The start form that is in force at the draft's place. Raises NotFound."""
    if draft.subject_id is None:
        definition = definition_at(work, draft.process_key, draft.division_code or "", at)
    else:
        chain = starting.chain_of(work.get_one(Case, draft.subject_id))
        version = definitions.current(work, draft.process_key, chain.upwards, at=at)
        definition = definitions.get(work, version.id)
    return definition.form(definition.process.start_form)


def definition_at(work: Session, process_key: str, division_code: str, at: datetime) -> Definition:
    """The version in force of the nearest unit above a place. Raises NotFound."""
    chain = resolve(division_code, local(at).date())
    version = definitions.current(work, process_key, chain.upwards, at=at)
    return definitions.get(work, version.id)
