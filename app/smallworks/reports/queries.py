"""Reading reports: lists within scope, the state for whoever reported, who may see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, contains_eager

from app.errors import NotFound
from app.identity.actor import Actor
from app.smallworks.reports.models import SiteReport
from app.workflow import acting
from app.workflow.models import Case, Task
from app.workflow.queries.pages import PAGE, Cursor, Page
from app.workflow.reach import readable_case, visible

_GONE = "没有查到这件举报，请核对查询码"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to. Empty means all."""

    kind: str = ""
    state: str = ""


def reports(work: Session, actor: Actor, wanted: Wanted, after: str = "") -> Page[SiteReport]:
    """One page of the reports that this person may see, the latest first."""
    query = (
        select(SiteReport).join(Case, SiteReport.case_id == Case.id).where(visible(actor))
    ).options(contains_eager(SiteReport.case))
    for column, value in ((SiteReport.kind, wanted.kind), (SiteReport.state, wanted.state)):
        query = query.where(column == value) if value else query
    cursor = Cursor.read(after)
    if cursor:
        mark = tuple_(SiteReport.reported_at, SiteReport.id)
        query = query.where(mark < tuple_(cursor.moment, cursor.id))
    latest = (SiteReport.reported_at.desc(), SiteReport.id.desc())
    rows = work.scalars(query.order_by(*latest).limit(PAGE + 1)).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(list(rows[:PAGE]), Cursor(last.reported_at, last.id).write() if last else "")


def readable(work: Session, actor: Actor, case_id: str) -> SiteReport:
    """One report that this person may see. Raises NotFound."""
    case = readable_case(work, actor, case_id)
    found = work.scalars(select(SiteReport).where(SiteReport.case_id == case.id)).first()
    if found is None:
        raise NotFound
    return found


def by_code(work: Session, code: str) -> SiteReport:
    """A report by the code that its reporter was given. Raises NotFound."""
    found = work.scalars(select(SiteReport).where(SiteReport.code == code[:24])).first()
    if found is None:
        raise NotFound(_GONE)
    return found


def handles(work: Session, actor: Actor, case: Case) -> bool:
    """Whether this person sits, at their unit, at a desk that has, or had, a task in the case."""
    tasks = work.scalars(select(Task).where(Task.case_id == case.id)).all()
    return any(acting.posts(work, actor, task) for task in tasks)
