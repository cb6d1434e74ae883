"""Broken variants of the product, on purpose: the checker must see each, or it proves nothing.

They are patched into the program of one run (never into a test's own process) and name the drills
in which they must show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Engine, event, select, text
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.crashing import point
from app.db import db, transaction
from app.identity import queries
from app.workflow import channels, events, jobs, keys, notices, numbers
from app.workflow.backstage import Counter, Job, SubmitKey
from app.workflow.commands import locked, tasks
from app.workflow.models import Case, Event

BOTH = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is broken, where it can be, and the drills that must tell."""

    break_it: Callable[[], None]
    drills: tuple[str, ...]
    stores: tuple[str, ...] = BOTH


def no_lock() -> None:
    """Nobody waits for a case: everybody reads it and goes on."""
    locked._LOCKED_CASE, locked._LOCKED_TASK = locked._CASE, locked._TASK
    locked._FREE_CASE = locked._CASE.add_columns(queries.STILL_HELD)
    locked._FREE_TASK = locked._TASK.add_columns(queries.STILL_HELD)


def no_lock_and_no_belts() -> None:
    """Nor do a version and the unique number of an event stop the second."""
    no_lock()
    Case.__mapper__.version_id_col = None
    with db.engine.begin() as opened:
        opened.execute(text("ALTER TABLE events DROP CONSTRAINT uq_events_case_id_seq"))


def plain_begin() -> None:
    """SQLite takes no write lock when a command begins, only when it first writes."""

    @event.listens_for(Engine, "before_cursor_execute", retval=True)
    def begin(_link: Any, _cursor: Any, said: str, given: Any, *_more: Any) -> tuple[str, Any]:
        return said.replace("BEGIN IMMEDIATE", "BEGIN"), given


def no_key() -> None:
    """Keys are stored, and nobody looks whether one was there."""
    before = keys.first_answer

    def first_answer(*given: Any) -> None:
        before(*given)

    keys.first_answer = first_answer  # type: ignore[assignment]


def row_count() -> None:
    """Whether the key was new is told by the row count of its INSERT, not by RETURNING."""

    def first_answer(
        work: Session, person: str, key: str, at: datetime, result: Any = None
    ) -> dict[str, Any] | None:
        insert = pg_insert if work.get_bind().dialect.name == "postgresql" else sqlite_insert
        row = {"person_id": person, "key": key, "at": at, "result": result}
        done: Any = work.execute(insert(SubmitKey).values(**row).on_conflict_do_nothing())
        if done.rowcount:
            return None
        return work.scalar(select(SubmitKey.result).where(SubmitKey.key == key))

    keys.first_answer = first_answer


def job_after_commit() -> None:
    """Jobs are enqueued once the command has been committed, in a transaction of their own."""
    pending: list[dict[str, Any]] = []
    commit = Session.commit

    def enqueue(work: Session, kind: str, dedupe: str, payload: Any, run_at: datetime) -> None:
        job = {"kind": kind, "dedupe": dedupe, "payload": dict(payload), "run_at": run_at}
        pending.append({**job, "status": "due", "tries": 0, "error": ""})

    def commit_then_enqueue(work: Session) -> None:
        commit(work)
        if pending:
            point("between")
            with db.engine.begin() as opened:
                opened.execute(Job.__table__.insert(), pending)  # type: ignore[attr-defined]
            pending.clear()

    jobs.enqueue = enqueue
    Session.commit = commit_then_enqueue  # type: ignore[method-assign]


def notice_after_commit() -> None:
    """The applicant is told in a transaction after the one that decided."""
    pending: list[tuple[Any, ...]] = []
    commit, tell = Session.commit, notices.tell

    def later(work: Session, person: Any, case: Case, word: Any, at: datetime) -> None:
        pending.append((person, case, word, at))

    def commit_then_tell(work: Session) -> None:
        commit(work)
        told, pending[:] = list(pending), []
        if told:
            point("between")
            for words in told:
                tell(work, *words)
            commit(work)

    notices.tell = later
    Session.commit = commit_then_tell  # type: ignore[method-assign]


def mail_before_commit() -> None:
    """Mail leaves while the command that writes it may still fail."""
    enqueue = jobs.enqueue

    def send_at_once(work: Session, kind: str, dedupe: str, payload: Any, run_at: datetime) -> None:
        enqueue(work, kind, dedupe, payload, run_at)
        if kind == "mail":
            message = EmailMessage()
            message["Message-ID"] = f"<{dedupe.replace(':', '.')}@anguan>"
            channels._post[0](message)

    jobs.enqueue = send_at_once


def timer_outside() -> None:
    """A job is marked done in one transaction and done in the next."""

    def run(job_id: int, handler: jobs.Handler, call: Any, at: datetime) -> None:
        payload, dedupe = call
        with transaction() as work:
            job = work.get_one(Job, job_id, with_for_update=True)
            if job.status != "due":
                return
            job.status = "done"
        point("between")
        if handler.outside:
            handler.outside(payload, dedupe, at)
        if handler.inside:
            with transaction() as work:
                handler.inside(work, payload, at)

    jobs._run = run


def no_previous() -> None:
    """Every event is sealed, but not bound to the one before it."""
    record = events.record

    def loose(work: Session, case: Case, *given: Any, **more: Any) -> None:
        record(work, case, *given, **more)
        last = select(Event).where(Event.case_id == case.id).order_by(Event.seq.desc()).limit(1)
        made = work.scalars(last).one()
        made.previous = events.GENESIS
        made.hash = events.seal(made)

    events.record = loose


def half_a_step() -> None:
    """The rows follow the engine, but its own state is not stored."""
    whole = tasks.follow

    def half(moment: Any, *more: Any) -> None:
        before = moment.case.snapshot
        whole(moment, *more)
        moment.case.snapshot = before

    tasks.follow = half


def two_commits() -> None:
    """What was done is committed first, the key's answer after it."""
    keep = keys.keep_answer

    def commit_first(work: Session, *given: Any) -> None:
        work.commit()
        point("between")
        keep(work, *given)

    keys.keep_answer = commit_first


def number_apart() -> None:
    """Numbers are taken in a transaction of their own, so that nobody waits for anybody."""

    def take(work: Session, name: str) -> int:
        with db.engine.begin() as opened:
            row = {"name": name, "value": 0}
            opened.execute(pg_insert(Counter).values(**row).on_conflict_do_nothing())
            bump = Counter.__table__.update().where(Counter.name == name)  # type: ignore[attr-defined]
            moved = bump.values(value=Counter.value + 1).returning(Counter.value)
            value: int = opened.execute(moved).scalar_one()
        point("number")
        return value

    numbers.take = take


FAULTS: Mapping[str, Fault] = {
    "no-lock": Fault(no_lock, ("two people claim",), ("postgresql",)),
    "no-lock-no-belts": Fault(no_lock_and_no_belts, ("two people return",), ("postgresql",)),
    "plain-begin": Fault(plain_begin, ("two people claim without keys",), ("sqlite",)),
    "no-key": Fault(no_key, ("the same filing clicked twice",)),
    "row-count": Fault(row_count, ("the same filing clicked twice",), ("postgresql",)),
    "job-after-commit": Fault(job_after_commit, ("return between 1",)),
    "notice-after-commit": Fault(notice_after_commit, ("return between 1",)),
    "mail-before-commit": Fault(mail_before_commit, ("return commit 1",)),
    "timer-outside": Fault(timer_outside, ("timer between 3",)),
    "no-previous": Fault(no_previous, ("complete committed 1",)),
    "half-a-step": Fault(half_a_step, ("return committed 1",)),
    "two-commits": Fault(two_commits, ("file between 1",)),
    "number-apart": Fault(number_apart, ("file commit 1",), ("postgresql",)),
}
