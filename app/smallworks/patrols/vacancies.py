"""Visits that nobody can make: their unit has nobody, or all must keep away. They go a level up.

Whither, the drawing says: it hears `patrol.vacant`, and asks its table again who goes.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI, local
from app.smallworks import life
from app.smallworks.patrols import reminding, turns
from app.smallworks.patrols.models import Patrol
from app.workflow import calendar, deadlines, jobs, pushing
from app.workflow.commands.locked import locked_case
from app.workflow.kinds import Moment
from app.workflow.models import Case, Task

VACANT, STAFFED = "patrol.vacant", "staffed"
"""The message that a visit hears, and the routing value that comes with it."""
JOB = "patrol_vacant"
MORNING = time(7, 0)
"""When plans open the visits of a day, and those that wait are looked at again, in Yichang."""
SENT_UP = "原承办单位没有人能去，改由上一级巡查"
STAYED = "原承办单位没有人能去，仍由原级巡查"
"""Why a visit was taken from its unit: it went up, or the district's table names the same again."""
HEARD = "原承办单位没有人能去，重新确定由谁巡查"
"""What the record says of the message, whatever came of it."""


def watch(work: Session, case: Case, at: datetime) -> None:
    """See at that moment, and every morning after it, whether somebody can make this visit."""
    key = f"{JOB}:{case.id}:{int(at.timestamp())}"
    jobs.enqueue(work, JOB, key, {"case": case.id}, at)


def _look(work: Session, payload: jobs.Payload, at: datetime) -> None:
    case = locked_case(work, payload["case"])
    patrol = work.scalars(_of(case)).one()
    if case.ended_at is not None or (patrol.work and patrol.work.state in life.OVER):
        return
    task = turns.visit_task(work, case)
    vacant = task if task and task.status == "open" else None
    if vacant and not turns.colleagues(work, vacant, at) and not _asked(work, vacant):
        level = patrol.level
        if pushing.hear(work, case, VACANT, at, {STAFFED: False}):
            vacant.close_reason = SENT_UP if patrol.level != level else STAYED
    watch(work, case, _next_morning(at))


def _asked(work: Session, vacant: Task) -> bool:
    """Whether the drawing was asked before, and led to the same step again."""
    left = turns.visits(work, vacant.case).where(Task.element == vacant.element)
    left = left.where(Task.close_reason.in_((SENT_UP, STAYED)))
    return work.scalars(left.limit(1)).first() is not None


def _of(case: Case) -> Select[Patrol]:
    return select(Patrol).where(Patrol.case_id == case.id)


def _next_morning(at: datetime) -> datetime:
    today = datetime.combine(local(at).date(), MORNING, SHANGHAI)
    return today if today > at else today + timedelta(days=1)


def send_up(moment: Moment) -> None:
    """The visit is another unit's from now on, and they hear of it; as late as it was before.

    Whoever was on site saw nothing to its end: the sheet names those who go now.
    """
    work, case = moment.work, moment.case
    now, before = work.scalars(turns.visits(work, case).limit(2)).all()
    if before.due_at is not None and now.due_at is not None:
        is_workday = calendar.workday_test(work, case.l2, case.l1)
        deadlines.order(now, min(now.due_at, before.due_at), moment.at, is_workday)
    patrol, level = work.scalars(_of(case)).one(), str(moment.data["level"])
    patrol.inspectors = []
    why = f"{SENT_UP}，" if patrol.level != level else ""
    patrol.level = level
    reminding.expect(work, case, None, moment.at, why=why)


def sent_up(work: Session, case_id: str) -> bool:
    """Whether this visit has gone to another level than it was planned for."""
    left = exists().where(Task.case_id == case_id, Task.close_reason == SENT_UP)
    return bool(work.scalar(select(left)))


HANDLERS = {JOB: jobs.Handler(inside=_look)}
"""The background work of this module; the room's `install` takes it on."""
