"""Every verb at random in every shape: no token is lost or doubled, and every case still ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from app.workflow import commands, holds
from tests.stores import Store
from tests.workflow import drawn, everybody, make, measures, shapes, trials, verbs
from tests.workflow.everybody import Everybody
from tests.workflow.people import NOON
from tests.workflow.pictures import opened
from tests.workflow.trials import Trial

WALKS = int(os.environ.get("ANGUAN_SHAPE_WALKS", "2"))
"""Per shape and store; with more than these, other ones each time."""
TRIES = int(os.environ.get("ANGUAN_SHAPE_TRIES", "22"))
LUCK = st.integers(0, 2**32)
PHONES = list(everybody.PHONES.values())
LONGEST = 80
"""Ordinary steps after which a case that has not ended never will."""


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a process of every shape, and some at two desks."""
    shapes.know()
    with opened(database, app, "everybody", everybody.settle) as work:
        yield work


class Walk(RuleBasedStateMachine):
    """Cases of one shape, one after the other, and everybody's verbs at random."""

    shape: ClassVar[str]

    @initialize(luck=LUCK)
    def begin(self, luck: int) -> None:
        self.people, self.turn = Everybody(), 0
        self.file(luck)

    def file(self, luck: int) -> None:
        """A new case, that has gone some steps already."""
        self.people.come_back()
        phone = {"phone": PHONES[luck % len(PHONES)]} if luck % 3 == 0 else {}
        self.trial = Trial(drawn.file(self.shape, "走一走", **phone), self.people, NOON)
        for _ in range(luck % 5):
            if not self.over():
                everybody.go_on(self.people, self.trial.made, NOON)

    @rule(luck=LUCK)
    def somebody_tries(self, luck: int) -> None:
        if self.over():  # it was tried once, that nothing more is to be done
            self.end()
            self.file(luck)
        self.turn += 1
        verbs.somebody_tries(self.trial, f"{self.shape} {luck} {self.turn}")

    @invariant()
    def it_stands_as_drawn(self) -> None:
        measures.stands_as_drawn(self.trial.made)
        measures.steps_are_signed_rightly(self.trial.made)

    def over(self) -> bool:
        return make.fresh(self.trial.made).ended_at is not None

    def teardown(self) -> None:
        if hasattr(self, "trial"):
            self.end()

    def end(self) -> None:
        """Everybody is back, and it ends by what they ordinarily do."""
        made, at = self.trial.made, self.trial.at
        self.people.come_back()
        if holds.suspended(make.fresh(made)):
            commands.resume(self.people.actor("han", at), made.id, at=at)
        everybody.a_worker_s_round(at)
        for _ in range(LONGEST):
            if self.over():
                break
            assert everybody.go_on(self.people, made, at), make.waiting(made)
        assert self.over(), make.waiting(made)
        measures.the_record_is_whole(made)
        trials.tried["cases"] += 1


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_every_verb_at_random(
    town: Session, shape: str, record_property: pytest.RecordProperty
) -> None:
    trials.tried.clear()
    bounds = settings(
        max_examples=WALKS, stateful_step_count=TRIES, derandomize=WALKS == 2,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate,),  # a walk is short
    )  # fmt: skip
    run_state_machine_as_test(type("Walk", (Walk,), {"shape": shape}), settings=bounds)
    record_property("measured", f"{shape}: {dict(sorted(trials.tried.items()))}")
