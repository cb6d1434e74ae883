"""How a case stood before it was moved, kept so that the move can be taken back while it can."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.workflow import calendar, chasing, deadlines, vacancies
from app.workflow.models import Case, Event, Task

MOVED, MOVED_BACK = "moved", "moved_back"
WAITING = ("open", "waiting")
QUIET = (chasing.CHASED, vacancies.VACANT)
"""What the system says by itself: nobody has acted on a case by it."""
_CASE = ("version_id", "state", "wake_at", "due_at", "stopped_at", "chase_at", "chased")
_TASK = ("element", "name", "status", "opened_at", "due_at", "chase_at", "chased", "closed_at",
         "close_reason", "version_id", "straight_to_id")  # fmt: skip


def refuse_seen_otherwise(work: Session, case: Case, seq: int) -> None:
    """Raises Conflict where a case is not any more what a preview showed, which saw this event.

    A reminder changes nothing of that; where nobody is there, another unit has it now.
    """
    since = select(Event.verb).where(Event.case_id == case.id, Event.seq > seq)
    verbs = set(work.scalars(since)) - {chasing.CHASED}
    if verbs - {vacancies.VACANT}:
        raise Conflict("预览之后有人办过，请重新预览")
    if verbs:
        raise Conflict("预览之后因无人可办换了办理单位，请重新预览")


def refuse_touched(work: Session, case: Case, seq: int) -> None:
    """Raises Conflict where a case does not stand as the event of its move left it.

    A later move that was taken back has left it so.
    """
    since = select(Event.verb).where(Event.case_id == case.id, Event.seq > seq)
    later = 0
    for verb in work.scalars(since.where(Event.verb.not_in(QUIET)).order_by(Event.seq)):
        if verb not in (MOVED, MOVED_BACK) or (verb == MOVED_BACK and not later):
            raise Conflict("更新之后有人办过，没有撤销")
        later += 1 if verb == MOVED else -1
    if later:
        raise Conflict("后来又更新过一次，请先撤销后一次更新")


def kept(work: Session, case: Case) -> dict[str, Any]:
    """The fields of a case and of its rows, as they stand."""
    rows = {row.id: _told(row, _TASK) for row in _rows(work, case)}
    return {"case": _told(case, _CASE), "rows": rows}


def put_back(
    work: Session, case: Case, before: Mapping[str, Any], at: datetime
) -> tuple[list[Task], list[Task]]:
    """Let them stand so again. The rows that wait once more, and those that were not there yet."""
    is_workday = calendar.workday_test(work, case.l2, case.l1)
    known, again, added = before["rows"], [], []

    def put(row: Case | Task, told: Mapping[str, Any]) -> None:
        since = row.chased
        _put(row, told)
        if row.chase_at is not None and since is not None:
            deadlines.told_since(row, since, at, is_workday)

    put(case, before["case"])
    for row in _rows(work, case):
        if row.id not in known:
            added.append(row)
            continue
        was = row.status
        put(row, known[row.id])
        if row.status != was:
            again.append(row)
    return again, added


def _rows(work: Session, case: Case) -> list[Task]:
    work.flush()
    return list(work.scalars(select(Task).where(Task.case_id == case.id)))


def _told(row: Case | Task, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def _put(row: Case | Task, told: Mapping[str, Any]) -> None:
    for name, value in told.items():
        moment = datetime.fromisoformat(value["at"]) if isinstance(value, dict) else value
        setattr(row, name, moment)
