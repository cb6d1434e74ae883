"""Housekeeping: old keys, done jobs, unsettled imports go; tasks of who left return."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from app.db import transaction
from app.identity import upkeep
from app.identity.annexes import imports
from app.workflow import keys, leaving, task_drafts
from app.workflow.backstage import Job

KEPT = timedelta(days=30)


def forget_old(*, at: datetime) -> None:
    """Drop what nobody will ask for again."""
    with transaction() as work:
        keys.forget_old(work, at)
        upkeep.forget_old(work, at)
        imports.sweep(work, at=at)
        task_drafts.sweep(work, at)
        work.execute(delete(Job).where(Job.status == "done", Job.run_at < at - KEPT))


def free_stranded(*, at: datetime) -> None:
    """Give back what people claimed whose post has run out since."""
    with transaction() as work:
        leaving.free_all(work, at)
