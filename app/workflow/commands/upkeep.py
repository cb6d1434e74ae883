"""Housekeeping: old keys, done jobs, unsettled imports go; tasks of who left return."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from app.clock import local
from app.db import session, transaction
from app.identity import upkeep
from app.identity.annexes import imports
from app.workflow import channels, idling, keys, leaving, task_drafts, vacancies
from app.workflow.backstage import Job
from app.workflow.habits import Look, TaskBatch
from app.workflow.studio import typed

KEPT = timedelta(days=30)
KEPT_LOOKS = timedelta(days=365)


def forget_old(*, at: datetime) -> None:
    """Drop what nobody will ask for again."""
    with transaction() as work:
        keys.forget_old(work, at)
        upkeep.forget_old(work, at)
        imports.sweep(work, at=at)
        task_drafts.sweep(work, at)
        typed.sweep(work, at)
        work.execute(delete(Look).where(Look.at < at - KEPT_LOOKS))
        work.execute(delete(TaskBatch).where(TaskBatch.at < at - KEPT))
        channels.sweep(work, at)
        work.execute(delete(Job).where(Job.status == "done", Job.run_at < at - KEPT))


def free_stranded(*, at: datetime) -> None:
    """Give back what people claimed whose post has run out since."""
    with transaction() as work:
        leaving.free_all(work, at)


def free_idle(*, at: datetime) -> None:
    """Give back the claims on which nobody worked, each in a transaction of its own."""
    for task_id in session().scalars(idling.suspects(at)).all():
        with transaction() as work:
            idling.free(work, task_id, at)


def fill_vacancies(*, at: datetime) -> None:
    """See to every task at whose desk nobody is left, each in a transaction of its own."""
    for task_id in vacancies.nobodys(session(), local(at).date()):
        with transaction() as work:
            vacancies.look(work, vacancies.locked(work, task_id), at=at)
