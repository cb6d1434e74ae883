"""What is said when a work is changed, and when it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import long_day
from app.smallworks.models import Work
from app.smallworks.papers.said.sites import Said, day, of_work, sentence
from app.smallworks.patrols.models import Hazard, Patrol

_ASKED = {"change": "变更", "extend": "延期", "cancel": "注销"}
_DECIDED = {"approved": "同意", "rejected": "不予同意"}


def completion_receipt(work: Session, row: Work, at: datetime) -> Said:
    """The work is closed: when it was planned, when it ended, and that no hazard is left."""
    return {
        **of_work(work, row, row.case),
        "start": long_day(row.planned_start),
        "end": long_day(row.planned_end),
        "finished": long_day(row.actual_end) if row.actual_end else day(row.completed_at or at),
        "hazards": _hazards(work, row),
        "closed": day(row.closed_at or at),
        "day": day(at),
    }


def change_notice(work: Session, row: Work, what: Mapping[str, Any], at: datetime) -> Said:
    """What was asked to be changed, and what came of it.

    `what` has kind (change, extend, cancel), decision (approved, rejected), reason, changes
    (rows of label, before, after).
    """
    approved = what["decision"] == "approved"
    return {
        **of_work(work, row, row.case),
        "what": _ASKED.get(what["kind"], _ASKED["change"]),
        "cancelled": what["kind"] == "cancel",
        "approved": approved,
        "decision": _DECIDED["approved" if approved else "rejected"],
        "reason": sentence(str(what.get("reason") or "不符合规定")),
        "changes": [[str(cell) for cell in change] for change in what.get("changes", ())],
        "day": day(at),
    }


def _hazards(work: Session, row: Work) -> str:
    counted = work.execute(
        select(Hazard.state, func.count())
        .join(Patrol, Patrol.id == Hazard.patrol_id)
        .where(Hazard.work_id == row.id, Patrol.concluded_at.is_not(None), Hazard.state != "void")
        .group_by(Hazard.state)
    )
    by_state = {row.state: int(row[1]) for row in counted}
    total, closed = sum(by_state.values()), by_state.get("closed", 0)
    if not total:
        return "巡查未发现隐患"
    return f"共发现 {total} 处，已整改 {closed} 处"
