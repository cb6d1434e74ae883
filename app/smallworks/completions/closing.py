"""Closing a work (销案): the receipt, how long its archive is kept, and what ends with it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from app.clock import local
from app.errors import Conflict
from app.identity.models import Person
from app.smallworks import life, papers, winding
from app.smallworks.addressee import addressee
from app.smallworks.models import Work
from app.smallworks.papers import said
from app.smallworks.patrols.hazards import outstanding
from app.smallworks.patrols.models import Hazard
from app.workflow import notices
from app.workflow.kinds import Moment

CLOSED = "closed"
"""The kind of notice."""
_years = [5]


def keep_for(years: int) -> None:
    """How many years the archive of a closed work is kept. Called once, at start-up."""
    _years[:] = [years]


def refuse_hazards(moment: Moment, row: Work) -> None:
    """Raises Conflict while a hazard of this work is not put right."""
    left = open_hazards(moment, row)
    if left:
        raise Conflict(f"该工程还有 {left} 处隐患没有整改完，复查合格后才能销案")


def open_hazards(moment: Moment, row: Work) -> int:
    """How many hazards of a work are found and not closed."""
    found = select(func.count(Hazard.id)).where(Hazard.work_id == row.id, outstanding())
    return moment.work.scalar(found) or 0


def close(moment: Moment, row: Work, actual_end: date | None) -> None:
    """The work is closed, its archive kept, and the receipt issued."""
    work, day = moment.work, local(moment.at).date()
    refuse_hazards(moment, row)
    life.enter(row, life.CLOSED, moment.at)
    row.actual_end = actual_end or row.actual_end or day
    row.kept_until = _years_later(day, _years[0])
    winding.end_with_work(moment, row)
    work.flush()
    unit = moment.task.unit if moment.task else None
    facts = said.completion_receipt(work, row, moment.at)
    paper = papers.issue(work, moment.case, "completion_receipt", facts, moment.at, unit=unit)
    text = f"“{row.name}”已销案，完工回执 {paper.number}"
    for person_id in {row.case.applicant_id, addressee(work, moment.case)} - {None}:
        person = work.get(Person, person_id)
        notices.tell(work, person, moment.case, (CLOSED, text), moment.at)


def _years_later(day: date, years: int) -> date:
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year + years, day=last)
