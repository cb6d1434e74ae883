"""Somebody's notices, how many wait unread, what they chose, and where a unit's go outside."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, joinedload

from app.identity.actor import Actor
from app.identity.permissions import holding
from app.workflow import channels, notice_kinds
from app.workflow.hooks import KEEP
from app.workflow.models import Case, Task
from app.workflow.notice_kinds import NoticeKind
from app.workflow.notice_models import Notice, NoticeChoice, Webhook
from app.workflow.queries import casefile, vacancies
from app.workflow.queries.pages import PAGE, Cursor, Page
from app.workflow.reach import reads
from app.workflow.studio import approvals
from app.workflow.studio.approval_models import FlowRequest

NAMING, TASK, CASE, REQUEST, NOWHERE = "naming", "task", "case", "request", ""


def unread(work: Session, actor: Actor) -> int:
    """How many notices this person has not opened."""
    mine = Notice.person_id == actor.id
    return work.scalar(select(func.count()).where(mine, Notice.read_at.is_(None))) or 0


def of_person(
    work: Session, actor: Actor, after: str = "", kind: str = "", *, only_unread: bool = False
) -> Page[Notice]:
    """This person's notices, newest first; of one kind, or unread, if so asked."""
    query = select(Notice).where(Notice.person_id == actor.id)
    if kind:
        query = query.where(Notice.kind == kind)
    if only_unread:
        query = query.where(Notice.read_at.is_(None))
    cursor = Cursor.read(after)
    if cursor:
        query = query.where(tuple_(Notice.at, Notice.id) < tuple_(cursor.moment, cursor.id))
    newest = query.order_by(Notice.at.desc(), Notice.id.desc())
    found = work.scalars(newest.limit(PAGE + 1)).all()
    rows = list(found[:PAGE])
    return Page(rows, Cursor(rows[-1].at, rows[-1].id).write() if len(found) > PAGE else "")


def leads_to(work: Session, actor: Actor, notice: Notice) -> str:
    """Where a notice leads its reader today: to NAMING, to the TASK, to the CASE, to the REQUEST
    for approval of a flow, or nowhere.

    What it is about may have gone to others since.
    """
    what, _, about = notice.about.partition(":")
    if what == approvals.ABOUT:
        asked = work.get(FlowRequest, about)
        return REQUEST if asked is not None and approvals.may_read(actor, asked) else NOWHERE
    task = work.get(Task, notice.task_id) if notice.task_id else None
    opens = task is not None and casefile.opens(work, actor, task)
    if task is not None and (task.vacant or not opens) and vacancies.may_name(work, actor, task):
        return NAMING
    if opens:
        return TASK
    case = work.get(Case, notice.case_id) if notice.case_id else None
    return CASE if case is not None and reads(work, actor, case) else NOWHERE


def kinds_told(work: Session, actor: Actor) -> list[NoticeKind]:
    """The kinds of which this person was told something."""
    told = set(work.scalars(select(Notice.kind).where(Notice.person_id == actor.id).distinct()))
    return [kind for kind in notice_kinds.every() if kind.key in told]


def choices(work: Session, actor: Actor) -> list[tuple[NoticeKind, frozenset[str]]]:
    """Each kind of which this person may be told, with the channels by which they are."""
    said: dict[str, dict[str, bool]] = {}
    for row in work.scalars(select(NoticeChoice).where(NoticeChoice.person_id == actor.id)):
        said.setdefault(row.kind, {})[row.channel] = row.on
    known = notice_kinds.every(staff=actor.staff)
    return [(kind, channels.settled(kind, said.get(kind.key, {}))) for kind in known]


def hooks(work: Session, actor: Actor) -> Sequence[Webhook]:
    """The addresses to which the units that this person keeps send their notices."""
    kept = {hold.unit_id for hold in holding(actor, KEEP)}
    found = select(Webhook).where(Webhook.unit_id.in_(kept), Webhook.ended_at.is_(None))
    told = found.options(joinedload(Webhook.unit), joinedload(Webhook.set_by))
    return work.scalars(told.order_by(Webhook.unit_id, Webhook.id)).all()
