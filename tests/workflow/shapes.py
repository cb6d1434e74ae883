"""The shapes of flow in which every verb must be right: each a small process.

A first check by the community leads into the shape, a last word by the city out of it. Everybody
may return to the applicant, who has five working days, or refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from app.workflow import bulk, kinds
from app.workflow.kinds import CaseKind
from tests.engine.drawings import (
    boundary,
    document,
    end,
    flow,
    flows,
    gate,
    node,
    start,
    timer,
    wait,
)
from tests.workflow import drawn

ROLES = {"community": "head", "township": "head", "district": "district_gov_user",
         "district:housing": "district_dept_user", "city": "city_gov_user"}  # fmt: skip


def review(key: str, scope: str, outcomes: str = "approve return reject", **more: str) -> str:
    """A step of one level, due in a working day."""
    said = {"flow_role": ROLES[scope], "flow_scope": scope, "flow_form": "demo/review",
            "flow_outcomes": outcomes, "flow_sla": "1wd"}  # fmt: skip
    return node("userTask", key, key, **(said | more))


def judged(key: str, onward: str) -> str:
    """The gateway behind a step: on, back to the applicant, or out."""
    decided = f"{key}_decided"
    return (
        gate(decided)
        + flows(key, decided)
        + flow(decided, onward, 'outcome = "approve"')
        + flow(decided, "fix", 'outcome = "return"')
        + flow(decided, "no", 'outcome = "reject"')
    )


def around(into: str, *parts: str) -> tuple[str, ...]:
    """What all shapes have: the first step, which leads into `into`, the last one, both ends."""
    return (
        start(), flows("begin", "first"), review("first", "community"), judged("first", into),
        *parts, review("last", "city"), judged("last", "yes"),
        node("userTask", "fix", "fix", flow_role="applicant", flow_form="demo/apply",
             flow_outcomes="submit:重新提交"),
        boundary("fix_late", "fix", timer("timeDate", "workdays(5)")),
        flows("fix", "first"), flows("fix_late", "lapsed"),
        end("yes", "approved"), end("no", "rejected"), end("lapsed", "lapsed"),
    )  # fmt: skip


def plain() -> tuple[str, ...]:
    """One step after the other."""
    return around(
        "second", review("second", "township"), judged("second", "third"),
        review("third", "district"), judged("third", "last"),
    )  # fmt: skip


def signed(sign: str) -> Callable[[], tuple[str, ...]]:
    """A step that the township, the district and its housing department sign."""

    def shape() -> tuple[str, ...]:
        parties = {
            "flow_role": "head; district_gov_user; district_dept_user",
            "flow_scope": "township; district; district:housing",
            "flow_sign": sign,
        }
        return around(
            "together", review("together", "district", **parties), judged("together", "last")
        )

    return shape


def persons() -> tuple[str, ...]:
    """A step with a task for each person at two desks; one of them sits at both."""
    each = {"flow_role": "head; district_gov_user", "flow_scope": "township; district",
            "flow_sign": "all", "flow_each": "person"}  # fmt: skip
    return around("together", review("together", "district", **each), judged("together", "last"))


def parallel() -> tuple[str, ...]:
    """Two branches of two steps each, that meet again. A branch says yes or no, and goes on."""
    yes_or_no = "approve"
    return around(
        "fork", gate("fork", "parallelGateway"), gate("join", "parallelGateway"),
        review("left_one", "township", yes_or_no), review("left_two", "district", yes_or_no),
        review("right_one", "district:housing", yes_or_no),
        review("right_two", "township", yes_or_no),
        flows("fork", "left_one", "left_two", "join"),
        flows("fork", "right_one", "right_two", "join", "last"),
    )  # fmt: skip


def inside() -> tuple[str, ...]:
    """Two steps in a sub-process, that a message from outside would break off."""
    body = (
        node("startEvent", "inner_begin") + review("inner_one", "township", "approve")
        + review("inner_two", "district", "approve") + node("endEvent", "inner_end")
        + flows("inner_begin", "inner_one", "inner_two", "inner_end")
    )  # fmt: skip
    return around("inner", node("subProcess", "inner", inside=body), flows("inner", "last"))


def both() -> tuple[str, ...]:
    """A sub-process beside a step, in two branches."""
    body = (
        node("startEvent", "inner_begin") + review("inner_one", "township", "approve")
        + review("inner_two", "district", "approve") + node("endEvent", "inner_end")
        + flows("inner_begin", "inner_one", "inner_two", "inner_end")
    )  # fmt: skip
    return around(
        "fork", gate("fork", "parallelGateway"), gate("join", "parallelGateway"),
        node("subProcess", "inner", inside=body), review("beside", "district:housing", "approve"),
        flows("fork", "inner", "join"), flows("fork", "beside", "join", "last"),
    )  # fmt: skip


def loop() -> tuple[str, ...]:
    """The district asks the township again, as often as it likes."""
    return around(
        "second", review("second", "township"), judged("second", "third"),
        review("third", "district", "approve inspect:再核 return reject"), gate("third_decided"),
        flows("third", "third_decided"), flow("third_decided", "last", 'outcome = "approve"'),
        flow("third_decided", "second", 'outcome = "inspect"'),
        flow("third_decided", "fix", 'outcome = "return"'),
        flow("third_decided", "no", 'outcome = "reject"'),
    )  # fmt: skip


def timed() -> tuple[str, ...]:
    """A step that goes up by itself after three days; and whose head hears of it after one."""
    body = (
        node("startEvent", "inner_begin") + review("second", "township", "approve")
        + boundary("slow", "second", timer("timeDuration", '"P1D"'), cancelActivity="false")
        + review("look", "district:housing", "approve:已阅") + node("endEvent", "inner_end")
        + node("endEvent", "looked") + flows("inner_begin", "second", "inner_end")
        + flows("slow", "look", "looked")
    )  # fmt: skip
    return around(
        "inner", node("subProcess", "inner", inside=body), flows("inner", "last"),
        boundary("late", "inner", timer("timeDuration", '"P3D"')),
        review("up", "district"), flows("late", "up"), judged("up", "last"),
    )  # fmt: skip


def some() -> tuple[str, ...]:
    """Branches of which some are taken, by what was typed; they meet again."""
    return around(
        "fork", gate("fork", "inclusiveGateway"), gate("join", "inclusiveGateway"),
        flow("fork", "left", "amount = null or amount < 100"),
        flow("fork", "right", "amount = null or amount > 5"),
        review("left", "township", "approve"), review("right", "district", "approve"),
        flows("left", "join"), flows("right", "join", "last"),
    )  # fmt: skip


def resting() -> tuple[str, ...]:
    """A day between two steps in which nobody has anything to do."""
    return around(
        "second", review("second", "township"), judged("second", "rest"),
        wait("rest", "timeDuration", '"P1D"'), flows("rest", "third"),
        review("third", "district"), judged("third", "last"),
    )  # fmt: skip


SHAPES: Mapping[str, Callable[[], tuple[str, ...]]] = {
    "plain": plain, "sign_all": signed("all"), "sign_any": signed("any"),
    "sign_vote": signed("vote:60"), "sign_order": signed("order"), "persons": persons,
    "parallel": parallel, "inside": inside, "both": both, "loop": loop, "timed": timed,
}  # fmt: skip
BESIDES: Mapping[str, Callable[[], tuple[str, ...]]] = {"some": some, "resting": resting}
"""Shapes to be moved beside those: published where they are asked for."""


def publish() -> None:
    """Publish them all."""
    for key, shape in SHAPES.items():
        drawn.publish(key, document(*shape(), key=key))


def know() -> None:
    """Let the telephone in the form bar whoever has it, and each case be low in risk."""
    for key in SHAPES:
        kinds.register(CaseKind(key, phones=_phones, risks=_low))


def _phones(values: kinds.Values) -> tuple[str, ...]:
    return (str(values.get("phone", "")),)


def _low(_work: Session, cases: Sequence[str]) -> dict[str, str]:
    return dict.fromkeys(cases, bulk.LOW)
