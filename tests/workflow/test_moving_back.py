"""Moves taken back: one upon another, and what the system says by itself meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict
from app.identity.models import Person
from app.workflow import commands, events, jobs
from app.workflow.commands.moving import Moving
from app.workflow.commands.upkeep import fill_vacancies
from app.workflow.models import Case
from tests.stores import Store
from tests.workflow import drawn, edited, everybody, make, measures
from tests.workflow.moves import inserted, item, move, seen, undo, version
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened
from tests.workflow.test_chasing import moment, rungs, sweep


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    with opened(database, app, "everybody", everybody.settle) as work:
        yield work


def stood(made: Case) -> tuple[str, measures.Rows]:
    return make.fresh(made).version_id, measures.rows(made)


def asked_of_two(made: Case) -> None:
    """The first step asks the township now, so that its task is another person's."""
    text = edited.shape("plain")
    drawn.publish("plain", text.replace('flow:scope="community"', 'flow:scope="township"', 1))


def test_two_moves_are_taken_back_one_after_the_other(town: Session) -> None:
    made = drawn.file("plain")
    first_of_all = stood(made)
    asked_of_two(made)
    one = move(made)
    assert item(one, made).status == "moved", item(one, made).why
    between = stood(made)
    drawn.publish("plain", inserted("plain", "first"))
    other = move(made)
    assert item(other, made).status == "moved", item(other, made).why
    undo(other)
    assert item(other, made).status == "undone"
    version_id, rows = stood(made)
    assert version_id == between[0]
    assert {key: rows[key] for key in between[1]} == between[1]
    undo(one)
    assert (item(one, made).status, item(one, made).why) == ("undone", "")
    version_id, rows = stood(made)
    assert version_id == first_of_all[0]
    assert {key: rows[key] for key in first_of_all[1]} == first_of_all[1]
    for row in make.fresh(made).tasks:  # each is shown by the version that it was drawn in
        assert row.status != "closed" or row.version_id not in (None, first_of_all[0])
    measures.stands_as_drawn(made)
    assert events.broken_link(measures.told(made)) is None
    drawn.decide(made, "li", "approve")
    assert make.waiting(made) == ["second"]


def test_the_first_is_not_taken_back_while_the_second_stands_but_after_it(town: Session) -> None:
    made = drawn.file("plain")
    old = made.version_id
    drawn.publish("plain", inserted("plain", "second"))
    one = move(made)
    drawn.publish("plain", inserted("plain", "third"))
    other = move(made)
    undo(one)
    assert (item(one, made).status, item(one, made).why) == (
        "kept", "后来又更新过一次，请先撤销后一次更新",
    )  # fmt: skip
    with pytest.raises(Conflict, match="已经撤销过"):
        commands.undo_move(who("ning"), one.id, at=NOON)
    undo(other)
    undo(one)
    assert item(one, made).status == "undone"
    assert make.fresh(made).version_id == old
    with pytest.raises(Conflict, match="已经撤销过"):
        commands.undo_move(who("ning"), one.id, at=NOON)
    measures.stands_as_drawn(made)


def test_moved_again_after_it_was_taken_back(town: Session) -> None:
    made = drawn.file("plain")
    old = made.version_id
    drawn.publish("plain", inserted("plain", "second"))
    undo(move(made))
    again = move(made)
    assert item(again, made).status == "moved"
    undo(again)
    assert make.fresh(made).version_id == old
    measures.stands_as_drawn(made)


def test_what_was_decided_between_two_moves_stays(town: Session) -> None:
    made = drawn.file("plain")
    drawn.publish("plain", inserted("plain", "second"))
    one = move(made)
    drawn.decide(made, "li", "approve")
    drawn.publish("plain", inserted("plain", "third"))
    undo(move(made, targets={version("plain").id: {}}))
    undo(one)
    assert item(one, made).status == "kept"
    assert "有人办过" in item(one, made).why


def test_a_reminder_after_the_preview_keeps_no_case_from_moving(town: Session) -> None:
    made = drawn.file("plain")
    drawn.publish("plain", inserted("plain", "second"))
    before = seen(made)
    sweep("11-24 09:00")
    assert [rung for rung, _whom in rungs(made)] == [-1]
    assert seen(made) > before
    wanted, at = Moving(version("plain").id, {made.id: before}, "加一级"), moment("11-24 09:01")
    asked = commands.begin_move(who("ning"), wanted, at=at)
    while jobs.run_due(at):
        pass
    assert (item(asked, made).status, item(asked, made).why) == ("moved", "")
    assert [rung for rung, _whom in rungs(made)] == [-1]


def test_a_case_that_went_up_after_the_preview_is_previewed_again(town: Session) -> None:
    """Nobody is there any more, so that the preview named another unit and other people."""
    made = drawn.file("plain")
    drawn.publish("plain", inserted("plain", "second"))
    before = seen(made)
    with transaction() as work:
        for key in ("li", "sun"):
            work.get_one(Person, who(key).id).status = "disabled"
    fill_vacancies(at=NOON)
    assert make.verbs(made)[-1] == "vacant"
    wanted = Moving(version("plain").id, {made.id: before}, "加一级")
    asked = commands.begin_move(who("ning"), wanted, at=NOON)
    while jobs.run_due(NOON):
        pass
    assert item(asked, made).status == "skipped"
    assert "换了办理单位" in item(asked, made).why
    assert item(move(made), made).status == "moved"
