"""A step that breaks under a person's hands: rolled back whole, and an incident stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select

from app.db import session, transaction
from app.errors import BrokenProcess
from app.identity.actor import Actor
from app.workflow import events, incidents
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.models import Task

_ADVICE = "。本次办理没有生效，已记为流程异常，请等本区县或市的管理员处理后再办"


@contextmanager
def incident_of(actor: Actor, task_id: str, *, at: datetime) -> Iterator[None]:
    """Stand around a transaction that may fail on its process.

    The case's administrator is then told, in a transaction of its own; the person gets the same
    refusal, saying that nothing was done.
    """
    try:
        yield
    except BrokenProcess as fault:
        _keep(actor, task_id, fault.message, at)
        raise BrokenProcess(f"{fault.message}{_ADVICE}", fault.findings) from fault


def _keep(actor: Actor, task_id: str, fault: str, at: datetime) -> None:
    case_id = session().scalar(select(Task.case_id).where(Task.id == task_id))
    if case_id is None:
        return
    with transaction() as work:
        case, task = locked_case(work, case_id), work.get_one(Task, task_id)
        text = f"办理“{task.name}”时出错：{fault}"[: incidents.LONGEST]
        if case.incident != text:
            incidents.mark(case, text)
            events.record(work, case, "broke", actor, Act(task=task), at=at)
