"""Several signers: what their outcomes come to, and how their tasks open and close."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.clock import local
from app.engine import Sign
from app.errors import Conflict
from app.workflow import commands
from app.workflow.models import Case
from app.workflow.signing import joint_outcome
from tests.stores import Store
from tests.workflow import drawn, make
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened

YES, NO, BACK = "approve", "reject", "return"
ALL, ANY, ORDER = Sign("all"), Sign("any"), Sign("order")


@pytest.mark.parametrize(
    ("sign", "given", "outcome"),
    [
        (ALL, [YES, None], None),
        (ALL, [YES, YES], YES),
        (ALL, [None, NO], NO),
        (ALL, [YES, BACK, None], BACK),
        (ANY, [None, None], None),
        (ANY, [None, NO], NO),
        (ANY, [YES, None, None], YES),
        (ORDER, [YES, None], None),
        (ORDER, [YES, YES], YES),
        (ORDER, [NO, None], NO),
        (Sign("one"), [YES], YES),
        (Sign("vote", 60), [YES, None, None], None),
        (Sign("vote", 60), [YES, YES, None], YES),
        (Sign("vote", 60), [NO, None, None], None),
        (Sign("vote", 60), [NO, BACK, None], NO),
        (Sign("vote", 60), [YES, NO, YES], YES),
        (Sign("vote", 50), [YES, None], YES),
        (Sign("vote", 50), [NO, None], None),
        (Sign("vote", 50), [NO, NO], NO),
        (Sign("vote", 67), [YES, YES, None], None),
        (Sign("vote", 67), [NO, None, None], NO),
        (Sign("vote", 100), [YES, NO, None], NO),
    ],
)
def test_what_signers_come_to(sign: Sign, given: list[str | None], outcome: str | None) -> None:
    assert joint_outcome(sign, YES, given) == outcome


SIGNS = st.sampled_from([ALL, ANY, ORDER, *(Sign("vote", share) for share in range(1, 101, 9))])


@given(SIGNS, st.lists(st.sampled_from([YES, NO, BACK]), min_size=1, max_size=7))
def test_once_settled_no_later_signer_changes_it(sign: Sign, votes: list[str]) -> None:
    """Signing stops at the first settled moment, and comes to what all votes would come to."""
    so_far: list[str | None] = [None] * len(votes)
    settled = None
    for place, vote in enumerate(votes):
        so_far[place] = vote
        settled = joint_outcome(sign, YES, so_far)
        if settled:
            break
    assert settled is not None
    assert (settled == YES) == (joint_outcome(sign, YES, list(votes)) == YES)


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with one process for each way of signing."""

    def build() -> None:
        for sign in ("all", "any", "vote:60", "order"):
            key = f"joint_{sign.partition(':')[0]}"
            drawn.publish(key, drawn.joint(key, sign))

    with opened(database, app, "joints", build) as work:
        yield work


def signing(sign: str) -> Case:
    """A case that waits for its three signers."""
    made = drawn.file(f"joint_{sign.partition(':')[0]}")
    drawn.decide(made, "li", "approve")
    return made


def statuses(made: Case) -> list[str]:
    return [one.status for one in make.open_tasks(made, "open", "waiting", "done", "closed")[1:]]


def signed(made: Case, way: Sequence[str]) -> str | None:
    for key, outcome in zip(("zhao", "qian", "zhou"), way, strict=False):
        drawn.decide(made, key, outcome)
    return make.fresh(made).result


@pytest.mark.parametrize(
    ("sign", "way", "result"),
    [
        ("all", [YES, YES], None),
        ("all", [YES, YES, YES], "approved"),
        ("all", [YES, NO], "rejected"),
        ("any", [YES], "approved"),
        ("any", [NO], "rejected"),
        ("vote:60", [YES], None),
        ("vote:60", [YES, NO], None),
        ("vote:60", [YES, YES], "approved"),
        ("vote:60", [NO, NO], "rejected"),
        ("vote:60", [NO, YES, BACK], "rejected"),
        ("order", [YES, YES], None),
        ("order", [YES, YES, YES], "approved"),
        ("order", [YES, BACK], "returned"),
    ],
)
def test_a_step_of_three_signers(
    town: Session, sign: str, way: list[str], result: str | None
) -> None:
    made = signing(sign)
    assert signed(made, way) == result
    left = [] if result else ["together"] * (3 - len(way))
    assert make.waiting(made) == left


def test_signers_who_are_not_needed_any_more_are_closed(town: Session) -> None:
    made = signing("vote:60")
    signed(made, [YES, YES])
    assert statuses(made) == ["done", "done", "closed"]
    with pytest.raises(Conflict, match="钱叙") as told:
        commands.claim(who("zhou"), make.fresh(made).tasks[-1].id, at=NOON)
    assert told.value.who == "钱叙"


def test_each_signer_signs_once(town: Session) -> None:
    made = signing("all")
    task = make.task(made, "zhao")
    drawn.decide(made, "zhao", YES)
    with pytest.raises(Conflict, match="赵屿"):
        commands.decide(who("zhao"), task.id, drawn.Decision(YES), at=NOON)
    assert statuses(made) == ["done", "open", "open"]


def test_in_order_everybody_waits_for_their_turn(town: Session) -> None:
    made = signing("order")
    assert statuses(made) == ["open", "waiting", "waiting"]
    second = make.open_tasks(made, "waiting")[0]
    for verb in (commands.claim, commands.release):
        with pytest.raises(Conflict, match="轮到"):
            verb(who("qian"), second.id, at=NOON)


def test_in_order_each_turn_has_its_own_time(town: Session) -> None:
    made = signing("order")
    later = NOON + timedelta(days=3)
    assert make.open_tasks(made, "waiting")[0].due_at is None
    drawn.decide(made, "zhao", YES, later)
    (turn,) = make.open_tasks(made)
    assert turn.opened_at == later
    assert local(turn.due_at).strftime("%m-%d %H:%M") == "11-30 17:30"


def test_the_engine_hears_one_outcome_of_a_step(town: Session) -> None:
    made = signing("all")
    signed(made, [YES, YES, YES])
    said = [(event.outcome, bool(event.passed)) for event in make.events(made)[2:]]
    assert said == [(YES, False), (YES, False), (YES, True)]


def test_nothing_of_a_signer_reaches_the_engine_before_the_step_is_settled(town: Session) -> None:
    made = signing("all")
    before = make.fresh(made).snapshot
    signed(made, [YES, YES])
    assert make.fresh(made).snapshot == before
