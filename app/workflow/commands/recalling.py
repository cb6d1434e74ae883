"""Recalling (收回): whoever handled a task last takes it back while nobody has acted on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.db import transaction
from app.identity.actor import Actor
from app.workflow import (
    acting,
    calendar,
    deadlines,
    definitions,
    events,
    keys,
    recalling,
    separation,
    signing,
)
from app.workflow.commands.locked import task_for
from app.workflow.commands.sending import asked, close, concerned, enter, spare, tell
from app.workflow.events import Act
from app.workflow.models import Task
from app.workflow.offers import Ask

RECALLED = "recalled"


def recall(actor: Actor, task_id: str, key: str = "", *, at: datetime) -> Task:
    """Take back a task that one handled, as long as nothing came of it.

    What was opened by it is closed, and it waits again, in the same hands; what others had signed
    of the same step stays signed. Raises Conflict once somebody has claimed or decided what
    followed, or something was carried out.
    """
    with transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {"recalled": task_id}) is not None:
            return work.get_one(Task, task_id)
        task, actor = task_for(work, actor, task_id)
        recalling.may_recall(Ask(work, actor, task.case, task, at))
        hold = next(iter(acting.posts(work, actor, task)), None)
        separation.unnote(work, task)
        passed, whom = _take_back(work, actor, task, at)
        act = Act(task, passed=passed, hold=hold)
        events.record(work, task.case, RECALLED, actor, act, at=at)
        said = {"by": actor.name, "step": task.name}
        tell(work, task.case, whom, RECALLED, said, at=at)
    return task


def _take_back(
    work: Session, actor: Actor, task: Task, at: datetime
) -> tuple[tuple[str, ...], set[str | None]]:
    if recalling.unsettled(work, task):
        _reopen(task, actor.id)
        _wait_again(work, task, (), at)
        return (), set()
    step = recalling.taken_back(work, task, at)
    whom, spared = concerned(work, task.case, step, actor), asked(work, task.case, step)
    close(work, task.case, step, f"“{task.name}”已由办理人收回")
    rows = recalling.step_of(work, task)
    enter(work, actor, task.case, replace(step, opened=()), at)
    (opened,) = step.opened
    for row in rows:
        row.ref = opened.ref
    back = [row for row in rows if _left_by(row, task)]
    for row in back:
        row.status, row.close_reason = "open", ""
    _reopen(task, actor.id)
    _wait_again(work, task, back, at)
    spare(work, task.case, spared, at)
    return step.passed, whom


def _reopen(task: Task, by_id: str) -> None:
    task.status, task.outcome, task.done_by_id, task.closed_at = "open", None, None, None
    task.claimed_by_id, task.version_id = by_id, None  # signed anew, by the version of its case


def _left_by(row: Task, task: Task) -> bool:
    """Whether the handling of this task closed that row, which nobody had decided."""
    return row.status == "closed" and row.closed_at == task.closed_at


def _wait_again(work: Session, task: Task, back: Collection[Task], at: datetime) -> None:
    """Whoever signs only after somebody who has not has to wait again.

    Nobody's limit runs meanwhile, nor did it while the step was closed.
    """
    policy = definitions.of_task(work, task).process.tasks[task.element]
    is_workday = calendar.workday_test(work, task.case.l2, task.case.l1)
    rows = [row for row in recalling.step_of(work, task) if row.status in ("open", "waiting")]
    for row in rows:
        since, row.closed_at = row.closed_at, None
        if row.status == "waiting":
            continue
        if any(signing.waits_for(row, one, policy.sign) for one in rows):
            row.status, row.chase_at = "waiting", None
            row.opened_at = row.opened_at if row in back else at
        elif since is not None:
            deadlines.shift(row, policy.limit, since, at, is_workday)
