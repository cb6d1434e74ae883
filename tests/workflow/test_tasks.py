"""What a person does with a task: claim, release, decide; and who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.db import db, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.workflow import commands
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case, Task
from tests.workflow import make
from tests.workflow.people import HERE, NOON, unit, who

LATER = NOON + timedelta(minutes=7)


def first_task(at: str = "community_check") -> Task:
    return make.open_tasks(make.case(at))[0]


def test_a_claimed_task_names_who_has_it_since_when(town: Session) -> None:
    task = commands.claim(who("li"), first_task().id, at=NOON)
    assert (task.claimed_by_id, task.claimed_at) == (who("li").id, NOON)
    (_filed, claimed) = make.events(task.case)
    assert (claimed.verb, claimed.unit_id, claimed.position) == ("claimed", unit(HERE).id, "head")


def test_whoever_claims_second_hears_who_was_first_and_when(town: Session) -> None:
    task = first_task()
    commands.claim(who("li"), task.id, at=NOON)
    with pytest.raises(Conflict, match="李禾于2026-11-23 12:00签收") as lost:
        commands.claim(who("wang"), task.id, at=LATER)
    assert (lost.value.who, lost.value.at) == ("李禾", NOON)
    assert make.verbs(task.case) == ["filed", "claimed"]


def test_what_a_page_read_before_is_read_anew_by_the_command(town: Session) -> None:
    case = first_task().case
    town.commit()
    town.refresh(case)
    with db.engine.begin() as elsewhere:
        elsewhere.execute(update(Case).where(Case.id == case.id).values(title="改过的标题"))
    assert case.title != "改过的标题"
    with transaction():
        assert case.title == "改过的标题"
        case.title = "在写入中改的标题"
    assert town.get_one(Case, case.id, populate_existing=True).title == "在写入中改的标题"


def test_claiming_again_is_no_fault_and_leaves_no_trace(town: Session) -> None:
    task = first_task()
    commands.claim(who("li"), task.id, at=NOON)
    again = commands.claim(who("li"), task.id, at=LATER)
    assert again.claimed_at == NOON
    assert make.verbs(task.case) == ["filed", "claimed"]


def test_a_released_task_is_anybodys_of_the_pool(town: Session) -> None:
    task = first_task()
    commands.claim(who("li"), task.id, at=NOON)
    commands.release(who("li"), task.id, at=LATER)
    assert commands.claim(who("wang"), task.id, at=LATER).claimed_by_id == who("wang").id
    assert make.verbs(task.case) == ["filed", "claimed", "released", "claimed"]


def test_only_ones_own_claim_is_released(town: Session) -> None:
    task = first_task()
    with pytest.raises(Forbidden):
        commands.release(who("li"), task.id, at=NOON)
    commands.claim(who("li"), task.id, at=NOON)
    with pytest.raises(Conflict, match="李禾"):
        commands.release(who("wang"), task.id, at=NOON)


@pytest.mark.parametrize("key", ["chen", "zhao", "qian", "yi", "zheng", "qin", "jin", "ann", "ben"])
def test_a_task_is_only_for_its_own_post(town: Session, key: str) -> None:
    task = first_task()
    for verb in (commands.claim, commands.release):
        with pytest.raises(Forbidden):
            verb(who(key), task.id, at=NOON)
    with pytest.raises(Forbidden):
        commands.decide(who(key), task.id, Decision("approve"), at=NOON)


def test_the_leader_of_a_township_is_not_its_head(town: Session) -> None:
    task = first_task("township_review")
    with pytest.raises(Forbidden):
        commands.claim(who("he"), task.id, at=NOON)
    assert commands.claim(who("zhao"), task.id, at=NOON).claimed_by_id


def test_somebody_who_may_not_even_see_it_is_told_no_more(town: Session) -> None:
    with pytest.raises(NotFound):
        commands.claim(who("li"), "0" * 32, at=NOON)


def test_deciding_claims_what_nobody_has(town: Session) -> None:
    made = make.case()
    make.decide(made, "wang", "approve")
    closed = next(one for one in make.fresh(made).tasks if one.status == "done")
    assert (closed.done_by_id, closed.claimed_by_id) == (who("wang").id, who("wang").id)
    assert (closed.outcome, closed.closed_at) == ("approve", NOON)
    assert make.verbs(made) == ["filed", "decided"]


def test_what_somebody_else_claimed_is_theirs_to_decide(town: Session) -> None:
    task = first_task()
    commands.claim(who("li"), task.id, at=NOON)
    with pytest.raises(Conflict, match="李禾"):
        commands.decide(who("wang"), task.id, Decision("approve"), at=LATER)


def test_a_decided_task_says_who_decided_it(town: Session) -> None:
    task = first_task()
    commands.decide(who("li"), task.id, Decision("approve"), at=NOON)
    for key in ("wang", "li"):
        with pytest.raises(Conflict, match="李禾于2026-11-23 12:00办理") as late:
            commands.decide(who(key), task.id, Decision("reject"), at=LATER)
        assert late.value.who == "李禾"


def test_an_outcome_that_the_step_does_not_have_is_refused(town: Session) -> None:
    task = first_task()
    with pytest.raises(Forbidden):
        commands.decide(who("li"), task.id, Decision("escalate"), at=NOON)
    assert make.verbs(task.case) == ["filed"]


@pytest.mark.parametrize("outcome", ["return", "reject", "refer"])
def test_a_no_without_a_reason_is_refused_and_leaves_nothing(town: Session, outcome: str) -> None:
    task = first_task()
    with pytest.raises(Invalid) as refused:
        commands.decide(who("li"), task.id, Decision(outcome), at=NOON)
    assert "opinion" in refused.value.fields
    assert make.waiting(task.case) == ["community_check"]
    assert make.open_tasks(task.case)[0].claimed_by_id is None


def test_a_return_names_what_is_missing(town: Session) -> None:
    task = first_task()
    sent = {"opinion": "材料不全"}
    with pytest.raises(Invalid) as refused:
        commands.decide(who("li"), task.id, Decision("return", sent), at=NOON)
    assert "missing_items" in refused.value.fields


def test_pressing_the_button_twice_decides_once(town: Session) -> None:
    made, key = make.case(), "the key of this page"
    task = make.task(made, "li")
    for _ in range(2):
        answer = commands.decide(who("li"), task.id, Decision("approve", {}, key), at=NOON)
        assert answer.id == made.id
    assert make.waiting(made) == ["township_review"]
    assert make.verbs(made) == ["filed", "decided"]


def test_claim_and_release_take_keys_too(town: Session) -> None:
    task = first_task()
    commands.claim(who("li"), task.id, "k1", at=NOON)
    commands.release(who("li"), task.id, "k2", at=NOON)
    assert commands.claim(who("li"), task.id, "k1", at=NOON).claimed_by_id is None
    assert make.verbs(task.case) == ["filed", "claimed", "released"]


def test_each_decision_is_done_under_one_assignment(town: Session) -> None:
    made = make.case("district_countersign")
    make.decide(made, "qian", "approve")
    last = make.events(made)[-1]
    assert (last.unit_id, last.role, last.outcome) == (
        unit("420502").id, "district_gov_user", "approve",
    )  # fmt: skip


def test_a_case_that_ended_has_nothing_left_to_do(town: Session) -> None:
    made = make.case("rejected")
    assert make.waiting(made) == []
    task = make.fresh(made).tasks[0]
    with pytest.raises(Conflict):
        commands.claim(who("wang"), task.id, at=LATER)
