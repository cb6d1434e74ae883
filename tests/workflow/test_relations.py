"""Messages between cases: who hears them, whom they open, and what becomes of the unheard."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.workflow import commands, jobs
from app.workflow.backstage import Job
from app.workflow.models import Case, Submission
from tests.engine.drawings import boundary, document, end, flow, flows, gate, node, review, start
from tests.workflow import drawn, make
from tests.workflow.people import NOON, who

LATER = NOON + timedelta(minutes=30)
MUCH_LATER = NOON + timedelta(days=3)
MESSAGES = "".join(
    f'<bpmn:message id="{key}" name="{name}"/>'
    for key, name in (("ask", "开始核查"), ("tell", "核查完毕"), ("halt", "全部停止"))
)


def said(key: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{key}"/>'


def throws(element: str, message: str, to: str) -> str:
    return node("intermediateThrowEvent", element, element, said(message), flow_to=to)


def catches(element: str, message: str) -> str:
    return node("intermediateCatchEvent", element, element, said(message))


ASKING = document(
    start(),
    review("first", "community", "approve:通过"),
    throws("asked", "ask", "child"),
    catches("answered", "tell"),
    review("second", "township", "approve:通过"),
    end("yes", "approved"),
    flows("begin", "first", "asked", "answered", "second", "yes"),
    key="asking",
    extra=MESSAGES,
)
"""A case that has something looked into by another case, and waits for the answer."""

CHECKING = document(
    node("startEvent", "begin", "被要求", said("ask")),
    review("visit", "community", "approve:通过"),
    gate("large"),
    review("measure", "township", "approve:通过"),
    throws("told", "tell", "parent"),
    end("yes", "approved"),
    flows("begin", "visit", "large", "told", "yes"),
    flow("large", "measure", "or else(amount, 0) > 100"),
    flow("measure", "told"),
    key="checking",
    extra=MESSAGES,
).replace('name="large"', 'name="large" default="large-told"')
"""What it opens."""

HALTING = document(
    start(),
    review("first", "community", "approve:通过"),
    throws("halted", "halt", "subject"),
    end("yes", "approved"),
    flows("begin", "first", "halted", "yes"),
    key="halting",
    extra=MESSAGES,
)
"""A case that tells all others of its work to stop."""

HALTED = document(
    start(),
    node(
        "subProcess",
        "checking",
        "核查",
        start("inside") + review("visit", "community", "approve:通过") + end("out", "done")
        + flows("inside", "visit", "out"),
    ),
    boundary("stopped", "checking", said("halt")),
    end("yes", "approved"),
    end("no", "rejected"),
    flows("begin", "checking", "yes"),
    flow("stopped", "no"),
    key="halted",
    extra=MESSAGES,
)  # fmt: skip


@pytest.fixture
def flowing(town: Session) -> Session:
    """The two processes that talk to each other, published by the city."""
    drawn.publish("asking", ASKING)
    drawn.publish("checking", CHECKING)
    return town


def asked(amount: str = "7", at: datetime = NOON) -> Case:
    """A case whose message is on its way."""
    made = drawn.file("asking", "老桥加固", amount=amount)
    drawn.decide(made, "li", "approve", when=at)
    return made


def children(of: Case) -> list[Case]:
    jobs.run_due(NOON)
    return list(make.session().scalars(select(Case).where(Case.parent_id == of.id)))


def test_a_message_opens_a_case_once(flowing: Session) -> None:
    made = asked()
    (child,) = children(made)
    assert (child.process_key, child.state, child.title) == ("checking", "in_review", "老桥加固")
    assert (child.subject_id, child.parent_id) == (made.id, made.id)
    assert (child.applicant_id, child.l4) == (made.applicant_id, made.l4)
    assert make.waiting(child) == ["visit"]
    first = make.events(child)[0]
    assert (first.verb, first.outcome, first.actor_id) == ("opened", "开始核查", None)
    assert first.routing == {"amount": {"$d": "7"}}
    kept = flowing.scalars(select(Submission).where(Submission.case_id == child.id)).one()
    assert kept.values == {"title": "老桥加固", "amount": "7"}
    assert [each.id for each in children(made)] == [child.id]
    assert make.fresh(made).incident is None


def test_the_opened_case_answers_and_its_opener_goes_on(flowing: Session) -> None:
    made = asked("170")
    (child,) = children(made)
    drawn.decide(child, "li", "approve")
    assert make.waiting(child) == ["measure"]
    drawn.decide(child, "zhao", "approve")
    assert make.fresh(child).result == "approved"
    assert make.waiting(made) == []
    jobs.run_due(NOON)
    assert make.waiting(made) == ["second"]
    assert make.verbs(made)[-1] == "messaged"
    jobs.run_due(LATER)
    assert make.verbs(made).count("messaged") == 1


def test_an_answer_goes_to_the_case_that_asked_and_to_no_other(flowing: Session) -> None:
    one, other = asked(), asked()
    (child,) = children(one)
    drawn.decide(child, "li", "approve")
    jobs.run_due(NOON)
    assert make.waiting(one) == ["second"]
    assert make.waiting(other) == []


def test_a_word_to_the_work_reaches_every_case_of_it_that_waits(flowing: Session) -> None:
    drawn.publish("halting", HALTING)
    drawn.publish("halted", HALTED)
    sender, near, far = drawn.file("halting"), drawn.file("halted"), drawn.file("halted")
    also, other = drawn.file("halted"), drawn.file("asking")
    same = Case.id.in_([near.id, also.id, other.id])
    flowing.execute(update(Case).where(same).values(subject_id=sender.subject_id))
    flowing.commit()
    drawn.decide(sender, "li", "approve")
    jobs.run_due(NOON)
    assert [make.fresh(case).result for case in (near, also)] == ["rejected", "rejected"]
    assert make.fresh(far).result is None
    assert make.waiting(other) == ["first"]
    assert make.fresh(sender).incident is None


def test_a_message_that_comes_too_early_is_brought_again(town: Session) -> None:
    drawn.publish("asking", ASKING)
    made = asked()
    jobs.run_due(NOON)
    assert "开始核查" in (make.fresh(made).incident or "")
    drawn.publish("checking", CHECKING)
    jobs.run_due(LATER)
    assert make.fresh(made).incident is None
    assert len(children(made)) == 1


def test_a_message_given_up_is_brought_again_by_the_administrator(town: Session) -> None:
    drawn.publish("asking", ASKING)
    made = asked()
    for day in range(jobs.MOST_TRIES):
        jobs.run_due(NOON + timedelta(days=day))
    assert _status(made) == "dead"
    drawn.publish("checking", CHECKING)
    jobs.run_due(MUCH_LATER)
    assert children(made) == []
    commands.retry(who("han"), made.id, at=MUCH_LATER)
    jobs.run_due(MUCH_LATER)
    (child,) = children(made)
    assert child.parent_id == made.id
    assert make.fresh(made).incident is None
    assert _status(made) == "done"
    with pytest.raises(Conflict, match="没有流程异常"):
        commands.retry(who("han"), made.id, at=MUCH_LATER)


def test_a_word_to_a_parent_that_is_not_there_is_an_incident(flowing: Session) -> None:
    lonely = CHECKING.replace(said("ask"), "", 1).replace('id="checking"', 'id="lonely"')
    drawn.publish("lonely", lonely)
    made = drawn.file("lonely", amount="1")
    drawn.decide(made, "li", "approve")
    jobs.run_due(NOON)
    assert make.fresh(made).ended_at is not None
    assert "核查完毕" in (make.fresh(made).incident or "")


def test_two_processes_that_begin_alike_are_an_incident(flowing: Session) -> None:
    drawn.publish("checking2", CHECKING.replace('id="checking"', 'id="checking2"'))
    made = asked()
    assert children(made) == []
    assert "几个流程" in (make.fresh(made).incident or "")


def test_a_recipient_that_breaks_stays_where_it_was(flowing: Session) -> None:
    fussy = ASKING.replace('id="asking"', 'id="fussy"').replace(
        flows("answered", "second"),
        gate("judged") + flow("answered", "judged") + flow("judged", "second", "amount > 1")
        + flow("judged", "small", "amount <= 1") + end("small", "rejected"),
    )  # fmt: skip
    drawn.freeze_unproved("fussy", fussy)
    made = drawn.file("fussy", "说不清")
    drawn.decide(made, "li", "approve")
    (child,) = children(made)
    drawn.decide(child, "li", "approve")
    jobs.run_due(NOON)
    incident = make.fresh(child).incident or ""
    assert make.fresh(made).number in incident
    assert make.waiting(made) == []
    assert make.verbs(made)[-1] == "decided"


def test_case_numbers_have_no_gap_after_a_message_that_failed(town: Session) -> None:
    drawn.publish("asking", ASKING)
    asked()
    before = town.scalar(select(func.count()).select_from(Case))
    jobs.run_due(NOON)
    make.session().rollback()
    assert town.scalar(select(func.count()).select_from(Case)) == before


def _status(made: Case) -> str:
    make.session().rollback()
    rows = select(Job.status).where(Job.dedupe.startswith(f"message:{made.id}:"))
    return make.session().scalars(rows).one()
