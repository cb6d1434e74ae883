"""Moving cases onto a newer version, as whoever keeps the city's flows asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.db import session
from app.engine import drafting
from app.identity import queries
from app.identity.models import Person
from app.workflow import commands, handling, jobs
from app.workflow.commands.moving import Moving
from app.workflow.events import WHOM
from app.workflow.models import Case, Event, ProcessVersion, Task
from app.workflow.studio import moving
from app.workflow.studio.models import FlowMove, MovedCase
from tests.workflow import edited, make
from tests.workflow.people import NOON, who


def version(key: str) -> ProcessVersion:
    newest = select(ProcessVersion).where(ProcessVersion.key == key)
    found = session().scalars(newest.order_by(ProcessVersion.number.desc())).first()
    assert found is not None
    return found


def inserted(key: str, before: str) -> str:
    """A full review level, with its way back to the applicant, before a step."""
    text = edited.shape(key)
    like = drafting.ways_like(drafting.Sheet(text, key), before, after=False)
    level = drafting.Level("街道分管领导审核", edited.NEW, "demo/review", like)
    return drafting.edit(text, key, drafting.InsertBefore(before, level))


def seen(made: Case) -> int:
    session().rollback()
    found = session().scalar(select(func.max(Event.seq)).where(Event.case_id == made.id))
    assert found is not None
    return found


def move(
    *cases: Case, targets: moving.Targets | None = None, by: str = "ning", at: datetime = NOON
) -> FlowMove:
    """Ask for it, and let the background do it."""
    onto = version(cases[0].process_key)
    wanted = Moving(onto.id, {one.id: seen(one) for one in cases}, "加一级审核", targets or {})
    asked = commands.begin_move(who(by, at), wanted, at=at)
    while jobs.run_due(at):
        pass
    return asked


def undo(asked: FlowMove, at: datetime = NOON) -> None:
    commands.undo_move(who("ning", at), asked.id, at=at)
    while jobs.run_due(at):
        pass


def item(asked: FlowMove, made: Case) -> MovedCase:
    session().rollback()
    return session().get_one(MovedCase, (asked.id, made.id), populate_existing=True)


def hands_are_right(made: Case, before: Sequence[Task], said: Sequence[str], at: datetime) -> None:
    """Who had a step has it still, since then; or the record says that not, as the preview did.

    Nobody has anew what they may not handle, nor lost what they may and nobody else has.
    """
    told, now = make.events(made), make.open_tasks(made, "open", "waiting")
    event = next(one for one in reversed(told) if one.verb == "moved")  # reminders may follow
    gone = set(str(event.routing.get(WHOM, "")).split())
    had = [row for row in before if row.claimed_by_id and row.unit_id and not row.added]
    lost = [(one, row) for row in had for one in (row.claimed_by_id, row.delegated_by_id)
            if one and not any(_has(left, one, row) for left in now)]  # fmt: skip
    names = {one: session().get_one(Person, one).name for one, _row in lost}
    assert gone == names.keys()
    assert sorted(one for one in said if one.endswith("的签收取消")) == sorted(
        f"{names[one]}对“{row.name}”的签收取消" for one, row in lost
    )
    for one, row in lost:
        if one == row.claimed_by_id and not (row.named_id or row.for_id or row.delegated_by_id):
            free = [left for left in now if _same(left, row) and left.claimed_by_id is None]
            able = [left for left in free if left.status == "open" and _may(left, one, at)]
            assert not able, row.element
    known = {row.id for row in before}
    for row in now:
        if row.id not in known and row.claimed_by_id and not row.delegated_by_id:
            assert _may(row, row.claimed_by_id, at), row.element


def _same(one: Task, other: Task) -> bool:
    return (one.ref, one.element) == (other.ref, other.element)


def _has(now: Task, person_id: str, was: Task) -> bool:
    hands = now.claimed_by_id, now.delegated_by_id
    return _same(now, was) and person_id in hands and now.claimed_at == was.claimed_at


def _may(row: Task, person_id: str, at: datetime) -> bool:
    """Whether somebody may handle it, but for its turn, and though the case rests."""
    asked = handling.conditions(session(), queries.actor_for(person_id, at), row)
    later = handling.OPEN, handling.RUNNING
    return all(one.refusal is None for one in asked if one.key not in later)
