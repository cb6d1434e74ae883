"""Who decided what waits for its day (待施行、改回), and whose keepers alone take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.clock import local
from app.errors import Forbidden
from app.identity.actor import Actor
from app.identity.models import Grant, Unit
from app.identity.permissions import holds_permission, rights
from app.identity.queries import in_force
from app.workflow import versions
from app.workflow.models import ProcessVersion
from app.workflow.studio import approvals
from app.workflow.studio.drafts import PUBLISH
from app.workflow.versions import Plan


def theirs(work: Session, actor: Actor, plan: Plan) -> Unit | None:
    """The unit above whose keeper decided it, where this person keeps no flows of that unit."""
    if isinstance(plan, ProcessVersion):
        who, at = plan.approved_by_id or plan.published_by_id, plan.published_at
    else:
        who, at = plan.decided_by_id, plan.decided_at
    above = _kept_above(work, who, plan.unit, local(at).date()) if who else None
    return None if above is None or holds_permission(actor, PUBLISH, above) else above


def _kept_above(work: Session, person_id: str, unit: Unit, day: date) -> Unit | None:
    """The nearest unit above this one whose flows the person kept that day, by a post in it.

    Whoever hands a post over that day held it until the day before (`keeping.hand_over`).
    """
    above = _kept(work, person_id, unit, in_force(day))
    if above is not None or _keeps(_held(work, person_id, in_force(day)), unit):
        return above
    return _kept(work, person_id, unit, Grant.valid_to == day - timedelta(days=1))


def _kept(work: Session, person_id: str, unit: Unit, when: ColumnElement[bool]) -> Unit | None:
    grants = _held(work, person_id, when)
    above = unit.parent
    while above is not None and not _keeps(grants, above):
        above = above.parent
    return above


def _held(work: Session, person_id: str, when: ColumnElement[bool]) -> Sequence[Grant]:
    return work.scalars(select(Grant).where(Grant.person_id == person_id, when)).all()


def _keeps(grants: Sequence[Grant], unit: Unit) -> bool:
    """Whether one of these is a post in the unit that publishes its flows."""
    return any(
        one.unit_id == unit.id and PUBLISH in rights(one.role, one.position, unit.level, unit.kind)
        for one in grants
    )


def in_the_way(work: Session, actor: Actor, unit: Unit, key: str, *, at: datetime) -> Unit | None:
    """The unit above that alone takes back what waits there, and would be dropped by deciding
    something else; none: nothing is in the way.
    """
    found = (theirs(work, actor, plan) for plan in versions.plans(work, unit.id, key, at=at))
    return next((one for one in found if one is not None), None)


def barring(work: Session, actor: Actor, unit: Unit, key: str, *, at: datetime) -> Unit | None:
    """The same for a new version; where a unit above approves it, that one decides."""
    asked = approvals.approver(work, actor, unit)
    return in_the_way(work, actor, unit, key, at=at) if asked is None else None


def refuse_undoing(work: Session, actor: Actor, plan: Plan) -> None:
    """Raises Forbidden for what a keeper above decided, and says who may take it back."""
    above = theirs(work, actor, plan)
    if above is None:
        return
    what = f"第 {plan.number} 版" if isinstance(plan, ProcessVersion) else "改回"
    raise Forbidden(f"待施行的{what}由{above.name}决定，请由{above.name}的系统后台管理员取消")


def refuse_replacing(work: Session, actor: Actor, unit_id: str, key: str, *, at: datetime) -> None:
    """The same for all that would be dropped if something else were decided there."""
    for plan in versions.plans(work, unit_id, key, at=at):
        refuse_undoing(work, actor, plan)
