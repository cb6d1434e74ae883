"""Who has a task: the one statement by which that changes, and nothing else does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from app.workflow.models import Task

_CLAIM = (
    update(Task)
    .where(Task.id == bindparam("task"))
    .values(
        claimed_by_id=bindparam("person"),
        claimed_at=bindparam("since"),
        for_id=bindparam("principal"),
        delegated_by_id=bindparam("giver"),
    )
)
_CHANGED = ("claimed_by_id", "claimed_at", "for_id", "delegated_by_id")


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has it since when, in whose name if not their own, and who gave it for an opinion."""

    person_id: str
    since: datetime
    for_id: str | None = None
    delegated_by_id: str | None = None


def put(work: Session, task: Task, claim: Claim | None) -> None:
    """Let a task be had by somebody, or lie in its pool; its case is locked."""
    row = {
        "task": task.id,
        "person": claim.person_id if claim else None,
        "since": claim.since if claim else None,
        "principal": claim.for_id if claim else None,
        "giver": claim.delegated_by_id if claim else None,
    }
    work.connection().execute(_CLAIM, row)
    work.expire(task, _CHANGED)
