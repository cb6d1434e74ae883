"""Messages, errors, escalations, signals and terminate ends, and what they close and open."""

from __future__ import annotations

import pytest

from app import engine
from app.errors import BrokenProcess, Conflict
from tests.engine.door import Walk, drawing, drawn, flows, read


def test_a_message_interrupts_a_sub_process_and_closes_what_is_open_in_it() -> None:
    walk = Walk(read("interrupted"))
    assert walk.open == ["fire", "water"]
    both = {task.ref for task in walk.step.open}
    withdrawn = walk.hear("撤回")
    assert set(withdrawn.closed) == both
    assert withdrawn.passed == ("withdrawn", "withdrawn_end")
    assert withdrawn.result == "withdrawn"


def test_a_sub_process_that_is_not_interrupted_ends_by_itself() -> None:
    walk = Walk(read("interrupted"))
    walk.do("water", "approve")
    walk.do("fire")
    assert walk.open == ["archive"]
    with pytest.raises(Conflict, match="撤回"):
        walk.hear("撤回")
    assert walk.do("archive").result == "done"


def test_an_error_leaves_the_sub_process_by_its_boundary() -> None:
    walk = Walk(read("interrupted"))
    failed = walk.do("water", "reject")
    assert failed.ended
    assert failed.result == "rejected"
    assert "reviewing" not in failed.passed


def test_an_escalation_opens_a_branch_beside_the_sub_process() -> None:
    walk = Walk(read("interrupted"))
    walk.do("water", "escalate")
    assert walk.open == ["fire", "look"]
    walk.do("fire")
    assert walk.open == ["archive", "look"]
    walk.do("archive")
    assert not walk.step.ended
    assert walk.do("look").result == "done"


def test_an_error_that_nobody_takes_breaks_the_step() -> None:
    process = drawn_with_error()
    walk = Walk(process)
    kept = walk.step
    with pytest.raises(BrokenProcess, match="没有边界事件接住"):
        walk.do("check")
    assert walk.step is kept


def drawn_with_error() -> engine.Process:
    """A check that ends in an error at the top of its process."""
    body = f"""<startEvent id="opened" />
        <userTask id="check" name="初审" flow:role="head" flow:scope="city" />
        <endEvent id="failed" name="出错"><errorEventDefinition errorRef="unfit" /></endEvent>
        {flows("opened-check", "check-failed")}"""
    text = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
        xmlns:flow="http://anguan.gov.example/flow"><error id="unfit" errorCode="unfit" />
        <process id="drawn">{body}</process></definitions>"""
    return engine.parse({"drawn.bpmn": text}, "drawn")


def test_a_signal_is_heard_in_the_same_case_and_a_terminate_end_closes_all() -> None:
    walk = Walk(read("signals"))
    walk.do("patrol", "reject")
    assert walk.open == ["explain"]
    ended = walk.do("explain")
    assert ended.result == "terminated"
    quiet = Walk(read("signals"))
    quiet.do("patrol", "approve")
    assert quiet.open == ["work"]
    assert quiet.do("work").result == "done"


def test_a_terminate_end_closes_tasks_that_are_still_open() -> None:
    body = f"""<startEvent id="opened" /><parallelGateway id="fork" />
        <userTask id="one" flow:role="head" flow:scope="city" />
        <userTask id="two" flow:role="head" flow:scope="city" />
        <endEvent id="stop" flow:result="stopped"><terminateEventDefinition /></endEvent>
        {flows("opened-fork", "fork-one", "fork-two", "one-stop")}"""
    walk = Walk(drawn(body))
    assert walk.open == ["one", "two"]
    other = walk.ref("two")
    ended = walk.do("one")
    assert ended.ended
    assert other in ended.closed
    assert ended.result == "stopped"


def test_a_terminate_end_of_a_sub_process_ends_only_that() -> None:
    body = f"""<startEvent id="opened" /><subProcess id="inner"><startEvent id="inner_opened" />
        <parallelGateway id="fork" /><userTask id="one" flow:role="head" flow:scope="city" />
        <userTask id="two" flow:role="head" flow:scope="city" />
        <endEvent id="stop"><terminateEventDefinition /></endEvent>
        {flows("inner_opened-fork", "fork-one", "fork-two", "one-stop")}</subProcess>
        <userTask id="after" flow:role="head" flow:scope="city" /><endEvent id="done" />
        {flows("opened-inner", "inner-after", "after-done")}"""
    walk = Walk(drawn(body))
    two = walk.ref("two")
    assert two in walk.do("one").closed
    assert walk.open == ["after"]
    assert walk.do("after").ended


def test_a_message_that_does_not_interrupt_is_heard_every_time() -> None:
    body = f"""<startEvent id="opened" /><userTask id="work" flow:role="head" flow:scope="city" />
        <boundaryEvent id="asked" attachedToRef="work" cancelActivity="false">
        <messageEventDefinition messageRef="question" /></boundaryEvent>
        <userTask id="answer" flow:role="head" flow:scope="city" /><endEvent id="done" />
        <endEvent id="answered" />{flows("opened-work", "work-done", "asked-answer")}
        {flows("answer-answered")}"""
    text = drawing(body).replace("<process", '<message id="question" name="提问" /><process')
    walk = Walk(engine.parse({"drawn.bpmn": text}, "drawn"))
    walk.hear("提问")
    walk.hear("提问")
    assert walk.open == ["answer", "answer", "work"]
    walk.do("work")
    assert walk.open == ["answer", "answer"]
    walk.do("answer")
    assert walk.do("answer").ended


def test_messages_leave_the_case_with_their_recipient() -> None:
    process = read("messages")
    assert process.start_message == "送达通知"
    walk = Walk(process, fee=12)
    assert [(m.name, m.to, m.element, m.data) for m in walk.step.messages] == [
        ("送达通知", "subject", "ask", {"fee": 12})
    ]
    assert walk.step.open == ()
    walk.hear("已缴费", paid=True)
    assert walk.step.passed == ("wait", "paid")
    assert walk.step.wake_at is None
    with pytest.raises(Conflict):
        walk.hear("已缴费")
    done = walk.hear("撤回")
    assert [(m.to, m.element) for m in done.messages] == [("parent", "tell"), ("child", "done")]
    assert done.result == "done"
    assert done.data == {"fee": 12, "paid": True}
