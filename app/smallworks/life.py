"""The life of a work (工程): its states, and which may follow which. Nobody else writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from app.errors import Conflict
from app.smallworks import words
from app.smallworks.models import Work

IN_REVIEW, FILED, IN_PROGRESS = "in_review", "filed", "in_progress"
RECTIFYING, STOPPED, COMPLETED = "rectifying", "stopped", "completed"
CLOSED, CANCELLED, LAPSED = "closed", "cancelled", "lapsed"
REJECTED, WITHDRAWN, REFERRED = "rejected", "withdrawn", "referred"

ON_SITE = frozenset({FILED, IN_PROGRESS, RECTIFYING})
"""States in which people may be at work; each may be stopped, and comes back to itself."""
OVER = frozenset({CLOSED, CANCELLED, LAPSED, REJECTED, WITHDRAWN})
"""Nothing follows these."""

TRANSITIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        IN_REVIEW: frozenset({IN_REVIEW, FILED, REFERRED, REJECTED, WITHDRAWN, LAPSED, CANCELLED}),
        REFERRED: frozenset({REFERRED, CANCELLED}),
        FILED: frozenset({IN_PROGRESS, RECTIFYING, STOPPED, COMPLETED, CLOSED, CANCELLED, LAPSED}),
        IN_PROGRESS: frozenset({IN_PROGRESS, RECTIFYING, STOPPED, COMPLETED, CLOSED, CANCELLED}),
        RECTIFYING: frozenset({RECTIFYING, IN_PROGRESS, STOPPED}),
        STOPPED: frozenset({FILED, IN_PROGRESS, RECTIFYING, COMPLETED, CANCELLED}),
        COMPLETED: frozenset({IN_PROGRESS, RECTIFYING, STOPPED, CLOSED}),
        **{state: frozenset() for state in OVER},
    }
)
"""What may follow each state. A state that follows itself may be entered again, as by a second
rectification of the same work."""

_STAMPS = MappingProxyType(
    {
        FILED: "filed_at", IN_PROGRESS: "started_at", STOPPED: "stopped_at",
        COMPLETED: "completed_at", CLOSED: "closed_at", CANCELLED: "closed_at",
    }
)  # fmt: skip
_FIRST = frozenset({"filed_at", "started_at"})
"""What happened first counts; of the others the last."""


def enter(row: Work, state: str, at: datetime) -> None:
    """Let a work enter a state. Raises Conflict where the state it is in does not lead there.

    A stopped work stays stopped: entering `in_progress` or `rectifying` says where it comes back
    to. Only `resume` lets it go on.
    """
    if row.state == STOPPED and state in (IN_PROGRESS, RECTIFYING):
        row.state_before_stop = state
        return
    if row.state == STOPPED and state != CANCELLED:
        raise Conflict(f"该工程{words.STATES[STOPPED]}，复工后才能办理")
    _enter(row, state, at)


def resume(row: Work) -> str:
    """A stopped work goes back to where it was, or has come to since; returns that state."""
    if row.state != STOPPED:
        raise Conflict(f"该工程没有停工（{words.STATES[row.state]}），请刷新后查看")
    row.state, row.state_before_stop = row.state_before_stop or IN_PROGRESS, ""
    return row.state


def _enter(row: Work, state: str, at: datetime) -> None:
    if state not in TRANSITIONS[row.state]:
        now, then = words.STATES[row.state], words.STATES[state]
        raise Conflict(f"该工程{now}，不能改为{then}，请刷新后查看")
    if state == STOPPED:
        row.state_before_stop = row.state
    stamp = _STAMPS.get(state, "")
    if stamp and not (stamp in _FIRST and getattr(row, stamp)):
        setattr(row, stamp, at)
    row.state = state
