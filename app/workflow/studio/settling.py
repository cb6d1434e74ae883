"""送审的了结: what waits for approval is settled, noted, and asked of nobody any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity import audit
from app.identity.actor import Actor
from app.workflow import notices
from app.workflow.studio import approvals
from app.workflow.studio.approval_models import TAKEN_BACK, WAITING, FlowRequest

ASKED = "flow_asked"
"""The kind of notice by which keepers above hear of it."""


def about(row: FlowRequest) -> str:
    """What notices of this request say that they are about."""
    return f"{approvals.ABOUT}:{row.id}"


def settle(work: Session, actor: Actor, row: FlowRequest, state: str, at: datetime) -> None:
    """It waits no more, and whoever was asked need not look."""
    row.state, row.settled_by_id, row.settled_at = state, actor.id, at
    work.flush()
    notices.settle(work, ASKED, about(row), at)


def note_request(work: Session, actor: Actor, verb: str, row: FlowRequest, at: datetime) -> None:
    """Put into the audit what became of it."""
    deed = audit.Deed(verb, actor.id, f"unit:{row.unit_id}", row.key, actor.address)
    audit.record(work, deed, at=at)


def take_back(work: Session, actor: Actor, row: FlowRequest, at: datetime) -> None:
    """It is asked no longer."""
    settle(work, actor, row, TAKEN_BACK, at)
    note_request(work, actor, "flow_approval_taken_back", row, at)


def give_way(
    work: Session, actor: Actor, unit_id: str, key: str, *, at: datetime
) -> FlowRequest | None:
    """Take back what waits of a process there, for this person publishes another directly.

    Only what is theirs to take back: what a keeper above publishes, whoever approves weighs
    against what was asked. Called before the version is written: who approves locks in this order.
    """
    found = approvals.waits(work, unit_id, key)
    if found is None or not approvals.may_take_back(actor, found):
        return None
    row = work.get_one(FlowRequest, found.id, with_for_update=True, populate_existing=True)
    if row.state != WAITING:
        return None
    take_back(work, actor, row, at)
    return row
