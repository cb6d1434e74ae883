"""Webhooks (推送): what a unit's people are told goes to another system of that unit, signed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.clock import local
from app.db import let_go, session
from app.identity.models import Grant, Person
from app.identity.queries import in_force
from app.workflow import jobs, notice_kinds, outward
from app.workflow.notice_models import Notice, Webhook

JOB, TEST = "hook", "test"
KEEP = "units:edit"
"""Who sets them, for their own unit."""
REST = timedelta(minutes=1)
"""After a failure nothing else goes to that address for so long: others must not wait for it.
After any try no trial does, either: whoever presses a button must not make a gun of us."""
LASTS = timedelta(days=1)
"""What could not be sent is news for so long; put off, it would never fail often enough."""
trying = Lock()
"""One trial at a time in each process: its thread waits for the other side."""


def leave(work: Session, person: Person, notice: Notice) -> None:
    """Have a notice go to the systems of the units in which this person holds a post."""
    held = (Grant.person_id == person.id) & in_force(local(notice.at).date())
    mine = select(Grant.unit_id).where(held)
    found = select(Webhook).where(Webhook.unit_id.in_(mine), Webhook.ended_at.is_(None))
    for hook in work.scalars(found.order_by(Webhook.id)):
        if not hook.kinds or notice.kind in hook.kinds:
            body = _body(notice, person)
            key = f"{JOB}:{hook.id}:{notice.id}"
            payload = {"hook": hook.id, "person": person.id, "body": body}
            jobs.enqueue(work, JOB, key, payload, notice.at)


def _body(notice: Notice, person: Person) -> dict[str, Any]:
    """What is said: of what, to whom, where to read on. Never the words, which may be personal."""
    return {
        "id": notice.id, "kind": notice.kind, "title": notice_kinds.of(notice.kind).title,
        "account": person.account, "case_id": notice.case_id, "task_id": notice.task_id,
        "at": notice.at.astimezone(UTC).isoformat(),
    }  # fmt: skip


def signed(secret: str, body: bytes, key: str, at: datetime) -> Mapping[str, str]:
    """The headers that vouch for a body: HMAC-SHA256 over `<timestamp>.<body>`."""
    stamp = str(int(at.timestamp()))
    mark = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return {
        "Content-Type": "application/json", "User-Agent": "Anguan", "X-Anguan-Key": key,
        "X-Anguan-Timestamp": stamp, "X-Anguan-Signature": f"sha256={mark.hexdigest()}",
    }  # fmt: skip


Target = tuple[str, str]
"""An address and its secret."""


def target(hook: Webhook) -> Target:
    """Where it goes: read before the wait for the other side, in which no transaction is open."""
    return hook.url, vault.unseal(hook.secret)


def send(to: Target, body: Mapping[str, Any], key: str, at: datetime) -> None:
    """Post it, signed. Raises Unsent unless the other side takes it."""
    url, secret = to
    content = orjson.dumps(body)
    status = outward.deliver(url, content, signed(secret, content, key, at))
    if not 200 <= status < 300:
        raise outward.Unsent(f"对方答复 {status}")


def _outside(payload: jobs.Payload, dedupe: str, at: datetime) -> None:
    hook = session().get(Webhook, payload["hook"])
    if hook is None or hook.ended_at is not None or not hook.unit.active:
        return
    if hook.fault and hook.tried_at is not None and at < hook.tried_at + REST:
        raise jobs.PutOff(hook.id)
    to = target(hook)
    let_go()
    send(to, payload["body"], dedupe, at)


def _done(work: Session, payload: jobs.Payload, at: datetime) -> None:
    hook = work.get(Webhook, payload["hook"])
    if hook is not None:
        hook.tried_at, hook.fault = at, ""
        jobs.resume(work, JOB, hook.id, at)


def _failed(work: Session, payload: jobs.Payload, fault: str, at: datetime) -> None:
    hook = work.get(Webhook, payload["hook"])
    if hook is not None:
        hook.tried_at, hook.fault = at, fault[:200]


jobs.handlers[JOB] = jobs.Handler(outside=_outside, inside=_done, failed=_failed)
