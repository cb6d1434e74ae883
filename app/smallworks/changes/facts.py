"""What a change would make of a work: its facts before and after, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.smallworks import facts, life, words
from app.smallworks.changes.models import WorkChange
from app.smallworks.models import Work
from app.smallworks.records import bans
from app.workflow import definitions, submissions
from app.workflow.kinds import Values
from app.workflow.reads import Reads

Told = dict[str, str]
CONTRACTOR, DATES, CONTENT = "contractor", "dates", "content"
EXTENSION, CANCEL = "extension", "cancel"

READS = Reads(
    (*facts.BUILDER, "site_manager", "planned_start", "planned_end", "content", "reason"),
    {**facts.BUILDERS, "change_kind": (CONTRACTOR, DATES, EXTENSION)},
)
"""What of the form of a change any code here reads."""


def before(work: Session, row: Work, kind: str) -> Told:
    """The facts that a change of this kind touches, as they are."""
    now = {
        "planned_start": row.planned_start.isoformat(),
        "planned_end": row.planned_end.isoformat(),
        "state": words.STATES[row.state],
    }
    if kind in (CONTRACTOR, CONTENT):
        now |= current(work, row)
    return {name: now.get(name, "") for name in _TOUCHED[kind]}


def after(values: Values, kind: str) -> Told:
    """The same, as they would be."""
    if kind == CANCEL:
        return {"state": words.STATES[life.CANCELLED]}
    return {name: str(values.get(name) or "") for name in _TOUCHED[kind]}


_TOUCHED: Mapping[str, tuple[str, ...]] = {
    CONTRACTOR: ("contractor_name", "site_manager"),
    DATES: ("planned_start", "planned_end"),
    CONTENT: ("content",),
    EXTENSION: ("planned_end",),
    CANCEL: ("state",),
}


def current(work: Session, row: Work) -> Told:
    """What the filing says of contractor and content, with every change that was granted since."""
    filed = row.case
    definition = definitions.get(work, filed.version_id)
    values: Mapping[str, Any] = submissions.StartValues(work, filed, definition)
    names = (*_TOUCHED[CONTRACTOR], *_TOUCHED[CONTENT])
    told = {name: str(values.get(name) or "") for name in names}
    granted = (
        select(WorkChange.after)
        .where(WorkChange.work_id == row.id, WorkChange.applied_at.is_not(None))
        .order_by(WorkChange.applied_at, WorkChange.id)
    )
    for changed in work.scalars(granted):
        told |= {name: text for name, text in changed.items() if name in names}
    return told


def faults(work: Session, row: Work, values: Values, today: date) -> dict[str, str]:
    """What is wrong with each field of a change."""
    kind = values.get("change_kind")
    if kind == CONTRACTOR:
        return _contractor_faults(work, row, values, today)
    if kind == DATES:
        return _date_faults(values, today)
    if kind == EXTENSION:
        end = _day(values.get("planned_end"))
        if end is not None and end <= max(row.planned_end, today):
            return {"planned_end": f"应晚于现在的计划完工日期 {row.planned_end} 和今天"}
    return {}


def _contractor_faults(work: Session, row: Work, values: Values, today: date) -> dict[str, str]:
    builder = facts.read(values).builder
    found = bans.faults(work, builder.numbers, today)
    if row.contractor and row.contractor.code_index in vault.blinds(builder.code):
        own = "contractor_id_no" if builder.kind == "craftsman" else "contractor_credit_code"
        found.setdefault(own, "与现在的施工方相同，不需要变更")
    return found


def _date_faults(values: Values, today: date) -> dict[str, str]:
    start, end = _day(values.get("planned_start")), _day(values.get("planned_end"))
    found = {}
    if start is not None and start < today:
        found["planned_start"] = "计划开工日期不能早于今天"
    if start is not None and end is not None and end < start:
        found["planned_end"] = "计划完工日期不能早于计划开工日期"
    return found


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None
