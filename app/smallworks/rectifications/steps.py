"""Which step of its case a rectification is at, told by the forms that the drawing names."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden
from app.identity.actor import Actor, Hold
from app.identity.models import Grant, Person
from app.identity.queries import in_force
from app.smallworks.patrols.models import Hazard
from app.smallworks.rectifications.models import HazardAnswer, OrderedHazard, Rectification
from app.workflow import definitions, desks
from app.workflow.handling import not_anothers
from app.workflow.models import Case, Task
from app.workflow.reach import is_party

REPORT = "smallworks/rectification_report"
EXTENSION = "smallworks/extension"
REINSPECTION = "smallworks/reinspection"


def form_of(work: Session, task: Task) -> str:
    """The form that a task asks for, as the version of its case has it."""
    process = definitions.get(work, task.case.version_id).process
    return process.tasks[task.element].form


def waiting(work: Session, case: Case, form: str) -> Task | None:
    """The open task of a case that asks for this form."""
    found = select(Task).where(Task.case_id == case.id, Task.status == "open").order_by(Task.id)
    return next((task for task in work.scalars(found) if form_of(work, task) == form), None)


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


def inspecting(work: Session, actor: Actor, task: Task, row: Rectification) -> Hold:
    """The assignment under which this person re-inspects. Raises Forbidden, Conflict.

    Who found a hazard leaves judging it to somebody else of the desk, where there is anybody.
    """
    hold = desks.hold_for(actor, task)
    if hold is None or is_party(actor, task.case):
        raise Forbidden("该复查任务不属于您的岗位，无法办理")
    not_anothers(work, task, actor.id)
    finders = {hazard.found_by_id for hazard in still_to_do(work, row)}
    if actor.id in finders and others_at_desk(work, task, finders, actor):
        raise Forbidden("隐患是您发现并上报的，请由同岗位其他人员复查")
    return hold


def others_at_desk(work: Session, task: Task, finders: set[str], actor: Actor) -> bool:
    """Whether anybody else could take this task today."""
    held = select(Grant).join(Person, Grant.person_id == Person.id)
    held = held.where(
        Grant.unit_id == task.unit_id, in_force(actor.day), Person.status == "active",
        Person.id.not_in({*finders, task.case.applicant_id or ""}),
    )  # fmt: skip
    desk = set(task.desk.split())
    return any(_sits(grant, desk) for grant in work.scalars(held))


def _sits(grant: Grant, desk: set[str]) -> bool:
    words = {grant.role, grant.position, grant.role.replace("_admin", "_user")} - {""}
    return not words.isdisjoint(desk)


def required(work: Session, case: Case, form: str, said: str) -> Task:
    """The open task with this form. Raises Conflict with `said` if the case is elsewhere."""
    task = waiting(work, case, form)
    if task is None:
        raise Conflict(said)
    return task
