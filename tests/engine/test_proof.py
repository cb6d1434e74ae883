"""The proof before publishing: each kind of wrong flow, with its sentence and the way to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine.check import Law, Vocabulary
from app.engine.check_bundle import check_bundle
from app.engine.proof.explore import MAX_STATES
from app.errors import Finding
from tests.engine.drawings import (
    TWO_LEVELS,
    WORDS,
    applicant,
    boundary,
    document,
    end,
    flow,
    flows,
    gate,
    honest,
    judged,
    node,
    on_the_way,
    review,
    start,
    table,
    timer,
    wait,
)

LISTED = replace(WORDS, values={"demo/apply": {"risky": [True, False]}})
GRADED = replace(
    LISTED,
    laws=(Law('level = "low"', frozenset({"approved"}), "district", "低风险的办件"),),
)


def proved(drawn: str, words: Vocabulary = LISTED, **more: str) -> list[Finding]:
    files = {"demo.bpmn": drawn.encode(), **{f"{n}.dmn": t.encode() for n, t in more.items()}}
    return check_bundle(files, "demo", words)


def before(*parts: str) -> str:
    """The honest flow with the way from the start to the first review drawn anew."""
    kept = [part for part in TWO_LEVELS if 'id="begin-community"' not in part]
    return document(*kept, *parts)


def ways(*conditions: str, tag: str = "exclusiveGateway", default: str = "") -> str:
    """A gateway before the first review, whose ways all lead on by a task of their own."""
    more = {"default": f"g-{default}"} if default else {}
    parts = [flow("begin", "g"), gate("g", tag, **more)]
    for at, condition in enumerate(conditions):
        parts += [flow("g", f"w{at}", condition), review(f"w{at}", "community", "submit")]
        parts += [flow(f"w{at}", "m")]
    return before(*parts, gate("m", tag), flow("m", "community"))


BRANCHES = (
    flow("begin", "p"), gate("p", "parallelGateway"), flow("p", "a"), flow("p", "b"),
    review("a", "community", "submit"), review("b", "community", "submit"),
)  # fmt: skip
LEVELS = [
    # reviews in the order of their drawing
    (("community", "district"), "level-skipped", "跳过乡镇"),
    (("township", "community"), "level-order", "社区审核排在上级之后"),
]


@pytest.mark.parametrize(
    ("drawn", "code", "element", "words", "path"),
    [
        (
            before(*BRANCHES, flow("a", "community"), flow("b", "community")),
            "doubled", "community", "会同时办理两次", ("begin", "begin-p", "p"),
        ),
        (
            before(*BRANCHES, gate("j", "parallelGateway"), flow("a", "j"), flow("b", "j"),
                   flow("j", "community"), boundary("late", "b", timer("timeDuration", "P9D")),
                   flow("late", "no")),
            "join-never", "j", "从“b审核”来的线走不到了", ("a-j",),
        ),
        (ways("risky = true"), "no-way-out", "g", "risky = false 时没有一条路可走", ("begin-g",)),
        (
            ways("risky = true", "risky = true or risky = false"),
            "ways-overlap", "g", "risky = true 时有两条路同时成立", ("begin-g",),
        ),
        (
            ways("amount > 5", "amount < 5"),
            "no-way-out", "g", "amount = 5 时没有一条路可走", ("begin-g",),
        ),
        (ways("amount * 2 > 5", "amount * 2 <= 5"), "not-proved", "g", "没有证明", ("begin-g",)),
        (
            before(flow("begin", "g"), gate("g", default="g-community"), flow("g", "community"),
                   flow("g", "no", "urgent = true")),
            "variable-unset", "g-no", "走到这里时它还没有值", ("begin-g", "g"),
        ),
        (
            before(flow("begin", "g"), gate("g", default="g-x"), flow("g", "x"),
                   flow("g", "y", "risky = true"), flow("g", "z", "risky = false"),
                   *(review(key, "community", "submit") for key in "xyz"),
                   *(flow(key, "community") for key in "xyz")),
            "dead", "x", "没有一种情况会走到", ("x",),
        ),
        (
            on_the_way(node("subProcess", "sub", inside=start("s1") + end("e1")
                            + review("in", "community", "submit") + flows("s1", "in", "e1")), "sub")
            .replace("</bpmn:process>", boundary("oops", "sub", "<bpmn:errorEventDefinition/>")
                     + flow("oops", "no") + "</bpmn:process>"),
            "dead", "oops", "没有一种情况会走到", ("oops",),
        ),
        (
            before(flow("begin", "t"), review("t", "community", "submit"), flow("t", "p"),
                   gate("p", "parallelGateway"), flow("p", "told"), end("told"),
                   flow("p", "community")),
            "levels", "told", "只经社区一级审核", ("t", "told"),
        ),
        (
            honest(boundary("late", "township", timer("timeDuration", "P9D"),
                            cancelActivity="false"), flow("late", "told"), end("told", "lapsed")),
            "results-differ", "yes", "结果不一", ("late", "told"),
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_way_to_it(
    drawn: str, code: str, element: str, words: str, path: tuple[str, ...]
) -> None:
    found = {(each.code, each.element): each for each in proved(drawn)}
    assert (code, element) in found, found
    told = found[code, element]
    assert words in told.message
    assert set(path) <= set(told.path)


def test_a_round_that_people_go_but_no_case_leaves() -> None:
    """At the same time, each time, one way ends and the other goes round."""
    drawn = document(
        start(), flow("begin", "t"), review("t", "community", "submit"), flow("t", "p"),
        gate("p", "parallelGateway"), flow("p", "over"), end("over", "done"), flow("p", "w"),
        wait("w", "timeDuration", "P1D"), flow("w", "t"),
    )  # fmt: skip
    (found,) = proved(drawn, replace(LISTED, levels_needed=0))
    assert (found.code, found.element) == ("no-end-ahead", "t")
    assert "无论怎么办都不能办结" in found.told


@pytest.mark.parametrize(("scopes", "code", "words"), LEVELS)
def test_levels_are_asked_in_their_order(scopes: tuple[str, str], code: str, words: str) -> None:
    """A township is drawn as well, and asked for what is risky alone."""
    first, second = scopes
    drawn = document(
        start(), flow("begin", "a"), review("a", first, "approve"), flow("a", "g"),
        gate("g"), flow("g", "t", "risky = true"), flow("g", "b", "risky = false"),
        review("t", "township", "approve"), flow("t", "b"), review("b", second, "approve"),
        flow("b", "yes"), end("yes"),
    )  # fmt: skip
    found = {each.code: each for each in proved(drawn)}
    assert set(found) == {code}
    assert words in found[code].message
    assert found[code].path[-1] == "yes"


@pytest.mark.parametrize(("reject", "resubmitted"), [("yes", "community"), ("no", "yes")])
def test_what_the_last_review_refused_does_not_end_approved(reject: str, resubmitted: str) -> None:
    """Straight to the end, or by way of the applicant, with nobody who looked at it again."""
    drawn = document(
        start(), review("community", "community"), review("township", "township"),
        review("district", "district"), applicant("fix"), end("yes"), end("no", "rejected"),
        flow("begin", "community"), judged("community", "township"), judged("township", "district"),
        gate("last"), flow("district", "last"), flow("last", "yes", 'outcome = "approve"'),
        flow("last", "fix", 'outcome = "return"'),
        flow("last", reject, 'outcome = "reject"', key="refused"), flow("fix", resubmitted),
    )  # fmt: skip
    told = {each.code: each for each in proved(drawn)}
    assert told["refused-passes"].element == "yes"
    assert "审核没有同意" in told["refused-passes"].message


def test_a_level_that_sent_it_back_has_not_let_it_pass() -> None:
    drawn = honest().replace(flow("fix", "community"), flow("fix", "township"))
    (found,) = proved(drawn)
    assert found.code == "levels"
    assert "community审核（退回补正） → 补正 → township审核（通过） → yes" in found.told


def test_a_law_of_the_domain() -> None:
    """What the table grades low needs the district, which this drawing does not have."""
    rule = node("businessRuleTask", "rule", "定级", flow_decision="grade")
    drawn = on_the_way(rule, "rule")
    assert proved(drawn, t=table()) == []
    (found,) = proved(drawn, GRADED, t=table())
    assert (found.code, found.element) == ("law", "yes")
    assert "低风险的办件可以不经区县及以上办理就到结束事件“yes”" in found.told
    assert "提交 → 定级 → community审核（通过） → township审核（通过） → yes" in found.told
    ungraded = proved(honest(), GRADED)
    assert [each.code for each in ungraded] == ["law"], "what nobody grades may be low"
    higher = proved(drawn.replace('flow:scope="township"', 'flow:scope="district"'), GRADED,
                    t=table())  # fmt: skip
    assert higher == []


@pytest.mark.parametrize(
    "drawn",
    [
        ways("risky = true", "risky = false"),
        ways("amount > 5", "amount <= 5"),
        ways("amount < 1", "amount in [1..5]", "amount > 5"),
        ways("risky", "not(risky)"),
        ways("amount * 2 > 5", "", default="w1"),
        ways('division = "a"', 'division != "a"'),
        ways("risky = true", "amount > 3", "", tag="inclusiveGateway", default="w2"),
        before(*BRANCHES, gate("j", "parallelGateway"), flow("a", "j"), flow("b", "j"),
               flow("j", "community")),
    ],
)  # fmt: skip
def test_conditions_that_are_complete(drawn: str) -> None:
    assert proved(drawn) == []


def test_more_than_can_be_gone_through_is_not_proved() -> None:
    """The last steps of sixteen branches have too many orders; nothing is passed in silence."""
    many = range(16)
    drawn = before(
        flow("begin", "p"), gate("p", "parallelGateway"), gate("j", "parallelGateway"),
        *(flow("p", f"a{at}") + review(f"a{at}", "community", "submit") for at in many),
        *(flow(f"a{at}", f"b{at}") + review(f"b{at}", "community", "submit") for at in many),
        *(flow(f"b{at}", "j") for at in many), flow("j", "community"),
    )  # fmt: skip
    (found,) = proved(drawn)
    assert (found.code, found.element) == ("not-proved", "demo")
    assert f"超过 {MAX_STATES} 种，没有证明" in found.told


def test_what_has_no_name_is_called_by_what_stands_beside_it() -> None:
    """No reader knows an id: a gateway by the step before it, a line by its ends."""
    drawn = ways("risky = true", "risky = true").replace('id="g" name="g"', 'id="g"')
    drawn = drawn.replace('id="g-w0"', 'id="g-w0" name="有风险"')
    told = {each.code: each for each in proved(drawn)}
    assert told["no-way-out"].message.startswith("“提交”后面的排他网关在 risky = false 时")
    drawn = drawn.replace(' name="有风险"', "").replace('id="g"', 'id="g" name="有风险？"')
    told = {each.code: each for each in proved(drawn)}
    assert (
        "（从“有风险？”到“w0审核”的连线、从“有风险？”到“w1审核”的连线）"
        in told["ways-overlap"].message
    )
