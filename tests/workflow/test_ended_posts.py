"""A post that ended since the request began gives no right any more: the lock decides when."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Forbidden, Invalid, Refusal
from app.identity.commands import Post, granting
from app.identity.commands.granting import NewGrant
from app.identity.models import Grant
from app.workflow import commands
from app.workflow.commands.locked import locked_case
from app.workflow.commands.tasks import Decision
from app.workflow.models import Task
from tests.stores import Store
from tests.workflow import make
from tests.workflow.people import HERE, NOON, unit, who
from tests.workflow.waiting import Waiting, waits

TODAY, YESTERDAY, WHY = date(2026, 11, 23), date(2026, 11, 22), "调离"
SAID = "该任务不属于您的岗位"
AGREED = Decision("approve", {"opinion": "同意"})


def first_task() -> Task:
    return make.open_tasks(make.case())[0]


def end(grant_id: str) -> None:
    granting.end_post(who("jin"), grant_id, YESTERDAY, WHY, at=NOON)


def test_whose_post_ended_since_neither_claims_nor_decides(town: Session) -> None:
    task, before = first_task(), who("li")
    end(before.holds[0].grant_id)
    for verb in (
        lambda: commands.claim(before, task.id, at=NOON),
        lambda: commands.decide(before, task.id, AGREED, at=NOON),
    ):
        with pytest.raises(Forbidden, match=SAID):
            verb()
    assert make.verbs(task.case) == ["filed"]


def test_whose_account_was_shut_since_does_not_decide(town: Session) -> None:
    task, before = first_task(), who("li")
    granting.disable(who("jin"), before.id, WHY, at=NOON)
    with pytest.raises(Forbidden, match=SAID):
        commands.decide(before, task.id, AGREED, at=NOON)


def test_of_two_posts_the_one_that_is_left_is_written_down(town: Session) -> None:
    given = NewGrant(Post(unit(HERE).id, "", "inspector"), TODAY)
    granting.give_post(who("jin"), who("li").id, given, WHY, at=NOON)
    task, before = first_task(), who("li")
    chosen = before.holds[0].grant_id
    end(chosen)
    with pytest.raises(Invalid, match="所选身份"):
        commands.decide(before.under(chosen), task.id, AGREED, at=NOON)
    commands.decide(before, task.id, AGREED, at=NOON)
    assert make.events(task.case)[-1].position == "inspector"


def test_a_post_that_ends_while_a_decision_waits_for_the_case_decides_nothing(
    town: Session, database: Store
) -> None:
    task, before = first_task(), who("li")
    refused: list[Refusal] = []
    decision = Waiting(lambda: commands.decide(before, task.id, AGREED, at=NOON), refused)
    with transaction() as work:
        locked_case(work, task.case_id)
        decision.start()
        waits(database)
        work.get_one(Grant, before.holds[0].grant_id).valid_to = YESTERDAY
    decision.join(timeout=30)
    assert [str(one) for one in refused] == ["该任务不属于您的岗位，无法办理"]
    assert make.verbs(task.case) == ["filed"]
