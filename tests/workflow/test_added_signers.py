"""加签、减签: whom one may add to a step, where they sign, and what it comes to without them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid
from app.identity.commands import granting
from app.workflow import commands, jobs
from app.workflow.commands.signers import Addition
from app.workflow.models import Case, Task
from tests.stores import Store
from tests.workflow import drawn, make
from tests.workflow.people import NOON, unit, who
from tests.workflow.pictures import opened

YES, NO = "approve", "reject"


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a plain process of two levels, and one for each way of signing."""

    def build() -> None:
        drawn.publish("demo", drawn.two_levels("demo"))
        for sign in ("all", "order"):
            drawn.publish(f"joint_{sign}", drawn.joint(f"joint_{sign}", sign))

    with opened(database, app, "added", build) as work:
        yield work


def plain() -> Case:
    """At its second step: one hand of the township decides."""
    made = drawn.file("demo")
    drawn.decide(made, "li", YES)
    return made


def joint(sign: str) -> Case:
    """At its second step: three sign."""
    made = drawn.file(f"joint_{sign}")
    drawn.decide(made, "li", YES)
    return made


def add(made: Case, by: str, whom: str, where: str) -> Task:
    return commands.add_signer(
        who(by), mine(made, by).id, Addition(who(whom).id, where, "请一并看看"), at=NOON
    )


def remove(by: str, row: Task, why: str = "不用了") -> Task:
    return commands.remove_signer(who(by), row.id, why, at=NOON)


def mine(made: Case, key: str) -> Task:
    """Their own row, in whatever state, or that of their desk."""
    every = make.open_tasks(made, "open", "waiting")
    named = [one for one in every if one.claimed_by_id == who(key).id]
    return named[0] if named else make.task(made, key)


def sign(made: Case, key: str, outcome: str = YES) -> None:
    said = drawn.Decision(outcome, {"opinion": "说明理由"})
    commands.decide(who(key), mine(made, key).id, said, at=NOON)


def states(made: Case) -> dict[str, str]:
    every = make.open_tasks(made, "open", "waiting", "done", "closed")
    return {str(one.claimed_by_id): one.status for one in every}


def state(made: Case, key: str) -> str:
    return states(made)[who(key).id]


def result(made: Case) -> str | None:
    return make.fresh(made).result


@pytest.mark.parametrize("where", ["before", "beside", "after"])
def test_a_step_of_one_hand_needs_the_added_one_too(town: Session, where: str) -> None:
    made = plain()
    add(made, "zhao", "qian", where)
    first, second = ("qian", "zhao") if where == "before" else ("zhao", "qian")
    sign(made, first)
    assert result(made) is None
    sign(made, second)
    assert result(made) == "approved"


@pytest.mark.parametrize(
    ("where", "whose", "others"),
    [("before", "open", "waiting"), ("beside", "open", "open"), ("after", "waiting", "open")],
)
def test_whose_turn_it_is(town: Session, where: str, whose: str, others: str) -> None:
    made = plain()
    row = add(made, "zhao", "qian", where)
    assert (state(made, "qian"), state(made, "zhao")) == (whose, others)
    late = "zhao" if where == "before" else "qian"
    if where != "beside":
        with pytest.raises(Conflict, match="轮到"):
            sign(made, late)
        assert mine(made, late).chase_at is None
    assert (row.named_id, row.added, row.added_by_id) == (who("qian").id, where, who("zhao").id)


@pytest.mark.parametrize("where", ["before", "beside"])
def test_one_added_who_refuses_ends_the_step(town: Session, where: str) -> None:
    made = plain()
    add(made, "zhao", "qian", where)
    sign(made, "qian", NO)
    assert result(made) == "rejected"
    assert state(made, "zhao") == "closed"


def test_who_added_one_after_them_may_still_refuse(town: Session) -> None:
    made = plain()
    add(made, "zhao", "qian", "after")
    sign(made, "zhao", NO)
    assert result(made) == "rejected"
    assert state(made, "qian") == "closed"


def test_before_one_of_several_only_that_one_waits(town: Session) -> None:
    made = joint("all")
    add(made, "zhao", "sun", "before")
    assert state(made, "zhao") == "waiting"
    sign(made, "qian")
    sign(made, "sun")
    assert state(made, "zhao") == "open"
    sign(made, "zhao")
    sign(made, "zhou")
    assert result(made) == "approved"


def test_after_all_of_several(town: Session) -> None:
    made = joint("all")
    add(made, "zhao", "sun", "after")
    for key in ("zhao", "qian", "zhou"):
        assert state(made, "sun") == "waiting"
        sign(made, key)
    assert state(made, "sun") == "open"
    sign(made, "sun")
    assert result(made) == "approved"


@pytest.mark.parametrize(
    ("where", "order"),
    [
        ("before", ["sun", "zhao", "qian", "zhou"]),
        ("beside", ["sun", "zhao", "qian", "zhou"]),
        ("after", ["zhao", "sun", "qian", "zhou"]),
    ],
)
def test_in_order_the_added_one_has_a_place_in_it(
    town: Session, where: str, order: list[str]
) -> None:
    made = joint("order")
    add(made, "zhao", "sun", where)
    for key in order:
        assert result(made) is None
        sign(made, key)
    assert result(made) == "approved"


def test_to_take_out_the_last_open_one_settles_the_step(town: Session) -> None:
    made = plain()
    row = add(made, "zhao", "qian", "beside")
    sign(made, "zhao")
    assert result(made) is None
    remove("zhao", row)
    assert result(made) == "approved"
    assert make.verbs(made)[-2:] == ["decided", "signer_removed"]
    assert make.events(made)[-1].passed


def test_to_take_out_the_one_before_gives_the_turn_back(town: Session) -> None:
    made = plain()
    row = add(made, "zhao", "qian", "before")
    remove("zhao", row)
    assert state(made, "zhao") == "open"
    assert result(made) is None
    sign(made, "zhao")
    assert result(made) == "approved"


def test_to_take_one_out_never_passes_what_nobody_signed(town: Session) -> None:
    made = plain()
    remove("zhao", add(made, "zhao", "qian", "beside"))
    assert result(made) is None
    assert state(made, "zhao") == "open"


def test_a_desk_whose_last_one_was_added_elsewhere_is_nobodys(town: Session) -> None:
    """何岚 and 赵屿 sit at the township; she signs last of all, and he is away."""
    granting.disable(who("ning"), who("he").id, "离职", at=NOON)
    made = joint("all")
    add(made, "qian", "zhao", "after")
    while jobs.run_due(NOON):
        pass
    first = make.open_tasks(made)[0]
    assert (first.unit_id, first.stands_in_id) == (unit("420502").id, unit("420502002").id)
    assert make.verbs(made)[-1] == "vacant"


def test_who_may_be_added(town: Session) -> None:
    made = plain()
    for nobody in ("li", "zhao", "ann", "jin", "yi", "qin"):  # decided before, oneself, no right
        with pytest.raises(Invalid):
            add(made, "zhao", nobody, "beside")
    add(made, "zhao", "qian", "beside")
    with pytest.raises(Invalid):  # nobody signs twice
        add(made, "zhao", "qian", "after")


def test_who_may_add(town: Session) -> None:
    made, wanted = plain(), Addition(who("qian").id, "beside")
    task = make.task(made, "zhao")
    with pytest.raises(Forbidden):
        commands.add_signer(who("chen"), task.id, wanted, at=NOON)
    drawn.decide(made, "zhao", YES)
    with pytest.raises(Conflict, match="赵屿"):
        commands.add_signer(who("zhao"), task.id, wanted, at=NOON)


def test_who_may_take_out_whom(town: Session) -> None:
    made = plain()
    row = add(made, "zhao", "qian", "beside")
    for stranger in ("sun", "zhou", "qian"):
        with pytest.raises(Forbidden):
            remove(stranger, row)
    with pytest.raises(Invalid):
        remove("zhao", row, why=" ")
    remove("he", row)  # 分管领导 of the township watches over it
    with pytest.raises(Conflict, match="减签"):
        commands.decide(who("qian"), row.id, drawn.Decision(YES), at=NOON)


def test_who_has_signed_is_not_taken_out(town: Session) -> None:
    made = plain()
    row = add(made, "zhao", "qian", "beside")
    sign(made, "qian")
    with pytest.raises(Conflict, match="钱叙"):
        remove("zhao", row)


def test_a_drawn_signer_stays(town: Session) -> None:
    made = joint("all")
    commands.claim(who("zhao"), make.task(made, "zhao").id, at=NOON)
    with pytest.raises(Forbidden):
        remove("han", mine(made, "zhao"))


def test_those_concerned_hear_of_it(town: Session) -> None:
    made = plain()
    row = add(made, "zhao", "qian", "beside")
    remove("zhao", row)
    assert [one.kind for one in make.notices("qian")] == ["signer_added", "signer_removed"]
    added, removed = make.events(made)[-2:]
    assert (added.verb, removed.verb) == ("signer_added", "signer_removed")
    assert (added.outcome, added.routing) == ("beside", {"whom": who("qian").id})


def test_the_same_form_sent_again_adds_nobody_twice(town: Session) -> None:
    made = plain()
    task, wanted = make.task(made, "zhao"), Addition(who("qian").id, "beside")
    rows = [commands.add_signer(who("zhao"), task.id, wanted, "k1", at=NOON).id for _ in range(2)]
    assert rows[0] == rows[1]
    assert make.verbs(made).count("signer_added") == 1
