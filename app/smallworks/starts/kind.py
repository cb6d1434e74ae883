"""The start of a work: its report begins the work, and its absence lets the filing lapse."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from app.clock import SHANGHAI, local
from app.db import new_id
from app.engine.types import Scalar
from app.errors import Invalid
from app.identity.models import Person
from app.smallworks import life, winding, works
from app.smallworks.completions import terms
from app.smallworks.models import Work
from app.smallworks.patrols import plans
from app.workflow import jobs, notices
from app.workflow.kinds import SYSTEM, CaseKind, Moment
from app.workflow.reads import Reads

JOB = "work_filed"
ASKED = "start"
"""The kind of notice that asks for the report."""


def filed(work: Session, row: Work, at: datetime) -> None:
    """A work was filed: its start is asked for, and its end watched, by the background."""
    jobs.enqueue(work, JOB, f"{JOB}:{row.id}", {"work": row.id}, at)
    terms.arm(work, row, at)


def resumed(work: Session, row: Work, at: datetime) -> None:
    """A work that was stopped before its start was asked for is asked for it now."""
    if row.state == life.FILED and not winding.open_cases(work, row, (winding.START,)):
        jobs.enqueue(work, JOB, f"{JOB}:{row.id}:{new_id()}", {"work": row.id}, at)


def ask(work: Session, payload: jobs.Payload, at: datetime) -> None:
    """Background work: the case in which the owner reports the start."""
    row = work.get(Work, payload["work"])
    if row is None or row.state != life.FILED:
        return
    case = terms.open_about(work, winding.START, row, at)
    if case is not None and case.applicant_id:
        text = f"“{row.name}”已备案，开工当天请报告开工"
        person = work.get(Person, case.applicant_id)
        notices.tell(work, person, case, (ASKED, text), at)


def decided(moment: Moment) -> Mapping[str, Scalar]:
    """The days of a start report must be able to be true."""
    today = local(moment.at).date()
    started, briefed = (_day(moment, name) for name in ("started_on", "briefed_on"))
    faults = {}
    if started and started > today:
        faults["started_on"] = "开工日期不能晚于今天，请在开工当天报告"
    if started and briefed and briefed > started:
        faults["briefed_on"] = "应当先交底、后开工，请核对交底日期"
    if faults:
        raise Invalid(f"有 {len(faults)} 处需要修改", faults)
    return {}


def begin_work(moment: Moment) -> None:
    """People are at work from the day that was reported."""
    row = works.of_subject(moment.work, moment.case)
    if row.state == life.FILED:
        life.enter(row, life.IN_PROGRESS, moment.at)
    started = _day(moment, "started_on") or local(moment.at).date()
    row.started_at = min(moment.at, datetime.combine(started, time(8, 0), SHANGHAI))
    plans.hurry(moment.work, row, local(moment.at).date(), "start", moment.at)


def lapse_work(moment: Moment) -> None:
    """Never begun: the filing holds no longer. A work that began without a report goes on."""
    row = works.of_subject(moment.work, moment.case)
    if row.state == life.FILED:
        life.enter(row, life.LAPSED, moment.at)
        winding.end_with_work(moment, row)


def _day(moment: Moment, name: str) -> date | None:
    value = moment.answers.get(name)
    return date.fromisoformat(str(value)) if value else None


START = CaseKind(
    winding.START,
    steered=False,
    decided=decided,
    actions={"begin_work": begin_work, "lapse_work": lapse_work},
    results={"done": "已开工", "lapsed": "逾期未开工", **winding.RESULTS},
    starter=SYSTEM,
    about=True,
    verbs=winding.VERBS,
    asks="待报告开工",
    reads={"smallworks/start_report": Reads(("started_on", "briefed_on"))},
)
