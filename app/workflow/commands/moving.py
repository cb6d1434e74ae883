"""Moving running cases onto a newer version (更新在办件), and back: each case its own command."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, undefer

from app.db import new_id, session, transaction
from app.engine.types import Scalar
from app.errors import Conflict, Invalid, NotFound, Refusal
from app.identity import audit, queries
from app.identity.actor import Actor
from app.identity.scope import hold_in
from app.workflow import events, jobs, keys, remarks
from app.workflow.commands.locked import case_for
from app.workflow.events import Act
from app.workflow.models import Case, Event, ProcessVersion
from app.workflow.studio import carrying, drafts, moves, moving, standing
from app.workflow.studio.carrying import version_words
from app.workflow.studio.models import FlowMove, MovedCase
from app.workflow.studio.standing import MOVED, MOVED_BACK

log = logging.getLogger(__name__)
MOVE, MOVE_BACK = "flow_move", "flow_move_back"
"""Kinds of background work."""
PORTION = 25
"""Cases between two marks in the table of jobs."""


@dataclass(frozen=True, slots=True)
class Moving:
    """Which cases go onto a version, each with the last event that was seen of it, and why."""

    version_id: str
    cases: Mapping[str, int]
    reason: str
    targets: moving.Targets = field(default_factory=dict)
    key: str = ""


def begin_move(actor: Actor, wanted: Moving, *, at: datetime) -> FlowMove:
    """Have these cases moved in the background. Raises Invalid without any, or without a reason."""
    reason = remarks.required(wanted.reason, ask="请写明为什么更新在办件")
    if not wanted.cases:
        raise Invalid("请选择要更新的办件", {"cases": "请选择要更新的办件"})
    with transaction() as work:
        if earlier := keys.first_answer(work, actor.id, wanted.key, at):
            return work.get_one(FlowMove, earlier["move"])
        version = moving.target(work, actor, wanted.version_id, at)
        chosen = Case.id.in_(list(wanted.cases)[: moving.MOST])
        mine = moving.theirs(work, actor, version, at)
        found = work.scalars(select(Case.id).where(mine, chosen)).all()
        if not found:
            raise Conflict("所选办件都已办结或已经是这一版，请刷新后再选")
        move = FlowMove(
            version_id=version.id, person_id=actor.id, reason=reason, begun_at=at,
            targets={key: dict(to) for key, to in wanted.targets.items()},
        )  # fmt: skip
        work.add(move)
        work.flush()
        work.add_all(
            MovedCase(move_id=move.id, case_id=one, seen=wanted.cases[one]) for one in found
        )
        _begin_run(work, MOVE, move, at)
        _tell(work, actor, "flow_move_begun", move, at)
        keys.keep_answer(work, actor.id, wanted.key, {"move": move.id})
    return move


def undo_move(actor: Actor, move_id: str, key: str = "", *, at: datetime) -> FlowMove:
    """Have those cases put back, in the background, that nobody has touched since.

    What the keepers of a unit above moved is theirs to undo. Once more where a later move that
    stood in the way was taken back itself.
    """
    with transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {"move_undone": move_id}) is not None:
            return work.get_one(FlowMove, move_id)
        move = work.get(FlowMove, move_id, with_for_update=True)
        if move is None:
            raise NotFound("没有这次更新")
        moves.refuse_undoing(work, actor, move)
        if move.ended_at is None:
            raise Conflict("这次更新还没有做完，请稍后再撤销")
        _let_wait_again(work, move)
        move.undo_begun_at, move.undone_by_id = at, actor.id
        _begin_run(work, MOVE_BACK, move, at)
        _tell(work, actor, "flow_move_undone", move, at)
    return move


def _let_wait_again(work: Session, move: FlowMove) -> None:
    """Raises Conflict where it was undone, and nothing that it left can be put back by now."""
    if move.undo_begun_at is None:
        return
    free = moves.free_again(work, move) if move.undone_at else []
    if not free:
        raise Conflict("这次更新已经撤销过", at=move.undo_begun_at)
    for item in free:
        item.status, item.why = "moved", ""
    move.undone_at = None


def _tell(work: Session, actor: Actor, verb: str, move: FlowMove, at: datetime) -> None:
    version = work.get_one(ProcessVersion, move.version_id)
    said = f"{version.key} {version.number}"
    deed = audit.Deed(verb, actor.id, f"move:{move.id}", said, actor.address)
    audit.record(work, deed, at=at)


def move_case(actor: Actor, move_id: str, case_id: str, *, at: datetime) -> None:
    """Let one case of a move go on in the newer version. Raises a Refusal where it cannot."""
    with transaction() as work:
        case, actor = case_for(work, actor, case_id)
        move, item = _item(work, move_id, case_id)
        if item.status != "due":
            return
        version = move.version
        moving.refuse(work, actor, case, version)
        moving.refuse_superseded(work, case, version, at)
        standing.refuse_seen_otherwise(work, case, item.seen)
        plan = moving.plan(work, case, version, move.targets, at)
        item.before, item.snapshot = standing.kept(work, case), case.snapshot
        said: dict[str, Scalar] = {"from": version_words(case.version)}
        said["to"] = version_words(version)
        said |= carrying.carry(work, actor, item, plan, at)
        remark = remarks.keep(work, case, move.reason, actor.id, at=at)
        hold = hold_in(actor, drafts.PUBLISH, case)
        act = Act(submission=remark, passed=plan.step.passed, routing=said, hold=hold)
        events.record(work, case, MOVED, actor, act, at=at)
        item.status, item.seq = "moved", _last(work, case)


def move_back(actor: Actor, move_id: str, case_id: str, *, at: datetime) -> None:
    """Put one case back to where it stood. Raises Conflict once anybody has touched it."""
    with transaction() as work:
        case, actor = case_for(work, actor, case_id)
        move, item = _item(work, move_id, case_id)
        if item.status != "moved" or item.seq is None:
            return
        if hold_in(actor, drafts.PUBLISH, case) is None:
            raise Conflict("不在您的管辖范围，没有撤销")
        standing.refuse_touched(work, case, item.seq)
        said = {"from": version_words(move.version)}
        carrying.carry_back(work, case, item, at)
        said["to"] = version_words(case.version)
        hold = hold_in(actor, drafts.PUBLISH, case)
        events.record(work, case, MOVED_BACK, actor, Act(routing=said, hold=hold), at=at)
        item.status = "undone"


def _item(work: Session, move_id: str, case_id: str) -> tuple[FlowMove, MovedCase]:
    whole = [undefer(MovedCase.before), undefer(MovedCase.snapshot)]
    item = work.get(MovedCase, (move_id, case_id), options=whole, populate_existing=True)
    if item is None:
        raise NotFound("没有这次更新")
    return work.get_one(FlowMove, move_id), item


def _last(work: Session, case: Case) -> int:
    return work.scalar(select(func.max(Event.seq)).where(Event.case_id == case.id)) or 0


def _next_round(work: Session, kind: str, run: jobs.Payload, at: datetime) -> None:
    """The next portion of a run, which is one time that somebody pressed the button."""
    jobs.enqueue(work, kind, f"{kind}:{run['run']}:{run['turn']}", run, at)


def _begin_run(work: Session, kind: str, move: FlowMove, at: datetime) -> None:
    _next_round(work, kind, {"move": move.id, "run": new_id(), "turn": 0}, at)


@dataclass(frozen=True, slots=True)
class _Way:
    """One direction: which cases wait for it, what is done with each, and what failing is."""

    kind: str
    waits: str
    deed: Callable[..., None]
    failed: str

    def some(self, payload: jobs.Payload, _key: str, at: datetime) -> None:
        """Do it with the next cases; whoever does it twice finds it done."""
        move_id = payload["move"]
        work = session()
        move = work.get_one(FlowMove, move_id, populate_existing=True)
        actor_id = move.person_id if self.kind == MOVE else move.undone_by_id
        due = _waiting(move_id, self.waits).order_by(MovedCase.case_id).limit(PORTION)
        ids = list(work.scalars(due))
        work.rollback()
        actor = queries.actor_for(actor_id or "", at)
        work.rollback()
        for case_id in ids:
            self._one(actor, move_id, case_id, at)

    def _one(self, actor: Actor, move_id: str, case_id: str, at: datetime) -> None:
        try:
            self.deed(actor, move_id, case_id, at=at)
            return
        except Refusal as refusal:
            why = refusal.message or "不能更新"
        except Exception:  # a move outlives any case of it
            log.exception("move %s, case %s", move_id, case_id)
            why = "系统出错，请联系系统管理员"
        with transaction() as work:
            mine = MovedCase.move_id == move_id, MovedCase.case_id == case_id
            left = update(MovedCase).where(*mine, MovedCase.status == self.waits)
            work.execute(left.values(status=self.failed, why=why[:400]))

    def settle(self, work: Session, payload: jobs.Payload, at: datetime) -> None:
        """Go on with the rest, or say that it is done."""
        move = work.get_one(FlowMove, payload["move"], with_for_update=True)
        if work.scalar(_waiting(move.id, self.waits).limit(1)) is not None:
            run = {"run": move.id, **payload, "turn": payload["turn"] + 1}
            _next_round(work, self.kind, run, at)
        elif self.kind == MOVE:
            move.ended_at = at
        else:
            move.undone_at = at


def _waiting(move_id: str, status: str) -> Select[str]:
    return select(MovedCase.case_id).where(MovedCase.move_id == move_id, MovedCase.status == status)


for _way in (_Way(MOVE, "due", move_case, "skipped"), _Way(MOVE_BACK, "moved", move_back, "kept")):
    jobs.handlers[_way.kind] = jobs.Handler(inside=_way.settle, outside=_way.some, long=True)
