"""The time of a step that is asked anew: whoever was asked before the move gets no more of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.clock import IsWorkday
from app.engine import Process
from app.workflow import deadlines
from app.workflow.assignment import Pool
from app.workflow.models import Task

Both = tuple[Process, Process]
"""The drawing by which a case went, and the one by which it goes."""


def running(rows: Iterable[Task]) -> list[Task]:
    """Those of them whose clock runs, and not by an added signer's hand."""
    return [one for one in rows if one.status == "open" and one.due_at and not one.added]


def asked_before(rows: Iterable[Task], pool: Pool, desk: str, element: str) -> Task | None:
    """The first due of these rows of a step at that desk, or at one that shares a role with it.

    None where others were asked, or it was another step.
    """
    same = [one for one in rows if one.element == element and _same(one, pool, desk)]
    return min(same, key=lambda one: (str(one.due_at), one.id), default=None)


def _same(row: Task, pool: Pool, desk: str) -> bool:
    if pool.person_id or row.person_id:
        return row.person_id == pool.person_id
    return same_desk(row, pool.unit_id, desk)


def same_desk(row: Task, unit_id: str | None, desk: str) -> bool:
    """Whether a row asked this desk of a unit, or one that shares a role with it."""
    at_home = (row.stands_in_id or row.unit_id) == unit_id
    return at_home and not set(row.desk.split()).isdisjoint(desk.split())


def due(row: Task, both: Both, at: datetime, is_workday: IsWorkday) -> datetime | None:
    """When it is due after the move, by the rule of a limit that changes."""
    was, now = (one.tasks[row.element].limit for one in both)
    return row.due_at if was == now else deadlines.changed(row, (was, now), at, is_workday)


def go_on(
    opened: Iterable[Task], left: Iterable[Task], both: Both, at: datetime, is_workday: IsWorkday
) -> None:
    """Let each row that was opened be due as that one says which asked the same desk before."""
    rows = list(left)
    for row in opened:
        step = [one for one in rows if one.ref == row.ref]
        pool = Pool(unit_id=row.stands_in_id or row.unit_id, person_id=row.person_id)
        old = asked_before(step, pool, row.desk, row.element)
        if old is not None and row.due_at is not None:
            deadlines.stand_in(row, old, due(old, both, at, is_workday), at, is_workday)
