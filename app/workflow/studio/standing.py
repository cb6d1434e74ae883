"""How a case stood before it was moved, kept so that the move can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workflow.models import Case, Task

_CASE = ("version_id", "state", "wake_at", "due_at", "stopped_at", "chase_at", "chased")
_TASK = ("element", "name", "status", "opened_at", "due_at", "chase_at", "chased", "closed_at",
         "close_reason", "version_id", "straight_to_id")  # fmt: skip


def kept(work: Session, case: Case) -> dict[str, Any]:
    """The fields of a case and of its rows, as they stand."""
    rows = {row.id: _told(row, _TASK) for row in _rows(work, case)}
    return {"case": _told(case, _CASE), "rows": rows}


def put_back(work: Session, case: Case, before: Mapping[str, Any]) -> tuple[list[Task], list[Task]]:
    """Let them stand so again. The rows that wait once more, and those that were not there yet."""
    _put(case, before["case"])
    known, again, added = before["rows"], [], []
    for row in _rows(work, case):
        if row.id not in known:
            added.append(row)
            continue
        was = row.status
        _put(row, known[row.id])
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
