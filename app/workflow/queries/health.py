"""What an operator's monitor asks."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.db import session
from app.workflow.backstage import Job

LATE = timedelta(minutes=10)


def state() -> dict[str, object]:
    """Whether the store can be read, its migration, and how far the background is behind."""
    work = session()
    try:
        migration = work.scalar(text("SELECT version_num FROM alembic_version"))
        due = Job.status == "due"
        late = work.scalar(
            select(func.count()).where(
                due, Job.run_at < clock.now() - LATE, Job.leased_until.is_(None)
            )
        )
        dead = work.scalar(select(func.count()).where(Job.status == "dead"))
    except SQLAlchemyError:
        return {"ready": False, "store": "unreachable"}
    return {
        "ready": True,
        "store": "ok",
        "migration": migration,
        "jobs_late": late,
        "jobs_dead": dead,
    }
