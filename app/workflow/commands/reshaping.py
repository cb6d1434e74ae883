"""区划变更: arranged for a day, dropped before it, carried out with all that lies there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import SHANGHAI, local
from app.db import transaction
from app.errors import Conflict, NotFound
from app.identity import audit, changes, reshaped, reshaping
from app.identity.actor import Actor
from app.identity.commands.claims import refuse_others
from app.identity.place_models import DivisionChange
from app.identity.reshaping import Reshape
from app.workflow import jobs, leaving, rehoming

JOB = "reshape"
_SETTLED = timedelta(minutes=10)
"""By when whatever was being filed as the places changed is committed, or never will be."""


def change_divisions(actor: Actor, asked: Reshape, reason: str, *, at: datetime) -> DivisionChange:
    """Arrange a change; one of today is carried out at once. It cannot be taken back then."""
    refuse_others(actor)
    why, today = changes.reason(reason), local(at).date()
    with transaction() as work:
        places = reshaping.check(work, asked, today)
        change = DivisionChange(kind=asked.kind, why=why)
        change.sources = [[code, places[code].name] for code in asked.sources]
        change.targets = [[code, name] for code, name in asked.targets]
        change.allotted, change.effective_on = dict(asked.allotted), asked.effective_on
        change.set_by_id, change.set_at = actor.id, at
        work.add(change)
        work.flush()
        _note(work, actor.id, change, "divisions_planned", at)
        if change.effective_on == today:
            _carry_out(work, change, actor, at)
        else:
            day = change.effective_on
            midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
            jobs.enqueue(work, JOB, f"{JOB}:{change.id}", {"change": change.id}, midnight)
    return change


def drop_change(actor: Actor, change_id: str, *, at: datetime) -> None:
    """Take back a change whose day has not come."""
    refuse_others(actor)
    with transaction() as work:
        change = work.get(DivisionChange, change_id, with_for_update=True, populate_existing=True)
        if change is None:
            raise NotFound("没有找到这项区划变更")
        if change.state != reshaping.PLANNED:
            raise Conflict("这项区划变更已经生效或取消，不能再取消")
        change.state, change.settled_at, change.settled_by_id = reshaping.DROPPED, at, actor.id
        _note(work, actor.id, change, "divisions_dropped", at)


def _carry_out(work: Session, change: DivisionChange, actor: Actor | None, at: datetime) -> None:
    moved = reshaped.carry_out(work, change, at=at)
    cases = rehoming.rehome(work, moved.codes, actor, at=at)
    for person_id in sorted(moved.people):  # the unit that they left may go on without them
        leaving.free(work, actor, person_id, at)
    change.state, change.settled_at, change.fault = reshaping.DONE, at, ""
    change.settled_by_id = actor.id if actor else None
    change.counts = {
        "units": moved.units, "posts": moved.posts,
        "running": cases.running, "ended": cases.ended, "tasks": cases.tasks,
    }  # fmt: skip
    _note(work, change.settled_by_id, change, "divisions_changed", at)
    late = {"change": change.id, "codes": moved.codes}
    jobs.enqueue(work, JOB, f"{JOB}:{change.id}:late", late, at + _SETTLED)


def _due(work: Session, payload: jobs.Payload, at: datetime) -> None:
    """The day has come. What was dropped stays as it is.

    With codes, it has been done: what was filed meanwhile, by the places as they were, follows.
    """
    if "codes" in payload:
        rehoming.rehome(work, payload["codes"], None, at=at)
        return
    change = work.get(
        DivisionChange, payload["change"], with_for_update=True, populate_existing=True
    )
    if change is not None and change.state == reshaping.PLANNED:
        _carry_out(work, change, None, at)


def _failed(work: Session, payload: Any, fault: str, _at: datetime) -> None:
    work.get_one(DivisionChange, payload["change"]).fault = fault[:400]


def _note(
    work: Session, person_id: str | None, change: DivisionChange, verb: str, at: datetime
) -> None:
    counts = " ".join(f"{name}={count}" for name, count in change.counts.items())
    codes = ">".join(
        ",".join(code for code, _name in each) for each in (change.sources, change.targets)
    )
    what = f"change:{change.id} {change.kind} {codes} {change.effective_on} {counts}"
    audit.record(work, audit.Deed(verb, person_id, f"division:{change.sources[0][0]}", what), at=at)


jobs.handlers[JOB] = jobs.Handler(inside=_due, failed=_failed)
