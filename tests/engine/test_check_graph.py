"""Shape: everything can be reached and left, nothing multiplies, nothing turns without rest."""

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
    gate,
    honest,
    node,
    on_the_way,
    review,
    start,
    timer,
    wait,
)

SIGNAL = '<bpmn:signal id="S" name="叫停"/>'
SIGNALLED = '<bpmn:signalEventDefinition signalRef="S"/>'


def findings_of(drawn: str, *others: str) -> list[Finding]:
    files = {"demo.bpmn": drawn.encode()}
    files |= {f"other{at}.bpmn": body.encode() for at, body in enumerate(others)}
    return check_bundle(files, "demo", WORDS)


def codes(drawn: str, *others: str) -> set[str]:
    return {finding.code for finding in findings_of(drawn, *others)}


def behind_start(*parts: str) -> str:
    """The honest flow with the way from the start to the first review drawn anew."""
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    return document(*kept, *parts)


def throw(key: str) -> str:
    return node("intermediateThrowEvent", key)


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (honest(without=["<bpmn:startEvent"]), "no-start"),
        (document(start(), review("a", "city"), flows("begin", "a")), "no-end"),
        (honest(start("second"), flow("second", "community")), "two-starts"),
        (honest(review("alone", "city"), flow("alone", "community")), "unreachable"),
        (honest(throw("lost"), flow("lost", "lost2"), throw("lost2")), "unreachable"),
        (
            honest(boundary("b", "township", timer("timeDuration", "P1D")), throw("t"))
            .replace("</bpmn:process>", flow("b", "t") + "</bpmn:process>"),
            "dead-end",
        ),
        (honest(flow("township_gate", "begin", "amount > 1")), "flow-into-start"),
        (honest(flow("yes", "community")), "flow-out-of-end"),
        (honest(flow("fix", "township")), "split-implicit"),
        (
            behind_start(
                gate("e", "eventBasedGateway"), flow("begin", "e"), flow("e", "community"),
                flow("e", "w"), wait("w", "timeDuration", "P1D"), flow("w", "community"),
            ),
            "event-gateway",
        ),
    ],
)  # fmt: skip
def test_shape(drawn: str, code: str) -> None:
    assert code in codes(drawn)


@pytest.mark.parametrize(
    ("drawn", "element"),
    [
        (on_the_way(node("intermediateCatchEvent", "odd"), "odd"), "odd"),
        (
            on_the_way(
                node("intermediateCatchEvent", "odd", inside=timer("timeDuration", "P1D") * 2),
                "odd",
            ),
            "odd",
        ),
        (
            on_the_way(
                node("intermediateThrowEvent", "odd", inside=timer("timeDuration", "P1D")), "odd"
            ),
            "odd",
        ),
        (
            honest().replace(
                'name="提交"></bpmn', f'name="提交">{timer("timeDuration", "P1D")}</bpmn'
            ),
            "begin",
        ),
        (
            honest(boundary("odd", "township", "<bpmn:errorEventDefinition/>"), flow("odd", "no")),
            "odd",
        ),
        (
            honest(
                boundary("odd", "township", "<bpmn:terminateEventDefinition/>"), flow("odd", "no")
            ),
            "odd",
        ),
    ],
)
def test_events_that_the_engine_does_not_know_there(drawn: str, element: str) -> None:
    (finding,) = findings_of(drawn)
    assert (finding.code, finding.element) == ("event", element)


def test_an_error_that_nobody_catches() -> None:
    error = '<bpmn:error id="E" errorCode="stop"/>'
    thrown = end("broken", "done", '<bpmn:errorEventDefinition errorRef="E"/>')
    drawn = honest(
        thrown, boundary("late", "township", timer("timeDuration", "P9D")), flow("late", "broken"),
        extra=error,
    )  # fmt: skip
    assert codes(drawn) == {"event-uncaught"}


def alternatives(tag: str) -> str:
    """Two ways of a choice that meet in a gateway."""
    return behind_start(
        gate("g", default="g-b"), flow("begin", "g"), flow("g", "a", "risky"), flow("g", "b"),
        review("a", "community", "submit"), review("b", "community", "submit"),
        flow("a", "j"), flow("b", "j"), gate("j", tag), flow("j", "community"),
    )  # fmt: skip


def test_a_choice_that_is_joined_as_if_both_ways_came() -> None:
    (finding,) = findings_of(alternatives("parallelGateway"))
    assert (finding.code, finding.element) == ("join-never", "j")
    assert findings_of(alternatives("exclusiveGateway")) == []
    assert findings_of(alternatives("inclusiveGateway")) == []


def test_a_join_that_one_branch_may_not_come_to() -> None:
    drawn = behind_start(
        flow("begin", "p"), gate("p", "parallelGateway"), flow("p", "a"), flow("p", "b"),
        review("a", "community", "submit"), review("b", "community", "submit"), flow("a", "j"),
        boundary("late", "b", timer("timeDuration", "P9D")), flow("late", "over"),
        end("over", "lapsed"), flow("b", "j"), gate("j", "parallelGateway"), flow("j", "community"),
    )  # fmt: skip
    (found,) = findings_of(drawn)
    assert (found.code, found.element) == ("join-never", "j")
    assert "a审核 → b审核 → late" in found.told


def test_a_broken_line_is_told_once() -> None:
    """Not for each of the ten elements that lie behind it."""
    drawn = honest().replace(flow("begin", "community"), "")
    found = [f for f in findings_of(drawn) if f.code == "unreachable"]
    assert len(found) == 1
    assert "后面的" in found[0].message


# -- loops -----------------------------------------------------------------------------------------
def test_a_loop_of_gateways_alone() -> None:
    drawn = behind_start(
        gate("g", default="g-t"), throw("t"), flow("begin", "g"),
        flow("g", "community", "amount > 5"), flow("g", "t"), flow("t", "g"),
    )  # fmt: skip
    (finding,) = findings_of(drawn)
    assert finding.code == "loop"
    assert "t" in finding.message


def test_every_loop_is_told() -> None:
    drawn = behind_start(
        gate("g", default="g-h"), flow("begin", "g"), throw("t"), flow("g", "t", "amount > 5"),
        flow("t", "g"), gate("h", default="h-community"), flow("g", "h"), throw("u"),
        flow("h", "u", "risky"), flow("u", "h"), flow("h", "community"),
    )  # fmt: skip
    assert [finding.code for finding in findings_of(drawn)] == ["loop", "loop"]


@pytest.mark.parametrize(
    ("resting", "found"),
    [
        (wait("t", "timeDuration", "P1D"), {"no-end-ahead"}),
        (review("t", "community", "submit"), set()),
        (node("receiveTask", "t", messageRef="M"), set()),
    ],
)
def test_loops_that_rest(resting: str, found: set[str]) -> None:
    asked = flow("begin", "g") + flow("g", "community", 'division = "x"')
    drawn = behind_start(
        gate("g", default="g-t"), resting, asked, flow("g", "t"), flow("t", "g")
    ).replace("<bpmn:process", '<bpmn:message id="M" name="m"/><bpmn:process', 1)
    assert codes(drawn) == found


def test_a_date_that_will_have_passed_is_no_rest() -> None:
    drawn = behind_start(
        gate("g", default="g-t"), wait("t", "timeDate", "2027-01-01"), flow("begin", "g"),
        flow("g", "community", "amount > 5"), flow("g", "t"), flow("t", "g"),
    )  # fmt: skip
    assert codes(drawn) == {"loop"}


def test_a_signal_that_nobody_sends_is_waited_for_in_vain() -> None:
    drawn = behind_start(
        gate("g", default="g-t"), node("intermediateCatchEvent", "t", inside=SIGNALLED),
        flow("begin", "g"), flow("g", "community", "amount > 5"), flow("g", "t"), flow("t", "g"),
    ).replace("<bpmn:process", SIGNAL + "<bpmn:process", 1)  # fmt: skip
    assert codes(drawn) == {"waits-in-vain"}


def test_a_loop_through_an_empty_sub_process() -> None:
    inside = start("s1") + end("e1") + flows("s1", "e1")
    drawn = behind_start(
        gate("g", default="g-t"), node("subProcess", "t", inside=inside), flow("begin", "g"),
        flow("g", "community", "amount > 5"), flow("g", "t"), flow("t", "g"),
    )  # fmt: skip
    assert codes(drawn) == {"loop"}


def test_a_loop_through_a_called_process_and_its_error() -> None:
    called = document(
        start("s1"), end("e1", "done", '<bpmn:errorEventDefinition errorRef="E"/>'),
        flows("s1", "e1"), key="other", extra='<bpmn:error id="E" errorCode="stop"/>',
    )  # fmt: skip
    drawn = behind_start(
        node("callActivity", "c", calledElement="other"),
        flow("begin", "c"), flow("c", "community"),
        boundary("b", "c", "<bpmn:errorEventDefinition/>"), flow("b", "c"),
    )  # fmt: skip
    assert "loop" in codes(drawn, called)


# -- size ------------------------------------------------------------------------------------------
def test_a_split_that_feeds_itself() -> None:
    drawn = behind_start(
        flow("begin", "t"), review("t", "community", "submit"), flow("t", "p"),
        gate("p", "parallelGateway"), flow("p", "t"), flow("p", "community"),
    )  # fmt: skip
    assert codes(drawn) == {"doubled"}


def test_a_split_that_joins_before_it_goes_round() -> None:
    drawn = behind_start(
        flow("begin", "m"), gate("m"), flow("m", "p"),
        gate("p", "parallelGateway"), flow("p", "a"), flow("p", "b"),
        review("a", "community", "submit"), review("b", "township", "submit"),
        flow("a", "j"), flow("b", "j"), gate("j", "parallelGateway"), flow("j", "g"),
        gate("g", default="g-community"), flow("g", "m", "urgent = true"), flow("g", "community"),
    )  # fmt: skip
    assert findings_of(drawn) == []


def test_a_join_that_waits_for_what_comes_after_it() -> None:
    drawn = behind_start(
        flow("begin", "p"), gate("p", "parallelGateway"), flow("p", "a"),
        review("a", "community", "submit"), flow("a", "g"),
        gate("g", default="g-community"), flow("g", "p", "amount > 5"), flow("g", "community"),
    )  # fmt: skip
    assert codes(drawn) == {"join-never"}


def test_a_reminder_that_comes_back_to_its_task() -> None:
    drawn = honest(
        boundary("b", "township", timer("timeDuration", "P1D"), cancelActivity="false"),
        flow("b", "township"),
    )
    assert codes(drawn) == {"doubled"}


@pytest.mark.parametrize(("splits", "refused"), [(4, False), (24, True)])
def test_splits_that_multiply(splits: int, refused: bool) -> None:
    parts = [flow("begin", "p0")]
    for at in range(splits):
        onward = f"p{at + 1}" if at + 1 < splits else "community"
        parts += [
            gate(f"p{at}", "parallelGateway"), flow(f"p{at}", f"a{at}"), flow(f"p{at}", f"b{at}"),
            wait(f"a{at}", "timeDuration", "P1D"), wait(f"b{at}", "timeDuration", "P1D"),
            gate(f"j{at}", "parallelGateway"), flow(f"a{at}", f"j{at}"), flow(f"b{at}", f"j{at}"),
            flow(f"j{at}", onward),
        ]  # fmt: skip
    assert ("too-many-paths" in codes(behind_start(*parts))) is refused


def test_calls_that_multiply() -> None:
    """Each process calls the next one four times; unfolded there are 4**9 of the last."""
    others = []
    for at in range(9):
        calls = [node("callActivity", f"c{at}_{n}", calledElement=f"p{at + 1}") for n in range(4)]
        line = flows(f"s{at}", *(f"c{at}_{n}" for n in range(4)), f"e{at}")
        others.append(document(start(f"s{at}"), *calls, end(f"e{at}"), line, key=f"p{at}"))
    others.append(document(start("s9"), end("e9"), flows("s9", "e9"), key="p9"))
    first = on_the_way(node("callActivity", "c", calledElement="p0"), "c")
    assert codes(first, *others) == {"too-big"}
