"""Filling in a start form: begin, choose the place, keep what was typed, throw away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import new_id, transaction
from app.errors import Conflict
from app.identity.actor import Actor
from app.workflow import drafts, starting
from app.workflow.kinds import Intent
from app.workflow.models import Attachment, Draft

MOST_DRAFTS = 20


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen as it was sent: its group, and the row button pressed (`add:workers`), if any."""

    sent: Mapping[str, Any]
    group: str = ""
    act: str = ""


def start_draft(actor: Actor, process_key: str, division_code: str, *, at: datetime) -> Draft:
    """Begin to fill in a start form for a place.

    Raises Invalid (no community), NotFound (no flow), Forbidden (not theirs to begin), Conflict.
    """
    with transaction() as work:
        starting.at_place(work, actor, process_key, division_code, at)
        drafts.definition_at(work, process_key, division_code, at)
        _room(work, actor)
        draft = _draft(actor, process_key, division_code, at)
        work.add(draft)
    return draft


def start_draft_about(actor: Actor, process_key: str, case_id: str, *, at: datetime) -> Draft:
    """Begin to fill in a start form about the work of a case, or go on with the one begun.

    Raises NotFound, Invalid, Forbidden, Conflict, and what the kind refuses.
    """
    with transaction() as work:
        subject = starting.subject_for(work, actor, case_id)
        ground = starting.about(work, actor, process_key, subject, at)
        starting.ask_kind(ground, process_key, Intent(work, at, actor))
        mine = select(Draft).where(
            Draft.person_id == actor.id, Draft.case_id.is_(None),
            Draft.subject_id == subject.id, Draft.process_key == process_key,
        )  # fmt: skip
        draft = work.scalars(mine.order_by(Draft.id)).first()
        if draft is None:
            _room(work, actor)
            draft = _draft(actor, process_key, subject.division_code, at)
            draft.subject_id = subject.id
            drafts.form_of(work, draft, at)
            work.add(draft)
    return draft


def _room(work: Session, actor: Actor) -> None:
    unsent = select(func.count(Draft.id)).where(
        Draft.person_id == actor.id, Draft.case_id.is_(None)
    )
    if (work.scalar(unsent) or 0) >= MOST_DRAFTS:
        raise Conflict(f"未提交的草稿已有 {MOST_DRAFTS} 份，请先提交或删除一些")


def _draft(actor: Actor, process_key: str, division_code: str, at: datetime) -> Draft:
    return Draft(
        id=new_id(), person_id=actor.id, process_key=process_key, values={},
        division_code=division_code, created_at=at, updated_at=at,
    )  # fmt: skip


def move_draft(actor: Actor, draft_id: str, division_code: str, *, at: datetime) -> Draft:
    """Choose another place; what was typed stays."""
    with transaction() as work:
        draft = drafts.own(work, actor, draft_id, lock=True)
        if draft.subject_id is not None:
            raise Conflict("这份表单针对已有工程，地点以该工程为准")
        starting.at_place(work, actor, draft.process_key, division_code, at)
        drafts.definition_at(work, draft.process_key, division_code, at)
        draft.division_code, draft.updated_at = division_code, at
    return draft


def save_draft(actor: Actor, draft_id: str, screen: Screen, *, at: datetime) -> Draft:
    """Keep what was typed on one screen, right or wrong, beside what the others hold."""
    with transaction() as work:
        draft = drafts.own(work, actor, draft_id, lock=True)
        form = drafts.form_of(work, draft, at)
        held = form.hold(screen.sent, screen.group, screen.act)
        draft.values = {**draft.values, **form.seal(held)}
        draft.updated_at = at
    return draft


def discard_draft(actor: Actor, draft_id: str, *, at: datetime) -> None:
    """Throw a draft away, and its files; their bytes go with the next sweep."""
    with transaction() as work:
        draft = drafts.own(work, actor, draft_id, lock=True)
        for kept in work.scalars(select(Attachment).where(Attachment.draft_id == draft.id)):
            work.delete(kept)
        work.flush()
        work.delete(draft)
