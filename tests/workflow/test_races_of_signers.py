"""Races of signers: two at once, one taken out while they sign, two who add the same person."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import session
from app.workflow import commands
from app.workflow.commands.signers import Addition
from app.workflow.models import Case, Task
from app.workflow.queries.audit import check_cases
from tests.stores import Store
from tests.workflow import drawn, make
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened
from tests.workflow.test_races import ROUNDS, Track, lost, track, tracks, won

__all__ = ["track", "tracks"]
YES, NO = "approve", "reject"


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a step that three sign, and one that one hand decides."""

    def build() -> None:
        drawn.publish("demo", drawn.two_levels("demo"))
        drawn.publish("joint_all", drawn.joint("joint_all", "all"))

    with opened(database, app, "racing_signers", build) as work:
        yield work


def at(key: str) -> Case:
    made = drawn.file(key)
    drawn.decide(made, "li", YES)
    return made


def signs(made: Case, key: str, outcome: str = YES) -> dict[str, object]:
    mine = [one for one in make.open_tasks(made) if one.claimed_by_id == who(key).id]
    task = mine[0] if mine else make.task(made, key)
    sent = {"opinion": "说明理由"}
    told = {"verb": "decide", "outcome": outcome, "sent": sent, "key": ""}
    return {**told, "task": task.id, "who": who(key).id}


def beside(made: Case) -> Task:
    """钱叙, added by 赵屿."""
    mine = make.task(made, "zhao")
    return commands.add_signer(who("zhao"), mine.id, Addition(who("qian").id, "beside"), at=NOON)


def removal(row: Task) -> dict[str, object]:
    return {"verb": "remove_signer", "task": row.id, "who": who("zhao").id}


def whole(made: Case) -> None:
    """Nothing waits in an ended case, and its record is whole."""
    if make.fresh(made).ended_at is not None:
        assert make.waiting(made) == []
    assert check_cases(session()) == []


def test_signers_at_once_all_count_and_the_step_is_settled_once(track: Track) -> None:
    for _ in range(ROUNDS):
        made = at("joint_all")
        answers = track.race(*(signs(made, key) for key in ("zhao", "qian", "zhou")))
        assert len(won(answers)) == 3
        assert make.fresh(made).result == "approved"
        assert [bool(event.passed) for event in make.events(made)[2:]] == [False, False, True]
        whole(made)


def test_of_a_yes_and_a_no_at_once_the_no_ends_it(track: Track) -> None:
    for _ in range(ROUNDS):
        made = at("joint_all")
        answers = track.race(signs(made, "zhao"), signs(made, "qian", NO))
        assert make.fresh(made).result == "rejected"
        assert len(won(answers)) + len(lost(answers)) == 2
        assert len(won(answers)) >= 1
        whole(made)


def test_taken_out_while_they_sign_they_have_signed_or_are_out(track: Track) -> None:
    for _ in range(ROUNDS):
        made = at("demo")
        row = beside(made)
        drawn.decide(made, "zhao", YES)
        answers = track.race(signs(made, "qian", NO), removal(row))
        assert (len(won(answers)), len(lost(answers))) == (1, 1), answers
        signed = "done" in answers[0]
        assert make.fresh(made).result == ("rejected" if signed else "approved")
        whole(made)


def test_the_last_two_at_once_settle_the_step_once(track: Track) -> None:
    """赵屿 signs and takes out the other in the same moment."""
    for _ in range(ROUNDS):
        made = at("demo")
        row = beside(made)
        answers = track.race(signs(made, "zhao"), removal(row))
        assert len(won(answers)) == 2, answers
        assert make.fresh(made).result == "approved"
        assert sum(bool(event.passed) for event in make.events(made)[2:]) == 1
        whole(made)


def test_added_twice_at_once_they_sign_once(track: Track) -> None:
    for _ in range(ROUNDS):
        made = at("demo")
        told = {"task": make.task(made, "zhao").id, "who": who("zhao").id, "whom": who("qian").id}
        one = {"verb": "add_signer", "where": "beside", **told}
        answers = track.race(one, one)
        assert len(won(answers)) == 1
        named = [row.named_id for row in make.open_tasks(made)]
        assert named.count(who("qian").id) == 1
        whole(made)
