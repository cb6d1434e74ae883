"""Which step of its case a rectification is at, told by the forms that the drawing names."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden
from app.identity.actor import Actor, Hold
from app.smallworks.patrols.models import Hazard
from app.smallworks.rectifications.models import (
    HazardAnswer,
    HazardReopening,
    OrderedHazard,
    Rectification,
)
from app.workflow import acting, definitions, desks
from app.workflow.handling import hold_under, refuse_principal, refuse_taken
from app.workflow.models import Case, Task
from app.workflow.reach import is_party

REPORT = "smallworks/rectification_report"
EXTENSION = "smallworks/extension"
REINSPECTION = "smallworks/reinspection"


def waiting(work: Session, case: Case, form: str) -> Task | None:
    """The open task of a case that asks for this form."""
    found = select(Task).where(Task.case_id == case.id, Task.status == "open").order_by(Task.id)
    asking = (task for task in work.scalars(found) if definitions.form_of(work, task) == form)
    return next(asking, None)


def of_case(work: Session, case_id: str) -> Rectification | None:
    """The rectification of a case."""
    return work.scalars(select(Rectification).where(Rectification.case_id == case_id)).first()


def ordered(work: Session, row: Rectification) -> list[tuple[OrderedHazard, Hazard]]:
    """Its hazards, in the order of the notice."""
    rows = work.execute(
        select(OrderedHazard, Hazard)
        .join(Hazard, OrderedHazard.hazard_id == Hazard.id)
        .where(OrderedHazard.rectification_id == row.id)
        .order_by(OrderedHazard.position, OrderedHazard.id)
    )
    return [(one, hazard) for one, hazard in rows]


def still_to_do(work: Session, row: Rectification) -> list[Hazard]:
    """Its hazards that are not closed."""
    mine = [hazard for _one, hazard in ordered(work, row)]
    return [one for one in mine if one.state != "closed" and one.rectification_id == row.case_id]


def answer_of(work: Session, row: Rectification, hazard: Hazard) -> HazardAnswer | None:
    """The answer to a hazard in the round that runs."""
    found = select(HazardAnswer).where(
        HazardAnswer.rectification_id == row.id,
        HazardAnswer.hazard_id == hazard.id,
        HazardAnswer.round == row.round,
    )
    return work.scalars(found).first()


def reporters(work: Session, row: Rectification) -> set[str]:
    """Who found what is still to be put right, concluded that visit, or opened it again."""
    hazards = still_to_do(work, row)
    visits = [one.patrol.concluded_by_id for one in hazards]
    reopened = select(HazardReopening.by_id).where(
        HazardReopening.hazard_id.in_([one.id for one in hazards])
    )
    found = [one.found_by_id for one in hazards]
    return {one for one in (*found, *visits, *work.scalars(reopened)) if one}


def inspecting(work: Session, actor: Actor, task: Task) -> Hold:
    """The assignment under which this person re-inspects. Raises Forbidden, Conflict."""
    hold = hold_under(work, actor, task) if acting.posts(work, actor, task) else None
    if hold is None or is_party(actor, task.case):
        raise Forbidden("该复查任务不属于您的岗位，无法办理")
    refuse_taken(work, actor, task, hold)
    recusal = recuses(work, task, actor.id, actor.day)
    if recusal:
        raise Forbidden(recusal)
    refuse_principal(work, actor, task, hold)
    return hold


def recuses(work: Session, task: Task, person_id: str, day: date) -> str:
    """Why somebody leaves judging to others: they reported it, and another sits at the desk."""
    row = of_case(work, task.case_id)
    if row is None or definitions.form_of(work, task) != REINSPECTION:
        return ""
    reported = reporters(work, row)
    if person_id not in reported:
        return ""
    apart = {*reported, task.case.applicant_id}
    if not desks.somebody_else(work, task.unit_id, task.desk, apart, day):
        return ""
    return "隐患是您发现、上报或者重新打开的，请由同岗位其他人员复查"


def required(work: Session, case: Case, form: str, said: str) -> Task:
    """The open task with this form. Raises Conflict with `said` if the case is elsewhere."""
    task = waiting(work, case, form)
    if task is None:
        raise Conflict(said)
    return task
