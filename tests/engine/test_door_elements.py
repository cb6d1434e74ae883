"""The elements that the larger drawings of this room do not hold, each in a small one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app import engine
from app.engine import Process
from app.errors import BrokenProcess, Conflict
from tests.engine.door import FILES, Walk, drawing, flows

PERSON = 'flow:role="head" flow:scope="community"'
NAMED = """<message id="stop" name="停" /><signal id="bell" name="响铃" />
    <error id="unfit" errorCode="unfit" /><error id="other" errorCode="other" />
    <escalation id="risk" escalationCode="risk" /><process"""


def process(body: str, **files: str | bytes) -> Process:
    """A process with its messages, signals and errors; further files by their bare name."""
    more = {name.replace("_", "."): content for name, content in files.items()}
    drawn = drawing(body).replace("<process", NAMED, 1)
    return engine.parse({"drawn.bpmn": drawn, **more}, "drawn")


def tasks(*names: str) -> str:
    return "".join(f'<userTask id="{name}" name="{name}" {PERSON} />' for name in names)


def ends(*names: str) -> str:
    return "".join(f'<endEvent id="{name}" flow:result="{name}" />' for name in names)


def thrown(tag: str, key: str, event: str) -> str:
    return f'<{tag} id="{key}"><{event} /></{tag}>'


def edge(key: str, host: str, event: str, *, interrupts: bool = True) -> str:
    cancels = str(interrupts).lower()
    return (
        f'<boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{cancels}">'
        f"{event}</boundaryEvent>"
    )


def inner(key: str, body: str) -> str:
    return f'<subProcess id="{key}"><startEvent id="{key}_in" />{body}</subProcess>'


def table(hit: str, *rows: tuple[str, str]) -> str:
    """A decision `asked` from `area` to `fee`."""
    rules = "".join(
        f'<rule id="r{at}"><inputEntry id="i{at}"><text>{test}</text></inputEntry>'
        f'<outputEntry id="o{at}"><text>{value}</text></outputEntry></rule>'
        for at, (test, value) in enumerate(rows)
    )
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="表"
        namespace="urn:d"><decision id="asked" name="收费"><decisionTable id="t" {hit}>
        <input id="in"><inputExpression id="e" typeRef="number"><text>area</text></inputExpression>
        </input><output id="out" name="fee" typeRef="number" />{rules}</decisionTable></decision>
        </definitions>"""


def deciding(hit: str, *rows: tuple[str, str]) -> Process:
    body = f"""<startEvent id="a" /><businessRuleTask id="b" name="收费" flow:decision="asked" />
        {tasks("c")}{flows("a-b", "b-c")}"""
    return process(body, table_dmn=table(hit, *rows))


def test_a_unique_table_answers_and_is_checked() -> None:
    asked = deciding('hitPolicy="UNIQUE"', ("&lt; 10", "1"), ("[8..20]", "2"))
    assert Walk(asked, area=3).step.data["fee"] == 1
    assert Walk(asked, area=Decimal("12.5")).step.data["fee"] == 2
    with pytest.raises(BrokenProcess, match="UNIQUE"):
        Walk(asked, area=9)
    with pytest.raises(BrokenProcess, match="没有一行符合"):
        Walk(asked, area=90)


def test_a_first_table_takes_the_topmost_row() -> None:
    asked = deciding('hitPolicy="FIRST"', ("&lt; 10", "1"), ("[8..20]", "2"))
    assert Walk(asked, area=9).step.data["fee"] == 1


def test_a_collect_table_comes_to_one_number() -> None:
    asked = deciding('hitPolicy="COLLECT" aggregation="SUM"', ("&lt; 10", "1"), ("[8..20]", "2.5"))
    assert Walk(asked, area=9).step.data["fee"] == Decimal("3.5")


def test_a_manual_task_and_a_none_throw_event() -> None:
    body = f"""<startEvent id="a" /><manualTask id="b" name="现场" {PERSON} />
        <intermediateThrowEvent id="c" />{ends("done")}{flows("a-b", "b-c", "c-done")}"""
    walk = Walk(process(body))
    assert walk.do("b").passed == ("b", "c", "done")
    assert walk.step.result == "done"


def test_an_error_climbs_past_a_scope_that_does_not_take_it() -> None:
    deep = inner(
        "deep",
        tasks("work")
        + thrown("endEvent", "failed", 'errorEventDefinition errorRef="unfit"')
        + flows("deep_in-work", "work-failed"),
    )
    wrong = edge("wrong", "deep", '<errorEventDefinition errorRef="other" />')
    middle = inner(
        "middle",
        f"""{deep}{wrong}{tasks("unused")}{ends("out", "unused_end")}
        {flows("middle_in-deep", "deep-out", "wrong-unused", "unused-unused_end")}""",
    )
    body = f"""<startEvent id="a" />{middle}
        {edge("taken", "middle", '<errorEventDefinition errorRef="unfit" />')}
        {tasks("mend")}{ends("done", "mended")}
        {flows("a-middle", "middle-done", "taken-mend", "mend-mended")}"""
    walk = Walk(process(body))
    walk.do("work")
    assert walk.open == ["mend"]
    assert walk.do("mend").result == "mended"


def test_an_error_of_a_called_process_is_taken_on_the_call() -> None:
    called = drawing(
        f"""<startEvent id="ca" />{tasks("visit")}
        {thrown("endEvent", "cf", 'errorEventDefinition errorRef="unfit"')}
        {flows("ca-visit", "visit-cf")}""",
        "called",
    ).replace("<process", NAMED, 1)
    body = f"""<startEvent id="a" /><callActivity id="call" calledElement="called" />
        {edge("taken", "call", "<errorEventDefinition />")}{ends("done", "failed")}
        {flows("a-call", "call-done", "taken-failed")}"""
    walk = Walk(process(body, called_bpmn=called))
    assert walk.do("visit").result == "failed"


def test_an_escalation_that_interrupts_closes_the_scope() -> None:
    scope = inner(
        "scope",
        f"""<parallelGateway id="fork" />{tasks("one", "two")}
        {thrown("intermediateThrowEvent", "up", 'escalationEventDefinition escalationRef="risk"')}
        {ends("in_one", "in_two")}{flows("scope_in-fork", "fork-one", "fork-two", "one-up")}
        {flows("up-in_one", "two-in_two")}""",
    )
    body = f"""<startEvent id="a" />{scope}
        {edge("taken", "scope", '<escalationEventDefinition escalationRef="risk" />')}
        {tasks("chief")}{ends("done", "risen")}
        {flows("a-scope", "scope-done", "taken-chief", "chief-risen")}"""
    walk = Walk(process(body))
    two = walk.ref("two")
    assert two in walk.do("one").closed
    assert walk.open == ["chief"]
    assert walk.do("chief").result == "risen"


def test_an_escalation_that_nobody_takes_changes_nothing() -> None:
    body = f"""<startEvent id="a" />
        {thrown("intermediateThrowEvent", "up", 'escalationEventDefinition escalationRef="risk"')}
        {tasks("b")}{ends("done")}{flows("a-up", "up-b", "b-done")}"""
    walk = Walk(process(body))
    assert walk.open == ["b"]
    assert walk.do("b").result == "done"


@pytest.mark.parametrize("host", ["subProcess", "callActivity"])
def test_a_timer_on_a_scope_closes_all_in_it(host: str) -> None:
    day = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    if host == "subProcess":
        held = inner("held", tasks("visit") + ends("out") + flows("held_in-visit", "visit-out"))
    else:
        held = '<callActivity id="held" calledElement="inspection" />'
    body = f"""<startEvent id="a" />{held}{edge("late", "held", day)}{ends("done", "lapsed")}
        {flows("a-held", "held-done", "late-lapsed")}"""
    called = (FILES / "inspection.bpmn").read_bytes()
    walk = Walk(process(body, inspection_bpmn=called))
    visit = walk.ref("visit")
    lapsed = walk.later(days=1)
    assert (lapsed.closed, lapsed.result) == ((visit,), "lapsed")


def test_a_message_interrupts_a_called_process() -> None:
    body = f"""<startEvent id="a" /><callActivity id="held" calledElement="inspection" />
        {edge("heard", "held", '<messageEventDefinition messageRef="stop" />')}
        {ends("done", "stopped")}{flows("a-held", "held-done", "heard-stopped")}"""
    walk = Walk(process(body, inspection_bpmn=(FILES / "inspection.bpmn").read_bytes()))
    walk.do("visit", "return")
    assert walk.hear("停").result == "stopped"
    with pytest.raises(Conflict):
        walk.hear("停")


def test_a_signal_wakes_who_waits_for_it_and_leaves_the_task_it_does_not_interrupt() -> None:
    bell = '<signalEventDefinition signalRef="bell" />'
    body = f"""<startEvent id="a" /><parallelGateway id="fork" />{tasks("ring", "work", "late")}
        <intermediateCatchEvent id="wait">{bell}</intermediateCatchEvent>
        <intermediateThrowEvent id="rung">{bell}</intermediateThrowEvent>
        {edge("beside", "work", bell, interrupts=False)}{tasks("after")}
        {ends("e1", "e2", "e3", "e4")}
        {flows("a-fork", "fork-ring", "fork-work", "fork-wait", "ring-rung", "rung-e1")}
        {flows("work-e2", "beside-late", "late-e3", "wait-after", "after-e4")}"""
    walk = Walk(process(body))
    assert walk.open == ["ring", "work"]
    walk.do("ring")
    assert walk.open == ["after", "late", "work"]
    for element in ("work", "late", "after"):
        walk.do(element)
    assert walk.step.ended


def test_a_message_end_and_an_escalation_end() -> None:
    scope = inner(
        "scope",
        tasks("work")
        + thrown("endEvent", "up", 'escalationEventDefinition escalationRef="risk"')
        + flows("scope_in-work", "work-up"),
    )
    told = '<messageEventDefinition messageRef="stop" />'
    body = f"""<startEvent id="a" />{scope}
        {edge("beside", "scope", "<escalationEventDefinition />", interrupts=False)}
        {tasks("chief")}{ends("seen")}<endEvent id="done" flow:result="done" flow:to="parent">
        {told}</endEvent>{flows("a-scope", "scope-done", "beside-chief", "chief-seen")}"""
    walk = Walk(process(body))
    ended = walk.do("work")
    assert [(message.name, message.to) for message in ended.messages] == [("停", "parent")]
    assert walk.open == ["chief"]
    assert walk.do("chief").result == "done"
