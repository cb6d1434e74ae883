"""A task before it is handed on: whether it may be, and to whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import NotFound
from app.identity.actor import Actor
from app.workflow.models import Task
from app.workflow.offers import Ask, Rule
from app.workflow.reach import readable_case


def asked(work: Session, actor: Actor, task_id: str, rule: Rule, *, at: datetime) -> Task:
    """The task, if this person reads its case and the rule lets them. Raises its refusal."""
    task = work.get(Task, task_id)
    if task is None:
        raise NotFound("没有这个任务")
    if actor.id not in (task.claimed_by_id, task.person_id):
        readable_case(work, actor, task.case_id)
    rule(Ask(work, actor, task.case, task, at))
    return task
