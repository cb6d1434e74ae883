"""What must be true of a store at any moment, whatever was done: rows against engine and record."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app import engine
from app.db import session
from app.identity import audit
from app.smallworks import life
from app.smallworks.models import Work
from app.smallworks.patrols.models import Hazard, Patrol
from app.smallworks.stops.models import StopOrder
from app.workflow import definitions
from app.workflow.backstage import Job
from app.workflow.models import Case, Task
from app.workflow.queries.audit import check_cases
from tests.reliability.checker_numbers import check_numbers

WAITS = ("open", "waiting")


def broken() -> list[str]:
    """Every promise that the store breaks, in words; looking changes nothing."""
    work = session()
    work.rollback()
    return [*standing(work), *_records(work), *_jobs(work), *check_numbers(work)]


def standing(work: Session, *cases: str) -> list[str]:
    """What rows say of each other and of the engine; of these cases only, where some are named."""
    return [*_tasks(work, cases), *_stops(work), *_hazards(work)]


def _tasks(work: Session, cases: tuple[str, ...]) -> Iterator[str]:
    """Rows that wait are the engine's open tasks; who has none left has ended."""
    asked = select(Case).options(undefer(Case.snapshot)).order_by(Case.id)
    for case in work.scalars(asked.where(Case.id.in_(cases)) if cases else asked):
        process = definitions.get(work, case.version_id).process
        wanted = {one.ref: one.element for one in engine.waiting(process, case.snapshot)}
        rows = work.scalars(select(Task).where(Task.case_id == case.id, Task.status.in_(WAITS)))
        found = {row.ref: row.element for row in rows}
        if wanted != found:
            yield f"{case.process_key} {case.number}: rows {found}, engine {wanted}"
        if case.incident is not None:
            yield f"{case.process_key} {case.number}: {case.incident}"
        if case.ended_at is not None and found:
            yield f"{case.process_key} {case.number}: ended with {found}"


def _stops(work: Session) -> Iterator[str]:
    """A work is stopped while exactly one stop is in force, and so long its cases are held."""
    for row in work.scalars(select(Work)):
        orders = select(StopOrder).where(StopOrder.work_id == row.id)
        force = work.scalars(orders.where(StopOrder.lifted_at.is_(None))).all()
        if len(force) != (row.state == life.STOPPED):
            yield f"{row.name}: {row.state}, {len(force)} stops in force"
        subject = work.get_one(Case, row.case_id)
        if (subject.held_at is not None) != bool(force):
            yield f"{row.name}: {row.state}, but its first case is held since {subject.held_at}"
        if bool(row.state_before_stop) != bool(force):
            yield f"{row.name}: {row.state}, before that {row.state_before_stop!r}"


def _hazards(work: Session) -> Iterator[str]:
    """Where a rectification is under way its work is rectifying, or stopped and to become so."""
    going = (Case.process_key == "rectification") & Case.ended_at.is_(None)
    open_ones = set(work.scalars(select(Case.subject_id).where(going)))
    for row in work.scalars(select(Work)):
        now = row.state_before_stop if row.state == life.STOPPED else row.state
        if (now == life.RECTIFYING) != (row.case_id in open_ones) and row.state not in life.OVER:
            yield f"{row.name}: {now}, rectification under way: {row.case_id in open_ones}"
    found = select(Hazard).join(Patrol, Patrol.id == Hazard.patrol_id)
    for hazard in work.scalars(found.where(Patrol.concluded_at.is_not(None))):
        if (hazard.state == "closed") != (hazard.closed_at is not None):
            yield f"hazard {hazard.text}: {hazard.state}, closed at {hazard.closed_at}"
        owner = hazard.rectification_id and work.get(Case, hazard.rectification_id)
        if owner and owner.result == "done" and hazard.state in ("open", "answered"):
            yield f"hazard {hazard.text}: {hazard.state}, its rectification is done"


def _records(work: Session) -> Iterator[str]:
    yield from (f"the record of {one.case_id} breaks: {one.fault}" for one in check_cases(work))
    verdict = audit.verify()
    if not verdict.sound:
        yield f"the audit record breaks at {verdict.broken}"


def _jobs(work: Session) -> Iterator[str]:
    for job in work.scalars(select(Job).where(Job.error != "")):
        yield f"job {job.dedupe}: {job.status} {job.error}"
