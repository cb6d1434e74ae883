"""Moves of running cases, at rest: each case once onto the version, and once back where asked."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.workflow.models import Case, Event
from app.workflow.studio.models import FlowMove, MovedCase


def check_moves(work: Session) -> Iterator[str]:
    """Every case of every move: what is noted of it, its version and its record say the same."""
    for move in work.scalars(select(FlowMove)):
        back = move.undo_begun_at is not None
        if move.ended_at is None or back != (move.undone_at is not None):
            yield f"move {move.id} never came to its end"
        for item in work.scalars(select(MovedCase).where(MovedCase.move_id == move.id)):
            yield from _one(work, move, item, back=back)


def _one(work: Session, move: FlowMove, item: MovedCase, *, back: bool) -> Iterator[str]:
    case = work.get_one(Case, item.case_id)
    found = (
        item.status, case.version_id == move.version_id,
        _told(work, case, "moved"), _told(work, case, "moved_back"),
    )  # fmt: skip
    wanted = ("undone", False, 1, 1) if back else ("moved", True, 1, 0)
    if found != wanted:
        yield f"{case.number}: {found} of a move, not {wanted} ({item.why})"


def _told(work: Session, case: Case, verb: str) -> int:
    mine = select(func.count()).select_from(Event).where(Event.case_id == case.id)
    return work.scalar(mine.where(Event.verb == verb)) or 0
