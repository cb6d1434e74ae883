"""Joins that wait beside something that is interrupted."""

from __future__ import annotations

from app import engine
from tests.engine.door import Walk, drawing, flows

PERSON = 'flow:role="head" flow:scope="community"'


def heard(name: str, task: str) -> str:
    """A message that takes the place of a task."""
    return (
        f'<boundaryEvent id="{name}" attachedToRef="{task}">'
        '<messageEventDefinition messageRef="stop" /></boundaryEvent>'
    )


def test_an_inclusive_join_waits_for_what_replaces_an_interrupted_branch() -> None:
    """One message interrupts both: what runs first must not make the join forget the other."""
    tasks = "".join(
        f'<userTask id="{name}" {PERSON} />'
        for name in ("beside", "fire", "water", "after", "later", "sum_up")
    )
    body = f"""<startEvent id="opened" /><parallelGateway id="fork" />{tasks}
        {heard("beside_stopped", "beside")}{heard("fire_stopped", "fire")}
        <inclusiveGateway id="choose" /><inclusiveGateway id="collect" />
        <exclusiveGateway id="out" /><endEvent id="done" /><endEvent id="aside" />
        {flows("opened-fork", "fork-beside", "beside-aside", "beside_stopped-later")}
        {flows("later-aside2", "fork-choose", "fire-out", "fire_stopped-after", "after-out")}
        {flows("out-collect", "water-collect", "collect-sum_up", "sum_up-done")}
        <endEvent id="aside2" />"""
    for name in ("fire", "water"):
        body += f"""<sequenceFlow id="to_{name}" sourceRef="choose" targetRef="{name}">
            <conditionExpression>true</conditionExpression></sequenceFlow>"""
    text = drawing(body).replace("<process", '<message id="stop" name="停" /><process', 1)
    walk = Walk(engine.parse({"drawn.bpmn": text}, "drawn"))
    walk.do("water")
    walk.hear("停")
    assert walk.open == ["after", "later"]
    walk.do("after")
    assert walk.open == ["later", "sum_up"]
