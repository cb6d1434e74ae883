"""Signing by everybody of a desk, by name; and nobody twice, whatever posts they hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Forbidden
from app.identity.models import Grant
from app.workflow import commands, jobs
from app.workflow.commands import handing
from app.workflow.commands.handing import Handing
from app.workflow.commands.substitutes import Absence
from app.workflow.models import Case, Task
from tests.stores import Store
from tests.workflow import drawn, make
from tests.workflow.people import NOON, unit, who
from tests.workflow.pictures import opened
from tests.workflow.test_separation import also

TOWNSHIP = "420502002"
EVERYBODY = {"flow_role": "head inspector leader", "flow_scope": "township", "flow_each": "person"}
WAYS = ("all", "any", "vote:60", "order")
YES, NO, BACK = "approve", "reject", "return"


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a process for each way in which everybody of the township signs."""

    def build() -> None:
        for sign in WAYS:
            key = f"each_{sign.partition(':')[0]}"
            drawn.publish(key, drawn.joint(key, sign, **EVERYBODY))
        drawn.publish("joint_all", drawn.joint("joint_all", "all"))

    with opened(database, app, "signers", build) as work:
        yield work


def signing(sign: str) -> Case:
    """A case that waits for everybody of the township: 何岚, 孙牧, 赵屿."""
    made = drawn.file(f"each_{sign}")
    drawn.decide(made, "li", YES)
    return made


def rows(made: Case) -> list[Task]:
    every = make.open_tasks(made, "open", "waiting", "done", "closed")
    found = [one for one in every if one.element == "together"]
    return sorted(found, key=lambda one: one.turn)


def sign(made: Case, key: str, outcome: str = YES) -> None:
    mine = next(one for one in rows(made) if one.named_id == who(key).id)
    said = drawn.Decision(outcome, {"opinion": "说明理由"})
    commands.decide(who(key), mine.id, said, at=NOON)


def give(key: str, code: str, role: str = "", position: str = "") -> None:
    """One post more for somebody."""
    with transaction() as work:
        post = {"unit_id": unit(code).id, "role": role, "position": position}
        work.add(Grant(person_id=who(key).id, valid_from=date(2026, 1, 5), **post))


def test_everybody_of_a_desk_signs_by_name(town: Session) -> None:
    made = signing("all")
    expected = [who(key).id for key in ("he", "sun", "zhao")]
    assert [one.named_id for one in rows(made)] == expected
    assert {one.claimed_by_id for one in rows(made)} == set(expected)
    sign(made, "zhao")
    sign(made, "he")
    assert make.fresh(made).result is None
    sign(made, "sun")
    assert make.fresh(made).result == "approved"


def test_one_who_refuses_ends_the_step_and_the_others_hear_why(town: Session) -> None:
    made = signing("all")
    sign(made, "zhao", NO)
    assert make.fresh(made).result == "rejected"
    left = [one for one in rows(made) if one.status == "closed"]
    assert len(left) == 2
    assert all(one.close_reason for one in left)
    with pytest.raises(Conflict, match="办结"):
        sign(made, "sun")


@pytest.mark.parametrize(
    ("way", "said", "result"),
    [
        ("any", [("sun", YES)], "approved"),
        ("any", [("he", BACK)], "returned"),
        ("vote", [("sun", YES), ("he", YES)], "approved"),
        ("vote", [("sun", NO), ("he", NO)], "rejected"),
        ("order", [("he", YES), ("sun", YES), ("zhao", YES)], "approved"),
    ],
)
def test_what_everybodys_signatures_come_to(
    town: Session, way: str, said: list[tuple[str, str]], result: str
) -> None:
    made = signing(way)
    for key, outcome in said:
        assert make.fresh(made).result is None
        sign(made, key, outcome)
    assert make.fresh(made).result == result


def test_in_order_the_order_is_stored(town: Session) -> None:
    made = signing("order")
    assert [one.status for one in rows(made)] == ["open", "waiting", "waiting"]
    with pytest.raises(Conflict, match="轮到"):
        sign(made, "zhao")
    sign(made, "he")
    assert [one.status for one in rows(made)] == ["done", "open", "waiting"]


def test_what_is_anothers_by_name_is_nobodys_to_take_or_give_back(town: Session) -> None:
    made = signing("all")
    theirs = next(one for one in rows(made) if one.named_id == who("sun").id)
    with pytest.raises(Forbidden):
        commands.claim(who("zhao"), theirs.id, at=NOON)
    with pytest.raises(Forbidden, match="指名"):
        commands.release(who("sun"), theirs.id, at=NOON)


def test_with_two_posts_one_signs_once_and_is_asked_once(town: Session) -> None:
    give("zhao", TOWNSHIP, position="inspector")
    made = signing("all")
    assert [one.named_id for one in rows(made)].count(who("zhao").id) == 1


def test_who_signed_for_one_party_does_not_sign_for_another(town: Session) -> None:
    give("zhao", "420502", role="district_gov_user")
    made = drawn.file("joint_all")
    drawn.decide(made, "li", YES)
    first, second, _third = rows(made)
    commands.claim(who("zhao"), first.id, at=NOON)
    with pytest.raises(Forbidden, match="重复签署"):
        commands.claim(who("zhao"), second.id, at=NOON)
    commands.decide(who("zhao"), first.id, drawn.Decision(YES), at=NOON)
    with pytest.raises(Forbidden, match=r"重复签署|连审两级"):
        commands.decide(who("zhao"), second.id, drawn.Decision(YES), at=NOON)


def test_a_row_left_to_nobody_else_goes_up(town: Session) -> None:
    """赵屿 is the only one at both desks; once they signed at one, the other is nobody's."""
    give("zhao", "420502", role="district_gov_user")
    with transaction() as work:
        for key in ("qian", "han"):
            for grant in work.query(Grant).filter_by(person_id=who(key).id):
                grant.valid_to = date(2026, 11, 1)
    made = drawn.file("joint_all")
    drawn.decide(made, "li", YES)
    drawn.decide(made, "zhao", YES)
    while jobs.run_due(NOON):
        pass
    second = rows(made)[1]
    assert (second.unit_id, second.stands_in_id) == (unit("4205").id, unit("420502").id)
    assert make.events(made)[-1].verb == "vacant"
    commands.decide(who("zheng"), second.id, drawn.Decision(YES), at=NOON)


def test_a_named_row_that_a_substitute_takes_back_stays_the_absents_own(town: Session) -> None:
    made = signing("all")
    mine = next(one for one in rows(made) if one.named_id == who("zhao").id)
    day = date(2026, 11, 23)
    commands.set_substitute(who("zhao"), Absence(who("qian").id, day, day), at=NOON)
    also("chen", TOWNSHIP, position="head")
    commands.transfer(who("qian"), mine.id, Handing(who("chen").id), at=NOON)
    handing.take_back(who("qian"), mine.id, at=NOON)
    row = next(one for one in rows(made) if one.id == mine.id)
    had = (row.named_id, row.claimed_by_id, row.for_id)
    assert had == (who("zhao").id, who("qian").id, who("zhao").id)
    commands.release(who("qian"), mine.id, at=NOON)
    sign(made, "zhao")
