"""Background work: one table, enqueued in the command's own transaction.

What happens inside the store runs in the transaction that marks its job done: exactly once. What
leaves the system is leased, done, then settled: at least once, with the job's `dedupe` as its key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.crashing import point
from app.db import session, transaction
from app.errors import Refusal
from app.workflow.backstage import Job

log = logging.getLogger(__name__)

PUT_OFF = timedelta(hours=1)
LEASE = timedelta(seconds=60)
MOST_TRIES = 10
LONGEST_WAIT = timedelta(hours=1)

Payload = Mapping[str, Any]


class PutOff(Exception):
    """A job cannot be done yet, and that is no fault: it stays due, and is asked again later.

    Its text is a key: whoever clears the way resumes by it what was put off for that alone.
    """


@dataclass(frozen=True, slots=True)
class Handler:
    """How a kind of job is done; `outside` runs in no transaction and must stand a second call.

    A `long` one is a portion of work that asks for its next: it waits for all else that is due.
    """

    inside: Callable[[Session, Payload, datetime], None] | None = None
    outside: Callable[[Payload, str, datetime], None] | None = None
    failed: Callable[[Session, Payload, str, datetime], None] | None = None
    long: bool = False


handlers: dict[str, Handler] = {}
"""Kind of job -> how it is done; filled at start-up, by workflow and by domains."""

sweeps: list[Callable[[datetime, int], int]] = []
"""What looks over rows by their own times, (at, most) -> how many; filled at start-up too."""


def enqueue(work: Session, kind: str, dedupe: str, payload: Payload, run_at: datetime) -> None:
    """Ask for background work within this transaction. A `dedupe` seen before is our error."""
    work.add(Job(kind=kind, dedupe=dedupe, payload=dict(payload), run_at=run_at))
    point("job")


def again(work: Session, case_id: str, at: datetime) -> bool:
    """Have what failed for a case tried at once, however often it failed; whether there was any."""
    kinds = ("retry", *handlers)
    mine = or_(*(Job.dedupe.startswith(f"{kind}:{case_id}:", autoescape=True) for kind in kinds))
    failed = work.scalars(select(Job).where(mine, Job.status != "done", Job.tries > 0)).all()
    for job in failed:
        job.status, job.run_at, job.tries = "due", at, 0
    return bool(failed)


def resume(work: Session, kind: str, key: str, at: datetime) -> None:
    """Have what was put off by this key asked again at once."""
    waiting = select(Job).where(Job.status == "due", Job.kind == kind, Job.error == key)
    for job in work.scalars(waiting):
        job.run_at = min(job.run_at, at)


def run_due(at: datetime, most: int = 20) -> int:
    """Do what is due at `at`, beside any number of other workers; returns how many were tried.

    Of each kind of work at most so many, so that a long absence does not keep one from the other;
    last of all one portion of the long work that has waited longest.
    """
    leased = _lease(at, most) if _anything_due(at) else []
    for job_id, kind, dedupe, payload in leased:
        try:
            _run(job_id, handlers[kind], (payload, dedupe), at)
        except PutOff as later:
            _put_off(job_id, str(later), at)
        except Exception as fault:  # a worker outlives any job; the job carries the fault
            log.exception("job %s (%s) failed", job_id, kind)
            session().rollback()  # the store may have gone away under what was read outside
            _fail(job_id, fault, handlers[kind], at)
    return len(leased) + sum(sweep(at, most) for sweep in sweeps)


def _anything_due(at: datetime) -> bool:
    """A look without the write lock: an idle worker must not stand in anybody's way."""
    work = session()
    work.rollback()
    due = select(Job.id).where(Job.status == "due", Job.run_at <= at).limit(1)
    found = work.scalar(due) is not None
    work.rollback()
    return found


def _lease(at: datetime, most: int) -> list[tuple[int, str, str, dict[str, Any]]]:
    free = or_(Job.leased_until.is_(None), Job.leased_until < at)
    due = select(Job).where(Job.status == "due", Job.run_at <= at, free)
    due = due.order_by(Job.run_at, Job.id).with_for_update(skip_locked=True)
    long = Job.kind.in_([kind for kind, handler in handlers.items() if handler.long])
    with transaction() as work:
        some, one = due.where(~long).limit(most), due.where(long).limit(1)
        rows = [*work.scalars(some), *work.scalars(one)]
        for job in rows:
            job.leased_until = at + LEASE
        return [(job.id, job.kind, job.dedupe, job.payload) for job in rows]


def _run(job_id: int, handler: Handler, call: tuple[dict[str, Any], str], at: datetime) -> None:
    payload, dedupe = call
    if handler.outside:
        handler.outside(payload, dedupe, at)
        point("outside")
    with transaction() as work:
        job = work.get(Job, job_id, with_for_update=True)
        if job is None or job.status != "due":
            return
        if handler.inside:
            handler.inside(work, payload, at)
            point("inside")
        job.status, job.leased_until, job.error = "done", None, ""


def _put_off(job_id: int, key: str, at: datetime) -> None:
    with transaction() as work:
        job = work.get(Job, job_id, with_for_update=True)
        if job is not None and job.status == "due":
            job.leased_until, job.run_at, job.error = None, at + PUT_OFF, key


def _fail(job_id: int, fault: Exception, handler: Handler, at: datetime) -> None:
    with transaction() as work:
        job = work.get(Job, job_id, with_for_update=True)
        if job is None or job.status != "due":
            return
        job.tries += 1
        job.leased_until = None
        job.error = fault.message if isinstance(fault, Refusal) else repr(fault)[:400]
        job.run_at = at + min(timedelta(seconds=5 * 2**job.tries), LONGEST_WAIT)
        if job.tries >= MOST_TRIES:
            job.status = "dead"
        if handler.failed:
            handler.failed(work, job.payload, job.error, at)
