"""Checking the records of all cases."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from app.workflow.events import Break, broken_link
from app.workflow.models import Case, Event, Submission

AT_ONCE = 500


def check_cases(work: Session) -> list[Break]:
    """The first fault of every case whose record does not hold."""
    rows = work.scalars(
        select(Event)
        .options(joinedload(Event.submission))
        .order_by(Event.case_id, Event.seq)
        .execution_options(yield_per=AT_ONCE)
    )
    found = (
        broken_link(list(events)) for _case, events in groupby(rows, lambda event: event.case_id)
    )
    broken = {fault.case_id: fault for fault in found if fault}
    return list({**_cut_off(work), **broken}.values())


def _cut_off(work: Session) -> dict[str, Break]:
    """Cases that have lost the end of their record, or all of it: the chain itself cannot tell."""
    told = exists().where(Event.submission_id == Submission.id)
    unheard = select(Submission.case_id).where(~told)
    silent = ~exists().where(Event.case_id == Case.id)
    last = select(func.max(Event.seq)).where(Event.case_id == Case.id).scalar_subquery()
    rows = work.execute(select(Case.id, last).where(Case.id.in_(unheard) | silent))
    return {case: Break(case, (seq or 0) + 1, "末尾缺少记录") for case, seq in rows}
