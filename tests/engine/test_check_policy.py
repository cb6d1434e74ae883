"""Our own words: each task says who, where, with which form and to what end; all of it is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine.check import Vocabulary
from app.engine.check_bundle import check_bundle
from app.errors import Finding
from tests.engine.drawings import (
    TWO_LEVELS,
    WORDS,
    document,
    end,
    flow,
    gate,
    graded,
    honest,
    node,
    on_the_way,
    review,
    start,
    table,
    wait,
)


def findings_of(drawn: str, words: Vocabulary = WORDS) -> list[Finding]:
    files = {"demo.bpmn": drawn.encode()}
    if "flow:decision" in drawn:
        files["t.dmn"] = table().encode()
    return check_bundle(files, "demo", words)


def codes(drawn: str, words: Vocabulary = WORDS) -> set[str]:
    return {finding.code for finding in findings_of(drawn, words)}


def odd(**attributes: str) -> str:
    """The honest flow with a further task of one outcome before the first review."""
    return on_the_way(review("odd", "community", "submit", **attributes), "odd")


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (odd(flow_role=""), "flow-role"),
        (odd(flow_role="mayor"), "flow-role"),
        (odd(flow_role="applicant head"), "flow-role"),
        (odd(flow_scope=""), "flow-scope"),
        (odd(flow_scope="village"), "flow-scope"),
        (odd(flow_scope="township; district"), "flow-scope"),
        (odd(flow_form=""), "form-missing"),
        (odd(flow_form="demo/unknown"), "form-unknown"),
        (odd(flow_form="../../etc/passwd"), "flow-form"),
        (odd(flow_outcomes=""), "outcomes-missing"),
        (odd(flow_outcomes="a-b"), "flow-outcomes"),
        (odd(flow_outcomes="fly"), "flow-outcomes"),
        (odd(flow_sla="3 days"), "flow-sla"),
        (odd(flow_sign="most"), "flow-sign"),
        (odd(flow_role="head; leader", flow_scope="community"), "flow-sign"),
        (odd(flow_action="register"), "flow-misplaced"),
        (odd().replace('name="odd审核"', 'name=" "'), "task-name"),
        (on_the_way(node("serviceTask", "odd"), "odd"), "flow-action"),
        (on_the_way(node("serviceTask", "odd", flow_action="os_system"), "odd"), "action-unknown"),
        (honest().replace(' flow:startForm="demo/apply"', ""), "start-form"),
        (honest().replace('startForm="demo/apply"', 'startForm="demo/none"'), "form-unknown"),
        (honest().replace(' flow:result="rejected"', ""), "result"),
        (honest().replace('flow:result="rejected"', 'flow:result="refused"'), "result"),
    ],
)
def test_words(drawn: str, code: str) -> None:
    assert code in codes(drawn)


def test_known_words() -> None:
    assert findings_of(odd(flow_role="head inspector", flow_sla="48h")) == []
    signed = odd(flow_role="head; leader", flow_scope="community", flow_sign="all")
    assert findings_of(signed) == []
    assert findings_of(on_the_way(node("serviceTask", "odd", flow_action="register"), "odd")) == []


def test_a_role_that_nobody_has_is_said_once() -> None:
    (told,) = findings_of(odd(flow_role="mayor"))
    assert (told.code, told.element) == ("flow-role", "odd")
    assert "“mayor”不认识" in told.message


def test_roles_that_this_place_does_not_have() -> None:
    few = replace(WORDS, roles=frozenset({"head", "applicant"}))
    assert codes(odd(flow_role="leader"), few) == {"flow-role"}


def test_a_process_that_a_message_opens_shows_its_cases_by_a_form_too() -> None:
    drawn = honest(extra='<bpmn:message id="M" name="开工"/>')
    begun = '<bpmn:startEvent id="begin" name="提交">'
    opened = drawn.replace(begun, begun + '<bpmn:messageEventDefinition messageRef="M"/>')
    assert findings_of(opened) == []
    (found,) = findings_of(opened.replace(' flow:startForm="demo/apply"', ""))
    assert found.code == "start-form"


def test_the_lane_speaks_for_its_tasks() -> None:
    lane = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="社区" flow:role="inspector" '
        'flow:scope="community"><bpmn:flowNodeRef>odd</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    )
    silent = odd().replace(' flow:role="head" flow:scope="community"', "", 1)
    assert codes(silent) != set()
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    task = node("userTask", "odd", "查看", flow_form="demo/review", flow_outcomes="submit")
    drawn = document(lane, *kept, task, flow("begin", "odd"), flow("odd", "community"))
    assert findings_of(drawn) == []


# -- outcomes --------------------------------------------------------------------------------------
def test_a_gateway_that_asks_for_an_outcome_nobody_gives() -> None:
    drawn = honest().replace('outcome = "reject"', 'outcome = "refuse"', 1)
    found = {finding.code: finding for finding in findings_of(drawn)}
    assert set(found) == {"outcome-unknown", "outcome-lost"}
    assert found["outcome-unknown"].element == "community_gate-no"
    assert "“refuse”" in found["outcome-unknown"].message
    assert found["outcome-lost"].element == "community"


@pytest.mark.parametrize(
    "condition",
    ['outcome in ("approve", "maybe")', '"maybe" = outcome', 'outcome != "maybe" and amount > 3'],
)
def test_every_way_of_asking_is_understood(condition: str) -> None:
    assert "outcome-unknown" in codes(honest().replace('outcome = "approve"', condition, 1))


def test_an_outcome_that_leads_nowhere() -> None:
    drawn = honest().replace("approve return reject", "approve return reject refer", 1)
    (finding,) = findings_of(drawn)
    assert (finding.code, finding.element) == ("outcome-lost", "community")
    assert "转办施工许可（refer）" in finding.message


def test_an_outcome_may_take_the_default() -> None:
    drawn = honest().replace(
        'id="community_gate"', 'id="community_gate" default="community_gate-no"'
    )
    drawn = drawn.replace(
        'outcome = "reject"</bpmn:conditionExpression>', "</bpmn:conditionExpression>", 1
    )
    assert findings_of(drawn) == []


def test_approval_and_refusal_may_not_share_a_default() -> None:
    drawn = honest().replace(
        'id="community_gate"', 'id="community_gate" default="community_gate-township"'
    )
    drawn = drawn.replace('outcome = "approve"', "", 1).replace(
        "approve return reject", "approve return reject refer", 1
    )
    assert codes(drawn) == {"outcome-shared"}


def test_a_refusal_that_nothing_looks_at() -> None:
    drawn = on_the_way(review("odd", "community", "approve reject"), "odd")
    assert codes(drawn) == {"outcome-untested"}


def test_outcomes_that_are_only_recorded() -> None:
    drawn = on_the_way(review("odd", "community", "permitted:已取得 abandoned:放弃"), "odd")
    assert findings_of(drawn) == []


def test_an_outcome_that_a_decision_reads_is_looked_at() -> None:
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    drawn = document(
        *kept, review("odd", "community", "approve reject"), flow("begin", "odd"),
        node("businessRuleTask", "rule", flow_decision="grade"), flow("odd", "rule"),
        flow("rule", "community"),
    )  # fmt: skip
    assert findings_of(drawn) == []


def test_an_outcome_asked_for_before_anybody_acted() -> None:
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    drawn = document(
        *kept, gate("g", default="g-w"), flow("begin", "g"), wait("w", "timeDuration", "P1D"),
        flow("g", "community", 'outcome = "approve"'), flow("g", "w"), flow("w", "community"),
    )  # fmt: skip
    assert codes(drawn) == {"outcome-unset"}


def test_an_outcome_is_found_behind_plain_steps() -> None:
    """A service task and a wait between the review and its gateway change nothing."""
    drawn = honest(
        node("serviceTask", "s", flow_action="register"), wait("w", "timeDuration", "P1D"),
        flow("community", "s"), flow("s", "w"), flow("w", "community_gate"),
    ).replace(flow("community", "community_gate"), "")  # fmt: skip
    assert findings_of(drawn) == []


def test_a_decision_in_front_and_an_end_that_is_done() -> None:
    assert findings_of(graded()) == []
    plain = document(start(), end("over", "done"), flow("begin", "over"))
    assert findings_of(plain, replace(WORDS, levels_needed=0)) == []
