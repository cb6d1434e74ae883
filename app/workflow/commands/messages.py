"""Messages between cases (消息): heard by those that wait, or opening a case; each exactly once.

`flow:to` says who may hear it: `parent`, the case that opened the sender; `child`, the cases that
the sender opened; `subject`, the other cases of the same work. One that nobody hears is an incident
of its sender, and the background tries again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local
from app.engine.types import Scalar
from app.errors import BrokenProcess, Conflict, NotFound
from app.workflow import definitions, incidents, jobs, pushing, submissions
from app.workflow.commands.locked import locked_case
from app.workflow.holds import Held
from app.workflow.kinds import Moment
from app.workflow.models import Case, ProcessVersion
from app.workflow.opening import Opening, open_case


def _carry(work: Session, payload: jobs.Payload, at: datetime) -> None:
    """Bring one message to everybody of its relation who waits for it, or open a case by it."""
    name = payload["name"]
    others = _locked(work, payload)
    sender = others.pop(payload["case"])
    heard = [case for case in others.values() if _hears(work, case, name, at)]
    if not heard:
        version = _begun_by(work, sender, name, at) if payload["to"] != "parent" else None
        if version is None:
            raise Conflict(incidents.unheard(name))
        _open(Moment(work, sender, {}, at, None), version, payload)
    incidents.delivered(sender, name)


def _carry_or_wait(work: Session, payload: jobs.Payload, at: datetime) -> None:
    """A message to a case that is held waits with it, and to all the others as well."""
    try:
        _carry(work, payload, at)
    except Held as held:
        raise jobs.PutOff(held.key) from held


def _locked(work: Session, payload: jobs.Payload) -> dict[str, Case]:
    """The sender and those who may hear it, locked in one order, whoever sends."""
    sender = work.get(Case, payload["case"])
    if sender is None:
        raise NotFound
    related = {
        "parent": Case.id == sender.parent_id,
        "child": Case.parent_id == sender.id,
        "subject": Case.subject_id == sender.subject_id,
    }[payload["to"]]
    ids = work.scalars(select(Case.id).where(related, Case.ended_at.is_(None)))
    return {each: locked_case(work, each) for each in sorted({*ids, sender.id})}


def _hears(work: Session, case: Case, name: str, at: datetime) -> bool:
    try:
        return case.ended_at is None and pushing.hear(work, case, name, at)
    except BrokenProcess as fault:
        text = incidents.undelivered(name, case.number, fault.message)
        raise BrokenProcess(text, fault.findings) from fault


def _begun_by(work: Session, sender: Case, name: str, at: datetime) -> ProcessVersion | None:
    """The version, in force where the sender is, of the process that this message begins."""
    units = (sender.l4, sender.l3, sender.l2, sender.l1)
    here = ProcessVersion.unit_id.in_(filter(None, units))
    published = select(ProcessVersion.key).where(here, definitions.begun(local(at).date()))
    found = []
    for key in sorted(work.scalars(published.distinct())):
        version = definitions.current(work, key, units, at=at)
        if definitions.get(work, version.id).process.start_message == name:
            found.append(version)
    if len(found) > 1:
        titles = "、".join(version.title for version in found)
        raise Conflict(f"消息“{name}”是几个流程的开始（{titles}），请改用不同的消息名")
    return found[0] if found else None


def _open(sent: Moment, version: ProcessVersion, payload: jobs.Payload) -> None:
    """A case opened by a message: its place, applicant, work and start form are the sender's."""
    work, sender = sent.work, sent.case
    told = submissions.StartValues(work, sender, definitions.get(work, sender.version_id))
    name, routing = payload["name"], _values(payload)
    opening = Opening(
        version.key, told, parent=sender, routing=routing, version=version, heard=name
    )
    open_case(work, opening, None, at=sent.at)


def _values(payload: jobs.Payload) -> dict[str, Scalar]:
    """The sender's routing values as they were when it sent."""
    stored: Mapping[str, Any] = payload.get("data", {})
    return {k: Decimal(v["$d"]) if isinstance(v, dict) else v for k, v in stored.items()}


def _unheard(work: Session, payload: jobs.Payload, fault: str, _at: datetime) -> None:
    sender = work.get(Case, payload["case"])
    if sender is not None:
        incidents.mark(sender, fault, incidents.of_message(payload["name"]))


jobs.handlers["message"] = jobs.Handler(inside=_carry_or_wait, failed=_unheard)
