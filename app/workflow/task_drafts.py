"""Drafts of decisions (暂存): what was typed before a task and not sent, for its typist alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from app.workflow.forms import Form
from app.workflow.habits import TaskDraft
from app.workflow.models import Task

KEPT = timedelta(days=30)

_FORGET = delete(TaskDraft).where(
    TaskDraft.person_id == bindparam("person"), TaskDraft.task_id == bindparam("task")
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A draft as its typist reads it again."""

    values: Mapping[str, Any]
    acting: str
    at: datetime


def typed(work: Session, person_id: str, task_id: str, form: Form) -> Typed | None:
    """What this person typed before this task, secrets readable: they are the typist's own."""
    kept = work.get(TaskDraft, (person_id, task_id))
    if kept is None:
        return None
    return Typed(form.unseal(kept.values, show_secrets=True), kept.acting, kept.at)


def begun(work: Session, person_id: str | None, task_id: str) -> bool:
    """Whether this person typed anything before this task."""
    return work.get(TaskDraft, (person_id, task_id)) is not None


def forget(work: Session, person_id: str, task_id: str) -> None:
    """Drop it, within the transaction of the decision."""
    work.connection().execute(_FORGET, {"person": person_id, "task": task_id})


def forget_case(work: Session, case_id: str) -> None:
    """Drop what anybody typed about a case that is erased."""
    tasks = select(Task.id).where(Task.case_id == case_id)
    work.execute(delete(TaskDraft).where(TaskDraft.task_id.in_(tasks)))


def sweep(work: Session, at: datetime) -> None:
    """Drop what was typed a month ago before tasks that others have closed since."""
    over = select(Task.id).where(Task.id == TaskDraft.task_id, Task.status.in_(("done", "closed")))
    work.execute(delete(TaskDraft).where(TaskDraft.at < at - KEPT, over.exists()))
