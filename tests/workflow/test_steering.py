"""Jumping, ending and suspending a case: by whom, what it comes to, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid
from app.workflow import commands, holds, incidents, offers
from app.workflow.commands.sending import SendBack
from app.workflow.holds import Held
from app.workflow.models import Case
from app.workflow.queries.audit import check_cases
from tests.stores import Store
from tests.workflow import drawn, make, shapes
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened
from tests.workflow.test_sending_back import walked

DAY = timedelta(days=1)


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a process of every shape."""
    with opened(database, app, "shapes", shapes.publish) as work:
        yield work


def test_a_keeper_moves_a_case_to_any_step_with_a_reason(town: Session) -> None:
    made = walked("plain", "li")
    with pytest.raises(Invalid, match="理由"):
        commands.jump(who("han"), made.id, "last", "", at=NOON)
    with pytest.raises(Forbidden, match="管理员"):
        commands.jump(who("zhao"), made.id, "last", "加急", at=NOON)
    commands.jump(who("han"), made.id, "last", "加急", at=NOON)
    assert make.waiting(made) == ["last"]
    event = make.events(made)[-1]
    assert (event.verb, event.routing, event.submission.values["text"]) == (
        "jumped", {"to": "last"}, "加急",
    )  # fmt: skip
    drawn.decide(made, "zheng", "approve")
    assert make.fresh(made).result == "approved"
    assert check_cases(town) == []


@pytest.mark.parametrize(
    ("to", "waits"),
    [
        ("left_one", ["left_one", "right_one"]), ("right_two", ["left_two", "right_two"]),
        ("first", ["first"]), ("last", ["last"]),
    ],
)  # fmt: skip
def test_a_jump_within_a_branch_leaves_the_other(town: Session, to: str, waits: list[str]) -> None:
    made = walked("parallel", "li", "zhao")
    commands.jump(who("han"), made.id, to, "走错了", at=NOON + DAY)
    assert sorted(make.waiting(made)) == waits


def test_into_a_branch_that_is_not_live_nobody_jumps(town: Session) -> None:
    made = walked("parallel")
    with pytest.raises(Conflict, match="不能跳转"):
        commands.jump(who("han"), made.id, "left_one", "走错了", at=NOON)


@pytest.mark.parametrize(
    "shape", ["plain", "sign_all", "sign_order", "parallel", "inside", "timed"]
)
def test_ended_by_hand_it_waits_for_nothing(town: Session, shape: str) -> None:
    made = walked(shape, "li")
    commands.terminate(who("han"), made.id, "重复申报", at=NOON + DAY)
    case = make.fresh(made)
    assert (case.state, case.result, case.wake_at) == ("ended", "terminated", None)
    assert make.waiting(made) == []
    assert "重复申报" in make.notices("ann")[-1].text
    with pytest.raises(Conflict, match="办结"):
        commands.terminate(who("han"), made.id, "重复申报", at=NOON + DAY)


def test_a_suspended_case_rests_and_its_limits_move(town: Session) -> None:
    made = walked("timed", "li")
    due, wakes = make.open_tasks(made)[0].due_at, make.fresh(made).wake_at
    commands.suspend(who("he"), made.id, "等规划批复", at=NOON + DAY / 2)
    with pytest.raises(Held, match="挂起"):
        drawn.decide(made, "zhao", "approve")
    commands.wake_case(made.id, at=NOON + 2 * DAY)
    assert make.waiting(made) == ["second"]
    commands.resume(who("he"), made.id, at=NOON + DAY / 2 + DAY)
    assert make.open_tasks(made)[0].due_at == due + DAY
    assert make.fresh(made).wake_at == wakes + DAY
    assert make.verbs(made)[-2:] == ["suspended", "unsuspended"]


def test_a_suspended_case_can_be_ended(town: Session) -> None:
    made = walked("plain", "li")
    commands.suspend(who("han"), made.id, "等批复", at=NOON)
    commands.terminate(who("han"), made.id, "撤销项目", at=NOON + DAY)
    assert make.fresh(made).result == "terminated"
    assert not holds.suspended(make.fresh(made))


def test_what_is_offered_is_done_and_nothing_else(town: Session) -> None:
    made = walked("plain", "li")
    task = make.task(made, "zhao")
    told = {one.key for one in offers.of_case(town, who("han"), make.fresh(made), at=NOON)}
    assert {"jump", "terminate", "suspend"} <= told
    assert "resume" not in told
    mine = {one.key for one in offers.of_task(town, who("zhao"), task, at=NOON)}
    assert "send_back" in mine
    assert "recall" not in mine
    theirs = {one.key for one in offers.of_case(town, who("ann"), make.fresh(made), at=NOON)}
    assert theirs.isdisjoint({"jump", "terminate", "suspend", "resume"})


@pytest.mark.parametrize("verb", ["jump", "terminate", "send_back", "recall"])
def test_what_stopped_a_step_is_over_once_the_case_was_steered(town: Session, verb: str) -> None:
    made = walked("plain", "li", "zhao")
    done, mine = make.open_tasks(made, "done")[-1], make.task(made, "qian")
    with transaction() as work:
        incidents.mark(work.get_one(Case, made.id), "后续网关没有可走的分支")
    if verb == "jump":
        commands.jump(who("han"), made.id, "last", "绕开出错的分支", at=NOON + DAY)
    elif verb == "terminate":
        commands.terminate(who("han"), made.id, "流程图有误", at=NOON + DAY)
    elif verb == "send_back":
        commands.send_back(who("qian"), mine.id, SendBack("first", "重办"), at=NOON + DAY)
    else:
        commands.recall(who("zhao"), done.id, at=NOON + DAY)
    assert make.fresh(made).incident is None
