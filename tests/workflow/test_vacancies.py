"""无人可办: what nobody is there for goes up, or to a tray from which somebody is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local
from app.db import session, transaction
from app.errors import Conflict, Forbidden, Invalid
from app.identity.commands import granting
from app.identity.models import Grant, Person, Unit
from app.workflow import commands, jobs
from app.workflow.commands.signers import Addition
from app.workflow.commands.upkeep import fill_vacancies, free_stranded
from app.workflow.models import Case, Task
from app.workflow.notice_models import Notice
from app.workflow.queries import vacancies as queries
from tests.identity.duties import apart, called, found
from tests.stores import Store
from tests.workflow import drawn, make
from tests.workflow.people import HERE, NOON, unit, who
from tests.workflow.pictures import opened

YES = "approve"


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a process of two levels: 李禾 at the community, 赵屿 at the township."""

    def build() -> None:
        drawn.publish("demo", drawn.two_levels("demo"))

    with opened(database, app, "vacancies", build) as work:
        yield work


def gone(*keys: str) -> None:
    """They cannot come in any more; nobody was told."""
    with transaction() as work:
        for key in keys:
            work.get_one(Person, who(key).id).status = "disabled"


def worked() -> None:
    while jobs.run_due(NOON):
        pass


def filed() -> Case:
    made = drawn.file("demo")
    worked()
    return made


def only(made: Case) -> Task:
    (task,) = make.open_tasks(made)
    return task


def decide(key: str, task: Task) -> Case:
    return commands.decide(who(key), task.id, drawn.Decision(YES), at=NOON)


def test_where_somebody_is_nothing_happens(town: Session) -> None:
    task = only(filed())
    assert (task.unit_id, task.stands_in_id, task.vacant) == (unit(HERE).id, None, False)


def test_a_step_with_nobody_goes_to_the_unit_above(town: Session) -> None:
    gone("li")
    made = filed()
    task = only(made)
    assert (task.unit_id, task.stands_in_id) == (unit("420502002").id, unit(HERE).id)
    assert make.verbs(made) == ["filed", "vacant"]
    assert make.events(made)[-1].routing == {"from": "解放路社区", "to": "学院街道"}
    assert [one.kind for one in make.notices("zhao")] == ["vacant"]
    assert [one.kind for one in make.notices("jin")] == ["vacant"]
    decide("zhao", task)
    assert make.waiting(made) == ["second"]


def test_it_goes_on_up_where_there_is_nobody_either(town: Session) -> None:
    gone("li", "zhao", "he")
    task = only(filed())
    assert (task.unit_id, task.stands_in_id) == (unit("420502").id, unit(HERE).id)
    assert (task.l1, task.l2, task.l3, task.l4) == (unit("4205").id, task.unit_id, None, None)


def test_who_stands_in_for_what_does_not_exist_is_asked_before_the_unit_above(
    town: Session,
) -> None:
    """西陵区 without its housing department: the district's own reviewers, not the city."""
    asks = {"flow_role": "district_dept_user", "flow_scope": "district:housing"}
    drawn.publish("housing", drawn.joint("housing", "one", **asks))
    with transaction() as work:
        work.get_one(Unit, unit("420502:housing").id).active = False
    made = drawn.file("housing")
    decide("li", only(made))
    worked()
    task = only(made)
    assert (task.unit_id, task.stands_in_id, task.vacant) == (unit("420502").id, None, False)
    assert [one.kind for one in make.notices("qian")] == ["vacant"]
    decide("qian", task)
    assert make.fresh(made).result == "approved"


def test_a_party_names_nobody(town: Session) -> None:
    made = emptied()
    with transaction() as work:
        work.get_one(Case, made.id).parties = [who("jin").id]
    with pytest.raises(Forbidden, match="回避"):
        commands.assign(who("jin"), only(made).id, who("sun").id, "暂缺人", at=NOON)


def test_nobody_is_named_for_what_waits_for_the_applicant(town: Session) -> None:
    made = emptied()
    with transaction() as work:
        task = work.get_one(Task, only(made).id)
        task.unit_id, task.person_id, task.vacant = None, who("ann").id, False
    with pytest.raises(Forbidden):
        commands.assign(who("jin"), only(made).id, who("sun").id, "暂缺人", at=NOON)


def test_a_party_is_not_there(town: Session) -> None:
    """孙牧 sits beside nobody: who applied does not review, so that it goes up."""
    gone("zhao", "he")
    made = drawn.file("demo")
    decide("li", only(made))
    with transaction() as work:
        here = {
            "unit_id": unit("420502002").id,
            "position": "head",
            "valid_from": local(NOON).date(),
        }
        work.add(Grant(person_id=who("li").id, **here))
    worked()
    fill_vacancies(at=NOON)
    task = only(made)
    assert task.unit_id == unit("420502").id  # 李禾 decided the level before
    assert make.verbs(made)[-1] == "vacant"


def test_with_nobody_up_to_the_city_it_waits_in_the_tray(town: Session) -> None:
    gone("li", "zhao", "he", "qian", "han", "zheng")
    made = filed()
    task = only(made)
    assert (task.unit_id, task.vacant) == (unit(HERE).id, True)
    assert make.events(made)[-1].routing == {"from": "解放路社区", "to": ""}
    said = make.notices("jin")[-1].text
    assert "指定" in said
    assert made.number in said
    assert made.title not in said  # who keeps accounts reads no case
    fill_vacancies(at=NOON)
    assert make.verbs(made).count("vacant") == 1  # once said, not again


def emptied() -> Case:
    gone("li", "zhao", "he", "qian", "han", "zheng")
    return filed()


def test_a_keeper_names_who_handles_it(town: Session) -> None:
    made = emptied()
    commands.assign(who("jin"), only(made).id, who("sun").id, "社区暂缺人", at=NOON)
    task = only(made)
    assert (task.named_id, task.vacant, task.stands_in_id) == (who("sun").id, False, unit(HERE).id)
    assert [one.kind for one in make.notices("sun")] == ["assigned"]
    assert make.verbs(made)[-1] == "assigned"
    decide("sun", task)


def test_whoever_watches_over_the_place_names_as_well(town: Session) -> None:
    made = emptied()
    commands.assign(who("qin"), only(made).id, who("sun").id, "社区暂缺人", at=NOON)
    assert only(made).named_id == who("sun").id


def test_where_three_keep_the_platform_none_of_them_names(town: Session) -> None:
    """The city has no keeper then: 秦督, who watches over it, hears of what is left there."""
    asks = {"flow_role": "city_gov_user", "flow_scope": "city"}
    drawn.publish("city", drawn.joint("city", "one", **asks))
    chief = who("ning")
    three = called(chief, NOON)
    apart(chief, three, NOON)
    gone("zheng")
    made = drawn.file("city")
    decide("li", only(made))
    worked()
    task = only(made)
    assert (task.unit_id, task.vacant) == (unit("4205").id, True)
    told = session().scalars(select(Notice.person_id).where(Notice.kind == "vacant")).all()
    assert told == [who("qin").id]
    for duty in found(NOON).values():
        with pytest.raises(Forbidden):
            commands.assign(duty, task.id, who("sun").id, "暂缺人", at=NOON)
    commands.assign(who("qin"), task.id, who("sun").id, "市级暂缺人", at=NOON)
    assert only(made).named_id == who("sun").id


def test_another_is_named_where_the_first_does_not_do_it(town: Session) -> None:
    made = emptied()
    commands.assign(who("jin"), only(made).id, who("sun").id, "社区暂缺人", at=NOON)
    with pytest.raises(Invalid):
        commands.assign(who("jin"), only(made).id, who("sun").id, "再请他", at=NOON)
    assert [task.id for task in queries.by_name(town, who("jin"), at=NOON)] == [only(made).id]
    commands.assign(who("jin"), only(made).id, who("wang").id, "孙牧住院", at=NOON)
    task = only(made)
    assert (task.named_id, task.claimed_by_id) == (who("wang").id, who("wang").id)
    assert task.stands_in_id == unit(HERE).id
    assert [one.kind for one in make.notices("sun")] == ["assigned", "recalled"]
    with pytest.raises(Forbidden):
        decide("sun", task)
    decide("wang", task)
    with pytest.raises(Conflict):
        commands.assign(who("jin"), task.id, who("sun").id, "再改", at=NOON)


def test_an_added_signer_who_is_ill_is_replaced(town: Session) -> None:
    made = filed()
    wanted = Addition(who("sun").id, "before", "请先看")
    added = commands.add_signer(who("li"), only(made).id, wanted, at=NOON)
    commands.assign(who("jin"), added.id, who("zhao").id, "孙牧住院", at=NOON)
    row = town.get_one(Task, added.id, populate_existing=True)
    assert (row.named_id, row.stands_in_id) == (who("zhao").id, None)


@pytest.mark.parametrize("key", ["wang", "li", "yi", "zhou"])
def test_nobody_else_names(town: Session, key: str) -> None:
    task = only(emptied())
    with pytest.raises(Forbidden):
        commands.assign(who(key), task.id, who("sun").id, "暂缺人", at=NOON)


def test_only_who_decides_there_is_named(town: Session) -> None:
    task = only(emptied())
    for nobody in ("yi", "li", "qin", "ann"):
        with pytest.raises(Invalid):
            commands.assign(who("jin"), task.id, who(nobody).id, "暂缺人", at=NOON)
    with pytest.raises(Invalid, match="理由"):
        commands.assign(who("jin"), task.id, who("sun").id, "", at=NOON)


def test_what_somebody_is_there_for_is_not_given_away(town: Session) -> None:
    task = only(filed())
    with pytest.raises(Conflict, match="不用指定"):
        commands.assign(who("jin"), task.id, who("sun").id, "请他办", at=NOON)


def test_somebody_comes_and_the_tray_is_empty(town: Session) -> None:
    made = emptied()
    with transaction() as work:
        here = {"unit_id": unit(HERE).id, "position": "head", "valid_from": local(NOON).date()}
        work.add(Grant(person_id=who("wang").id, **here))
    fill_vacancies(at=NOON)
    task = only(made)
    assert not task.vacant
    decide("wang", task)


def test_what_a_disabled_person_was_about_to_decide_goes_up(town: Session) -> None:
    made = drawn.file("demo")
    commands.claim(who("li"), only(made).id, at=NOON)
    granting.disable(who("jin"), who("li").id, "停用", at=NOON)
    assert make.verbs(made) == ["filed", "claimed", "freed", "vacant"]
    assert make.events(made)[1].actor.name == "李禾"  # history keeps the name
    decide("zhao", only(made))


def test_what_nobody_had_claimed_goes_up_with_them(town: Session) -> None:
    made = drawn.file("demo")
    granting.disable(who("jin"), who("li").id, "停用", at=NOON)
    assert only(made).unit_id == unit("420502002").id


def test_what_was_theirs_by_name_moves_the_same_way(town: Session) -> None:
    made = emptied()
    commands.assign(who("jin"), only(made).id, who("sun").id, "社区暂缺人", at=NOON)
    granting.disable(who("jin"), who("sun").id, "停用", at=NOON)
    task = only(made)
    assert (task.named_id, task.claimed_by_id, task.vacant) == (None, None, True)


def test_a_post_that_runs_out_is_found_by_the_sweep(town: Session) -> None:
    made, tomorrow = drawn.file("demo"), NOON + timedelta(2)
    with transaction() as work:
        post = work.scalars(select(Grant).where(Grant.person_id == who("li").id)).one()
        post.valid_to = date(2026, 11, 24)
    free_stranded(at=tomorrow)
    fill_vacancies(at=tomorrow)
    assert only(made).unit_id == unit("420502002").id
