"""Patrol plans (巡查计划): when a work is visited next; opened by a job when the day has come.

How often is said by `patrol_frequency.dmn` at the end of each visit; what happens in between (a
start, a stop) only brings the next visit forward.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI, local
from app.db import new_id
from app.smallworks import life
from app.smallworks.models import Work
from app.smallworks.patrols import vacancies, visiting
from app.smallworks.patrols.models import Patrol, PatrolPlan
from app.smallworks.patrols.visiting import Visit
from app.workflow import jobs
from app.workflow.commands.locked import locked_case

OPEN_JOB = "patrol_due"
_ENDED = life.OVER | {life.COMPLETED}
_STARTING, _STOPPED = "start", "stopped"


def begin(work: Session, row: Work, at: datetime) -> PatrolPlan:
    """Plan the first visit of a work that was just filed: on the day on which it starts."""
    plan = work.scalars(select(PatrolPlan).where(PatrolPlan.work_id == row.id)).first()
    if plan is None:
        plan = PatrolPlan(
            id=new_id(), work_id=row.id, every_days=0, next_on=row.planned_start, revision=0,
            reason=_STARTING,
        )  # fmt: skip
        work.add(plan)
    _move(work, plan, max(row.planned_start, local(at).date()), at)
    return plan


def hurry(work: Session, row: Work, day: date, reason: str, at: datetime) -> None:
    """Bring the next visit forward to a day: of a work that has started, or was stopped.

    Changes nothing where a visit is due by then anyway, or the plan has ended.
    """
    plan = work.scalars(_locked(row.id)).first()
    if plan is not None and plan.ended_at is None and plan.next_on > day:
        plan.reason = reason
        _move(work, plan, day, at)


def go_on(work: Session, patrol: Patrol, every_days: int, reason: str, at: datetime) -> None:
    """After a visit: the next one so many days later."""
    plan = work.scalars(_locked(patrol.work_id)).first()
    if plan is None or plan.ended_at is not None:
        return
    plan.every_days, plan.reason, plan.last_at = every_days, reason, at
    _move(work, plan, local(at).date() + timedelta(days=max(every_days, 1)), at)


def end(work: Session, row: Work, at: datetime) -> None:
    """No further visit: the work is over."""
    plan = work.scalars(_locked(row.id)).first()
    if plan is not None and plan.ended_at is None:
        plan.ended_at, plan.revision = at, plan.revision + 1


def _locked(work_id: str | None) -> Select[PatrolPlan]:
    return select(PatrolPlan).where(PatrolPlan.work_id == work_id).with_for_update()


def _move(work: Session, plan: PatrolPlan, day: date, at: datetime) -> None:
    plan.next_on, plan.revision = day, plan.revision + 1
    run_at = max(at, datetime.combine(day, vacancies.MORNING, SHANGHAI))
    payload = {"plan": plan.id, "revision": plan.revision}
    jobs.enqueue(work, OPEN_JOB, f"{OPEN_JOB}:{plan.id}:{plan.revision}", payload, run_at)


def _open_due(work: Session, payload: jobs.Payload, at: datetime) -> None:
    """The day has come: open the visit, unless the plan moved on, or the work is over."""
    plan = work.get(PatrolPlan, payload["plan"])
    if plan is None:
        return
    row = work.get_one(Work, plan.work_id)
    locked_case(work, row.case_id)  # case, work, plan: in the order of whoever begins a visit
    work.refresh(row, with_for_update=True)
    work.refresh(plan, with_for_update=True)
    if plan.ended_at is not None or plan.revision != payload["revision"]:
        return
    if row.state in _ENDED:
        plan.ended_at = at
        return
    if work.scalars(visiting.unfinished(row.case_id)).first() is not None:
        return  # somebody is there already; the plan goes on when they conclude
    visiting.open_visit(work, row, Visit(_reason(plan, row)), None, at=at)


def _reason(plan: PatrolPlan, row: Work) -> str:
    if row.state == life.STOPPED:
        return _STOPPED
    return _STARTING if plan.last_at is None else "planned"


HANDLERS = {
    OPEN_JOB: jobs.Handler(inside=_open_due), **vacancies.HANDLERS,
}  # fmt: skip
"""The background work of this room; the domain's `install` takes it on."""
