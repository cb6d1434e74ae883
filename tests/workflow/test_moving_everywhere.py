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
from app.workflow.studio import moving, outlook
from app.workflow.studio.models import FlowMove
from tests.stores import Store
from tests.workflow import drawn, edited, everybody, make, measures, nudges, shapes, verbs
from tests.workflow.everybody import Everybody
from tests.workflow.moves import hands_are_right, item, move, undo, version
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened
from tests.workflow.trials import Trial

WALKS = int(os.environ.get("ANGUAN_MOVE_WALKS", "2"))
"""Per shape and store."""


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    with opened(database, app, "everybody", everybody.settle) as work:
        yield work


@pytest.mark.parametrize("shape", [*shapes.SHAPES, *shapes.BESIDES])
def test_after_any_edit_every_case_stands_as_drawn_and_still_ends(
    town: Session, shape: str, record_property: pytest.RecordProperty
) -> None:
    came_of: Counter[str] = Counter()
    bounds = settings(
        max_examples=WALKS, derandomize=WALKS == 2, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    if shape in shapes.BESIDES:
        drawn.publish(shape, edited.shape(shape))

    @bounds
    @given(luck=st.integers(0, 2**32))
    def walk(luck: int) -> None:
        came_of.update(_walk(shape, random.Random(f"{shape} {luck}")))  # noqa: S311 - no secret

    walk()
    record_property("measured", f"{shape}: {dict(came_of)}")


def _walk(shape: str, chance: random.Random) -> list[str]:
    """A case at random, an edit at random, moved; now and then put back; and on to its end."""
    people = Everybody()
    for _ in range(4):
        trial = Trial(drawn.file(shape, "走一走", **_typed(shape, chance)), people, NOON)
        nudged, made = _somewhere(people, trial, shape, chance), trial.made
        if make.fresh(made).ended_at is None:
            break
    else:
        return ["ended before"]
    if not _published(shape, chance, trial):
        return ["no such edit"]
    before, old, stood = measures.rows(made), make.fresh(made).version_id, nudges.waits(trial)
    asked = _moved(trial, chance)
    _stands(made)
    if asked is None:
        return ["refused"]
    assert make.fresh(made).version_id != old
    _once_more_and_back(trial, shape, chance)
    if chance.random() < 0.4:
        undo(asked, trial.at)
        _put_back(asked, made, old, before)
    _to_its_end(people, trial)
    return ["moved", nudged, *stood]


def _somewhere(people: Everybody, trial: Trial, shape: str, chance: random.Random) -> str:
    """Some ordinary steps, some of anybody's verbs, and then something on purpose."""
    for _ in range(chance.randint(0, 3)):
        if make.fresh(trial.made).ended_at is None:
            _one_step(people, trial)
    for turn in range(chance.randint(0, 3)):
        if make.waiting(trial.made):
            verbs.somebody_tries(trial, f"{shape} {chance.random()} {turn}")
    people.come_back()
    nudged = nudges.nudge(trial, chance)
    everybody.a_worker_s_round(trial.at)
    return nudged


def _typed(shape: str, chance: random.Random) -> dict[str, str]:
    """By which branches it goes, where that hangs upon what was typed."""
    return {"amount": chance.choice(("1", "50", "200"))} if shape == "some" else {}


def _one_step(people: Everybody, trial: Trial) -> None:
    """Somebody does something, or a day goes by."""
    if make.open_tasks(trial.made):
        everybody.go_on(people, trial.made, trial.at)
    else:
        trial.at += timedelta(days=1, minutes=1)
        everybody.a_worker_s_round(trial.at)


def _once_more_and_back(trial: Trial, shape: str, chance: random.Random) -> None:
    """Now and then a later move, taken back: the case stands as the earlier one left it."""
    if chance.random() > 0.4:
        return
    made = trial.made
    before, old = measures.rows(made), make.fresh(made).version_id
    later = _moved(trial, chance) if _published(shape, chance, trial) else None
    if later is not None:
        _stands(made)
        undo(later, trial.at)
        _put_back(later, made, old, before)


def _published(shape: str, chance: random.Random, trial: Trial) -> bool:
    """An edit of the shape that the gate lets pass; often without a step at which it waits."""
    for _ in range(8):
        text = edited.shape(shape)
        if chance.random() < 0.3 and (here := make.waiting(trial.made)):
            text = edited.without(text, shape, chance.choice(sorted(here)))
        try:
            drawn.publish(shape, edited.edited(text, shape, chance), at=trial.at)
        except (BrokenProcess, Conflict):
            session().rollback()
            continue
        return True
    return False


def _moved(trial: Trial, chance: random.Random) -> FlowMove | None:
    """Moved, with a step by chance for each that is no more; none where it is refused.

    Whose claims are over is what the preview said.
    """
    made, at = trial.made, trial.at
    onto, case = version(made.process_key), make.fresh(made)
    steps = [one.element for one in definitions.get(session(), onto.id).steps]
    targets: dict[str, str] = {}
    try:
        moving.plan(session(), case, onto, {}, at)
    except moving.Homeless as homeless:
        targets = {one: chance.choice(steps) for one in homeless.elements}
    except Refusal:
        pass
    given = {case.version_id: targets}
    found = outlook.outlook(session(), who("ning", at), onto, given, at).lines
    (line,) = [one for one in found if one.case.id == made.id]
    before = make.open_tasks(made, "open", "waiting")
    asked = move(made, targets=given, at=at)
    told = item(asked, made)
    assert told.status == ("moved" if line.plan else "skipped"), (told.why, line.why)
    assert told.status == "moved" or told.why
    assert "系统出错" not in told.why
    if told.status != "moved":
        return None
    hands_are_right(made, before, line.caveats, at)
    return asked


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
        if make.open_tasks(made):
            assert everybody.go_on(people, made, at), make.waiting(made)
        else:
            at += timedelta(days=1)
            everybody.a_worker_s_round(at)
    assert make.fresh(made).ended_at is not None, make.waiting(made)
    measures.the_record_is_whole(made)
