"""Taking back what closed more than one's own row, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.workflow import commands
from app.workflow.commands.signers import Addition
from tests.stores import Store
from tests.workflow import drawn, make, shapes
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened
from tests.workflow.test_sending_back import HOUR, back, walked


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a process of every shape."""
    with opened(database, app, "shapes", shapes.publish) as work:
        yield work


@pytest.mark.parametrize("shape", ["sign_all", "sign_vote"])
def test_who_was_still_to_sign_signs_after_a_recall(town: Session, shape: str) -> None:
    made = walked(shape, "li", "zhao")
    task = back(made, "qian", "first")
    commands.recall(who("qian"), task.id, at=NOON + 11 * HOUR)
    assert make.waiting(made) == ["together", "together"]
    drawn.decide(made, "qian", "return", NOON + 12 * HOUR)


def test_in_order_who_comes_later_waits_again_after_a_recall(town: Session) -> None:
    made = walked("sign_order", "li")
    task = back(made, "zhao", "first")
    commands.recall(who("zhao"), task.id, at=NOON + 11 * HOUR)
    rows = make.open_tasks(made, "open", "waiting")
    assert [row.status for row in rows] == ["open", "waiting", "waiting"]


def test_in_order_a_recall_renews_nobodys_limit(town: Session) -> None:
    made = walked("sign_order", "li")
    mine = make.task(made, "zhao")
    drawn.decide(made, "zhao", "approve", NOON + 2 * HOUR)
    later = make.task(made, "qian")
    due = later.due_at
    commands.recall(who("zhao"), mine.id, at=NOON + 3 * HOUR)
    assert make.open_tasks(made, "waiting")[0].due_at == due
    drawn.decide(made, "zhao", "approve", NOON + 27 * HOUR)
    assert make.task(made, "qian").due_at == due + timedelta(days=1)


def test_what_was_closed_for_a_while_has_its_time_again(town: Session) -> None:
    made = walked("sign_all", "li")
    other, task = make.task(made, "zhao"), make.task(made, "qian")
    due, own = other.due_at, task.due_at
    back(made, "qian", "first")
    commands.recall(who("qian"), task.id, at=NOON + 34 * HOUR)
    assert make.task(made, "zhao").due_at == due + timedelta(days=1)
    assert make.task(made, "qian").due_at == own


def test_who_waits_for_one_added_before_waits_again_after_a_recall(town: Session) -> None:
    made = walked("sign_all", "li")
    mine = make.task(made, "zhao")
    first = Addition(who("sun").id, "before", "请先看看")
    added = commands.add_signer(who("zhao"), mine.id, first, at=NOON + 2 * HOUR)
    task = back(made, "qian", "first")
    commands.recall(who("qian"), task.id, at=NOON + 11 * HOUR)
    states = {row.id: row.status for row in make.open_tasks(made, "open", "waiting")}
    assert (states[mine.id], states[added.id], states[task.id]) == ("waiting", "open", "open")


def test_what_closed_a_side_branch_is_not_taken_back(town: Session) -> None:
    made = walked("timed", "li")
    commands.wake_case(made.id, at=NOON + 26 * HOUR)
    assert sorted(make.waiting(made)) == ["look", "second"]
    task = back(made, "zhao", "first", after=27)
    with pytest.raises(Conflict, match="撤销了其他环节"):
        commands.recall(who("zhao"), task.id, at=NOON + 28 * HOUR)
    assert make.waiting(made) == ["first"]


def told_off(key: str) -> list[str]:
    return [one.text for one in make.notices(key) if "不用您办理" in one.text]


def test_the_applicant_hears_that_a_return_was_taken_back(town: Session) -> None:
    made = walked("plain", "li")
    task = make.task(made, "zhao")
    drawn.decide(made, "zhao", "return", NOON + 10 * HOUR)
    assert told_off("ann") == []
    commands.recall(who("zhao"), task.id, at=NOON + 11 * HOUR)
    (text,) = told_off("ann")
    assert who("zhao").name not in text


def test_the_applicant_hears_that_a_case_was_moved_away_from_them(town: Session) -> None:
    made = walked("plain", "li")
    drawn.decide(made, "zhao", "return", NOON + 10 * HOUR)
    commands.jump(who("han"), made.id, "fix", "再补", at=NOON + 11 * HOUR)
    assert told_off("ann") == []
    commands.jump(who("han"), made.id, "third", "加急", at=NOON + 12 * HOUR)
    assert len(told_off("ann")) == 1
