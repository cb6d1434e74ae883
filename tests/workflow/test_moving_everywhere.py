"""Random edits and random states: after a move every case stands as drawn, and still ends."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.db import session
from app.errors import BrokenProcess, Conflict, Refusal
from app.workflow import commands, definitions, holds
from app.workflow.models import Case
from app.workflow.studio import moving
from app.workflow.studio.models import FlowMove
from tests.stores import Store
from tests.workflow import drawn, edited, everybody, make, measures, shapes, verbs
from tests.workflow.everybody import Everybody
from tests.workflow.moves import item, move, undo, version
from tests.workflow.people import NOON
from tests.workflow.pictures import opened
from tests.workflow.trials import Trial

WALKS = int(os.environ.get("ANGUAN_MOVE_WALKS", "3"))
"""Per shape and store."""


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    with opened(database, app, "everybody", everybody.settle) as work:
        yield work


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_after_any_edit_every_case_stands_as_drawn_and_still_ends(
    town: Session, shape: str, record_property: pytest.RecordProperty
) -> None:
    came_of: Counter[str] = Counter()
    bounds = settings(
        max_examples=WALKS, derandomize=WALKS == 3, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @bounds
    @given(luck=st.integers(0, 2**32))
    def walk(luck: int) -> None:
        came_of[_walk(shape, random.Random(luck))] += 1  # noqa: S311 - a walk, no secret

    walk()
    record_property("measured", f"{shape}: {dict(came_of)}")


def _walk(shape: str, chance: random.Random) -> str:
    """A case at random, an edit at random, moved; now and then put back; and on to its end."""
    people = Everybody()
    trial = Trial(drawn.file(shape, "走一走"), people, NOON)
    for _ in range(chance.randint(0, 4)):
        if make.fresh(trial.made).ended_at is None:
            everybody.go_on(people, trial.made, trial.at)
    for turn in range(chance.randint(0, 4)):
        if make.fresh(trial.made).ended_at is None:
            verbs.somebody_tries(trial, f"{shape} {chance.random()} {turn}")
    people.come_back()
    made = trial.made
    if make.fresh(made).ended_at is not None or not _published(shape, chance):
        return "nothing to move"
    before, old = measures.rows(made), make.fresh(made).version_id
    asked = _moved(made, chance)
    if asked is None:
        _stands(made)
        return "refused"
    _stands(made)
    assert make.fresh(made).version_id != old
    _once_more_and_back(made, shape, chance)
    if chance.random() < 0.4:
        undo(asked)
        _put_back(asked, made, old, before)
    _to_its_end(people, trial)
    return "moved"


def _once_more_and_back(made: Case, shape: str, chance: random.Random) -> None:
    """Now and then a later move, taken back: the case stands as the earlier one left it."""
    if chance.random() > 0.4:
        return
    before, old = measures.rows(made), make.fresh(made).version_id
    later = _moved(made, chance) if _published(shape, chance) else None
    if later is not None:
        _stands(made)
        undo(later)
        _put_back(later, made, old, before)


def _published(shape: str, chance: random.Random) -> bool:
    """An edit of the shape that the gate lets pass."""
    for _ in range(8):
        try:
            drawn.publish(shape, edited.edited(edited.shape(shape), shape, chance))
        except (BrokenProcess, Conflict):
            session().rollback()
            continue
        return True
    return False


def _moved(made: Case, chance: random.Random) -> FlowMove | None:
    """Moved, with a step by chance for each that is no more; none where it is refused."""
    onto, case = version(made.process_key), make.fresh(made)
    steps = [one.element for one in definitions.get(session(), onto.id).steps]
    targets: dict[str, str] = {}
    try:
        moving.plan(session(), case, onto, {}, NOON)
    except moving.Homeless as homeless:
        targets = {one: chance.choice(steps) for one in homeless.elements}
    except Refusal:
        pass
    asked = move(made, targets={case.version_id: targets})
    told = item(asked, made)
    assert told.status == "moved" or told.why
    assert "系统出错" not in told.why
    return asked if told.status == "moved" else None


def _stands(made: Case) -> None:
    measures.stands_as_drawn(made)
    measures.steps_are_signed_rightly(made)


def _put_back(asked: FlowMove, made: Case, old: str, before: measures.Rows) -> None:
    assert item(asked, made).status == "undone", item(asked, made).why
    assert make.fresh(made).version_id == old
    now = measures.rows(made)
    assert {key: now[key] for key in before} == before
    _stands(made)


def _to_its_end(people: Everybody, trial: Trial) -> None:
    made, at = trial.made, trial.at + timedelta(minutes=1)
    if holds.suspended(make.fresh(made)):
        commands.resume(people.actor("han", at), made.id, at=at)
    everybody.a_worker_s_round(at)
    for _ in range(80):
        if make.fresh(made).ended_at is not None:
            break
        assert everybody.go_on(people, made, at), make.waiting(made)
    assert make.fresh(made).ended_at is not None, make.waiting(made)
    measures.the_record_is_whole(made)
