"""送请批准: whose approval a publication needs, what waits for it, and who may settle it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, undefer

from app.clock import local
from app.errors import Conflict, Forbidden, NotFound
from app.identity.actor import Actor
from app.identity.models import Grant, Person, Unit
from app.identity.permissions import holding, holds_permission, rights
from app.identity.queries import ABLE, in_force
from app.identity.reach import governments_within, units_within
from app.workflow.models import ProcessVersion
from app.workflow.studio.approval_models import (
    APPROVED,
    RETURNED,
    TAKEN_BACK,
    WAITING,
    FlowRequest,
    FlowRule,
)
from app.workflow.studio.drafts import PUBLISH

APPROVING = "city"
"""The level below which others keep flows of their own."""
ABOUT = "flow_request"
"""What notices call a request that they are about."""
_SETTLED = 20


def approves(work: Session, unit: Unit) -> bool:
    """Whether this unit approves what those below it publish: it does, unless it said otherwise."""
    rule = work.get(FlowRule, unit.id)
    return rule is None or rule.approves


def approver(work: Session, actor: Actor | None, unit: Unit) -> Unit | None:
    """The unit above that must approve what this person publishes for a unit; or none.

    Whoever keeps the flows of the unit above needs nobody for those below it, nor does the command
    line.
    """
    above = unit.parent
    while actor is not None and above is not None:
        asked = above.level == APPROVING and above.kind == "government" and approves(work, above)
        if asked and not holds_permission(actor, PUBLISH, above):
            return above
        above = above.parent
    return None


def refuse_unapproved(work: Session, actor: Actor | None, unit: Unit) -> None:
    """Raises Forbidden for whom this unit's flows may not be published directly."""
    above = approver(work, actor, unit)
    if above is not None:
        raise Forbidden(f"{unit.name}的流程须经{above.name}批准后发布，请送请批准")


def kept_rules(work: Session, actor: Actor) -> list[tuple[Unit, FlowRule | None, int]]:
    """The units whose say this person has on whether those below them ask, what they said, and
    how many requests wait for them.
    """
    mine = governments_within(work, actor, PUBLISH)
    found = [one for one in mine if one.level == APPROVING and one.kind == "government"]
    return [(one, work.get(FlowRule, one.id), asked_of(work, one.id)) for one in found]


def asked_of(work: Session, unit_id: str) -> int:
    """How many requests wait for the approval of a unit."""
    theirs = (FlowRequest.above_id == unit_id) & (FlowRequest.state == WAITING)
    return work.scalar(select(func.count()).select_from(FlowRequest).where(theirs)) or 0


def keepers(work: Session, unit: Unit, day: date) -> list[Person]:
    """Who keeps the flows of a unit by a post in it."""
    found = select(Person, Grant).join(Grant, Grant.person_id == Person.id)
    here = found.where(Grant.unit_id == unit.id, in_force(day), Person.status == ABLE)
    rows = work.execute(here.order_by(Person.id)).all()
    able = {
        person.id: person
        for person, grant in rows
        if PUBLISH in rights(grant.role, grant.position, unit.level, unit.kind)
    }
    return list(able.values())


def may_read(actor: Actor, row: FlowRequest) -> bool:
    """Whether this person sees it: who keeps flows of the unit that asked, or of the one above."""
    return any(holds_permission(actor, PUBLISH, unit) for unit in (row.unit, row.above))


def may_settle(actor: Actor, row: FlowRequest) -> bool:
    """Whether this person approves or returns it: from the unit above, and never their own."""
    return row.asked_by_id != actor.id and holds_permission(actor, PUBLISH, row.above)


def may_take_back(actor: Actor, row: FlowRequest) -> bool:
    """Whether this person takes it back: who asked, or keeps the flows of the same unit."""
    return row.asked_by_id == actor.id or (
        holds_permission(actor, PUBLISH, row.unit)
        and not holds_permission(actor, PUBLISH, row.above)
    )


def waits(work: Session, unit_id: str, key: str) -> FlowRequest | None:
    """What waits of a process of a unit."""
    mine = (FlowRequest.unit_id == unit_id) & (FlowRequest.key == key)
    return work.scalars(select(FlowRequest).where(mine, FlowRequest.state == WAITING)).first()


def before_publishing(work: Session, actor: Actor, unit: Unit, key: str) -> dict[str, object]:
    """What a page that publishes says: the unit above that is asked first, what waits already, and
    whether publishing takes that back.
    """
    above, handed = approver(work, actor, unit), waits(work, unit.id, key)
    replaced = above is None and handed is not None and may_take_back(actor, handed)
    return {"above": above, "handed": handed, "replaced": replaced}


def gave_way(work: Session, version: ProcessVersion) -> FlowRequest | None:
    """What its own unit had asked for and took back when it published this version directly."""
    mine = (FlowRequest.version_id == version.id) & (FlowRequest.state == TAKEN_BACK)
    return work.scalars(select(FlowRequest).where(mine)).first()


def waiting(work: Session, actor: Actor, key: str = "") -> Sequence[FlowRequest]:
    """What waits in the units whose flows this person keeps, the oldest first; of one process."""
    found = _within(actor).where(FlowRequest.state == WAITING)
    if key:
        found = found.where(FlowRequest.key == key)
    return work.scalars(found.order_by(FlowRequest.asked_at, FlowRequest.id)).all()


def settled(work: Session, actor: Actor) -> Sequence[FlowRequest]:
    """What was settled there last, the newest first."""
    found = _within(actor).where(FlowRequest.state != WAITING)
    newest = found.order_by(FlowRequest.settled_at.desc(), FlowRequest.id.desc())
    return work.scalars(newest.limit(_SETTLED)).all()


def _within(actor: Actor) -> Select[FlowRequest]:
    held = [hold.unit_id for hold in holding(actor, PUBLISH)]
    units = select(Unit.id).where(units_within(actor, PUBLISH))
    near = or_(FlowRequest.unit_id.in_(units), FlowRequest.above_id.in_(held))
    with_names = (joinedload(FlowRequest.unit), joinedload(FlowRequest.above))
    return select(FlowRequest).where(near).options(*with_names, joinedload(FlowRequest.asked_by))


def shown(work: Session, actor: Actor, request_id: str) -> FlowRequest:
    """One with its files, to somebody who keeps flows there. Raises NotFound, Forbidden."""
    row = work.get(FlowRequest, request_id, options=[undefer(FlowRequest.files)])
    if row is None:
        raise NotFound("没有这次送审")
    if not may_read(actor, row):
        raise Forbidden("只能看本单位及下级单位送审的流程")
    return row


def taken(work: Session, actor: Actor, request_id: str) -> FlowRequest:
    """One that still waits, nobody else's to settle until this commits.

    Raises Conflict where it was settled meanwhile, saying how and by whom.
    """
    work.get(FlowRequest, request_id, with_for_update=True, populate_existing=True)
    row = shown(work, actor, request_id)
    if row.state != WAITING and row.settled_by is not None and row.settled_at is not None:
        raise Conflict(settled_words(row), row.settled_by.name, row.settled_at)
    return row


def settled_words(row: FlowRequest) -> str:
    """How it was settled, by whom and when."""
    who = row.settled_by.name if row.settled_by else ""
    when = f"{local(row.settled_at):%m月%d日 %H:%M}" if row.settled_at else ""
    if row.state == APPROVED and row.version is not None:
        return f"{who}已于 {when} 批准，作为第 {row.version.number} 版发布"
    if row.state == TAKEN_BACK and row.version is not None:
        return f"{who}已于 {when} 直接发布第 {row.version.number} 版，这次送审同时撤回"
    return f"{who}已于 {when} {'退回' if row.state == RETURNED else '撤回'}，没有发布"


def refuse_settling(actor: Actor, row: FlowRequest) -> None:
    """Raises Forbidden for who asked, and for all but the keepers of the unit above."""
    if row.asked_by_id == actor.id:
        raise Forbidden("自己送请批准的，须由别人批准")
    if not may_settle(actor, row):
        raise Forbidden(f"由{row.above.name}的系统后台管理员批准")


def begins(row: FlowRequest, at: datetime) -> date | None:
    """From which day on it would be in force if it were approved now; none: at once."""
    ahead = row.starts_on is not None and row.starts_on > local(at).date()
    return row.starts_on if ahead else None
