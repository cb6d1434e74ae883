"""Sending a case back to a step that it passed, and taking back what one handled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import session
from app.errors import Conflict, Forbidden, Invalid
from app.workflow import commands, steering
from app.workflow.commands.sending import SendBack
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case, Task
from app.workflow.queries.audit import check_cases
from tests.stores import Store
from tests.workflow import drawn, make, shapes
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened

HOUR = timedelta(hours=1)


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a process of every shape."""
    with opened(database, app, "shapes", shapes.publish) as work:
        yield work


def walked(shape: str, *keys: str) -> Case:
    """A case of a shape in which these people agreed one after the other, an hour between."""
    made = drawn.file(shape)
    for hours, key in enumerate(keys, start=1):
        drawn.decide(made, key, "approve", NOON + hours * HOUR)
    return made


def back(made: Case, key: str, to: str, *, straight: bool = False, after: int = 10) -> Task:
    """Somebody sends their task of it back; the task."""
    task = make.task(made, key)
    wanted = SendBack(to, "平面图与现场不符", straight)
    commands.send_back(who(key), task.id, wanted, at=NOON + after * HOUR)
    return task


def targets(made: Case, key: str) -> list[str]:
    task = make.task(made, key)
    return [one.element for one in steering.targets(session(), task, NOON)]


def test_targets_are_the_steps_that_led_here_and_each_once(town: Session) -> None:
    made = walked("plain", "li", "zhao", "qian")
    assert targets(made, "zheng") == ["third", "second", "first"]
    back(made, "zheng", "second")
    assert make.waiting(made) == ["second"]
    assert targets(made, "zhao") == ["first"]
    drawn.decide(made, "zhao", "approve", NOON + 11 * HOUR)
    assert targets(made, "qian") == ["second", "first"]


def test_after_a_loop_the_past_is_that_of_the_present_run(town: Session) -> None:
    made = walked("loop", "li", "zhao")
    drawn.decide(made, "qian", "inspect", NOON + 3 * HOUR)
    assert targets(made, "zhao") == ["first"]
    drawn.decide(made, "zhao", "approve", NOON + 4 * HOUR)
    assert targets(made, "qian") == ["second", "first"]


def test_it_needs_a_reason_and_somebody_who_may_handle_the_task(town: Session) -> None:
    made = walked("plain", "li", "zhao")
    task = make.task(made, "qian")
    with pytest.raises(Invalid, match="理由"):
        commands.send_back(who("qian"), task.id, SendBack("first", "  "), at=NOON)
    with pytest.raises(Forbidden):
        commands.send_back(who("zhao"), task.id, SendBack("first", "不符"), at=NOON)
    with pytest.raises(Conflict, match="不能退回到"):
        commands.send_back(who("qian"), task.id, SendBack("last", "不符"), at=NOON)
    assert make.waiting(made) == ["third"]


def test_the_record_and_those_concerned_hear_of_it(town: Session) -> None:
    made = walked("plain", "li", "zhao")
    task = back(made, "qian", "first")
    event = make.events(made)[-1]
    assert (event.verb, event.task_id, event.routing) == ("sent_back", task.id, {"to": "first"})
    assert event.submission.values == {"text": "平面图与现场不符"}
    assert "平面图与现场不符" in make.notices("li")[-1].text
    assert check_cases(session()) == []


def test_while_all_sign_the_others_are_closed_with_the_reason(town: Session) -> None:
    made = walked("sign_all", "li", "zhao")
    back(made, "qian", "first")
    rows = make.open_tasks(made, "open", "waiting", "done", "closed")
    assert [(row.element, row.status) for row in rows if row.status in ("open", "closed")] == [
        ("first", "open"),
        ("together", "closed"),
    ]
    assert next(row.close_reason for row in rows if row.status == "closed") == "已退回到“first”"
    drawn.decide(made, "li", "approve", NOON + 11 * HOUR)
    assert make.waiting(made) == ["together"] * 3  # all sign anew


def test_within_a_branch_the_other_branch_stays(town: Session) -> None:
    made = walked("parallel", "li", "zhao")
    assert sorted(make.waiting(made)) == ["left_two", "right_one"]
    beside = make.task(made, "zhou").id
    assert targets(made, "qian") == ["left_one", "first", "fix"]
    back(made, "qian", "left_one")
    assert sorted(make.waiting(made)) == ["left_one", "right_one"]
    assert make.task(made, "zhou").id == beside
    back(made, "zhou", "first")
    assert make.waiting(made) == ["first"]


def test_inside_a_sub_process_and_out_of_it(town: Session) -> None:
    made = walked("inside", "li", "zhao")
    assert targets(made, "qian") == ["inner_one", "first", "fix"]
    back(made, "qian", "inner_one")
    assert make.waiting(made) == ["inner_one"]
    drawn.decide(made, "zhao", "approve", NOON + 11 * HOUR)
    back(made, "qian", "first", after=12)
    assert make.waiting(made) == ["first"]


def test_beside_a_branch_a_sub_process_is_left_alone(town: Session) -> None:
    made = walked("both", "li", "zhao")
    back(made, "qian", "inner_one")
    assert sorted(make.waiting(made)) == ["beside", "inner_one"]
    back(made, "zhou", "first")
    assert make.waiting(made) == ["first"]


def test_a_clock_stops_with_its_step_and_begins_anew(town: Session) -> None:
    made = walked("timed", "li")
    began = make.fresh(made).wake_at
    back(made, "zhao", "first", after=2)
    assert make.fresh(made).wake_at is None
    drawn.decide(made, "li", "approve", NOON + 5 * HOUR)
    assert make.fresh(made).wake_at == began + 4 * HOUR


def test_straight_back_to_the_same_hands_when_nothing_changed(town: Session) -> None:
    made = walked("plain", "li", "zhao", "qian")
    back(made, "zheng", "second", straight=True)
    drawn.decide(made, "zhao", "approve", NOON + 12 * HOUR)
    (row,) = make.open_tasks(made)
    assert (row.element, row.claimed_by_id) == ("last", who("zheng").id)
    assert make.events(made)[-1].routing["straight_to"] == "last"
    assert targets(made, "zheng") == ["third", "second", "first"]


def test_what_is_not_agreed_to_goes_the_drawn_way(town: Session) -> None:
    made = walked("plain", "li", "zhao", "qian")
    back(made, "zheng", "second", straight=True)
    drawn.decide(made, "zhao", "return", NOON + 12 * HOUR)
    assert make.waiting(made) == ["fix"]


@pytest.mark.parametrize(("amount", "waits"), [("5", "third"), ("6", "first")])
def test_the_drawn_return_may_come_straight_back(town: Session, amount: str, waits: str) -> None:
    made = drawn.file("plain", amount="5")
    for hours, key in ((1, "li"), (2, "zhao")):
        drawn.decide(made, key, "approve", NOON + hours * HOUR)
    task = make.task(made, "qian")
    assert steering.straight_offered(session(), task, NOON)
    said = Decision("return", {"opinion": "请补合同"}, straight=True)
    commands.decide(who("qian"), task.id, said, at=NOON + 3 * HOUR)
    fix = Decision("submit", {"title": "申请一件事", "amount": amount})
    commands.decide(who("ann"), make.task(made, "ann").id, fix, at=NOON + 4 * HOUR)
    assert make.waiting(made) == [waits]
    went = make.events(made)[-1].routing["straight_to"]
    assert went == (waits if waits == "third" else "")


def recall(made: Case, key: str, element: str) -> Task:
    rows = make.open_tasks(made, "done")
    task = next(row for row in reversed(rows) if row.element == element and row.unit_id)
    return commands.recall(who(key), task.id, at=NOON + 20 * HOUR)


def test_recall_before_the_next_has_acted(town: Session) -> None:
    made = walked("plain", "li", "zhao")
    recall(made, "zhao", "second")
    (row,) = make.open_tasks(made)
    assert (row.element, row.claimed_by_id) == ("second", who("zhao").id)
    assert make.verbs(made)[-1] == "recalled"
    drawn.decide(made, "zhao", "approve", NOON + 21 * HOUR)
    assert make.waiting(made) == ["third"]


def test_recall_after_the_next_has_acted_is_refused(town: Session) -> None:
    made = walked("plain", "li", "zhao")
    commands.claim(who("qian"), make.task(made, "qian").id, at=NOON)
    with pytest.raises(Conflict, match="已有人签收"):
        recall(made, "zhao", "second")
    with pytest.raises(Forbidden, match="自己办理"):
        recall(made, "zhao", "first")


def test_recall_of_one_signature_and_of_the_one_that_settled(town: Session) -> None:
    made = walked("sign_all", "li", "zhao")
    recall(made, "zhao", "together")
    assert len(make.open_tasks(made)) == 3
    for key in ("zhao", "qian", "zhou"):
        drawn.decide(made, key, "approve", NOON + 21 * HOUR)
    assert make.waiting(made) == ["last"]
    task = next(row for row in make.open_tasks(made, "done") if row.done_by_id == who("zhou").id)
    commands.recall(who("zhou"), task.id, at=NOON + 22 * HOUR)
    rows = [row for row in make.open_tasks(made, "open", "done") if row.element == "together"]
    assert sorted(row.status for row in rows) == ["done", "done", "open"]
    assert len({row.ref for row in rows}) == 1
    drawn.decide(made, "zhou", "approve", NOON + 23 * HOUR)
    assert make.waiting(made) == ["last"]


def test_in_order_the_turn_comes_back(town: Session) -> None:
    made = walked("sign_order", "li", "zhao")
    recall(made, "zhao", "together")
    rows = make.open_tasks(made, "open", "waiting")
    assert [row.status for row in rows] == ["open", "waiting", "waiting"]


def test_recall_at_a_join_leaves_the_other_branch(town: Session) -> None:
    made = walked("parallel", "li", "zhao", "qian")
    recall(made, "qian", "left_two")
    assert sorted(make.waiting(made)) == ["left_two", "right_one"]


def test_the_applicant_takes_back_what_they_sent_again(town: Session) -> None:
    made = walked("plain", "li")
    drawn.decide(made, "zhao", "return", NOON + 2 * HOUR)
    fix = make.task(made, "ann")
    said = Decision("submit", {"title": "申请一件事"})
    commands.decide(who("ann"), fix.id, said, at=NOON + 3 * HOUR)
    commands.recall(who("ann"), fix.id, at=NOON + 4 * HOUR)
    assert make.waiting(made) == ["fix"]
    assert make.fresh(made).state == "correcting"


def test_what_was_sent_back_is_taken_back(town: Session) -> None:
    made = walked("plain", "li", "zhao")
    task = back(made, "qian", "first")
    commands.recall(who("qian"), task.id, at=NOON + 11 * HOUR)
    assert make.waiting(made) == ["third"]
    assert targets(made, "qian") == ["second", "first"]


def test_straight_back_is_not_offered_where_others_may_outvote_the_return(town: Session) -> None:
    made = walked("sign_vote", "li")
    said = Decision("return", {"opinion": "请补合同"}, straight=True)
    mine = make.task(made, "zhao")
    assert not steering.straight_offered(session(), mine, NOON)
    with pytest.raises(Conflict, match="不能直接送回"):
        commands.decide(who("zhao"), mine.id, said, at=NOON + 2 * HOUR)
    drawn.decide(made, "qian", "return", NOON + 2 * HOUR)
    mine = make.task(made, "zhao")  # with two of three against it no share is left
    assert steering.straight_offered(session(), mine, NOON + 2 * HOUR)
    commands.decide(who("zhao"), mine.id, said, at=NOON + 3 * HOUR)
    fix = Decision("submit", {"title": "申请一件事"})
    commands.decide(who("ann"), make.task(made, "ann").id, fix, at=NOON + 4 * HOUR)
    assert make.waiting(made) == ["together"] * 3
