"""What an added signer's word is worth: asked for as well, never instead of the drawn ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Forbidden
from app.identity.models import Grant
from app.workflow import commands, offers, past, submissions
from app.workflow.commands.handing import Handing
from app.workflow.commands.signers import Addition
from app.workflow.models import Case, Task
from tests.stores import Store
from tests.workflow import drawn, make
from tests.workflow.people import NOON, unit, who
from tests.workflow.pictures import opened
from tests.workflow.test_added_signers import YES, add, joint, mine, remove, result, sign, state


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a step for each way of signing; one of the district's alone."""

    def build() -> None:
        by_district = {"flow_role": "district_gov_user", "flow_scope": "district"}
        drawn.publish("joint_one", drawn.joint("joint_one", "one", **by_district))
        for way in ("all", "any", "vote:60", "order"):
            key = f"joint_{way.partition(':')[0]}"
            drawn.publish(key, drawn.joint(key, way))

    with opened(database, app, "weight", build) as work:
        yield work


@pytest.mark.parametrize("sign_mode", ["any", "vote"])
@pytest.mark.parametrize("where", ["before", "beside", "after"])
def test_where_one_of_several_decides_or_a_share_nobody_is_added(
    town: Session, sign_mode: str, where: str
) -> None:
    """One's own colleague would decide alone, and friends would make up the share."""
    made = joint(sign_mode)
    with pytest.raises(Forbidden, match="不能加签"):
        add(made, "zhao", "sun", where)
    assert len(make.open_tasks(made)) == 3
    offered = offers.of_task(town, who("zhao"), mine(made, "zhao"), at=NOON)
    assert "add_signer" not in {one.key for one in offered}


@pytest.mark.parametrize("sign_mode", ["all", "order"])
@pytest.mark.parametrize("where", ["before", "beside", "after"])
def test_the_added_one_alone_never_agrees_for_the_step(
    town: Session, sign_mode: str, where: str
) -> None:
    made = joint(sign_mode)
    add(made, "zhao", "sun", where)
    if where == "after":
        with pytest.raises(Conflict, match="轮到"):
            sign(made, "sun")
        sign(made, "zhao")
    if (sign_mode, where) == ("all", "after"):
        sign(made, "qian")
        assert state(made, "sun") == "waiting"
        sign(made, "zhou")
        assert result(made) is None
        return
    sign(made, "sun")
    assert result(made) is None
    assert len(make.open_tasks(made, "open", "waiting")) == (2 if where == "after" else 3)


def test_who_was_added_from_beneath_does_not_speak_for_the_level(town: Session) -> None:
    """孙牧 of the township signs with the district: the district's word is the district's own."""
    made = joint("one")
    add(made, "qian", "sun", "beside")
    sign(made, "sun")
    assert who("sun").id not in {one for _level, one in make.fresh(made).reviewed}
    sign(made, "qian")
    assert make.fresh(made).reviewed[-1] == ["district", who("qian").id]


def test_who_was_added_from_above_does_not_decide_there_after_it(town: Session) -> None:
    """郑垣 of the city, who is of the township too, signs with the district as of the city."""
    also = {"unit_id": unit("420502002").id, "position": "inspector"}
    with transaction() as work:
        work.add(Grant(person_id=who("zheng").id, valid_from=date(2026, 1, 1), **also))
    made = joint("one")
    row = add(made, "qian", "zheng", "beside")
    assert row.unit_id == unit("4205").id
    sign(made, "zheng")
    assert ["district", who("zheng").id] in make.fresh(made).reviewed


def test_in_whose_name_one_row_was_signed_does_not_sign_another(town: Session) -> None:
    """韩予 signs the district's row in 何岚's name; 何岚 has no second voice in its department."""
    _post("he", "420502", "district_gov_user")
    _post("he", "420502:housing", "district_dept_user")
    made = joint("all")
    _township, first, second = make.open_tasks(made)
    commands.claim(who("he"), first.id, at=NOON)
    commands.act_for(who("han"), first.id, Handing(who("he").id, "他请假"), at=NOON)
    said = drawn.Decision(YES, {"opinion": "同意"})
    commands.decide(who("han"), first.id, said, at=NOON)
    assert town.get_one(Task, first.id, populate_existing=True).for_id == who("he").id
    with pytest.raises(Forbidden, match="重复签署"):
        commands.decide(who("he"), second.id, said, at=NOON)


def test_who_is_a_party_takes_nobody_out(town: Session) -> None:
    """韩予 watches over the district, and 钱叙 added them, but one of the case has their number."""
    made = joint("one")
    row = add(made, "qian", "sun", "beside")
    _party(made, "han")
    with pytest.raises(Forbidden):
        remove("han", row)
    _party(made, "qian")
    with pytest.raises(Forbidden):
        remove("qian", row)


def test_who_decides_there_no_more_takes_nobody_out(town: Session) -> None:
    made = joint("one")
    row = add(made, "qian", "sun", "beside")
    with transaction() as work:
        for post in work.scalars(select(Grant).where(Grant.person_id == who("qian").id)):
            post.valid_to = date(2026, 11, 1)
    with pytest.raises(Forbidden):
        remove("qian", row)


def test_a_signature_before_ones_own_renews_no_limit(town: Session) -> None:
    made, later = joint("one"), NOON + timedelta(days=1)
    host, sun = mine(made, "qian"), who("sun").id
    due = host.due_at
    assert due is not None
    row = commands.add_signer(who("qian"), host.id, Addition(sun, "before"), at=later)
    commands.remove_signer(who("qian"), row.id, "不用了", at=later)
    assert mine(made, "qian").due_at == due
    row = add(made, "qian", "sun", "before")
    commands.decide(who("sun", later), row.id, drawn.Decision(YES), at=later)
    own = mine(made, "qian")
    assert (own.status, own.opened_at, own.due_at) == ("open", later, due + timedelta(days=1))


def test_an_added_one_has_the_way_of_the_one_that_it_is_added_to(town: Session) -> None:
    made = joint("one")
    host = mine(made, "qian")
    row = add(made, "qian", "sun", "beside")
    assert host.came_of_id is not None
    assert (row.came_of_id, row.straight_to_id) == (host.came_of_id, host.straight_to_id)


def test_what_is_settled_by_taking_out_came_of_who_signed_last(town: Session) -> None:
    made = joint("one")
    host, row = mine(made, "qian"), add(made, "qian", "sun", "beside")
    sign(made, "qian")
    remove("qian", row)
    assert result(made) == "approved"
    moved = past.moved_on(town, town.get_one(Task, host.id))
    assert moved is not None
    assert moved.verb == "signer_removed"
    assert moved.routing["whom"] == who("sun").id


def test_what_is_settled_by_taking_out_knows_the_last_words_of_who_signed(town: Session) -> None:
    """钱叙 signed, took it back, and signed again: what they said first counts no more."""
    made = joint("one")
    host, row = mine(made, "qian"), add(made, "qian", "sun", "beside")
    for minute, words in enumerate(("first", "second")):
        at = NOON + timedelta(minutes=minute)
        said = drawn.Decision(YES, {"opinion": words})
        commands.decide(who("qian"), host.id, said, at=at)
        if words == "first":
            commands.recall(who("qian"), host.id, at=at)
    last = submissions.last_given(town, host.id, "demo/review")
    assert last["opinion"] == "second"
    remove("qian", row)
    assert result(made) == "approved"


def _post(key: str, code: str, role: str) -> None:
    post = {"unit_id": unit(code).id, "role": role}
    with transaction() as work:
        work.add(Grant(person_id=who(key).id, valid_from=date(2026, 1, 1), **post))


def _party(made: Case, key: str) -> None:
    with transaction() as work:
        work.get_one(Case, made.id).parties = [who(key).id]
