"""Visits that nobody can make: their unit has nobody, or all must keep away. They go a level up.

Whither, the drawing says: it hears `patrol.vacant`, and asks its table again who goes.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI, local
from app.smallworks.patrols import reminding, turns
from app.smallworks.patrols.models import Patrol
from app.workflow import jobs, pushing
from app.workflow.commands.locked import locked_case
from app.workflow.kinds import Moment
from app.workflow.models import Case, Event

VACANT, STAFFED = "patrol.vacant", "staffed"
"""The message that a visit hears, and the routing value that comes with it."""
JOB = "patrol_vacant"
MORNING = time(7, 0)
"""When plans open the visits of a day, and those that wait are looked at again, in Yichang."""
SENT_UP = "原承办单位没有人能去，改由上一级巡查"


def watch(work: Session, case: Case, at: datetime) -> None:
    """See at that moment, and every morning after it, whether somebody can make this visit."""
    key = f"{JOB}:{case.id}:{int(at.timestamp())}"
    jobs.enqueue(work, JOB, key, {"case": case.id}, at)


def _look(work: Session, payload: jobs.Payload, at: datetime) -> None:
    case = locked_case(work, payload["case"])
    if case.ended_at is not None:
        return
    task = turns.visit_task(work, case)
    vacant = task if task and task.status == "open" else None
    if vacant and not turns.colleagues(work, vacant, at):
        heard = pushing.hear(work, case, VACANT, at, {STAFFED: False})
        vacant.close_reason = SENT_UP if heard else ""
    watch(work, case, _next_morning(at))


def _next_morning(at: datetime) -> datetime:
    today = datetime.combine(local(at).date(), MORNING, SHANGHAI)
    return today if today > at else today + timedelta(days=1)


def send_up(moment: Moment) -> None:
    """The visit is another unit's from now on, and they hear of it."""
    found = select(Patrol).where(Patrol.case_id == moment.case.id)
    moment.work.scalars(found).one().level = str(moment.data["level"])
    reminding.expect(moment.work, moment.case, None, moment.at, why=f"{SENT_UP}，")


def sent_up(work: Session, case_id: str) -> bool:
    """Whether this visit has gone to another level than it was planned for."""
    heard = exists().where(
        Event.case_id == case_id, Event.verb == "messaged", Event.outcome == VACANT
    )
    return bool(work.scalar(select(heard)))


HANDLERS = {JOB: jobs.Handler(inside=_look)}
"""The background work of this module; the room's `install` takes it on."""
