"""Moves of running cases as their pages show them: how far they are, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.errors import Conflict, Forbidden, NotFound
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holds_permission
from app.identity.scope import scope_clause
from app.workflow.models import Case, Event, ProcessVersion
from app.workflow.reach import CASE_COLUMNS
from app.workflow.studio import drafts, standing
from app.workflow.studio.models import FlowMove, MovedCase


def kept(work: Session, actor: Actor, move_id: str) -> FlowMove:
    """A move that this person may look at. Raises NotFound, Forbidden."""
    move = work.get(FlowMove, move_id)
    if move is None:
        raise NotFound("没有这次更新")
    refuse_others(work, actor, move)
    return move


def refuse_others(work: Session, actor: Actor, move: FlowMove) -> None:
    """Raises Forbidden for all but who publishes for its unit, or for the place of every case."""
    if work.scalar(_of_place(actor).where(MovedCase.move_id == move.id)) is None:
        drafts.keeping_unit(work, actor, move.version.unit_id)


def refuse_undoing(work: Session, actor: Actor, move: FlowMove) -> None:
    """Raises Forbidden for all but those who may look at it and keep the units that made it."""
    refuse_others(work, actor, move)
    unit = theirs(work, actor, move)
    if unit is not None:
        raise Forbidden(f"这次更新由{unit.name}决定，请由{unit.name}的系统后台管理员撤销")


def theirs(work: Session, actor: Actor, move: FlowMove) -> Unit | None:
    """The unit as whose keeper somebody moved a case of it, where this person keeps no flows of
    that unit; as the events of its cases say, whoever has the post now.
    """
    by = (MovedCase.case_id == Event.case_id) & (MovedCase.seq == Event.seq)
    held = select(Event.unit_id).join(MovedCase, by).where(MovedCase.move_id == move.id)
    units = work.scalars(select(Unit).where(Unit.id.in_(held)).order_by(Unit.id))
    return next((one for one in units if not holds_permission(actor, drafts.PUBLISH, one)), None)


def _of_place(actor: Actor) -> Select[str]:
    """The moves of which every case lies where this person publishes."""
    inside = scope_clause(actor, drafts.PUBLISH, CASE_COLUMNS)
    found = select(MovedCase.move_id).join(Case, Case.id == MovedCase.case_id)
    whole = func.count() == func.count(case((inside, 1)))
    return found.group_by(MovedCase.move_id).having(whole)


def of_flow(work: Session, actor: Actor, key: str, units: Sequence[Unit]) -> Sequence[FlowMove]:
    """The moves onto any version of a process of these units, or all of whose cases are of this
    person's place; the newest first.
    """
    within = or_(
        ProcessVersion.unit_id.in_([unit.id for unit in units]),
        FlowMove.id.in_(_of_place(actor)),
    )
    found = select(FlowMove).join(ProcessVersion, ProcessVersion.id == FlowMove.version_id)
    with_names = (contains_eager(FlowMove.version), joinedload(FlowMove.person))
    mine = found.where(ProcessVersion.key == key, within).options(*with_names)
    return work.scalars(mine.order_by(FlowMove.begun_at.desc(), FlowMove.id)).all()


def of_version(work: Session, actor: Actor, version: ProcessVersion) -> Sequence[FlowMove]:
    """Those onto a version that this person may look at, the newest first."""
    mine = select(FlowMove).where(FlowMove.version_id == version.id)
    if not holds_permission(actor, drafts.PUBLISH, version.unit):
        mine = mine.where(FlowMove.id.in_(_of_place(actor)))
    mine = mine.options(joinedload(FlowMove.person))
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
