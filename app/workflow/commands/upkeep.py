"""Housekeeping of the background: old keys, done jobs, forgotten drafts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from app.db import transaction
from app.workflow import attachments, keys
from app.workflow.backstage import Job

KEPT = timedelta(days=30)


def sweep(*, at: datetime) -> None:
    """Drop what nobody will ask for again."""
    with transaction() as work:
        keys.forget_old(work, at)
        work.execute(delete(Job).where(Job.status == "done", Job.run_at < at - KEPT))
    attachments.sweep(at=at)
