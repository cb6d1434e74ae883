"""Handing a task on: for good (转办), for an opinion (委派), in another's name (代办)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.errors import Conflict, Forbidden, Invalid
from app.workflow import commands, offers
from app.workflow.commands.handing import Handing
from app.workflow.events import broken_link
from app.workflow.models import Task
from tests.workflow import make
from tests.workflow.people import NOON, who


def first() -> Task:
    return make.open_tasks(make.case())[0]


def to(whom: str, reason: str = "", key: str = "") -> Handing:
    return Handing(who(whom).id, reason, key)


def offered(task: Task, key: str) -> set[str]:
    made = make.open_tasks(task.case)[0]
    return {one.key for one in offers.of_task(session(), who(key), made, at=NOON)}


def test_a_colleague_gets_it_and_decides(town: Session) -> None:
    task = first()
    commands.transfer(who("li"), task.id, to("wang", "今日外出"), at=NOON)
    assert make.open_tasks(task.case)[0].claimed_by_id == who("wang").id
    with pytest.raises(Conflict, match="王渡"):
        make.decide(task.case, "li", "approve")
    made = make.decide(task.case, "wang", "approve")
    assert make.verbs(made) == ["filed", "transferred", "decided"]
    told = make.events(made)[1]
    assert (told.actor_id, told.routing) == (who("li").id, {"whom": who("wang").id})
    assert told.submission.values == {"text": "今日外出"}
    assert [one.kind for one in make.notices("wang")] == ["transferred"]


@pytest.mark.parametrize("key", ["li", "chen", "zhao", "ann"])
def test_only_a_colleague_of_the_desk_can_be_chosen(town: Session, key: str) -> None:
    with pytest.raises(Invalid, match="请选择接手的人员"):
        commands.transfer(who("li"), first().id, to(key), at=NOON)


def test_not_to_whom_a_rule_keeps_from_it(town: Session) -> None:
    """王渡 filed it for somebody without a telephone."""
    from tests.workflow.test_filing import BEHALF

    task = make.open_tasks(make.case(by="wang", **BEHALF))[0]
    with pytest.raises(Invalid, match="请选择接手的人员"):
        commands.transfer(who("li"), task.id, to("wang"), at=NOON)


def test_what_another_has_is_not_handed_on(town: Session) -> None:
    task = first()
    commands.claim(who("wang"), task.id, at=NOON)
    for verb in (commands.transfer, commands.delegate):
        with pytest.raises(Conflict, match="王渡"):
            verb(who("li"), task.id, to("wang", "请看"), at=NOON)


def test_the_same_form_hands_on_once(town: Session) -> None:
    task = first()
    for _ in range(2):
        commands.transfer(who("li"), task.id, to("wang", key="page"), at=NOON)
    assert make.verbs(task.case) == ["filed", "transferred"]


def test_an_opinion_is_given_and_the_task_comes_back(town: Session) -> None:
    made = make.case("township_review")
    task = make.open_tasks(made)[0]
    commands.delegate(who("zhao"), task.id, to("sun", "请核对现场"), at=NOON)
    for key in ("zhao", "sun"):
        with pytest.raises((Conflict, Forbidden)):
            make.decide(made, key, "approve")
    assert offered(task, "sun") == {"give_back"}
    assert "fetch_back" in offered(task, "zhao")
    with pytest.raises(Invalid, match="请写明意见"):
        commands.give_back(who("sun"), task.id, Handing(), at=NOON)
    commands.give_back(who("sun"), task.id, Handing(reason="现场一致"), at=NOON)
    assert make.open_tasks(made)[0].claimed_by_id == who("zhao").id
    assert make.decide(made, "zhao", "approve").result == "approved"
    assert make.verbs(made)[2:] == ["delegated", "given_back", "decided"]
    assert make.events(made)[3].submission.values == {"text": "现场一致"}
    assert broken_link(make.events(made)) is None


def test_a_unit_beneath_may_be_asked_where_it_reads_the_case(town: Session) -> None:
    made = make.case("township_review")
    task = make.open_tasks(made)[0]
    with pytest.raises(Invalid):  # 陈末 heads another community
        commands.delegate(who("zhao"), task.id, to("chen", "请看"), at=NOON)
    commands.delegate(who("zhao"), task.id, to("wang", "请看"), at=NOON)
    with pytest.raises(Forbidden):
        commands.claim(who("wang"), task.id, at=NOON)
    with pytest.raises(Conflict, match="委派"):  # no chains
        commands.delegate(who("zhao"), task.id, to("sun", "请看"), at=NOON)
    with pytest.raises((Conflict, Forbidden)):
        commands.transfer(who("wang"), task.id, to("sun"), at=NOON)


def test_what_was_given_out_is_fetched_back(town: Session) -> None:
    task = first()
    commands.delegate(who("li"), task.id, to("wang", "请看"), at=NOON)
    with pytest.raises(Forbidden, match="只有委派人可以收回"):
        commands.fetch_back(who("wang"), task.id, Handing(), at=NOON)
    commands.fetch_back(who("li"), task.id, Handing(), at=NOON)
    with pytest.raises(Forbidden, match="只有委派人和受委派人"):
        commands.give_back(who("wang"), task.id, Handing(reason="一致"), at=NOON)
    assert make.decide(task.case, "li", "approve").state == "in_review"


def test_a_head_does_a_task_in_somebodys_name(town: Session) -> None:
    task = first()
    commands.claim(who("wang"), task.id, at=NOON)
    with pytest.raises(Invalid, match="请写明理由"):
        commands.act_for(who("li"), task.id, to("wang"), at=NOON)
    commands.act_for(who("li"), task.id, to("wang", "王渡请假"), at=NOON)
    made = make.decide(task.case, "li", "approve")
    told = make.events(made)[-1]
    assert (told.actor_id, told.for_id, told.position) == (who("li").id, who("wang").id, "head")
    assert broken_link(make.events(made)) is None
    assert [one.kind for one in make.notices("wang")] == ["acted_for"]
    assert {one for _level, one in make.fresh(made).reviewed} == {who("li").id, who("wang").id}


def test_only_who_answers_for_the_unit_acts_for_another(town: Session) -> None:
    task = first()
    commands.claim(who("li"), task.id, at=NOON)
    for key in ("wang", "zhao", "jin", "chen"):
        with pytest.raises(Forbidden, match="只有本单位负责人"):
            commands.act_for(who(key), task.id, to("li", "代办"), at=NOON)


def test_whose_name_it_is_in_takes_it_back(town: Session) -> None:
    task = first()
    commands.claim(who("wang"), task.id, at=NOON)
    commands.act_for(who("li"), task.id, to("wang", "王渡请假"), at=NOON)
    commands.claim(who("wang"), task.id, at=NOON)
    assert make.open_tasks(task.case)[0].for_id is None
    told = make.events(make.decide(task.case, "wang", "approve"))[-1]
    assert (told.actor_id, told.for_id) == (who("wang").id, None)


def test_a_task_in_hand_is_given_back_when_its_holder_or_giver_leaves(town: Session) -> None:
    from app.workflow import leaving

    task = first()
    commands.delegate(who("li"), task.id, to("wang", "请看"), at=NOON)
    shut("wang")
    with transaction() as work:
        leaving.free(work, None, who("wang").id, NOON)
    assert make.open_tasks(task.case)[0].claimed_by_id == who("li").id


def shut(key: str) -> None:
    from app.identity.models import Person

    with transaction() as work:
        work.get_one(Person, who(key).id).status = "disabled"


def test_the_most_urgent_is_taken_first(town: Session) -> None:
    late, soon, risky = (
        make.file(when=when, **differs)
        for when, differs in (
            (make.NOON, {}), (make.NOON.replace(day=20), {}),
            (make.NOON, make.RISKY),
        )
    )  # fmt: skip
    taken = [commands.take_next(who("li"), at=NOON).case_id for _ in range(3)]
    assert taken == [soon.id, risky.id, late.id]
    with pytest.raises(Conflict, match="没有可以取的"):
        commands.take_next(who("li"), at=NOON)
    assert make.verbs(late) == ["filed", "claimed"]
