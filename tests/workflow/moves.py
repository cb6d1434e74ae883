"""Moving cases onto a newer version, as whoever keeps the city's flows asks for it."""

from __future__ import annotations

from sqlalchemy import func, select

from app.db import session
from app.engine import drafting
from app.workflow import commands, jobs
from app.workflow.commands.moving import Moving
from app.workflow.models import Case, Event, ProcessVersion
from app.workflow.studio import moving
from app.workflow.studio.models import FlowMove, MovedCase
from tests.workflow import edited
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


def move(*cases: Case, targets: moving.Targets | None = None, by: str = "ning") -> FlowMove:
    """Ask for it, and let the background do it."""
    onto = version(cases[0].process_key)
    wanted = Moving(onto.id, {one.id: seen(one) for one in cases}, "加一级审核", targets or {})
    asked = commands.begin_move(who(by), wanted, at=NOON)
    while jobs.run_due(NOON):
        pass
    return asked


def undo(asked: FlowMove) -> None:
    commands.undo_move(who("ning"), asked.id, at=NOON)
    while jobs.run_due(NOON):
        pass


def item(asked: FlowMove, made: Case) -> MovedCase:
    session().rollback()
    return session().get_one(MovedCase, (asked.id, made.id), populate_existing=True)
