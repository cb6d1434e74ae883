"""Who confirms that a major hazard was called a general one: never who reported it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local
from app.smallworks.patrols.models import Patrol
from app.workflow import assignment, definitions, desks
from app.workflow.models import Event, Task

FORM = "smallworks/patrol_downgrade"
"""The form of the steps at which a softened conclusion is confirmed, whatever they are called."""
RECUSED = "这次巡查是您填报或者上报的，应当回避，请由同岗位其他人员或者上级负责人确认"


def confirmer(work: Session, patrol: Patrol, visit: Task, at: datetime) -> str:
    """The step of confirmation nearest to a visit at whose desk somebody else sits.

    Its element, as the drawing names it: at the visit's own unit, else at the next government
    above. Where nobody else sits anywhere, the highest one: it waits there for somebody. Empty
    where the drawing has no such step.
    """
    case, reported, today = patrol.case, reporters(work, patrol), local(at).date()
    above = [visit.unit_id, visit.l4, visit.l3, visit.l2, visit.l1]
    steps = definitions.get(work, case.version_id).process.tasks.values()
    asked = [one for one in steps if one.form == FORM]
    pools = [(one, assignment.pool(work, case, one.parties[0])) for one in asked]
    ladder = sorted(
        ((above.index(pool.unit_id), one, pool) for one, pool in pools if pool.unit_id in above),
        key=lambda rung: rung[0],
    )
    for _height, step, pool in ladder:
        desk = desks.spelled(step.parties[0])
        if desks.somebody_else(work, pool.unit_id, desk, reported, today):
            return step.element
    return ladder[-1][1].element if ladder else ""


def reporters(work: Session, patrol: Patrol) -> frozenset[str]:
    """Those whose report a confirmation judges: who concluded, and all who wrote on the sheet."""
    wrote = select(Event.actor_id).where(Event.case_id == patrol.case_id, Event.verb == "saved")
    named = {patrol.concluded_by_id, *work.scalars(wrote)}
    return frozenset(one for one in named if one)


def recusal(work: Session, patrol: Patrol, task: Task, person_id: str) -> str:
    """Why this person does not confirm the visit; empty where they may, and for other steps."""
    confirms = definitions.form_of(work, task) == FORM
    return RECUSED if confirms and person_id in reporters(work, patrol) else ""
