"""Voiding a paper (作废): it stays with its number, says so on its face, and counts no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holding, holds_permission
from app.identity.units import lineage
from app.smallworks.models import Paper
from app.smallworks.papers.issuing import JOB
from app.workflow import events, jobs, keys
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.models import Case
from app.workflow.reach import readable_case

VOID = "papers:void"
LEAST, MOST = 4, 200


def void(actor: Actor, paper_id: str, reason: str, key: str = "", *, at: datetime) -> Paper:
    """Take a paper out of force, with a reason, for good; a right one is issued by its flow.

    Only for the head or administrator of the unit that issued it, or of one above.
    """
    with transaction() as work:
        paper = work.get(Paper, paper_id)
        if paper is None:
            raise NotFound("没有这份文书")
        readable_case(work, actor, paper.case_id)
        case = locked_case(work, paper.case_id)
        work.refresh(paper)
        unit = work.get_one(Unit, paper.unit_id)
        if not holds_permission(actor, VOID, unit):
            raise Forbidden(f"只有{unit.name}的负责人或者管理员可以作废这份文书")
        if keys.first_answer(work, actor.id, key, at, {"voided": paper.id}) is None:
            mark(work, paper, reason, actor, at)
            _tell(work, case, unit, paper, actor, at=at)
    return paper


def mark(work: Session, paper: Paper, reason: str, actor: Actor | None, at: datetime) -> None:
    """Void a paper within a command that writes its own event; its file is made anew.

    Raises Invalid without a reason, Conflict if it is void already.
    """
    why = reason.strip()
    if not LEAST <= len(why) <= MOST:
        raise Invalid("请写明作废理由", {"reason": f"请写明作废理由，{LEAST} 至 {MOST} 个字"})
    if paper.void_at is not None:
        raise Conflict("这份文书已经作废")
    paper.void_at, paper.void_reason = at, why
    paper.void_by_id = actor.id if actor else None
    paper.stored = ""  # the next rendering bears the mark
    jobs.enqueue(work, JOB, f"{JOB}:{paper.id}:void", {"paper": paper.id}, at)


def _tell(
    work: Session, case: Case, unit: Unit, paper: Paper, actor: Actor, *, at: datetime
) -> None:
    above = lineage(unit, actor.day)
    hold = next((one for one in holding(actor, VOID) if one.unit_id in above), None)
    events.record(work, case, "voided", actor, Act(element=paper.id, hold=hold), at=at)
    case.touched_at = at
