"""Under which post something is done, where somebody holds several (以……身份办理)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.identity.commands import Post, granting
from app.identity.commands.granting import NewGrant
from app.workflow import commands
from app.workflow.commands.batches import CLAIM, PASS, TRANSFER, Order
from app.workflow.commands.tasks import Decision
from app.workflow.desks import holds_for
from app.workflow.models import Task
from app.workflow.queries import batches
from tests.workflow import make
from tests.workflow.people import HERE, NEXT, NOON, unit, who

TODAY, WHY = date(2026, 11, 23), "兼任"


def second_post(place: str = HERE) -> str:
    """李禾, who heads 解放路社区, inspects here too. Returns that grant."""
    given = NewGrant(Post(unit(place).id, "", "inspector"), TODAY)
    return granting.give_post(who("jin"), who("li").id, given, WHY, at=NOON).id


def approve(task: Task, acting: str = "") -> None:
    sent = {"opinion": "同意"}
    commands.decide(who("li").under(acting), task.id, Decision("approve", sent), at=NOON)


def first_task() -> Task:
    return make.open_tasks(make.case())[0]


def test_the_first_post_that_fits_unless_another_is_chosen(town: Session) -> None:
    task, grant = first_task(), second_post()
    assert [hold.position for hold in holds_for(who("li"), task)] == ["head", "inspector"]
    approve(task)
    assert make.events(task.case)[-1].position == "head"
    other = make.open_tasks(make.file())[0]
    approve(other, grant)
    told = make.events(other.case)[-1]
    assert (told.unit_id, told.position) == (unit(HERE).id, "inspector")


def test_a_post_elsewhere_or_of_another_or_over_is_not_taken(town: Session) -> None:
    task, elsewhere = first_task(), second_post(NEXT)
    for wrong in (elsewhere, who("wang").holds[0].grant_id, "nothing"):
        with pytest.raises(Invalid, match="所选身份") as refused:
            approve(task, wrong)
        assert set(refused.value.fields) == {"acting"}
    over = second_post()
    granting.end_post(who("jin"), over, TODAY - timedelta(1), WHY, at=NOON)
    with pytest.raises(Invalid, match="所选身份"):
        approve(task, over)
    assert make.verbs(task.case) == ["filed"]


def test_claimed_under_one_post_it_is_decided_under_the_same_unless_chosen_anew(
    town: Session,
) -> None:
    grant = second_post()
    for chosen, position in (("", "inspector"), (who("li").holds[0].grant_id, "head")):
        task = make.open_tasks(make.file())[0]
        commands.claim(who("li").under(grant), task.id, at=NOON)
        assert make.events(task.case)[-1].position == "inspector"
        approve(task, chosen)
        assert make.events(task.case)[-1].position == position


def test_many_at_one_go_leave_what_several_posts_fit_to_its_page(town: Session) -> None:
    task, grant = first_task(), second_post()

    def claimed(key: str) -> list[tuple[bool, str]]:
        batch = commands.handle_batch(who("li"), Order(CLAIM, [task.id], key), at=NOON)
        return [(item["done"], item["why"]) for item in batch.items]

    ((done, why),) = claimed("k1")
    assert not done
    assert "选定身份" in why
    handed = batches.hand_over(town, who("li"), [task.id], at=NOON)
    assert [each for _task, each in handed.unfit] == [why]
    sent = Order(TRANSFER, [task.id], "k3", {"to": who("wang").id})
    (item,) = commands.handle_batch(who("li"), sent, at=NOON).items
    assert (item["done"], item["why"]) == (False, why)
    assert make.verbs(task.case) == ["filed"]
    commands.claim(who("li").under(grant), task.id, at=NOON)
    sent = Order(PASS, [task.id], "k2", {"opinion": "同意"})
    (item,) = commands.handle_batch(who("li"), sent, at=NOON).items
    assert item["done"], item["why"]
    assert make.events(task.case)[-1].position == "inspector", "the post of the claim goes on"
