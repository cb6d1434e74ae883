"""Messages: a case that waits hears its own, and nobody's loss goes unnoticed."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.workflow import commands, jobs
from app.workflow.models import Case
from tests.engine.drawings import document, end, flows, node, review, start
from tests.workflow import drawn, make
from tests.workflow.people import NOON

PAID = '<bpmn:message id="paid_message" name="已缴费"/>'
HEARD = '<bpmn:messageEventDefinition messageRef="paid_message"/>'


@pytest.fixture
def paying(town: Session) -> Case:
    """A case that waits to hear of a payment between two reviews."""
    drawing = document(
        start(),
        review("first", "community", "approve:通过"),
        node("intermediateCatchEvent", "paid", "已缴费", HEARD),
        review("second", "township", "approve:通过"),
        end("yes", "approved"),
        flows("begin", "first", "paid", "second", "yes"),
        key="paying",
        extra=PAID,
    )
    drawn.publish("paying", drawing)
    made = drawn.file("paying")
    drawn.decide(made, "li", "approve")
    return made


def test_a_case_that_waits_for_a_message_goes_on_with_it(paying: Case) -> None:
    assert make.waiting(paying) == []
    commands.deliver_message(paying.id, "已缴费", at=NOON)
    assert make.waiting(paying) == ["second"]
    last = make.events(paying)[-1]
    assert (last.verb, last.outcome, last.actor_id) == ("messaged", "已缴费", None)


def test_a_message_that_nobody_waits_for_is_not_taken(paying: Case) -> None:
    with pytest.raises((NotFound, Conflict)):
        commands.deliver_message(paying.id, "已退费", at=NOON)
    commands.deliver_message(paying.id, "已缴费", at=NOON)
    with pytest.raises((NotFound, Conflict)):
        commands.deliver_message(paying.id, "已缴费", at=NOON)
    assert make.waiting(paying) == ["second"]


def test_a_message_to_nobody_shows_on_the_case_that_sent_it(town: Session) -> None:
    drawing = document(
        start(),
        review("first", "community", "approve:通过"),
        node("intermediateThrowEvent", "tell", "告知", HEARD, flow_to="subject"),
        review("second", "township", "approve:通过"),
        end("yes", "approved"),
        flows("begin", "first", "tell", "second", "yes"),
        key="telling",
        extra=PAID,
    )
    drawn.publish("telling", drawing)
    made = drawn.file("telling")
    drawn.decide(made, "li", "approve")
    assert make.waiting(made) == ["second"]
    jobs.run_due(NOON)
    assert "已缴费" in (make.fresh(made).incident or "")
