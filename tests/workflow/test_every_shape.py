"""Every verb at random in every shape: no token is lost or doubled, and every case can still end.

The measure is the drawing itself: whatever verbs were tried, a case stands where the drawn flow can
bring it, its rows are what the engine says, and each verb left one event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson
import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from app import engine
from app.db import session
from app.engine.types import Step
from app.errors import Conflict, Refusal
from app.workflow import commands, definitions, holds, steering
from app.workflow.commands.sending import SendBack
from app.workflow.commands.tasks import Decision
from app.workflow.models import Task
from app.workflow.queries.audit import check_cases
from tests.stores import Store
from tests.workflow import drawn, make, shapes
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened
from tests.workflow.test_walks import agrees

PEOPLE = ("ann", "li", "zhao", "qian", "zhou", "zheng")
KEEPER = "han"
WALKS = settings(
    max_examples=6, stateful_step_count=14, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
tried: Counter[str] = Counter()


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a process of every shape."""
    with opened(database, app, "shapes", shapes.publish) as work:
        yield work


def standing(snapshot: bytes) -> str:
    """Where the tokens of a case are, whichever ids and moments they have."""
    ended, _result, _values, rows = orjson.loads(snapshot[1:])
    return orjson.dumps([ended, _bare(rows)], option=orjson.OPT_SORT_KEYS).decode()


def _bare(rows: list[Any]) -> list[Any]:
    found = []
    for kind, name, *more in rows:
        if kind == 2:
            found.append([kind, name, _bare(more[0])])
        elif kind == 3:
            found.append([kind, name, more[0]])
        elif kind == 4:
            found.append([kind, name, *_bare([more[0]]), sorted(event for event, _ in more[1])])
        else:
            found.append([kind, name])
    return sorted(found, key=orjson.dumps)


@cache
def drawn_ways(version_id: str) -> frozenset[str]:
    """Everywhere that a case can stand by what is drawn: each outcome and clock, in any order."""
    process = definitions.get(session(), version_id).process

    def onwards(step: Step, at: datetime) -> Iterator[tuple[Step, datetime]]:
        for task in step.open:
            for outcome in process.tasks[task.element].outcomes:
                sent = {"outcome": outcome.key}
                yield (
                    engine.complete(process, step.snapshot, task.ref, sent, at=at, workdays=_days),
                    at,
                )
        if step.wake_at is not None:
            later = max(at, step.wake_at)
            yield engine.wake(process, step.snapshot, at=later, workdays=_days), later

    first = engine.start(process, {}, at=NOON, workdays=_days)
    front, seen = [(first, NOON)], {standing(first.snapshot)}
    while front:
        for step, at in onwards(*front.pop()):
            if standing(step.snapshot) not in seen:
                seen.add(standing(step.snapshot))
                front.append((step, at))
    return frozenset(seen)


def _days(moment: datetime, count: int) -> datetime:
    return moment + timedelta(days=count)


class Verbs(RuleBasedStateMachine):
    """One case, and everybody who has a verb for it."""

    shape = ""

    @initialize()
    def file(self) -> None:
        self.at = NOON
        self.made = drawn.file(self.shape, "走一走")
        self.ways = drawn_ways(self.made.version_id)

    def attempt(self, verb: str, act: Callable[[], object]) -> None:
        """Do it: it leaves one event, or it is refused and leaves none."""
        before = len(make.events(self.made))
        with suppress(Refusal):
            act()
            tried[verb] += 1
            assert len(make.events(self.made)) == before + 1, verb
            return
        tried[f"{verb} refused"] += 1
        session().rollback()
        assert len(make.events(self.made)) == before, verb

    def rows(self, *states: str) -> list[Task]:
        return make.open_tasks(self.made, *states)

    def handler(self, task: Task) -> str:
        return next(
            key
            for key in PEOPLE
            if task.person_id == who(key).id
            or any(hold.unit_id == task.unit_id for hold in who(key).holds)
        )

    @rule(data=st.data(), straight=st.booleans())
    @precondition(lambda self: self.rows())
    def decide(self, data: st.DataObject, straight: bool) -> None:
        task = data.draw(st.sampled_from(self.rows()), "task")
        policy = definitions.get(session(), self.made.version_id).process.tasks[task.element]
        keys = [one.key for one in policy.outcomes]
        outcome = data.draw(st.sampled_from([keys[0], keys[0], *keys]), "outcome")
        straight = straight and outcome == "return" and self.offered(task)
        said = Decision(outcome, {"opinion": "说明", "title": "走一走"}, straight=straight)
        person = who(self.handler(task), self.at)
        task_id = task.id
        self.attempt("decide", lambda: commands.decide(person, task_id, said, at=self.at))

    def offered(self, task: Task) -> bool:
        return steering.straight_offered(session(), task, self.at)

    @rule(data=st.data())
    @precondition(lambda self: self.rows())
    def claim(self, data: st.DataObject) -> None:
        task = data.draw(st.sampled_from(self.rows()), "task")
        if task.claimed_by_id is None and task.person_id is None:
            person, task_id = who(self.handler(task), self.at), task.id
            self.attempt("claim", lambda: commands.claim(person, task_id, at=self.at))

    @rule(data=st.data(), straight=st.booleans())
    @precondition(lambda self: self.rows())
    def send_back(self, data: st.DataObject, straight: bool) -> None:
        task = data.draw(st.sampled_from(self.rows()), "task")
        targets = steering.targets(session(), task, self.at) if task.unit_id else []
        if not targets:
            return
        to = data.draw(st.sampled_from(targets), "to")
        wanted = SendBack(to.element, "再核一遍", straight and to.straight)
        person, task_id = who(self.handler(task), self.at), task.id
        self.attempt("send_back", lambda: commands.send_back(person, task_id, wanted, at=self.at))

    @rule(data=st.data())
    @precondition(lambda self: self.rows("done"))
    def recall(self, data: st.DataObject) -> None:
        task = data.draw(st.sampled_from(self.rows("done")), "task")
        person, task_id = who(self.handler(task), self.at), task.id
        self.attempt("recall", lambda: commands.recall(person, task_id, at=self.at))

    @rule(data=st.data())
    def jump(self, data: st.DataObject) -> None:
        case = make.fresh(self.made)
        if case.ended_at is not None:
            return
        to = data.draw(st.sampled_from(steering.anywhere(session(), case, self.at)), "to")
        keeper = who(KEEPER, self.at)
        self.attempt(
            "jump", lambda: commands.jump(keeper, self.made.id, to.element, "走错了", at=self.at)
        )

    @rule()
    def suspend_or_resume(self) -> None:
        keeper, rests = who(KEEPER, self.at), holds.suspended(make.fresh(self.made))
        verb = commands.resume if rests else commands.suspend
        self.attempt(verb.__name__, lambda: verb(keeper, self.made.id, "等批复", at=self.at))

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        commands.wake_case(self.made.id, at=self.at)
        tried["wait"] += 1

    @invariant()
    def stands_where_the_drawing_can(self) -> None:
        case = make.fresh(self.made)
        assert standing(case.snapshot) in self.ways
        agrees(self.made, case.touched_at)

    def teardown(self) -> None:
        """Whatever was done to it, everybody agrees now, and it ends."""
        if not hasattr(self, "made"):
            return
        if holds.suspended(make.fresh(self.made)):
            commands.resume(who(KEEPER, self.at), self.made.id, at=self.at)
        for _ in range(40):
            if make.fresh(self.made).ended_at is not None:
                break
            self.agree()
        assert make.fresh(self.made).ended_at is not None
        self.history_is_whole()
        tried["walks"] += 1

    def agree(self) -> None:
        task = self.rows()[0]
        key = (
            definitions.get(session(), self.made.version_id)
            .process.tasks[task.element]
            .outcomes[0]
            .key
        )
        said = Decision(key, {"opinion": "同意", "title": "走一走"})
        with suppress(Conflict):
            commands.decide(who(self.handler(task), self.at), task.id, said, at=self.at)

    def history_is_whole(self) -> None:
        assert check_cases(session()) == []
        events = make.events(self.made)
        told = Counter(event.task_id for event in events if event.verb in DECIDING)
        back = Counter(event.task_id for event in events if event.verb == "recalled")
        for row in self.rows("done", "closed"):
            assert told[row.id] - back[row.id] == (row.status == "done"), row.element
            assert row.status == "done" or row.close_reason


DECIDING = ("decided", "resubmitted", "sent_back")


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_verbs_at_random_in_every_shape(town: Session, shape: str) -> None:
    machine = type("Walk", (Verbs,), {"shape": shape})
    run_state_machine_as_test(machine, settings=WALKS)
