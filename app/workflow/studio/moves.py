"""Moves of running cases as their pages show them: how far they are, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session, joinedload

from app.errors import Conflict, NotFound
from app.identity.actor import Actor
from app.workflow.models import Event, ProcessVersion
from app.workflow.studio import drafts, standing
from app.workflow.studio.models import FlowMove, MovedCase


def kept(work: Session, actor: Actor, move_id: str) -> FlowMove:
    """A move that this person may look at: who publishes for its unit. Raises NotFound."""
    move = work.get(FlowMove, move_id)
    if move is None:
        raise NotFound("没有这次更新")
    drafts.keeping_unit(work, actor, move.version.unit_id)
    return move


def of_version(work: Session, version: ProcessVersion) -> Sequence[FlowMove]:
    """The moves onto a version, the newest first."""
    mine = select(FlowMove).where(FlowMove.version_id == version.id)
    return work.scalars(mine.order_by(FlowMove.begun_at.desc(), FlowMove.id)).all()


@dataclass(frozen=True, slots=True)
class State:
    """How many cases stand how, and whether it still goes on."""

    counts: dict[str, int]
    running: bool

    @property
    def all(self) -> int:
        """Of how many cases."""
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        """How many are still to come."""
        return self.counts.get("due", 0)

    def of(self, status: str) -> int:
        """How many stand so."""
        return self.counts.get(status, 0)


def state(work: Session, move: FlowMove) -> State:
    """How far it has come."""
    mine = select(MovedCase.status, func.count()).where(MovedCase.move_id == move.id)
    counts = dict(work.execute(mine.group_by(MovedCase.status)).all())
    undoing = move.undo_begun_at is not None and move.undone_at is None
    return State(counts, move.ended_at is None or undoing)


def free_again(work: Session, move: FlowMove) -> list[MovedCase]:
    """Those that could not be undone while a later move stood, and can since that was undone."""
    mine = MovedCase.move_id == move.id, MovedCase.status == "kept"
    since = Event.case_id == MovedCase.case_id, Event.seq > MovedCase.seq
    undone = exists().where(*since, Event.verb == standing.MOVED_BACK)
    rows = select(MovedCase).where(*mine, undone).options(joinedload(MovedCase.case))
    return [one for one in work.scalars(rows).all() if _free(work, one)]


def _free(work: Session, item: MovedCase) -> bool:
    try:
        standing.refuse_touched(work, item.case, item.seq or 0)
    except Conflict:
        return False
    return True


_FIRST = case(
    {"skipped": 0, "kept": 1, "due": 2, "moved": 3, "undone": 4}, value=MovedCase.status, else_=5
)


def items(work: Session, move: FlowMove, page: int, most: int) -> Sequence[MovedCase]:
    """Its cases, those first that were not done as asked."""
    mine = select(MovedCase).where(MovedCase.move_id == move.id)
    rows = mine.options(joinedload(MovedCase.case)).order_by(_FIRST, MovedCase.case_id)
    return work.scalars(rows.offset((page - 1) * most).limit(most)).all()
