"""Jobs exactly as promised: one for each promise, none that nobody promised, none marked done that
was not done, nothing done twice inside the store, nothing outside that never happened inside.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.smallworks.models import Paper
from app.workflow.backstage import Job
from app.workflow.models import Case, Event, Task
from app.workflow.notice_models import Notice
from tests.reliability.history import History
from tests.reliability.house import LATER, NOON

Wakes = Mapping[str, list[datetime]]
AT_REST = NOON + 2 * LATER
"""Up to when everything was done."""
PROMISED = frozenset({"paper", "mail", "wake"})
"""What can be told again from rows and events; a room's own jobs are its tests' matter."""


def check_jobs(work: Session, seen: History, folder: Path, wakes: Wakes) -> Iterator[str]:
    """`wakes`: the moments at which each case asked to be woken, told again from its events."""
    jobs = list(work.scalars(select(Job)))
    yield from _promises(work, jobs, wakes)
    for job in jobs:
        if job.status != "done" and job.run_at <= AT_REST:
            yield f"not done in the end: {job.dedupe} ({job.status}) {job.error}"
    yield from _papers(work, folder)
    yield from _mail(work, seen)
    yield from _notices(work)
    yield from _woken(work)
    yield from _chased(work)


def _promises(work: Session, jobs: list[Job], wakes: Wakes) -> Iterator[str]:
    promised = Counter(f"paper:{paper}" for paper in work.scalars(select(Paper.id)))
    promised.update(f"mail:{notice}" for notice in _mailed(work))
    for case, moments in wakes.items():
        promised.update(f"wake:{case}:{int(moment.timestamp())}" for moment in moments)
    kept = Counter(_without_revision(job.dedupe) for job in jobs if job.kind in PROMISED)
    for name in sorted(promised.keys() | kept.keys()):
        if promised[name] != kept[name]:
            yield f"{promised[name]} promised, {kept[name]} jobs: {name}"


def _without_revision(dedupe: str) -> str:
    kind, *rest = dedupe.split(":")
    return f"{kind}:{rest[0]}:{rest[2]}" if kind == "wake" else dedupe


def _mailed(work: Session) -> list[str]:
    """The notices of people who have an address."""
    own = select(Notice.id).join(Person, Person.id == Notice.person_id).where(Person.email != "")
    return list(work.scalars(own))


def _papers(work: Session, folder: Path) -> Iterator[str]:
    """A paper whose job is done lies in its folder, whole."""
    for paper in work.scalars(select(Paper)):
        path = folder / "data" / "papers" / paper.stored[:2] / paper.stored[2:]
        if not paper.stored or not path.is_file():
            yield f"a paper marked done that is not there: {paper.number}"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != paper.stored:
            yield f"a paper half written: {paper.number}"


def _mail(work: Session, seen: History) -> Iterator[str]:
    """Sent at least once for every notice, and never for one that did not come to be."""
    wanted = {f"<mail.{notice}@anguan>" for notice in _mailed(work)}
    yield from (f"marked sent, never sent: {name}" for name in sorted(wanted - set(seen.mail)))
    yield from (f"sent, but it never happened: {name}" for name in sorted(set(seen.mail) - wanted))


def _notices(work: Session) -> Iterator[str]:
    """What the applicant was told is what happened, as often as it happened."""
    told: dict[str, Counter[str]] = {}
    for case, kind in work.execute(select(Notice.case_id, Notice.kind)):
        told.setdefault(case, Counter())[kind] += 1
    steps: dict[str, Counter[str]] = {}
    for case, element in work.execute(select(Task.case_id, Task.element).where(Task.party == 0)):
        steps.setdefault(case, Counter())[element] += 1
    for case in work.scalars(select(Case).where(Case.process_key == "filing")):
        here, passed = told.get(case.id, Counter()), steps.get(case.id, Counter())
        results = passed["permit_follow_up"] + (
            case.ended_at is not None and case.result != "withdrawn"  # they know
        )
        if (here["returned"], here["result"]) != (passed["correction"], results):
            yield f"{case.number}: told {dict(here)}, passed {dict(passed)}, ended {case.ended_at}"
        if here["lapsing"] > passed["correction"]:
            yield f"{case.number}: reminded {here['lapsing']} times"


def _woken(work: Session) -> Iterator[str]:
    """A case whose timer is marked done is not still waiting for it."""
    done = select(Job).where(Job.kind == "wake", Job.status == "done")
    cases = {case.id: case for case in work.scalars(select(Case))}
    for job in work.scalars(done):
        case = cases.get(job.payload["case"])
        asked = int(job.dedupe.rsplit(":", 1)[1])
        if case and case.wake_at and int(case.wake_at.timestamp()) == asked:
            yield f"{case.number}: its timer is marked done, and did not fire"


def _chased(work: Session) -> Iterator[str]:
    """Each rung of a ladder was told once for a due time.

    Of a case that was held, rungs may lie ahead again; so may those of its whole limit, which
    stood still while it was corrected.
    """
    held = select(Event.case_id).where(Event.verb == "held")
    corrected = select(Event.case_id).where(Event.verb == "resubmitted")
    paused = Event.task_id.is_(None) & Event.case_id.in_(corrected)
    found = select(Event).where(Event.verb == "chased", Event.case_id.not_in(held), ~paused)
    told = Counter((one.case_id, one.task_id, one.routing["rung"]) for one in work.scalars(found))
    yield from (f"told {times} times: {what}" for what, times in told.items() if times > 1)
