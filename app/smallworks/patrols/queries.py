"""Reading visits: the works at which one may begin, a colleague's load, the visits of one work."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, contains_eager

from app.errors import Conflict, NotFound
from app.identity.actor import Actor
from app.identity.scope import in_scope
from app.smallworks import life, works
from app.smallworks.models import Work
from app.smallworks.patrols import visiting
from app.smallworks.patrols.hazards import outstanding
from app.smallworks.patrols.models import Hazard, Patrol, PatrolPlan
from app.workflow.models import Case, Task
from app.workflow.reach import visible

MOST = 200
REPORT = "patrol:report"


def to_begin(work: Session, actor: Actor, words: str = "") -> list[Work]:
    """Works of this person's area at which a visit may begin unplanned; no visit is open there."""
    named = Work.name.contains(words, autoescape=True) | Work.address.contains(
        words, autoescape=True
    )
    busy = select(Patrol.work_id).join(Case, Patrol.case_id == Case.id).where(
        Case.ended_at.is_(None), Patrol.work_id.is_not(None)
    )  # fmt: skip
    rows = (
        select(Work)
        .join(Work.case)
        .where(visible(actor, REPORT), Work.id.not_in(busy), on_site(), named)
        .options(contains_eager(Work.case))
        .order_by(Work.planned_start.desc(), Work.id)
        .limit(MOST)
    )
    return list(work.scalars(rows))


def about(work: Session, actor: Actor, case_id: str, work_id: str = "") -> tuple[Work | None, Case]:
    """What is visited, by any of its cases: a work and its first case, or the report of a site.

    Raises NotFound for what is not in this person's area, Conflict for what is no site.
    """
    row = work.get(Work, work_id) if work_id else None
    named = row.case if row else None if work_id else work.get(Case, case_id)
    if named is None or not in_scope(actor, REPORT, named):
        raise NotFound("没有这项工程，或者不在您的辖区")
    row = row or works.maybe_of_subject(work, named)
    case = row.case if row else work.get_one(Case, named.subject_id)
    if row is None and case.process_key != visiting.REPORTED:
        raise Conflict("这个办件不是工程，也不是举报，不能据此巡查，请从工程台账或者举报进入")
    return row, case


def on_site() -> ColumnElement[bool]:
    """The condition on works at which people may be at work, or are kept from it."""
    return Work.state.in_(life.ON_SITE | {life.STOPPED})


def load(work: Session, unit_ids: Sequence[str]) -> dict[str, int]:
    """How many visits each person has in hand, by person id."""
    rows = (
        select(Task.claimed_by_id, func.count())
        .join(Task.case)
        .where(
            Task.status == "open",
            Case.process_key == "patrol",
            Task.unit_id.in_(unit_ids),
            Task.claimed_by_id.is_not(None),
        )
        .group_by(Task.claimed_by_id)
    )
    return {str(person): count for person, count in work.execute(rows)}


def of_work(work: Session, row: Work) -> tuple[PatrolPlan | None, list[Patrol], list[Hazard]]:
    """The plan of one work, its visits (newest first), and the hazards that are not closed."""
    plan = work.scalars(select(PatrolPlan).where(PatrolPlan.work_id == row.id)).first()
    visits = select(Patrol).where(Patrol.work_id == row.id).order_by(Patrol.id.desc()).limit(20)
    hazards = (
        select(Hazard)
        .where(Hazard.work_id == row.id, outstanding())
        .order_by(Hazard.deadline, Hazard.id)
    )
    return plan, list(work.scalars(visits)), list(work.scalars(hazards))


def may_visit(actor: Actor, row: Work) -> bool:
    """Whether this person may begin a visit there."""
    return row.state in life.ON_SITE | {life.STOPPED} and in_scope(actor, REPORT, row.case)
