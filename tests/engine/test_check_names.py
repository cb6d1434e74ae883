"""Ids and references: usable, unique, free of the engine's own names, and pointing at something."""

from __future__ import annotations

import pytest

from app.engine.check_bundle import check_bundle
from app.errors import Finding
from tests.engine.drawings import (
    TWO_LEVELS,
    WORDS,
    boundary,
    document,
    end,
    flow,
    flows,
    graded,
    honest,
    node,
    on_the_way,
    start,
    table,
    wait,
)

MESSAGE = '<bpmn:message id="M" name="复工"/>'
AWAITED = '<bpmn:messageEventDefinition messageRef="M"/>'


def findings_of(*drawn: str, **tables: str) -> list[Finding]:
    files = {f"demo{at or ''}.bpmn": body.encode() for at, body in enumerate(drawn)}
    files |= {f"{name}.dmn": body.encode() for name, body in tables.items()}
    return check_bundle(files, "demo", WORDS)


def codes(*drawn: str, **tables: str) -> set[str]:
    return {finding.code for finding in findings_of(*drawn, **tables)}


def catch(inside: str) -> str:
    return on_the_way(node("intermediateCatchEvent", "odd", inside=inside), "odd")


@pytest.mark.parametrize(
    "key", ["__class__", "1st", "a b", "x' or '1'='1", "a" * 65, "社区", "a/b", "-x", "a:b"]
)
def test_ids_that_cannot_be_used(key: str) -> None:
    assert "id-unusable" in codes(honest().replace('"community"', f'"{key}"'))


@pytest.mark.parametrize("key", ["Start", "End", "Root", "demo.EndJoin", "x.BoundaryEventSplit"])
def test_ids_that_the_engine_keeps_for_itself(key: str) -> None:
    (finding,) = findings_of(
        honest()
        .replace("community", "C")
        .replace('"C"', f'"{key}"')
        .replace('scope="C"', 'scope="community"')
        .replace(f'flow:scope="{key}"', 'flow:scope="community"')
    )
    assert finding.code == "id-reserved"
    assert key in finding.message


def test_ids_that_stand_for_two_things() -> None:
    assert "id-twice" in codes(honest(end("yes")))
    other = document(start("s2"), end("yes"), flows("s2", "yes"), key="other")
    assert "id-twice" in codes(honest(), other)
    assert "id-twice" in codes(graded(), grade=table(), again=table())


def test_a_message_that_two_files_name_differently() -> None:
    called = document(
        start("s2"), end("e2"), flows("s2", "e2"), key="other",
        extra=MESSAGE.replace("复工", "停工"),
    )  # fmt: skip
    assert "id-twice" in codes(honest(extra=MESSAGE), called)


def test_the_process_is_in_its_file_and_may_run() -> None:
    assert "process-missing" in codes(honest(key="demo2"))
    assert "process-off" in codes(honest().replace('isExecutable="true"', 'isExecutable="false"'))


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (honest(flow("township", "nowhere")), "flow-loose"),
        (honest(boundary("b", "nowhere", "<bpmn:terminateEventDefinition/>")), "ref-missing"),
        (honest(boundary("b", "begin", AWAITED), extra=MESSAGE), "ref-missing"),
        (catch(AWAITED), "ref-missing"),
        (catch("<bpmn:messageEventDefinition/>"), "ref-missing"),
        (catch('<bpmn:signalEventDefinition signalRef="S"/>'), "ref-missing"),
        (on_the_way(node("receiveTask", "odd"), "odd"), "ref-missing"),
        (on_the_way(node("sendTask", "odd", flow_to="parent"), "odd"), "ref-missing"),
        (on_the_way(node("callActivity", "odd", calledElement="other"), "odd"), "call-unknown"),
        (on_the_way(node("callActivity", "odd", calledElement="demo"), "odd"), "call-recursive"),
        (
            honest().replace('id="community_gate"', 'id="community_gate" default="f9"'),
            "ref-missing",
        ),
        (honest('<bpmn:dataObjectReference id="r" dataObjectRef="nope"/>'), "ref-missing"),
        (graded(), "decision-unknown"),
        (on_the_way(node("businessRuleTask", "rule"), "rule"), "decision-unknown"),
    ],
)
def test_references_to_nothing(drawn: str, code: str) -> None:
    assert code in codes(drawn)


def test_a_data_object_lost_in_a_sub_process_does_not_hang() -> None:
    """SpiffWorkflow's parser looks for it for ever."""
    inside = (
        start("s1") + end("e1") + flows("s1", "e1")
        + '<bpmn:dataObjectReference id="r" dataObjectRef="nope"/>'
    )  # fmt: skip
    assert "ref-missing" in codes(on_the_way(node("subProcess", "sub", inside=inside), "sub"))


def test_calls_that_go_round_in_a_circle() -> None:
    first = on_the_way(node("callActivity", "c1", calledElement="other"), "c1")
    second = document(
        start("s2"), node("callActivity", "c2", calledElement="demo"), end("e2"),
        flows("s2", "c2", "e2"), key="other",
    )  # fmt: skip
    assert {f.element for f in findings_of(first, second) if f.code == "call-recursive"} == {
        "demo",
        "other",
    }


def test_a_call_of_a_process_that_was_sent_along() -> None:
    first = on_the_way(node("callActivity", "c1", calledElement="other"), "c1")
    second = document(
        start("s2"), wait("w2", "timeDuration", "P1D"), end("e2"), flows("s2", "w2", "e2"),
        key="other",
    )  # fmt: skip
    assert findings_of(first, second) == []


def test_sub_processes_nested_too_deep() -> None:
    inside = wait("leaf", "timeDuration", "P1D") + flows("s", "leaf", "e") + start("s") + end("e")
    for depth in range(6):
        inside = (
            node("subProcess", f"sub{depth}", inside=inside)
            + start(f"s{depth}") + end(f"e{depth}") + flows(f"s{depth}", f"sub{depth}", f"e{depth}")
        )  # fmt: skip
    assert "too-deep" in codes(on_the_way(node("subProcess", "top", inside=inside), "top"))


def test_too_many_elements() -> None:
    many = [wait(f"w{at}", "timeDuration", "P1D") for at in range(301)]
    line = flows("begin", *(f"w{at}" for at in range(301)), "community")
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    (finding,) = findings_of(document(*kept, *many, line))
    assert finding.code == "too-big"


def test_message_events_that_name_their_message_are_taken() -> None:
    drawn = catch(AWAITED).replace("<bpmn:process", MESSAGE + "<bpmn:process", 1)
    assert findings_of(drawn) == []
