"""What is most urgent of all that lies at somebody's desks: by due date, then risk, then age."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.clock import local
from app.identity.actor import Actor
from app.workflow import kinds
from app.workflow.models import Task
from app.workflow.queries import boxes
from app.workflow.queries.pages import Cursor

WINDOW, WINDOWS = 100, 5
_GRAVEST = ("high", "medium", "low", "")


def most_urgent(work: Session, actor: Actor) -> Iterator[str]:
    """The ids of what may be taken, the most urgent first; of many due that day, of the oldest."""
    found, cursor = boxes.ranges(work, actor, boxes.CLAIMABLE), None
    for _ in range(WINDOWS if found else 0):
        ids = list(work.scalars(boxes.page(found, boxes.NOTHING, cursor, WINDOW)))
        if not ids:
            return
        rows = select(Task).where(Task.id.in_(ids)).options(joinedload(Task.case))
        tasks = {task.id: task for task in work.scalars(rows)}
        last = tasks[ids[-1]]
        yield from _sorted(work, list(tasks.values()))
        if last.due_at is None or len(ids) < WINDOW:
            return
        cursor = Cursor(last.due_at, last.id)


def _sorted(work: Session, tasks: Sequence[Task]) -> list[str]:
    risks = kinds.risks_of(work, [task.case for task in tasks])

    def urgency(task: Task) -> tuple[date, int, datetime, str]:
        due = local(task.due_at or task.opened_at).date()
        risk = _GRAVEST.index(risks.get(task.case_id, ""))
        return due, risk, task.opened_at, task.id

    return [task.id for task in sorted(tasks, key=urgency)]
