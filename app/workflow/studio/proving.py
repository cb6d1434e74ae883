"""What keeps a draft from being published, and what publishing it means."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.db import let_go
from app.errors import Finding
from app.workflow import publishing
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication
from app.workflow.studio.models import FlowDraft


def findings(work: Session, draft: FlowDraft) -> Sequence[Finding]:
    """Everything that would be said against publishing it now."""
    key, files = draft.key, publishing.completed(work, draft.unit, draft.key, draft.files)
    let_go()
    return publishing.faults(files, key)


def publication(
    draft: FlowDraft, revision: int, reason: str, key: str = "", *, despite: bool = False
) -> Publication:
    """The draft as it is to be published, at the revision that its publisher had before them."""
    files = {name: text.encode() for name, text in draft.files.items()}
    seen = (draft.id, revision)
    return Publication(draft.unit_id, draft.key, files, reason, key, None, seen, despite)


def newer(work: Session, draft: FlowDraft) -> ProcessVersion | None:
    """A version that was published since the draft began, and which it would replace."""
    now = publishing.in_force(work, draft.unit, draft.key)
    return now if now is not None and now.id != draft.begun_from_id else None
