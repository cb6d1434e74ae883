"""Two levels: no way to an approving end may avoid a second review level."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine.check_bundle import check_bundle
from app.errors import Finding
from tests.engine.drawings import (
    WORDS,
    boundary,
    document,
    end,
    flow,
    flows,
    gate,
    honest,
    node,
    review,
    start,
    timer,
)

TOGETHER = {"flow_role": "district_gov_user; city_gov_user", "flow_scope": "district city"}


def findings_of(drawn: str, *, needed: int = 2, other: str = "") -> list[Finding]:
    files = {"demo.bpmn": drawn.encode()} | ({"other.bpmn": other.encode()} if other else {})
    return check_bundle(files, "demo", replace(WORDS, levels_needed=needed))


def line(*reviews: tuple[str, str], **more: str) -> str:
    """Reviews of one outcome in a row, then approval."""
    tasks = [review(key, scope, "approve", **more) for key, scope in reviews]
    keys = [key for key, _ in reviews]
    return document(start(), *tasks, end("yes"), flows("begin", *keys, "yes"))


def test_two_levels_are_enough() -> None:
    assert findings_of(honest()) == []
    assert findings_of(line(("a", "township"), ("b", "city"))) == []


@pytest.mark.parametrize(
    ("reviews", "words"),
    [
        ([("a", "community")], "只经社区一级审核"),
        ([("a", "township"), ("b", "township")], "只经乡镇一级审核"),
        ([("a", "district"), ("b", "district"), ("c", "district")], "只经区县一级审核"),
    ],
)
def test_one_level_is_not(reviews: list[tuple[str, str]], words: str) -> None:
    (finding,) = findings_of(line(*reviews))
    assert (finding.code, finding.element) == ("levels", "yes")
    assert words in finding.message
    assert "提交 → " + " → ".join(f"{key}审核" for key, _ in reviews) + " → yes" in finding.told


def test_no_review_at_all_is_said_so() -> None:
    drawn = document(start(), end("yes"), flows("begin", "yes"))
    (finding,) = findings_of(drawn)
    assert "不经任何审核" in finding.message


def test_the_applicant_is_no_level() -> None:
    drawn = line(("a", "city"), ("b", "community")).replace(
        'flow:role="head" flow:scope="community"', 'flow:role="applicant"'
    )
    assert [finding.code for finding in findings_of(drawn)] == ["levels"]


def test_a_way_round_through_the_correction() -> None:
    """Returned by the community, corrected, and then straight to approval."""
    drawn = honest().replace(flow("fix", "community"), flow("fix", "yes"))
    (finding,) = findings_of(drawn)
    assert "community审核（退回补正） → 补正 → yes" in finding.told


def test_a_way_round_through_lateness() -> None:
    """The township that does not act in time has not reviewed."""
    drawn = honest(boundary("late", "township", timer("timeDuration", "P9D")), flow("late", "yes"))
    (finding,) = findings_of(drawn)
    assert "只经社区一级审核" in finding.message
    assert "late" in finding.told


def test_a_way_round_through_a_gateway() -> None:
    drawn = honest(
        gate("g", default="g-township"), flow("community_gate", "g", 'outcome = "approve"'),
        flow("g", "yes", "amount < 5"), flow("g", "township"),
    ).replace(flow("community_gate", "township", 'outcome = "approve"'), "")  # fmt: skip
    assert [finding.element for finding in findings_of(drawn)] == ["yes"]


def test_every_approving_end_is_looked_at() -> None:
    drawn = honest(end("quick"), flow("community_gate", "quick", 'outcome = "approve" and risky'))
    assert [(f.code, f.element) for f in findings_of(drawn)] == [("levels", "quick")]


def test_ends_that_approve_nothing_need_no_levels() -> None:
    drawn = document(start(), end("yes", "done"), flows("begin", "yes"))
    assert findings_of(drawn, needed=0) == []
    assert [finding.code for finding in findings_of(drawn)] == ["no-approval"]


def test_one_level_may_be_all_that_a_kind_asks_for() -> None:
    assert findings_of(line(("a", "community")), needed=1) == []
    bare = document(start(), end("yes"), flows("begin", "yes"))
    assert [finding.code for finding in findings_of(bare, needed=1)] == ["levels"]


@pytest.mark.parametrize("mode", ["all", "order"])
def test_a_step_signed_by_two_levels_is_one_step(mode: str) -> None:
    (finding,) = findings_of(line(("a", "x"), **TOGETHER, flow_sign=mode))
    assert "只经“a审核”一个步骤审核" in finding.message


@pytest.mark.parametrize(("mode", "refused"), [("all", False), ("any", True), ("vote:50", True)])
def test_a_level_that_may_decide_alone_counts_as_the_other(mode: str, refused: bool) -> None:
    """District, then district and city: with `any`, the district may decide both."""
    drawn = document(
        start(), review("a", "district", "approve"),
        review("b", "x", "approve", **TOGETHER, flow_sign=mode),
        end("yes"), flows("begin", "a", "b", "yes"),
    )  # fmt: skip
    assert bool(findings_of(drawn)) is refused


def test_branches_that_all_must_come_in_count_together() -> None:
    parts = (
        start(), flow("begin", "p"), gate("p", "parallelGateway"), flow("p", "a"), flow("p", "b"),
        review("a", "community", "approve"), review("b", "township", "approve"),
        flow("a", "j"), flow("b", "j"), end("yes"), flow("j", "yes"),
    )  # fmt: skip
    assert findings_of(document(*parts, gate("j", "parallelGateway"))) == []
    (finding,) = findings_of(document(*parts, gate("j")))
    assert finding.code == "levels"


def test_a_join_in_a_loop_gathers_each_round() -> None:
    drawn = document(
        start(), flow("begin", "m"), gate("m"), flow("m", "p"), gate("p", "parallelGateway"),
        flow("p", "a"), flow("p", "b"),
        review("a", "community", "approve"), review("b", "township", "approve"),
        flow("a", "j"), flow("b", "j"), gate("j", "parallelGateway"), flow("j", "g"),
        gate("g", default="g-yes"), flow("g", "m", "risky"), end("yes"), flow("g", "yes"),
    )  # fmt: skip
    assert findings_of(drawn) == []


def test_reviews_inside_sub_processes_and_calls_count() -> None:
    inside = (
        start("s1")
        + review("a", "community", "approve")
        + end("e1", "done")
        + flows("s1", "a", "e1")
    )
    called = document(
        start("s2"), review("b", "city", "approve"), end("e2", "done"), flows("s2", "b", "e2"),
        key="other",
    )  # fmt: skip
    drawn = document(
        start(), node("subProcess", "sub", inside=inside),
        node("callActivity", "call", calledElement="other"), end("yes"),
        flows("begin", "sub", "call", "yes"),
    )  # fmt: skip
    assert findings_of(drawn, other=called) == []
    gone = drawn.replace(node("callActivity", "call", calledElement="other"), "")
    gone = gone.replace(flow("sub", "call"), flow("sub", "yes")).replace(flow("call", "yes"), "")
    assert [finding.code for finding in findings_of(gone, other=called)] == ["levels"]


def test_a_sub_process_that_is_interrupted_has_reviewed_nothing() -> None:
    inside = (
        start("s1") + review("a", "community", "approve") + review("b", "city", "approve")
        + end("e1", "done") + flows("s1", "a", "b", "e1")
    )  # fmt: skip
    drawn = document(
        start(), node("subProcess", "sub", inside=inside), end("yes"), flows("begin", "sub", "yes"),
        boundary("late", "sub", timer("timeDuration", "P9D")), flow("late", "yes"),
    )  # fmt: skip
    (finding,) = findings_of(drawn)
    assert "不经任何审核" in finding.message
