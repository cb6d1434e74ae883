"""What keeps a draft from being published, and what publishing it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import engine
from app.db import let_go
from app.errors import BrokenProcess, Finding
from app.workflow import publishing, versions
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication, Publishing
from app.workflow.studio.models import FlowDraft


def findings(work: Session, draft: FlowDraft, *, at: datetime) -> Sequence[Finding]:
    """Everything that would be said against publishing it now."""
    key = draft.key
    files = publishing.completed(work, draft.unit, key, draft.files, at=at)
    let_go()
    return publishing.faults(files, key)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What keeps a draft from being published, or else what its publisher has to confirm."""

    findings: Sequence[Finding] = ()
    concerns: Sequence[str] = ()


def verdict(work: Session, draft: FlowDraft, *, at: datetime) -> Verdict:
    """All that would be said of publishing it now."""
    unit, key = draft.unit, draft.key
    if found := findings(work, draft, at=at):
        return Verdict(found)
    files = publishing.completed(work, unit, key, draft.files, at=at)
    try:
        said = publishing.concerns(work, unit, engine.parse(files, key), files, at=at)
    except BrokenProcess as broken:
        return Verdict(broken.findings)
    return Verdict(concerns=said)


def publication(draft: FlowDraft, revision: int, asked: Publishing) -> Publication:
    """The draft as it is to be published, at the revision that its publisher had before them."""
    files = {name: text.encode() for name, text in draft.files.items()}
    return Publication(
        draft.unit_id, draft.key, files, asked.reason, draft=(draft.id, revision),
        despite=asked.despite, starts_on=asked.starts_on, seen=asked.seen,
    )  # fmt: skip


def newer(work: Session, draft: FlowDraft, *, at: datetime) -> ProcessVersion | None:
    """A version that was published since the draft began, and which it would replace."""
    now = versions.in_force(work, draft.unit, draft.key, at=at)
    return now if now is not None and now.id != draft.begun_from_id else None
