"""Reading stops: those in force within scope, one with all that belongs to it, and what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.errors import NotFound
from app.identity.actor import Actor
from app.smallworks.models import Work
from app.smallworks.patrols.models import Hazard, Patrol
from app.smallworks.rectifications.queries import BEFORE
from app.smallworks.stops import ordering
from app.smallworks.stops.models import StopBreach, StopOrder
from app.smallworks.stops.steps import SITE
from app.workflow import definitions, handling, kinds
from app.workflow.models import Attachment, Case, Task
from app.workflow.queries.pages import PAGE, Cursor, Page
from app.workflow.reach import readable_case, visible

IN_FORCE, UNCONFIRMED, LIFTED = "in_force", "unconfirmed", "lifted"
BOXES = {IN_FORCE: "停工中", UNCONFIRMED: "未确认", LIFTED: "已解除"}
CONFIRM = "smallworks/stop_confirm"
"""The form of the step at which a stop is confirmed, whatever it is called."""
READ = "register:read"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to. Empty means all in force."""

    box: str = IN_FORCE
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One stop in the list: until when it is to be confirmed, how often it was broken."""

    order: StopOrder
    due_at: datetime | None
    breaches: int

    def hours_left(self, at: datetime) -> int | None:
        """Whole hours until it is to be confirmed, below nothing past that; none if it is."""
        if self.due_at is None or self.order.confirmed_at or self.order.lifted_at:
            return None
        return int((self.due_at - at) / timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Whole:
    """One stop with everything that its page shows."""

    line: Line
    breaches: Sequence[StopBreach]
    photos: Sequence[Attachment]  # of the stopped site, and of the hazards for which it stands
    waiting: Sequence[Case]  # held by it
    tasks: Sequence[Task]  # of its own case, which this person may handle now


def stops(work: Session, actor: Actor, asked: Asked, after: str = "") -> Page[Line]:
    """One page of stops, unconfirmed first, then newest first."""
    query = select(StopOrder).join(StopOrder.case).where(visible(actor, READ))
    if asked.unit:
        levels = (Case.l1, Case.l2, Case.l3, Case.l4)
        query = query.where(or_(*(level == asked.unit for level in levels)))
    lifted = StopOrder.lifted_at
    query = query.where(lifted.is_not(None) if asked.box == LIFTED else lifted.is_(None))
    if asked.box == UNCONFIRMED:
        query = query.where(StopOrder.confirmed_at.is_(None))
    cursor = Cursor.read(after)
    if cursor:
        older = StopOrder.effective_at < cursor.moment
        same = (StopOrder.effective_at == cursor.moment) & (StopOrder.id < cursor.id)
        query = query.where(or_(older, same))
    rows = work.scalars(
        query.order_by(StopOrder.effective_at.desc(), StopOrder.id.desc())
        .options(contains_eager(StopOrder.case), joinedload(StopOrder.work))
        .options(joinedload(StopOrder.ordered_by), joinedload(StopOrder.unit))
        .limit(PAGE + 1)
    ).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = Cursor(last.effective_at, last.id).write() if last else ""
    return Page(_lines(work, rows[:PAGE]), following)


def _lines(work: Session, orders: Sequence[StopOrder]) -> list[Line]:
    dues = _dues(work, [one.case_id for one in orders])
    counted = (
        select(StopBreach.order_id, func.count())
        .where(StopBreach.order_id.in_([one.id for one in orders]))
        .group_by(StopBreach.order_id)
    )
    broken: dict[str, int] = dict(work.execute(counted).all())
    return [Line(one, dues.get(one.case_id), broken.get(one.id, 0)) for one in orders]


def _dues(work: Session, case_ids: Sequence[str]) -> Mapping[str, datetime | None]:
    """Until when the open task of each case is to be done."""
    found = select(Task.case_id, Task.due_at).where(
        Task.case_id.in_(case_ids), Task.status == "open"
    )
    return {row.case_id: row.due_at for row in work.execute(found)}


def whole(work: Session, actor: Actor, order_id: str) -> Whole:
    """One stop that this person may see. Raises NotFound."""
    order = work.get(StopOrder, order_id)
    if order is None:
        raise NotFound("没有这份停工，可能不在您的管辖范围内")
    readable_case(work, actor, order.case_id)
    breaches = work.scalars(
        select(StopBreach)
        .where(StopBreach.order_id == order.id)
        .options(joinedload(StopBreach.found_by))
        .order_by(StopBreach.found_at, StopBreach.id)
    ).all()
    held = select(Case).where(Case.held_by_id == order.case_id, Case.ended_at.is_(None))
    waiting = work.scalars(held.order_by(Case.opened_at, Case.id)).all()
    photos, tasks = _photos(work, actor, order), _tasks(work, actor, order)
    return Whole(_lines(work, [order])[0], breaches, photos, waiting, tasks)


def _photos(work: Session, actor: Actor, order: StopOrder) -> Sequence[Attachment]:
    """What the site and the hazards looked like; of visits that this person may read."""
    hazards = {str(one["hazard_id"]) for one in order.reasons if one.get("hazard_id")}
    visits = (
        select(Patrol.case_id)
        .join(Hazard, Hazard.patrol_id == Patrol.id)
        .join(Case, Case.id == Patrol.case_id)
        .where(Hazard.id.in_(hazards), visible(actor))
    )
    seen = Attachment.field.in_({f"{BEFORE}:{one}" for one in hazards})
    own = (Attachment.case_id == order.case_id) & (Attachment.mime == "image/jpeg")
    taken = select(Attachment).where(or_(own, Attachment.case_id.in_(visits) & seen))
    return work.scalars(taken.order_by(Attachment.at, Attachment.id)).all()


def _tasks(work: Session, actor: Actor, order: StopOrder) -> list[Task]:
    """The open tasks that this person may handle, and that nobody else has taken."""
    open_ = select(Task).where(Task.case_id == order.case_id, Task.status == "open")
    waiting = work.scalars(open_.order_by(Task.opened_at, Task.id))
    return [task for task in waiting if handling.may(work, actor, task)]


def stoppable(work: Session, actor: Actor, work_id: str) -> Work:
    """A work that this person may stop, if it is in a state for it. Raises NotFound."""
    reached = visible(actor, SITE)
    found = select(Work).join(Work.case).where(Work.id == work_id, reached)
    row = work.scalars(found.options(contains_eager(Work.case))).first()
    if row is None:
        raise NotFound("没有这个工程，可能不在您的管辖范围内")
    return row


def to_wait(work: Session, row: Work) -> Sequence[Case]:
    """The open cases of a work that a stop would make wait."""
    alive = select(Case).where(Case.subject_id == row.case_id, Case.ended_at.is_(None))
    cases = work.scalars(alive.order_by(Case.opened_at, Case.id)).all()
    return [case for case in cases if not kinds.of(case.process_key).goes_on_while_held]


def confirm_limit(work: Session, row: Work, *, at: datetime) -> str:
    """How long the township has to confirm a stop, as the drawing in force there says."""
    case = row.case
    units = (case.l4, case.l3, case.l2, case.l1)
    version = definitions.current(work, ordering.KEY, units, at=at)
    steps = definitions.get(work, version.id).process.tasks.values()
    limit = next((one.limit for one in steps if one.form == CONFIRM), None)
    if limit is None:
        return ""
    return f" {limit.amount} {'小时' if limit.unit == 'h' else '个工作日'}内"
