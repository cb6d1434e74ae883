"""Reopening a closed hazard (重新打开): within its case, or as a rectification of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.engine.types import Scalar
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.actor import Actor
from app.identity.scope import in_scope
from app.smallworks import addressee
from app.smallworks.patrols.models import Hazard
from app.smallworks.rectifications import steps
from app.smallworks.rectifications.beginning import open_again
from app.smallworks.rectifications.models import HazardReopening, OrderedHazard, Rectification
from app.smallworks.rectifications.orders import AGAIN
from app.workflow import events, keys
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.models import Case
from app.workflow.opening import Opening, open_case
from app.workflow.reach import readable_case

ISSUE = "rectification:issue"
KEY = "rectification"


def reopen(actor: Actor, hazard_id: str, reason: str, key: str = "", *, at: datetime) -> str:
    """A closed hazard has to be put right once more; returns the case in which it goes on.

    Raises Forbidden outside of one's scope, Conflict for a hazard that is not closed.
    """
    why = reason.strip()
    if len(why) < 4:
        raise Invalid("请写明为什么重新打开", {"reason": "请写明现场看到的情况，至少 4 个字"})
    with transaction() as work:
        hazard = work.get(Hazard, hazard_id)
        if hazard is None:
            raise NotFound("没有这条隐患")
        readable_case(work, actor, hazard.patrol.case_id)
        last = locked_case(work, hazard.rectification_id or hazard.patrol.case_id)
        hazard = work.get_one(Hazard, hazard_id, populate_existing=True)
        _refuse(actor, last)
        if keys.first_answer(work, actor.id, key, at, {"reopened": hazard_id}) is not None:
            return hazard.rectification_id or last.id
        if hazard.state != "closed":
            raise Conflict("这条隐患还没有销号，不用重新打开")
        row = steps.of_case(work, last.id)
        if row is not None and last.ended_at is None:
            _go_on(work, actor, (last, row, hazard), why, at=at)
            return last.id
        return _anew(work, actor, last, hazard, why, at=at)


def _refuse(actor: Actor, case: Case) -> None:
    if not in_scope(actor, ISSUE, case):
        raise Forbidden("您没有在该地责令整改的权限，请由所在社区、乡镇或主管部门的检查人员办理")


def _go_on(
    work: Session,
    actor: Actor,
    what: tuple[Case, Rectification, Hazard],
    why: str,
    *,
    at: datetime,
) -> None:
    """The same notice, answered anew in the round that runs."""
    case, row, hazard = what
    if steps.waiting(work, case, steps.REINSPECTION) is not None:
        raise Conflict("其他隐患正在复查，请先提交复查结论，再重新打开这一条")
    open_again(hazard)
    hazard.deadline = row.deadline
    mine = select(OrderedHazard).where(
        OrderedHazard.rectification_id == row.id, OrderedHazard.hazard_id == hazard.id
    )
    work.scalars(mine).one().closed_at = None
    reopening = HazardReopening(
        hazard_id=hazard.id, rectification_id=row.id, reason=why, by_id=actor.id, at=at
    )
    work.add(reopening)
    routing: dict[str, Scalar] = {"hazard": hazard.id, "round": row.round}
    events.record(work, case, "reopened", actor, Act(routing=routing), at=at)
    text = f"“{case.title}”有一条已销号的隐患被重新打开，请整改并上传照片"
    addressee.summon(work, case, (AGAIN, text), at)


def _anew(
    work: Session, actor: Actor, last: Case, hazard: Hazard, why: str, *, at: datetime
) -> str:
    """A new case about the same hazard; what was said in the old one stays where it is."""
    values = {"reopened_hazard": hazard.id, "reopened_reason": why}
    opening = Opening(KEY, values=values, subject=last, parent=last, filed_by_id=actor.id)
    return open_case(work, opening, actor, at=at).id
