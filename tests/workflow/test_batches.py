"""Many tasks at one go: each its own command, its own result, and its own way back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.workflow import bulk, commands
from app.workflow.commands.batches import CLAIM, PASS, TRANSFER, Order
from app.workflow.commands.tasks import Decision
from app.workflow.models import Event, Task
from app.workflow.queries import batches
from tests.workflow import make
from tests.workflow.people import NOON, who

AGREED = {"opinion": "同意"}


def task(where: str = "community_check", **form: object) -> str:
    return make.open_tasks(make.case(where, **form))[0].id


def told(work: Session, key: str, order: Order) -> list[tuple[bool, str]]:
    batch = commands.handle_batch(who(key), order, at=NOON)
    return [(item["done"], item["why"]) for item in batch.items]


def verbs(work: Session, task_id: str) -> list[str]:
    rows = select(Event.verb).where(Event.task_id == task_id).order_by(Event.seq)
    return list(work.scalars(rows))


def test_each_is_claimed_by_itself_and_whoever_was_first_is_named(town: Session) -> None:
    one, taken, two = task(), task(), task()
    commands.claim(who("wang"), taken, at=NOON)
    results = told(town, "li", Order(CLAIM, [one, taken, two], "k1"))
    assert [done for done, _why in results] == [True, False, True]
    assert "王" in results[1][1]
    assert verbs(town, one) == verbs(town, two) == ["claimed"]


def test_the_same_batch_again_does_nothing_twice(town: Session) -> None:
    one = task()
    for _ in range(2):
        assert told(town, "li", Order(PASS, [one], "k2", AGREED)) == [(True, "")]
    assert verbs(town, one).count("decided") == 1
    with pytest.raises(Conflict):
        commands.handle_batch(who("wang"), Order(PASS, [one], "k2", AGREED), at=NOON)


def test_only_low_risk_at_the_same_step_is_passed(town: Session) -> None:
    low, high = task(), task(**make.RISKY)
    further = task("township_review")
    results = told(town, "li", Order(PASS, [low, high, further], "k3", AGREED))
    assert results[0] == (True, "")
    assert results[1] == (False, "不是低风险，请打开逐件办理")
    assert results[2] == (False, "环节不同，请分批办理")
    assert verbs(town, high) == verbs(town, further) == []


def test_no_program_passes_unopened_what_is_not_low(town: Session) -> None:
    made = Decision("approve", AGREED, bulk=True)
    with pytest.raises(Forbidden):
        commands.decide(who("li"), task(**make.RISKY), made, at=NOON)


def test_what_may_go_along_is_known_before(town: Session) -> None:
    low, high, further = task(), task(**make.RISKY), task("township_review")
    found = batches.prospect(town, who("li"), [high, low, further])
    assert [one.id for one in found.fit] == [low]
    assert {one.id for one, _why in found.unfit} == {high, further}
    assert found.element == "community_check"


def test_undoing_gives_back_what_nobody_acted_upon(town: Session) -> None:
    still, done = task(), task()
    commands.handle_batch(who("li"), Order(CLAIM, [still, done], "k4"), at=NOON)
    commands.decide(who("li"), done, Decision("approve", AGREED), at=NOON)
    batch = commands.undo_batch(who("li"), "k4", at=NOON)
    undone = {item["task"]: item["undone"] for item in batch.items}
    assert undone[still] == ""
    assert undone[done]
    town.expire_all()
    assert town.get_one(Task, still).claimed_by_id is None
    commands.handle_batch(who("li"), Order(CLAIM, [still, done], "k4"), at=NOON)  # sent once more
    assert verbs(town, still) == ["claimed", "released"]
    with pytest.raises(Conflict):
        commands.undo_batch(who("li"), "k4", at=NOON)


def test_what_was_passed_comes_back_while_nobody_has_taken_it_up(town: Session) -> None:
    still, taken = task(), task()
    commands.handle_batch(who("li"), Order(PASS, [still, taken], "k8", AGREED), at=NOON)
    onward = town.scalars(
        select(Task).where(Task.case_id == town.get_one(Task, taken).case_id, Task.status == "open")
    ).one()
    commands.claim(who("zhao"), onward.id, at=NOON)
    batch = commands.undo_batch(who("li"), "k8", at=NOON)
    undone = {item["task"]: item["undone"] for item in batch.items}
    assert undone[still] == ""
    assert undone[taken]
    assert "recalled" in verbs(town, still)


def to(key: str) -> dict[str, str]:
    return {"to": who(key).id, "reason": "今日外出"}


def test_each_is_handed_on_to_whom_it_may_be(town: Session) -> None:
    one, two = task(), task()
    done = task()
    commands.decide(who("wang"), done, Decision("reject", {"opinion": "重复申报"}), at=NOON)
    found = batches.hand_over(town, who("li"), [one, two, done], at=NOON)
    assert [each.id for each in found.fit] == [one, two]
    assert [(each.person.name, most) for each, most in found.people] == [("王渡", 2)]
    results = told(town, "li", Order(TRANSFER, [one, two, done], "k9", to("wang")))
    assert [each for each, _why in results] == [True, True, False]
    assert town.get_one(Task, one).claimed_by_id == who("wang").id
    assert verbs(town, two) == ["transferred"]
    ((no, why),) = told(town, "li", Order(TRANSFER, [task()], "k10", to("zhao")))
    assert (no, why) == (False, "所选人员不能办理这一件，请打开另选")
    with pytest.raises(Invalid):
        commands.handle_batch(who("li"), Order(TRANSFER, [task()], "k11"), at=NOON)


def test_what_was_handed_on_comes_back_while_the_other_did_nothing(town: Session) -> None:
    still, typed, passed_on = task(), task(), task()
    order = Order(TRANSFER, [still, typed, passed_on], "k12", to("wang"))
    commands.handle_batch(who("li"), order, at=NOON)
    commands.save_task_draft(who("wang"), typed, {"opinion": "待核"}, at=NOON)
    commands.release(who("wang"), passed_on, at=NOON)
    batch = commands.undo_batch(who("li"), "k12", at=NOON)
    undone = {item["task"]: item["undone"] for item in batch.items}
    assert [undone[each] == "" for each in (still, typed, passed_on)] == [True, False, False]
    town.expire_all()
    assert town.get_one(Task, still).claimed_by_id == who("li").id
    assert verbs(town, still) == ["transferred", "taken_back"]
    assert [one.kind for one in make.notices("wang")].count("recalled") == 1


def test_a_batch_is_its_makers(town: Session) -> None:
    commands.handle_batch(who("li"), Order(CLAIM, [task()], "k5"), at=NOON)
    with pytest.raises(NotFound):
        commands.undo_batch(who("wang"), "k5", at=NOON)
    with pytest.raises(NotFound):
        batches.mine(town, who("wang"), "k5")


@pytest.mark.parametrize(
    "order",
    [
        Order(CLAIM, [], "k6"),
        Order("burn", ["x"], "k6"),
        Order(CLAIM, ["x"], ""),
        Order(CLAIM, [str(n) for n in range(bulk.MOST + 1)], "k6"),
    ],
)
def test_orders_that_are_refused(town: Session, order: Order) -> None:
    with pytest.raises(Invalid):
        commands.handle_batch(who("li"), order, at=NOON)


def test_tasks_that_are_not_there_for_whoever_names_them(town: Session) -> None:
    for key, named in (("li", "nothing"), ("chen", task())):
        with pytest.raises(NotFound):
            commands.handle_batch(who(key), Order(CLAIM, [named], "k7"), at=NOON)
        with pytest.raises(NotFound):
            batches.prospect(town, who(key), [named])
