"""What must be true of a case whatever was done to it: measured on the rows, not by our rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import undefer

from app import engine
from app.db import session
from app.engine import Process, Step
from app.identity import queries
from app.workflow import calendar, definitions, desks, events, pace, past, separation, signing
from app.workflow.models import Case, Event, Task
from app.workflow.substitutions import Substitution
from app.workflow.talk_models import Opinion
from tests.workflow import make, ways

DECIDING = ("decided", "resubmitted", "sent_back")
MOVING = ("withdrew", "terminated", "jumped", "recalled")
_TOLD = (
    Task.ref, Task.status, Task.outcome, Task.unit_id, Task.desk, Task.named_id, Task.vacant,
    Task.claimed_by_id, Task.for_id, Task.delegated_by_id, Task.done_by_id, Task.added,
)  # fmt: skip
"""What of a task nothing changes without a word in the record."""
Rows = dict[str, Row[Any]]


def rows(made: Case) -> Rows:
    """The tasks of a case as they stand."""
    session().rollback()
    found = session().execute(select(Task.id, *_TOLD).where(Task.case_id == made.id))
    return {row.id: row for row in found}


def told(made: Case, after: int = 0) -> list[Event]:
    """Its record, from one event on."""
    session().rollback()
    mine = select(Event).where(Event.case_id == made.id, Event.seq > after)
    return list(session().scalars(mine.order_by(Event.seq)))


def every_change_is_told(made: Case, before: Rows, heard: Iterable[Event]) -> None:
    """A row changed by what an event says: of its own step, or because the case went on."""
    now, heard = rows(made), list(heard)
    moved = any(event.passed or event.verb in MOVING for event in heard)
    steps = {now[event.task_id].ref for event in heard if event.task_id}
    for row_id, row in now.items():
        was = before.get(row_id)
        assert moved or row.ref in steps or (was is not None and _stayed(row, was)), (row, was)
    assert before.keys() <= now.keys()


def _stayed(row: Row[Any], was: Row[Any]) -> bool:
    """Nothing changed, but that somebody may be there again for what was nobody's."""
    now, then = row._asdict(), was._asdict()
    return now == then or (then["vacant"] and now == {**then, "vacant": False})


@cache
def _ways(key: str, version_id: str) -> frozenset[str]:
    return ways.drawn(definitions.get(session(), version_id).process)


def stands_as_drawn(made: Case) -> None:
    """Rows are what the engine says; and from where the case is, the drawing leads to an end."""
    whole = select(Case).where(Case.id == made.id).options(undefer(Case.snapshot))
    case = session().scalars(whole.execution_options(populate_existing=True)).one()
    process = definitions.get(session(), case.version_id).process
    is_workday = calendar.workday_test(session(), case.l2, case.l1)
    now = pace.of(case, case.touched_at, is_workday)
    step = engine.wake(process, case.snapshot, at=now.at, workdays=now.workdays)
    _rows_are(case, step)
    steps = [step, *ways.to_its_end(process, step, now.at, now.workdays)]
    known = _ways(case.process_key, case.version_id)
    for one in steps:
        assert ways.standing(one) in known, ways.standing(one)
    assert steps[-1].ended, ways.standing(step)


def _rows_are(case: Case, step: Step) -> None:
    waiting = [row for row in case.tasks if row.status in ("open", "waiting")]
    assert {(row.ref, row.element) for row in waiting} == {(t.ref, t.element) for t in step.open}
    assert step.ended == (case.state == "ended") == (case.ended_at is not None)
    assert pace.real(case, step.wake_at) == case.wake_at or step.ended
    assert case.incident is None


def steps_are_signed_rightly(made: Case) -> None:
    """Of each step: somebody's turn it is, nothing settles it yet, and nobody signed twice."""
    case = make.fresh(made)
    process = definitions.get(session(), case.version_id).process
    steps = defaultdict(list)
    for row in case.tasks:
        if row.status != "closed":
            steps[row.ref].append(row)
    for signers in steps.values():
        if all(row.status == "done" for row in signers):
            continue
        policy = process.tasks[signers[0].element]
        assert any(row.status == "open" for row in signers), "nobody's turn"
        given = sorted(signers, key=lambda row: (row.turn, row.id))
        assert signing.settle(given, policy) is None, "settled, and it waits"
    for signers in steps.values():
        hands = Counter(
            hand for row in signers if row.status == "done"
            for hand in {row.done_by_id, row.for_id} - {None}
        )  # fmt: skip
        assert not hands or max(hands.values()) == 1, "signed twice"


def no_hand_decided_two_levels(task: Task) -> None:
    """Whoever just decided it is not who decided at the level out of which it came.

    Unless another level has signed the same step since.
    """
    here, signed = _level(task), select(Task).where(Task.ref == task.ref, Task.status == "done")
    between = {_level(row) for row in session().scalars(signed)}
    for before in past.before(session(), task):
        if before.person_id is None and _level(before) != here:
            again = not between <= {here, _level(before)}
            assert again or _hands(before).isdisjoint(_hands(task)), (before.element, task.element)
            return


def decided_by_right(task: Task, day: date) -> None:
    """Whoever just decided it is no party, and sat there, or did it in the name of who did."""
    hand, case = str(task.done_by_id), task.case
    if task.person_id is None:
        assert hand not in (case.applicant_id, *case.parties), "a party"
        assert task.for_id not in case.parties, "in the name of a party"
        if task.for_id is None:
            assert _sits(task, hand, day), "no seat, and in nobody's name"
        else:
            assert _stood_in(task, hand, day) or _took_over(task, hand), "in whose name"


def _sits(task: Task, person_id: str, day: date) -> bool:
    held = queries.holds_of(person_id, day)
    here = (one for one in held if one.unit_id == task.unit_id)
    return task.named_id == person_id or any(desks.sits_at(hold, task.desk) for hold in here)


def _stood_in(task: Task, person_id: str, day: date) -> bool:
    rows = session().scalars(
        select(Substitution).where(
            Substitution.substitute_id == person_id, Substitution.person_id == task.for_id,
            Substitution.first_day <= day, Substitution.last_day >= day,
            Substitution.ended_at.is_(None),
        )
    )  # fmt: skip
    seated = _sits(task, str(task.for_id), day)
    return seated and any(not row.flows or task.case.process_key in row.flows for row in rows)


def _took_over(task: Task, person_id: str) -> bool:
    rows = {row.id: row.ref for row in task.case.tasks}  # a move asks a step anew by another row
    told = (event for event in task.case.events if rows.get(event.task_id) == task.ref)
    return any(
        (event.verb, event.actor_id, event.routing.get("whom")) == ("acted_for", person_id,
                                                                    task.for_id)
        for event in told
    )  # fmt: skip


def nobody_is_idle(made: Case, at: datetime) -> None:
    """After days in which nobody did anything, what was claimed lies in its pool again.

    But for what is somebody's by name, and for who waits for an opinion. What was given out went
    back to its giver just now.
    """
    if make.fresh(made).held_at is not None:
        return
    asked = select(Opinion.by_id).where(Opinion.case_id == made.id, Opinion.answered_at.is_(None))
    waits = set(session().scalars(asked))
    for task in make.open_tasks(made):
        if task.unit_id and task.claimed_by_id not in {None, task.named_id, *waits}:
            assert task.claimed_at == at, (task.element, task.claimed_by_id, task.claimed_at, at)


def _level(task: Task) -> str:
    return separation.level_of(session(), task)


def _hands(task: Task) -> set[str]:
    return {hand for hand in (task.done_by_id, task.for_id) if hand}


def the_record_is_whole(made: Case) -> None:
    """The chain holds, and it tells of every decision that stands, and of no other."""
    record = told(made)
    assert events.broken_link(record) is None
    decided = Counter(event.task_id for event in record if event.verb in DECIDING)
    back = Counter(event.task_id for event in record if event.verb == "recalled")
    for row in make.fresh(made).tasks:
        assert row.status in ("done", "closed"), row.element
        assert decided[row.id] - back[row.id] == (row.status == "done"), row.element
        assert row.status == "done" or row.close_reason, row.element


def process_of(made: Case) -> Process:
    """What is drawn of it."""
    return definitions.get(session(), make.fresh(made).version_id).process
