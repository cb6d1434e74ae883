"""What must not come of a move: a step that breaks, a thing done twice, an old task reopened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.errors import Conflict, Refusal
from app.workflow import commands, kinds, publishing
from app.workflow.commands.sending import SendBack
from app.workflow.commands.tasks import Decision
from app.workflow.publishing import Publication
from tests.engine.drawings import document, end, flow, flows, gate, node, start
from tests.stores import Store
from tests.workflow import drawn, edited, everybody, make
from tests.workflow.moves import inserted, item, move, undo
from tests.workflow.people import NOON, unit, who
from tests.workflow.pictures import opened
from tests.workflow.shapes import judged, review


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    with opened(database, app, "everybody", everybody.settle) as work:
        yield work


def publish(key: str, bpmn: str, apply: bytes = drawn.APPLY) -> None:
    files = {f"{key}.bpmn": bpmn.encode(), "apply.json": apply, "review.json": drawn.REVIEW}
    publishing.publish(None, Publication(unit("4205").id, key, files, "试验"), at=NOON)


def served(step: str) -> str:
    """Two levels, and between them something that the system carries out."""
    return edited.laid_out(
        document(
            start(), flows("begin", "first"), review("first", "community"), judged("first", step),
            node("serviceTask", step, "送达", flow_action="serve"), flows(step, "second"),
            review("second", "township"), judged("second", "yes"),
            node("userTask", "fix", "fix", flow_role="applicant", flow_form="demo/apply",
                 flow_outcomes="submit:重新提交"),
            flows("fix", "first"), end("yes", "approved"), end("no", "rejected"), key="acting",
        ),
        "acting",
    )  # fmt: skip


def test_what_was_carried_out_stays_so_under_another_drawing(town: Session) -> None:
    done: list[str] = []
    kinds.register(
        kinds.CaseKind("acting", actions={"serve": lambda moment: done.append(moment.case.id)})
    )
    publish("acting", served("serve_it"))
    made = drawn.file("acting")
    first = make.task(made, "li").id
    drawn.decide(made, "li", "approve")
    publish("acting", served("serve_anew"))
    assert item(move(made), made).status == "moved"
    with pytest.raises(Refusal):
        commands.recall(who("li"), first, at=NOON)
    second = make.task(made, "zhao").id
    with pytest.raises(Refusal):
        commands.send_back(who("zhao"), second, SendBack("first", "再看"), at=NOON)
    assert done == [made.id]


def test_nobody_recalls_what_they_decided_by_the_older_version(town: Session) -> None:
    made = drawn.file("plain")
    first = make.task(made, "li").id
    drawn.decide(made, "li", "approve")
    text = edited.shape("plain")
    publish("plain", text.replace('"2wd"', '"3wd"').replace('name="third"', 'name="区县审核"'))
    assert item(move(made), made).status == "moved"
    with pytest.raises(Conflict, match="流程已经更新"):
        commands.recall(who("li"), first, at=NOON)


def test_a_signature_that_was_recalled_is_given_by_the_newer_version(town: Session) -> None:
    made = drawn.file("sign_all")
    drawn.decide(made, "li", "approve")
    signed = make.task(made, "zhao")
    drawn.decide(made, "zhao", "approve")
    publish("sign_all", edited.shape("sign_all").replace('name="last"', 'name="市级审核"'))
    assert item(move(made), made).status == "moved"
    back = commands.recall(who("zhao"), signed.id, at=NOON)
    assert (back.status, back.version_id) == ("open", None)


def weighed() -> str:
    """Two levels, of which what is heavy passes the second alone."""
    return edited.laid_out(
        document(
            start(), flows("begin", "first"), review("first", "community", "approve reject"),
            gate("first_decided"), flows("first", "first_decided"),
            flow("first_decided", "second", 'outcome = "approve" and weight > 10'),
            flow("first_decided", "third", 'outcome = "approve" and weight <= 10'),
            flow("first_decided", "no", 'outcome = "reject"'),
            review("second", "township", "approve"), flows("second", "third"),
            review("third", "district", "approve"), flows("third", "yes"),
            end("yes", "approved"), end("no", "rejected"), key="plain",
        ),
        "plain",
    )  # fmt: skip


def test_a_case_that_lacks_a_value_of_the_new_drawing_goes_by_its_own(town: Session) -> None:
    made = drawn.file("plain")
    asks = drawn.form(
        "demo/apply", "申请",
        {"title": {**drawn.TEXT, "title": "名称"},
         "weight": {"type": "number", "title": "重量", "x-route": True}}, "title", "weight",
    )  # fmt: skip
    publish("plain", weighed(), asks)
    asked = item(move(made), made)
    assert asked.status == "skipped"
    assert "“重量”" in asked.why


def test_what_was_to_come_straight_back_goes_by_the_new_level(town: Session) -> None:
    """Sent back before the move and done after it: the level between is not skipped."""
    made = drawn.file("plain")
    for key in ("li", "zhao", "qian"):
        drawn.decide(made, key, "approve")
    task = make.task(made, "zheng")
    commands.send_back(
        who("zheng"), task.id, SendBack("second", "平面图不符", straight=True), at=NOON
    )
    old = make.task(made, "zhao").straight_to_id
    publish("plain", inserted("plain", "third"))
    asked = move(made)
    assert make.events(made)[-1].routing["straight_to"] == ""
    assert "不再直接送您" in make.notices("zheng")[-1].text
    undo(asked)
    assert make.task(made, "zhao").straight_to_id == old == task.id
    assert "仍直接送您" in make.notices("zheng")[-1].text
    move(made)
    drawn.decide(made, "zhao", "approve")
    assert make.waiting(made) == ["step_1"]


def test_a_drawn_return_comes_straight_back_no_more_once_moved(town: Session) -> None:
    made = drawn.file("plain", amount="5")
    for key in ("li", "zhao"):
        drawn.decide(made, key, "approve")
    said = Decision("return", {"opinion": "请补合同"}, straight=True)
    commands.decide(who("qian"), make.task(made, "qian").id, said, at=NOON)
    publish("plain", inserted("plain", "third"))
    assert item(move(made), made).status == "moved"
    fix = Decision("submit", {"title": "申请一件事", "amount": "5"})
    commands.decide(who("ann"), make.task(made, "ann").id, fix, at=NOON)
    assert make.waiting(made) == ["first"]
