"""What may be passed many at a time (批量通过): the plain and harmless, step by step the same."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.errors import Forbidden
from app.identity.actor import Actor
from app.workflow import handling, kinds
from app.workflow.models import Task

LOW = "low"
MOST = 50


def refuse(work: Session, actor: Actor, task: Task) -> None:
    """Raises Forbidden for a task that must be opened to be decided."""
    case = task.case
    if kinds.of(case.process_key).task_page(task):
        raise Forbidden("这一环节要在专门的页面办理，请打开办理")
    if kinds.risks_of(work, [case]).get(case.id) != LOW:
        raise Forbidden("不是低风险，请打开逐件办理")
    handling.refuse_unchosen(work, actor, task)
