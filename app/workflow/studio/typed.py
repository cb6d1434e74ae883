"""What was typed before the tasks of a moved case: kept where its step stays, else told as lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, undefer

from app.db import insert_if_new
from app.identity import queries
from app.workflow import acting, definitions, task_drafts
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


def alike(both: Both, step: str, now: str) -> bool:
    """Whether a step is the same in the other version, and asks for the same form."""
    old, new = (one.process.tasks for one in both)
    return step == now and step in old and step in new and old[step].form == new[step].form


@dataclass(frozen=True, slots=True)
class Carried:
    """Who has theirs no more, and the step before which they typed; what was put aside of it."""

    lost: dict[str, str]
    aside: list[dict[str, Any]]


def carry(work: Session, case: Case, both: Both, drafts: Lying, at: datetime) -> Carried:
    """Let them follow their steps, sealed as the forms of the other version seal them.

    One whose task was closed stays with it, for the way back; a copy goes where the same step asks
    the same person for the same form. One whose task goes on with another form, which could neither
    show nor unseal it, is put aside.
    """
    waits = Task.case_id == case.id, Task.status.in_(WAITING)
    rows = work.scalars(select(Task).where(*waits).order_by(Task.id)).all() if drafts else []
    carried = Carried({}, [])
    for draft, task in drafts:
        homes = where_to(work, both, (draft, task), rows, at)
        if not homes:
            carried.lost[draft.person_id] = task.name
            if task.status in WAITING:
                carried.aside.append(_put_aside(work, draft))
        elif task in homes:
            draft.values = _sealed(draft, task, both)
        else:
            _copy(work, draft, homes[0], _sealed(draft, task, both))
    return carried


def where_to(
    work: Session, both: Both, lies: tuple[TaskDraft, Task], rows: Iterable[Task], at: datetime
) -> list[Task]:
    """Before which of these rows it lies afterwards: its own, or one that asks its writer."""
    draft, task = lies
    alikes = [row for row in rows if alike(both, task.element, row.element)]
    here = [row for row in alikes if row.ref == task.ref]
    return [row for row in here if row.id == task.id or _asked(work, row, draft, at)]


def _put_aside(work: Session, draft: TaskDraft) -> dict[str, Any]:
    told = {"person": draft.person_id, "task": draft.task_id, "acting": draft.acting}
    work.delete(draft)
    return {**told, "values": draft.values, "at": draft.at.isoformat()}


def give_back(work: Session, aside: Sequence[Mapping[str, Any]]) -> None:
    """What was put aside lies before its task again: its step asks for its form once more."""
    work.flush()
    for told in aside:
        draft = TaskDraft(person_id=told["person"], task_id=told["task"], values=told["values"],
                          acting=told["acting"], at=datetime.fromisoformat(told["at"]))  # fmt: skip
        work.merge(draft)


def forget_case(work: Session, case_id: str) -> None:
    """Drop what was put aside of a case that is erased."""
    _forget(work, MovedCase.case_id == case_id)


def sweep(work: Session, at: datetime) -> None:
    """Drop what was put aside a month ago."""
    moves = select(FlowMove.id).where(FlowMove.begun_at < at - task_drafts.KEPT)
    _forget(work, MovedCase.move_id.in_(moves))


def _forget(work: Session, which: ColumnElement[bool]) -> None:
    kept = MovedCase.before["drafts"].as_string().is_not(None)
    found = select(MovedCase).where(which, kept).options(undefer(MovedCase.before))
    for item in work.scalars(found):
        item.before = {key: one for key, one in (item.before or {}).items() if key != "drafts"}


def _asked(work: Session, row: Task, draft: TaskDraft, at: datetime) -> bool:
    if row.person_id is not None:
        return row.person_id == draft.person_id
    return bool(acting.posts(work, queries.actor_for(draft.person_id, at), row))


def _sealed(draft: TaskDraft, task: Task, both: Both) -> dict[str, object]:
    """What the other version does not ask for stays, for the way back."""
    old, new = both
    key = old.process.tasks[task.element].form
    typed = old.form(key).unseal(draft.values, show_secrets=True)
    form = new.form(key)
    unasked = draft.values.keys() - {one.key for one in form.fields}
    rest = {name: draft.values[name] for name in unasked}
    return {**rest, **form.seal(form.hold(typed))}


def _copy(work: Session, draft: TaskDraft, row: Task, values: dict[str, object]) -> None:
    """Unless something newer was typed there."""
    mine = {"person_id": draft.person_id, "task_id": row.id, "at": draft.at, "values": values,
            "acting": draft.acting}  # fmt: skip
    work.execute(insert_if_new(work, TaskDraft).values(mine))
    there = work.get_one(TaskDraft, (draft.person_id, row.id))
    if there.at < draft.at:
        there.values, there.acting, there.at = values, draft.acting, draft.at


def lost_by_undoing(work: Session, move: FlowMove, at: datetime) -> int:
    """How many drafts were typed since that have nowhere to lie in the older version."""
    mine = MovedCase.move_id == move.id, MovedCase.status == "moved"
    acted = exists().where(
        Event.case_id == MovedCase.case_id, Event.seq > MovedCase.seq, Event.verb.not_in(QUIET)
    )
    drafts = lying(work, work.scalars(select(MovedCase.case_id).where(*mine, ~acted)).all())
    cases = {task.case_id for _draft, task in drafts}
    items = select(MovedCase).where(MovedCase.move_id == move.id, MovedCase.case_id.in_(cases))
    before = {
        item.case_id: item.before
        for item in work.scalars(items.options(undefer(MovedCase.before)))
        if item.before
    }
    return sum(not _back(work, move, one, before[one[1].case_id], at) for one in drafts)


def _back(
    work: Session, move: FlowMove, lies: tuple[TaskDraft, Task], before: Mapping[str, Any],
    at: datetime,
) -> list[Task]:  # fmt: skip
    """Before which of the rows that waited then it would lie."""
    ids, known = (move.version_id, before["case"]["version_id"]), before["rows"]
    new, old = (definitions.get(work, one) for one in ids)
    waited = [one for one, told in known.items() if told["status"] in WAITING]
    rows = work.scalars(select(Task).where(Task.id.in_(waited)).order_by(Task.id)).all()
    return where_to(work, (new, old), lies, rows, at)
