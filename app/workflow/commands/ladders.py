"""Ladders (督办规则) as administrators keep them: a unit's own, or again the one above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Forbidden, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holds_permission
from app.workflow import calendar, ladders, lights
from app.workflow.backstage import LadderRung
from app.workflow.ladders import Rung
from app.workflow.models import Case, Task


def keep_ladder(actor: Actor, unit_id: str, rungs: Sequence[Rung], *, at: datetime) -> None:
    """Give a unit, and all beneath it that have none, a ladder of its own. Raises Invalid."""
    with transaction() as work:
        _allowed(work, actor, unit_id)
        ladders.refuse(rungs)
        work.execute(delete(LadderRung).where(LadderRung.unit_id == unit_id))
        work.add_all(
            LadderRung(unit_id=unit_id, after=rung.after, whom=" ".join(rung.whom))
            for rung in rungs
        )
        spelled = "; ".join(f"{rung.after}: {' '.join(rung.whom)}" for rung in rungs)
        _changed(work, actor, unit_id, spelled, at)


def drop_ladder(actor: Actor, unit_id: str, *, at: datetime) -> None:
    """Let a unit follow the one above again."""
    with transaction() as work:
        _allowed(work, actor, unit_id)
        work.execute(delete(LadderRung).where(LadderRung.unit_id == unit_id))
        _changed(work, actor, unit_id, "as the unit above", at)


def _allowed(work: Session, actor: Actor, unit_id: str) -> None:
    unit = work.get(Unit, unit_id, with_for_update=True)
    if unit is None or unit.level not in ladders.LEVELS or unit.kind == "department":
        raise NotFound("没有这个单位的督办规则")
    if not holds_permission(actor, "calendar:edit", unit):
        raise Forbidden("只能设置本辖区的督办规则")


def _changed(work: Session, actor: Actor, unit_id: str, detail: str, at: datetime) -> None:
    """Note it, and look anew at what nears its due time or is past it there."""
    near = lights.green_from(at, calendar.workday_test(work, unit_id))
    for table in (Task, Case):
        here = or_(*(level == unit_id for level in (table.l1, table.l2, table.l3, table.l4)))
        waits = table.status == "open" if table is Task else Case.ended_at.is_(None)
        work.execute(update(table).where(here, waits, table.due_at < near).values(chase_at=at))
    deed = audit.Deed("ladder", actor.id, f"unit:{unit_id}", detail[:400])
    audit.record(work, deed, at=at)
