"""The beginning of a case: the one way in which any case is opened, by people or by the system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app import engine
from app.clock import local
from app.db import new_id
from app.engine.types import Scalar
from app.identity import system
from app.identity.actor import Actor, Hold
from app.identity.units import Chain, resolve
from app.workflow import (
    calendar,
    definitions,
    events,
    holds,
    kinds,
    notices,
    numbers,
    pace,
    starting,
    submissions,
)
from app.workflow.definitions import Definition
from app.workflow.events import Act
from app.workflow.follow import follow
from app.workflow.forms import Cleaned
from app.workflow.kinds import CaseKind, Moment
from app.workflow.models import Attachment, Case, ProcessVersion


@dataclass(frozen=True, slots=True)
class Opening:
    """A case to be opened: by what a person sent, `cleaned`, or by `values` of a domain or a case.

    These are trusted and may leave out what only a person can answer. What the form does not ask is
    dropped, and so are routing values that nothing reads: a district may have drawn its flow anew.
    """

    process: str
    values: Mapping[str, Any] = field(default_factory=dict)
    cleaned: Cleaned | None = None
    division_code: str = ""  # of the work, if it is about one
    subject: Case | None = None  # the work that it is about, by any of its cases
    parent: Case | None = None  # the case out of which it is opened
    filed_by_id: str | None = None  # else the actor, who filed the parent, or the system
    applicant_id: str | None = None  # else the parent's, or the owner; an addressee goes first
    routing: Mapping[str, Scalar] = field(default_factory=dict)
    attachments: Sequence[str] = ()  # ids of files that become the case's
    hold: Hold | None = None  # the assignment under which it is opened
    version: ProcessVersion | None = None  # where it was looked up already
    heard: str = ""  # the message that opens it


def open_case(work: Session, opening: Opening, actor: Actor | None, *, at: datetime) -> Case:
    """Open a case within a running transaction: its rows, its first step, and one event.

    Who may open it was judged before. Raises NotFound where no such process is published, Conflict
    while the work is held, and what the kind's hooks raise.
    """
    subject, kind = opening.subject or opening.parent, kinds.of(opening.process)
    _refuse_held(work, kind, subject)
    chain = _chain(opening, subject, at)
    version = opening.version
    if version is None:
        version = definitions.current(work, opening.process, chain.upwards, at=at)
    definition = definitions.get(work, version.id)
    case = _row(work, opening, version, (chain, subject), actor, at=at)
    form = definition.form(definition.process.start_form)
    cleaned = opening.cleaned or form.trusted(opening.values)
    submissions.describe(work, case, cleaned.values)
    moment = Moment(work, case, cleaned.values, at, actor)
    submission = submissions.keep(moment, form, cleaned, case.filed_by_id)
    if opening.attachments:
        named = Attachment.id.in_(opening.attachments)
        work.execute(update(Attachment).where(named).values(case_id=case.id))
    known = definition.process.routing - {"outcome"}
    told = {name: value for name, value in opening.routing.items() if name in known}
    routing, passed = _start(moment, definition, {**cleaned.routing, **told})
    verb = "filed" if actor and opening.parent is None else "opened"
    hold = opening.hold or starting.hold_of(actor, kind.starter, chain)
    act = Act(
        outcome=opening.heard[:24], submission=submission, passed=passed, routing=routing, hold=hold
    )
    events.record(work, case, verb, actor, act, at=at)
    if case.state == kinds.CORRECTING and case.applicant_id != case.filed_by_id:
        notices.of_step(work, case, "", at)  # somebody is asked who does not know of it yet
    return case


def _refuse_held(work: Session, kind: CaseKind, subject: Case | None) -> None:
    """While a work is held, nothing begins about it that would have to wait."""
    if subject is not None and not kind.goes_on_while_held:
        holds.refuse(work.get_one(Case, subject.subject_id))


def _chain(opening: Opening, subject: Case | None, at: datetime) -> Chain:
    if subject is None or opening.division_code:
        return resolve(opening.division_code, local(at).date())
    return starting.chain_of(subject)


def _row(
    work: Session,
    opening: Opening,
    version: ProcessVersion,
    where: tuple[Chain, Case | None],
    actor: Actor | None,
    *,
    at: datetime,
) -> Case:
    chain, subject = where
    first, parent = new_id(), opening.parent
    filed_by = opening.filed_by_id or (actor.id if actor else parent and parent.filed_by_id)
    case = Case(
        id=first, subject_id=subject.subject_id if subject else first, number=_number(work, at),
        process_key=version.key, title="", version_id=version.id,
        filed_by_id=filed_by or system.person(work, at),
        applicant_id=opening.applicant_id or _applicant(work, opening, subject),
        division_code=opening.division_code or (subject.division_code if subject else ""),
        l1=chain.l1, l2=chain.l2, l3=chain.l3, l4=chain.l4, also_l2=chain.also_l2,
        parent_id=parent.id if parent else None, snapshot=b"", opened_at=at, touched_at=at,
    )  # fmt: skip
    work.add(case)
    work.flush()
    return case


def _applicant(work: Session, opening: Opening, subject: Case | None) -> str | None:
    """Whose matter it is where nobody said so: the parent's applicant, or the work's owner."""
    if subject is None or not kinds.of(opening.process).open_to_owner:
        return None
    if opening.parent is not None and opening.parent.applicant_id:
        return opening.parent.applicant_id
    first = work.get(Case, subject.subject_id)
    return first.applicant_id if first else None


def _number(work: Session, at: datetime) -> str:
    """The next 受理号 of the year."""
    year = local(at).year
    return f"{year}-{numbers.take(work, f'case:{year}'):06}"


def _start(
    moment: Moment, definition: Definition, routing: Mapping[str, Scalar]
) -> tuple[dict[str, Scalar], tuple[str, ...]]:
    """Let the engine open the case, and its rows follow. What was sent, and what was passed."""
    case, kind = moment.case, kinds.of(moment.case.process_key)
    sent = {**routing, **kind.routing(replace(moment, data=routing))}
    is_workday = calendar.workday_test(moment.work, case.l2, case.l1)
    now = pace.of(case, moment.at, is_workday)
    step = engine.start(definition.process, sent, at=now.at, workdays=now.workdays)
    kind.on_submitted(replace(moment, data=step.data))
    case.applicant_id = kind.addressee(moment.work, case) or case.applicant_id
    follow(moment, definition, step, is_workday)
    return sent, step.passed
