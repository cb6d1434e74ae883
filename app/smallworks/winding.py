"""What ends with a work: cases about it that mean nothing once it is over."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import engine
from app.identity.actor import Actor
from app.smallworks.models import Work
from app.smallworks.patrols import plans
from app.workflow import calendar, definitions, events, submissions
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.follow import follow
from app.workflow.kinds import Moment
from app.workflow.models import Case

OVER = "over"
"""The result of a case that ended because its work did, or because it was answered elsewhere."""
CLOSED = "closed_with_work"
RESULTS = MappingProxyType({OVER: "随工程终止"})
VERBS = MappingProxyType({CLOSED: "工程已办结或已另行办理，本办件终止"})
START, OVERDUE, CHANGE, COMPLETION = "start_report", "overdue", "change", "completion"
ENDING_WITH_WORK = (START, OVERDUE, CHANGE, COMPLETION)


def end_with_work(moment: Moment, row: Work) -> None:
    """The work is over: no further visits, and what was open about it ends."""
    plans.end(moment.work, row, moment.at)
    end_cases(moment, row, ENDING_WITH_WORK)


def end_cases(moment: Moment, row: Work, kinds: tuple[str, ...]) -> None:
    """End the open cases of these kinds about a work, but not the one that is being handled."""
    for case_id in open_cases(moment.work, row, kinds):
        if case_id != moment.case.id:
            _end(moment.work, case_id, moment.actor, moment.at)


def open_cases(work: Session, row: Work, kinds: tuple[str, ...]) -> list[str]:
    """The open cases of these kinds about a work, in one order for their locks."""
    alive = Case.ended_at.is_(None)
    rows = select(Case.id).where(Case.subject_id == row.case_id, alive)
    return list(work.scalars(rows.where(Case.process_key.in_(kinds)).order_by(Case.id)))


def _end(work: Session, case_id: str, actor: Actor | None, at: datetime) -> None:
    case = locked_case(work, case_id)
    definition = definitions.get(work, case.version_id)
    step = engine.cancel(definition.process, case.snapshot)
    case.result = OVER
    values = submissions.StartValues(work, case, definition)
    is_workday = calendar.workday_test(work, case.l2, case.l1)
    follow(Moment(work, case, values, at, actor), definition, step, is_workday)
    events.record(work, case, CLOSED, actor, Act(passed=step.passed), at=at)
