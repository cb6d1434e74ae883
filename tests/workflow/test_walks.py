"""Random walks: whatever people decide, the rows say what the engine says."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app import engine
from app.db import session
from app.engine.types import Step
from app.workflow import calendar, commands, definitions, desks
from app.workflow.models import Case, Task
from app.workflow.queries.audit import check_cases
from tests.workflow import drawn, make
from tests.workflow.people import NOON, who

WALKERS = ("ann", "li", "zhao", "sun", "qian", "zhou", "zheng", "feng")
MOST_STEPS = 9
KINDS = st.sampled_from([{}, make.RISKY, make.CITY, make.OVER])
EXAMPLES = settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each walk opens its own case
)


def said(made: Case, at: datetime) -> Step:
    """What the engine says of a case, asked on a copy."""
    row = select(Case).where(Case.id == made.id).options(undefer(Case.snapshot))
    found = session().scalars(row.execution_options(populate_existing=True)).one()
    process = definitions.get(session(), found.version_id).process
    days = calendar.workdays(calendar.workday_test(session(), found.l2, found.l1))
    return engine.wake(process, found.snapshot, at=at, workdays=days)


def agrees(made: Case, at: datetime) -> None:
    """Open rows are the engine's open steps, and nothing waits in a case that ended."""
    rows = make.open_tasks(made, "open", "waiting")
    step, case = said(made, at), make.fresh(made)
    assert {row.ref for row in rows} == {task.ref for task in step.open}
    assert {(row.ref, row.element) for row in rows} == {(t.ref, t.element) for t in step.open}
    assert step.ended == (case.state == "ended") == (case.ended_at is not None)
    assert bool(rows) != step.ended
    assert (case.wake_at is None) == (step.wake_at is None)
    states = Counter(row.status for row in case.tasks)
    assert set(states) <= {"open", "waiting", "done", "closed"}


def theirs(task: Task) -> str:
    """Somebody who may handle it."""
    for key in WALKERS:
        actor = who(key)
        if task.person_id == actor.id or desks.hold_for(actor, task):
            return key
    raise AssertionError(f"nobody can handle {task.name}")


def outcome_of(data: st.DataObject, task: Task) -> str:
    process = definitions.get(session(), task.case.version_id).process
    keys = [outcome.key for outcome in process.tasks[task.element].outcomes]
    return data.draw(st.sampled_from(keys), task.name)


@EXAMPLES
@given(st.data())
def test_a_filing_walked_at_random(town: Session, data: st.DataObject) -> None:
    at, differs = NOON, data.draw(KINDS)
    made = make.file(when=at, **differs)
    for _ in range(MOST_STEPS):
        agrees(made, at)
        waiting = make.open_tasks(made)
        if not waiting:
            break
        task = data.draw(st.sampled_from(waiting))
        key = theirs(task)
        if data.draw(st.booleans()) and task.person_id is None:
            commands.claim(who(key), task.id, at=at)
        answers = {**make.values(at), **differs} if task.element == "correction" else {}
        made = make.decide(made, key, outcome_of(data, task), when=at, **answers)
        at += timedelta(hours=data.draw(st.integers(1, 30)))
    agrees(made, at)
    assert check_cases(session()) == []


@EXAMPLES
@given(st.data())
def test_signers_walked_at_random(town: Session, data: st.DataObject) -> None:
    sign = data.draw(st.sampled_from(["all", "any", "order", "vote:34", "vote:60", "vote:100"]))
    key = f"joint_{sign.replace(':', '_')}"
    known = session().scalar(select(drawn.ProcessVersion.id).where(drawn.ProcessVersion.key == key))
    if known is None:
        drawn.publish(key, drawn.joint(key, sign))
    made = drawn.file(key)
    drawn.decide(made, "li", "approve")
    while waiting := make.open_tasks(made):
        agrees(made, NOON)
        task = data.draw(st.sampled_from(waiting))
        drawn.decide(made, theirs(task), outcome_of(data, task))
    agrees(made, NOON)
    assert make.fresh(made).result in ("approved", "rejected", "returned")
