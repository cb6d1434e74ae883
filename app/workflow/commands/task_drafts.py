"""Keeping a decision as it is typed, right or wrong, until it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.db import insert_if_new, transaction
from app.errors import NotFound
from app.identity.actor import Actor
from app.workflow import definitions, task_drafts
from app.workflow.habits import TaskDraft
from app.workflow.handling import OPEN, SEAT, conditions
from app.workflow.models import Task


def save_task_draft(
    actor: Actor, task_id: str, sent: Mapping[str, Any], *, at: datetime
) -> TaskDraft | None:
    """Keep what was typed before a task; nothing typed, nothing kept.

    Also while somebody else has claimed it: what was typed is lost to nobody. Raises NotFound,
    Forbidden (not theirs to handle), Conflict (no longer open).
    """
    with transaction() as work:
        task = work.get(Task, task_id)
        if task is None:
            raise NotFound("没有这个任务")
        for condition in conditions(work, actor, task):
            if condition.key in (SEAT, OPEN) and condition.refusal is not None:
                raise condition.refusal
        definition = definitions.get(work, task.case.version_id)
        form = definition.form(definition.process.tasks[task.element].form)
        held = form.hold(sent)
        if not any(held.values()):
            task_drafts.forget(work, actor.id, task_id)
            return None
        mine = {"person_id": actor.id, "task_id": task_id, "at": at, "values": {}, "acting": ""}
        work.execute(insert_if_new(work, TaskDraft).values(mine))
        draft = work.get_one(TaskDraft, (actor.id, task_id), with_for_update=True)
        draft.values, draft.at = form.seal(held), at
        draft.acting = str(sent.get("acting", ""))[:32]
    return draft


def discard_task_draft(actor: Actor, task_id: str, *, at: datetime) -> None:
    """Begin the form anew."""
    with transaction() as work:
        task_drafts.forget(work, actor.id, task_id)
