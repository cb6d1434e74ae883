"""Who leaves a bad record to others (回避): who brought it about, and who decided on it before."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.smallworks.patrols.models import Hazard, Patrol
from app.smallworks.records.models import BadRecord
from app.smallworks.records.proposing import of_case
from app.smallworks.rectifications.models import (
    HazardAnswer,
    HazardReopening,
    OrderedHazard,
    Rectification,
)
from app.smallworks.rectifications.steps import REINSPECTION
from app.smallworks.rectifications.words import FAIL
from app.smallworks.reports.models import SiteReport
from app.smallworks.stops.models import StopBreach, StopOrder
from app.workflow import definitions, desks
from app.workflow.models import Case, Task

ANSWER = "smallworks/bad_record_answer"
"""The form of the steps that look again at what was decided, whatever they are called."""
_ON_SITE = frozenset({REINSPECTION, "smallworks/report_check"})
_REPORTED = "提请依据的情况是您发现、上报或者复查的，应当回避，请由同岗位其他人员办理"
_DECIDED = "原决定是您作出的，应当回避，请由同岗位其他人员办理"


def recuses(work: Session, task: Task, person_id: str, day: date) -> str:
    """Why somebody leaves a step to others, while another sits at the desk; empty where not."""
    record = of_case(work, task.case)
    if record is None or task.person_id:
        return ""
    brought = reporters(work, record)
    again = definitions.form_of(work, task) == ANSWER
    apart = brought | ({record.decided_by_id} if again else set())
    if person_id not in apart:
        return ""
    outside = {*apart, task.case.applicant_id, task.case.filed_by_id}
    if not desks.somebody_else(work, task.unit_id, task.desk, outside, day):
        return ""
    return _REPORTED if person_id in brought else _DECIDED


def reporters(work: Session, record: BadRecord) -> set[str | None]:
    """Whose findings a proposal by rule rests on, as the case has them out of which it came.

    Looked up each time: what is reported after the proposal, and merged into it, counts as well.
    """
    source = record.case.parent_id
    if source is None:
        return set()
    ordered = select(Rectification.id).where(Rectification.case_id == source).scalar_subquery()
    asked = (
        select(StopBreach.found_by_id)
        .join(StopOrder, StopBreach.order_id == StopOrder.id)
        .where(StopOrder.case_id == source),
        select(Hazard.found_by_id)
        .join(OrderedHazard, OrderedHazard.hazard_id == Hazard.id)
        .where(OrderedHazard.rectification_id == ordered),
        select(Patrol.concluded_by_id)
        .join(Hazard, Hazard.patrol_id == Patrol.id)
        .join(OrderedHazard, OrderedHazard.hazard_id == Hazard.id)
        .where(OrderedHazard.rectification_id == ordered),
        select(HazardReopening.by_id).where(HazardReopening.rectification_id == ordered),
        select(HazardAnswer.checked_by_id).where(
            HazardAnswer.rectification_id == ordered, HazardAnswer.verdict == FAIL
        ),
        select(Case.filed_by_id)
        .join(SiteReport, SiteReport.case_id == Case.id)
        .where(Case.id == source),
    )
    found = {person for query in asked for person in work.scalars(query)}
    return (found | _checkers(work, source, record)) - {None}


def _checkers(work: Session, source: str, record: BadRecord) -> set[str | None]:
    """Who concluded on site before it was proposed."""
    done = select(Task).where(Task.case_id == source, Task.closed_at <= record.proposed_at)
    tasks = work.scalars(done.where(Task.done_by_id.is_not(None)))
    return {task.done_by_id for task in tasks if definitions.form_of(work, task) in _ON_SITE}
