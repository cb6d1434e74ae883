"""What was typed before the tasks of a moved case: kept where its step stays, else told as lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, undefer

from app.db import insert_if_new
from app.identity import queries
from app.workflow import acting
from app.workflow.definitions import Definition
from app.workflow.habits import TaskDraft
from app.workflow.models import Case, Event, Task
from app.workflow.studio.models import FlowMove, MovedCase
from app.workflow.studio.standing import QUIET, WAITING

Both = tuple[Definition, Definition]
"""The version by which a case went, and the one by which it goes."""
Lying = Sequence[tuple[TaskDraft, Task]]


def lying(work: Session, case_ids: Collection[str]) -> Lying:
    """The drafts before tasks of these cases that wait, each with its task."""
    waits = Task.case_id.in_(case_ids), Task.status.in_(WAITING)
    found = select(TaskDraft, Task).join(Task, Task.id == TaskDraft.task_id).where(*waits)
    rows = work.execute(found.order_by(TaskDraft.task_id, TaskDraft.person_id))
    return [(draft, task) for draft, task in rows]


def carry(work: Session, case: Case, both: Both, drafts: Lying, at: datetime) -> dict[str, str]:
    """Let them follow their steps, sealed as the forms of the other version seal them.

    One whose task was closed stays with it, for the way back; a copy goes where the same step asks
    the same person for the same form. Whoever has none, and the step before which they typed.
    """
    waits = Task.case_id == case.id, Task.status.in_(WAITING)
    rows = work.scalars(select(Task).where(*waits).order_by(Task.id)).all() if drafts else []
    lost: dict[str, str] = {}
    for draft, task in drafts:
        here = [row for row in rows if row.ref == task.ref and _alike(both, task, row)]
        homes = [row for row in here if row.id == task.id or _asked(work, row, draft, at)]
        if not homes:
            lost[draft.person_id] = task.name
        elif task in homes:
            draft.values = _sealed(draft, task, both)
        else:
            _copy(work, draft, homes[0], _sealed(draft, task, both))
    return lost


def _alike(both: Both, task: Task, row: Task) -> bool:
    """Whether a task of the other version is the same step, and asks for the same form."""
    old, new = (one.process.tasks for one in both)
    if row.element != task.element or task.element not in old:
        return False
    return old[task.element].form == new[row.element].form


def _asked(work: Session, row: Task, draft: TaskDraft, at: datetime) -> bool:
    if row.person_id is not None:
        return row.person_id == draft.person_id
    return bool(acting.posts(work, queries.actor_for(draft.person_id, at), row))


def _sealed(draft: TaskDraft, task: Task, both: Both) -> dict[str, object]:
    """What the other version does not ask for stays, for the way back."""
    old, new = both
    key = old.process.tasks[task.element].form
    typed = old.form(key).unseal(draft.values, show_secrets=True)
    return {**draft.values, **new.form(key).seal(new.form(key).hold(typed))}


def _copy(work: Session, draft: TaskDraft, row: Task, values: dict[str, object]) -> None:
    """Unless something newer was typed there."""
    mine = {"person_id": draft.person_id, "task_id": row.id, "at": draft.at, "values": values,
            "acting": draft.acting}  # fmt: skip
    work.execute(insert_if_new(work, TaskDraft).values(mine))
    there = work.get_one(TaskDraft, (draft.person_id, row.id))
    if there.at < draft.at:
        there.values, there.acting, there.at = values, draft.acting, draft.at


def lost_by_undoing(work: Session, move: FlowMove) -> int:
    """How many drafts were typed since before tasks that only the newer version has."""
    mine = MovedCase.move_id == move.id, MovedCase.status == "moved"
    acted = exists().where(
        Event.case_id == MovedCase.case_id, Event.seq > MovedCase.seq, Event.verb.not_in(QUIET)
    )
    drafts = lying(work, work.scalars(select(MovedCase.case_id).where(*mine, ~acted)).all())
    cases = {task.case_id for _draft, task in drafts}
    items = select(MovedCase).where(MovedCase.move_id == move.id, MovedCase.case_id.in_(cases))
    known = {
        row_id
        for item in work.scalars(items.options(undefer(MovedCase.before)))
        for row_id in (item.before or {"rows": ()})["rows"]
    }
    return sum(task.id not in known and not _stays(work, task, known) for _draft, task in drafts)


def _stays(work: Session, task: Task, known: Collection[str]) -> bool:
    """Whether the step of a task was there before, asked of others."""
    alike = Task.case_id == task.case_id, Task.ref == task.ref, Task.element == task.element
    return any(one in known for one in work.scalars(select(Task.id).where(*alike)))
