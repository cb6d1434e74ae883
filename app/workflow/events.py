"""The record of a case: typed events, each bound to the one before it by a hash."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from app import sealing, vault
from app.crashing import point
from app.engine.types import Scalar
from app.identity.actor import Actor, Hold
from app.sealing import GENESIS
from app.workflow.models import Case, Event, Submission, Task

ERASED = "erased"
"""The verb after which personal values sent before it are gone, and need not fit any more."""

WHOM = "whom"
"""What an event's routing calls the people to whom its verb was done: their ids, spaced."""


@dataclass(frozen=True, slots=True)
class Act:
    """What one event says beyond its verb."""

    task: Task | None = None
    element: str = ""
    outcome: str = ""
    submission: Submission | None = None
    passed: tuple[str, ...] = ()
    routing: Mapping[str, Scalar] = field(default_factory=dict)
    hold: Hold | None = None  # under which assignment


_LAST = (
    select(Event.seq, Event.hash)
    .where(Event.case_id == bindparam("case"))
    .order_by(Event.seq.desc())
    .limit(1)
)
_NEXT = insert(Event)


def record(
    work: Session, case: Case, verb: str, actor: Actor | None, act: Act, *, at: datetime
) -> None:
    """Write the next event of a case. The caller holds the case's lock."""
    work.flush()  # an event may speak of rows made by the same command
    link = work.connection()
    last = link.execute(_LAST, {"case": case.id}).first()
    salt = secrets.token_hex(16)
    event = {
        "case_id": case.id,
        "seq": last.seq + 1 if last else 1,
        "verb": verb,
        "at": at,
        "actor_id": actor.id if actor else None,
        "for_id": act.hold.for_id if act.hold else None,
        "unit_id": act.hold.unit_id if act.hold else None,
        "role": act.hold.role if act.hold else "",
        "position": act.hold.position if act.hold else "",
        "task_id": act.task.id if act.task else None,
        "element": act.element or (act.task.element if act.task else ""),
        "outcome": act.outcome,
        "submission_id": act.submission.id if act.submission else None,
        "passed": list(act.passed),
        "routing": {name: plain(value) for name, value in act.routing.items()},
        "salt": salt,
        "digest": sealing.seal(_told(salt, act.submission.values)) if act.submission else "",
        "previous": last.hash if last else GENESIS,
    }
    link.execute(_NEXT, {**event, "hash": sealing.seal(_body(event))})
    point("event")


def plain(value: Scalar) -> Any:
    """A routing value as JSON keeps it; a decimal as `{"$d": "30.5"}`, to come back as one."""
    return {"$d": str(value)} if isinstance(value, Decimal) else value


def seal(event: Event) -> str:
    """The hash that this event must carry: over everything in it and the hash before it."""
    return sealing.seal(_body_of(event))


_SEALED = (
    "case_id", "seq", "verb", "at", "actor_id", "unit_id", "role", "position", "task_id", "element",
    "outcome", "submission_id", "passed", "routing", "salt", "digest", "previous",
)  # fmt: skip


def _body_of(event: Event) -> bytes:
    return _body({name: getattr(event, name) for name in (*_SEALED, "for_id")})


def _body(event: Mapping[str, Any]) -> bytes:
    at = event["at"].astimezone(UTC).isoformat(timespec="microseconds")
    told = [at if name == "at" else event[name] for name in _SEALED]
    if event["for_id"]:  # came later: what was sealed without it stays as it is
        told.append(event["for_id"])
    return sealing.canonical(told)


def _told(salt: str, values: Mapping[str, Any]) -> bytes:
    return salt.encode() + sealing.canonical(_lasting(values))


def _lasting(value: Any) -> Any:
    """Values as they stay when their secrets are sealed under another key."""
    if isinstance(value, Mapping):
        return {key: _lasting(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_lasting(one) for one in value]
    return vault.lasting(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Break:
    """The first row of a case's record that does not hold, and what is wrong with it."""

    case_id: str
    seq: int
    fault: str


def broken_link(events: list[Event]) -> Break | None:
    """The first fault in one case's chain, in order of seq; none if it is whole."""
    previous = GENESIS
    erased = max((event.seq for event in events if event.verb == ERASED), default=0)
    for expected, event in enumerate(events, start=1):
        if event.seq != expected:
            return Break(event.case_id, expected, "缺少一条记录")
        if event.previous != previous:
            return Break(event.case_id, event.seq, "与上一条记录不相接")
        if not sealing.fits(_body_of(event), event.hash):
            return Break(event.case_id, event.seq, "内容被改动")
        if event.seq > erased and not _vouches(event):
            return Break(event.case_id, event.seq, "填报内容被改动")
        previous = event.hash
    return None


def _vouches(event: Event) -> bool:
    """Whether the submission that this event speaks of is still what it was."""
    if event.submission_id is None:
        return event.digest == ""
    kept = event.submission
    return kept is not None and sealing.fits(_told(event.salt, kept.values), event.digest)
