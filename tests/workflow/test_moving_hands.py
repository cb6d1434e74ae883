"""Whose a step is that a move asks anew: who took it up keeps it, if they may handle it still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import session
from app.workflow import commands, jobs
from app.workflow.commands.handing import Handing
from app.workflow.commands.moving import Moving
from app.workflow.events import WHOM
from app.workflow.models import Case, Task
from app.workflow.studio import outlook
from app.workflow.studio.models import FlowMove
from tests.engine.drawings import document
from tests.stores import Store
from tests.workflow import drawn, edited, everybody, make, shapes
from tests.workflow.moves import item, seen, version
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened

EARLIER, LATER, BACK = (NOON + timedelta(minutes=one) for one in (1, 30, 60))
Hand = tuple[str | None, object, str | None, str | None]


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    with opened(database, app, "everybody", everybody.settle) as work:
        yield work


def changed(key: str, step: str, *to: tuple[str, str]) -> None:
    """The shape with other words of a step."""
    text = edited.shape(key)
    at = text.index(f'id="{step}"')
    for old, new in to:
        text = text[:at] + text[at:].replace(old, new, 1)
    drawn.publish(key, text)


WIDER = ("head", "head inspector")
"""One position more is asked, of the same unit."""


def told(made: Case) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """What the preview warns of, and the people that it names."""
    session().rollback()
    onto = version(made.process_key)
    found = outlook.outlook(session(), who("ning"), onto, {}, LATER)
    (line,) = [one for one in found.lines if one.case.id == made.id]
    assert line.plan is not None, line.why
    seats = outlook.Teller(session(), onto, LATER).told(line).seats
    return line.caveats, [seat.people for seat in seats]


def moved(made: Case) -> FlowMove:
    onto = version(made.process_key)
    wanted = Moving(onto.id, {made.id: seen(made)}, "改办理人")
    asked = commands.begin_move(who("ning"), wanted, at=LATER)
    while jobs.run_due(LATER):
        pass
    assert item(asked, made).status == "moved", item(asked, made).why
    return asked


def undo(asked: FlowMove) -> None:
    commands.undo_move(who("ning"), asked.id, at=BACK)
    while jobs.run_due(BACK):
        pass


def hand(task: Task) -> Hand:
    return task.claimed_by_id, task.claimed_at, task.for_id, task.delegated_by_id


def gone(made: Case) -> str:
    """Whose claims the last event says to be over."""
    event = make.events(made)[-1]
    assert event.verb == "moved"
    return str(event.routing.get(WHOM, ""))


def over(key: str, step: str) -> str:
    return f"{who(key).name}对“{step}”的签收取消"


def anew(step: str) -> str:
    return f"“{step}”换了办理人或签署办法，原来的单位和岗位时限照旧"


def test_who_took_a_step_up_keeps_it_and_since_when(town: Session) -> None:
    made = drawn.file("plain")
    old = make.task(made, "li")
    commands.claim(who("li"), old.id, at=EARLIER)
    changed("plain", "first", WIDER)
    assert told(made) == ((anew("first"),), [(who("li").name,)])
    heard = len(make.notices("sun"))
    asked = moved(made)
    (now,) = make.open_tasks(made)
    assert now.id != old.id
    assert hand(now) == (who("li").id, EARLIER, None, None)
    assert gone(made) == ""
    assert "“first”仍在您手里" in make.notices("li")[-1].text
    assert len(make.notices("sun")) == heard
    undo(asked)
    (back,) = make.open_tasks(made)
    assert (back.id, hand(back)) == (old.id, (who("li").id, EARLIER, None, None))
    drawn.decide(made, "li", "approve")


def test_who_may_handle_it_no_more_hears_so_and_has_it_again_after_undoing(town: Session) -> None:
    made = drawn.file("plain")
    old = make.task(made, "li")
    commands.claim(who("li"), old.id, at=EARLIER)
    changed("plain", "first", ("community", "township"))
    caveats, people = told(made)
    assert caveats == (anew("first"), over("li", "first"))
    assert who("li").name not in people[0]
    asked = moved(made)
    (now,) = make.open_tasks(made)
    assert hand(now) == (None, None, None, None)
    assert gone(made) == who("li").id
    assert "“first”不用您办理了" in make.notices("li")[-1].text
    assert "请您办理“first”" in make.notices("wang")[-1].text
    undo(asked)
    (back,) = make.open_tasks(made)
    assert (back.id, hand(back)) == (old.id, (who("li").id, EARLIER, None, None))
    assert "请您办理“first”" in make.notices("li")[-1].text


def test_who_sits_in_the_other_unit_too_keeps_it_there(town: Session) -> None:
    made = drawn.file("plain")
    drawn.decide(made, "li", "approve")
    commands.claim(who("zhao"), make.task(made, "zhao").id, at=EARLIER)
    changed("plain", "second", ("head", "district_gov_user"), ("township", "district"))
    assert told(made) == ((anew("second"),), [(who("zhao").name,)])
    moved(made)
    (now,) = make.open_tasks(made)
    assert (now.desk, hand(now)) == ("district_gov_user", (who("zhao").id, EARLIER, None, None))


def test_but_not_where_they_decided_the_level_before(town: Session) -> None:
    """Two steps of one level may be one hand's; after the move these are two levels."""
    first = ("district_gov_user", "head"), ("district", "township")
    changed("plain", "third", *first)
    made = drawn.file("plain")
    drawn.decide(made, "li", "approve")
    drawn.decide(made, "zhao", "approve")
    commands.claim(who("zhao"), make.task(made, "zhao").id, at=EARLIER)
    drawn.publish("plain", edited.shape("plain"))
    assert told(made)[0] == (anew("third"), over("zhao", "third"))
    moved(made)
    (now,) = make.open_tasks(made)
    assert (now.element, hand(now)) == ("third", (None, None, None, None))


def test_a_suspended_case_keeps_its_claims(town: Session) -> None:
    made = drawn.file("plain")
    commands.claim(who("li"), make.task(made, "li").id, at=EARLIER)
    commands.suspend(who("han"), made.id, "等材料", at=EARLIER)
    changed("plain", "first", WIDER)
    assert told(made)[0] == (anew("first"),)
    moved(made)
    (now,) = make.open_tasks(made)
    assert hand(now) == (who("li").id, EARLIER, None, None)


def together(sign: str, **changed: str) -> str:
    """The shape of a step signed by several, with other words of it."""
    parties = {"flow_role": "head; district_gov_user; district_dept_user",
               "flow_scope": "township; district; district:housing", "flow_sign": sign}  # fmt: skip
    step = shapes.review("together", "district", **(parties | changed))
    parts = shapes.around("together", step, shapes.judged("together", "last"))
    return edited.laid_out(document(*parts, key="sign_all"), "sign_all")


def claimed_by_three() -> Case:
    made = drawn.file("sign_all")
    drawn.decide(made, "li", "approve")
    for key in ("wang", "zhao", "zhou"):
        task = next(one for one in make.open_tasks(made) if key_of(one) == key)
        commands.claim(who(key), task.id, at=EARLIER)
    return made


def key_of(task: Task) -> str:
    return {"head": "wang", "district_gov_user": "zhao", "district_dept_user": "zhou"}[task.desk]


def claims(made: Case) -> dict[str, str | None]:
    names = {who(key).id: key for key in ("wang", "zhao", "zhou")}
    waiting = make.open_tasks(made, "open", "waiting")
    return {one.desk: names.get(one.claimed_by_id or "") for one in waiting}


def test_signers_keep_what_is_still_theirs_to_sign(town: Session) -> None:
    """Zhao sits in the township too, and Wang has that row already."""
    made = claimed_by_three()
    two = {"flow_role": "district_dept_user; head", "flow_scope": "district:housing; township"}
    drawn.publish("sign_all", together("all", **two))
    assert told(made)[0] == (anew("together"), over("zhao", "together"))
    asked = moved(made)
    assert claims(made) == {"district_dept_user": "zhou", "head": "wang"}
    assert gone(made) == who("zhao").id
    undo(asked)
    three = {"head": "wang", "district_gov_user": "zhao", "district_dept_user": "zhou"}
    assert claims(made) == three


def test_whose_turn_has_not_come_takes_it_up_when_it_comes(town: Session) -> None:
    made = claimed_by_three()
    drawn.publish("sign_all", together("order"))
    lost = sorted([over("zhao", "together"), over("zhou", "together")])
    caveats, _people = told(made)
    assert (caveats[0], sorted(caveats[1:])) == (anew("together"), lost)
    moved(made)
    assert claims(made) == {"head": "wang", "district_gov_user": None, "district_dept_user": None}
    assert gone(made) == " ".join(sorted(who(key).id for key in ("zhao", "zhou")))


def test_who_has_it_by_name_keeps_it_since_then(town: Session) -> None:
    """Each at a desk has a row; the newer version leaves one desk out."""
    made = drawn.file("persons")
    drawn.decide(made, "li", "approve", EARLIER)
    heads = {who(key).id for key in ("zhao", "wang")}
    others = {str(one.named_id) for one in make.open_tasks(made)} - heads
    assert who("qian").id in others
    one = {"flow_role": "head", "flow_scope": "township", "flow_sign": "all",
           "flow_each": "person"}  # fmt: skip
    step = shapes.review("together", "district", **one)
    parts = shapes.around("together", step, shapes.judged("together", "last"))
    drawn.publish("persons", edited.laid_out(document(*parts, key="persons"), "persons"))
    caveats, _people = told(made)
    assert (len(caveats), over("qian", "together") in caveats) == (1 + len(others), True)
    moved(made)
    assert {hand(one) for one in make.open_tasks(made)} == {
        (one, EARLIER, None, None) for one in heads
    }
    assert gone(made) == " ".join(sorted(others))


def given_out() -> tuple[Case, Task]:
    """Li asks Sun for an opinion on what Li has."""
    made = drawn.file("plain")
    task = make.task(made, "li")
    wanted = Handing(who("sun").id, "请看一下")
    commands.delegate(who("li"), task.id, wanted, at=EARLIER)
    return made, task


def test_what_was_given_out_for_an_opinion_comes_back_to_who_gave_it(town: Session) -> None:
    made, old = given_out()
    changed("plain", "first", WIDER)
    assert told(made) == ((anew("first"),), [(who("sun").name,)])
    moved(made)
    (now,) = make.open_tasks(made)
    assert (now.id != old.id, hand(now)) == (True, (who("sun").id, EARLIER, None, who("li").id))
    commands.give_back(who("sun"), now.id, Handing(reason="可以"), at=LATER)
    (back,) = make.open_tasks(made)
    assert hand(back) == (who("li").id, LATER, None, None)


def test_it_is_over_for_both_where_who_gave_it_may_not_decide_it(town: Session) -> None:
    made, _old = given_out()
    changed("plain", "first", ("community", "township"))
    lost = sorted([over("li", "first"), over("sun", "first")])
    assert sorted(told(made)[0][1:]) == lost
    moved(made)
    (now,) = make.open_tasks(made)
    assert hand(now) == (None, None, None, None)
    for key in ("li", "sun"):
        assert "“first”不用您办理了" in make.notices(key)[-1].text


def test_what_was_taken_over_stays_in_the_name_in_which_it_is_done(town: Session) -> None:
    made = drawn.file("plain")
    task = make.task(made, "li")
    commands.claim(who("sun"), task.id, at=NOON)
    commands.act_for(who("li"), task.id, Handing(who("sun").id, "出差"), at=EARLIER)
    changed("plain", "first", WIDER)
    assert told(made)[0] == (anew("first"),)
    moved(made)
    (now,) = make.open_tasks(made)
    assert hand(now) == (who("li").id, EARLIER, who("sun").id, None)
    drawn.decide(made, "li", "approve")
    assert make.waiting(made) == ["second"]
