"""The patrol process, path by path, and its tables row by row."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app import engine
from app.engine import Scalar, Step
from app.engine.decisions import read_decisions
from app.engine.types import Limit, Party
from app.errors import Conflict
from tests.processes.walks import MONDAY, ROOT, open_elements, shipped, workdays

START: Mapping[str, Scalar] = {
    "reason": "planned", "level": "community", "staffed": True, "work_risk": "low",
    "work_state": "in_progress", "flagged": False, "conclusion": "", "major": 0, "downgraded": 0,
    "general": 0, "confirmer": "",
}  # fmt: skip
FINE = {"conclusion": "normal", "major": 0, "downgraded": 0, "general": 0}
VERBAL = {**FINE, "conclusion": "verbal", "general": 1}
RECTIFY = {**FINE, "conclusion": "rectify", "general": 2}
STOP = {**FINE, "conclusion": "stop", "major": 1, "general": 1}
SOFTENED = {**FINE, "conclusion": "rectify", "downgraded": 1, "general": 1}
STOPPED_ALL_THE_SAME = {**SOFTENED, "conclusion": "stop"}
VISITS = {
    "community": "visit_community", "township": "visit_township", "department": "visit_department",
}  # fmt: skip

Found = Mapping[str, Scalar]


class Walk:
    """One visit on its way: what it was sent, what it asked for."""

    def __init__(self, **changed: Scalar) -> None:
        self.process = shipped("patrol")
        self.step = engine.start(self.process, {**START, **changed}, at=MONDAY, workdays=workdays)
        self.actions: list[str] = []
        self.messages: list[tuple[str, str]] = []

    def move(self, element: str, outcome: str, found: Found | None = None) -> Walk:
        assert open_elements(self.step) == [element]
        self.step = engine.complete(
            self.process, self.step.snapshot, self.step.open[0].ref,
            {**(found or {}), "outcome": outcome}, at=MONDAY, workdays=workdays,
        )  # fmt: skip
        self.actions += [action.name for action in self.step.actions]
        self.messages += [(one.name, one.to) for one in self.step.messages]
        return self

    def conclude(self, element: str, found: Found) -> Walk:
        return self.move(element, str(found["conclusion"]), found)


def ended(step: Step) -> tuple[bool, str | None]:
    return step.ended, step.result


@pytest.mark.parametrize("level", list(VISITS))
@pytest.mark.parametrize(
    ("found", "messages", "actions"),
    [
        (FINE, [], ["plan_next"]),
        (VERBAL, [], ["plan_next"]),
        (RECTIFY, [("patrol.failed", "child")], ["plan_next"]),
        (STOP, [("patrol.failed", "child")], ["stop_site", "plan_next"]),
        (STOPPED_ALL_THE_SAME, [("patrol.failed", "child")], ["stop_site", "plan_next"]),
    ],
)
def test_a_visit_comes_to_its_conclusion(
    level: str, found: Found, messages: list[tuple[str, str]], actions: list[str]
):
    walk = Walk(level=level).conclude(VISITS[level], found)
    assert ended(walk.step) == (True, "done")
    assert (walk.messages, walk.actions) == (messages, actions)


def softened(confirmer: str) -> Found:
    return {**SOFTENED, "confirmer": confirmer}


CONFIRMED = (
    ("community", "confirm_community"),
    ("community", "confirm_township"),
    ("community", "confirm_district"),
    ("township", "confirm_township"),
    ("township", "confirm_district"),
    ("department", "confirm_department"),
    ("department", "confirm_district"),
)
"""Who went, and the nearest step at which somebody else can confirm."""


@pytest.mark.parametrize(("level", "confirmer"), CONFIRMED)
def test_a_softened_hazard_waits_for_who_can_confirm(level: str, confirmer: str):
    walk = Walk(level=level).conclude(VISITS[level], softened(confirmer))
    assert walk.messages == []
    walk.move(confirmer, "confirm")
    assert ended(walk.step) == (True, "done")
    assert walk.messages == [("patrol.failed", "child")]
    assert walk.actions == ["plan_next"]


@pytest.mark.parametrize(("level", "confirmer"), CONFIRMED)
def test_what_the_head_refuses_is_concluded_again(level: str, confirmer: str):
    walk = Walk(level=level).conclude(VISITS[level], softened(confirmer))
    walk.move(confirmer, "refuse").conclude(VISITS[level], STOP)
    assert ended(walk.step) == (True, "done")
    assert walk.actions == ["stop_site", "plan_next"]


def test_a_softened_hazard_never_passes_because_nobody_can_confirm():
    walk = Walk().conclude("visit_community", softened(""))
    assert open_elements(walk.step) == ["confirm_district"]


@pytest.mark.parametrize(
    ("said", "reason", "level"),
    [
        ("community", "banned", "community"),
        ("township", "unplanned", "township"),
        ("department", "report", "department"),
        ("", "banned", "township"),
        ("", "planned", "community"),
        ("", "stopped", "community"),
    ],
)
def test_who_goes(said: str, reason: str, level: str):
    asked = {"level": said, "reason": reason, "work_risk": "high", "staffed": True}
    assert table("patrol_level").decide(asked) == {"level": level}
    assert open_elements(Walk(level=said, reason=reason).step) == [VISITS[level]]


@pytest.mark.parametrize(
    ("planned", "goes"),
    [("community", "township"), ("township", "township"), ("department", "department")],
)
def test_who_goes_where_nobody_can(planned: str, goes: str):
    asked = {"level": planned, "reason": "planned", "work_risk": "low", "staffed": False}
    assert table("patrol_level").decide(asked) == {"level": goes}


def test_a_community_where_nobody_can_go_leaves_the_visit_to_the_township_for_good():
    walk = Walk(level="")
    walk.step = engine.deliver(
        walk.process, walk.step.snapshot, "patrol.vacant", {"staffed": False},
        at=MONDAY, workdays=workdays,
    )  # fmt: skip
    assert [action.name for action in walk.step.actions] == ["send_up"]
    assert walk.step.data["level"] == "township"
    walk.conclude("visit_township", softened("confirm_township"))
    walk.move("confirm_township", "refuse").conclude("visit_township", FINE)
    assert ended(walk.step) == (True, "done")


@pytest.mark.parametrize("level", ["township", "department"])
def test_above_the_community_nobody_hears_that_nobody_can_go(level: str):
    step = Walk(level=level).step
    with pytest.raises(Conflict):
        engine.deliver(
            shipped("patrol"), step.snapshot, "patrol.vacant", {"staffed": False},
            at=MONDAY, workdays=workdays,
        )  # fmt: skip


def test_who_is_asked_and_by_when():
    tasks = shipped("patrol").tasks
    both = ("head", "inspector")
    assert tasks["visit_community"].parties == (Party(both, "community"),)
    assert tasks["visit_township"].parties == (Party(both, "township"),)
    department = ("district_dept_user", "safety_officer", "head")
    assert tasks["visit_department"].parties == (Party(department, "district"),)
    assert tasks["confirm_community"].parties == (Party(("head",), "community"),)
    above = ("district_gov_user", "head", "leader")
    assert tasks["confirm_district"].parties == (Party(above, "district"),)
    assert all(policy.limit == Limit(1, "wd") for policy in tasks.values())


def table(name: str):
    return read_decisions((ROOT / "bpmn" / f"{name}.dmn").read_bytes(), f"{name}.dmn")[name]


@pytest.mark.parametrize(
    ("major", "downgraded", "general", "conclusion", "offered", "least", "confirm"),
    [
        (1, 0, 0, "", "stop", "stop", False),
        (2, 1, 4, "rectify", "stop", "stop", False),
        (0, 1, 1, "stop", "rectify", "rectify", False),
        (0, 1, 1, "rectify", "rectify", "rectify", True),
        (0, 2, 3, "", "rectify", "rectify", True),
        (0, 0, 1, "rectify", "rectify", "verbal", False),
        (0, 0, 9, "verbal", "rectify", "verbal", False),
        (0, 0, 0, "normal", "normal", "normal", False),
    ],
)
def test_what_hazards_call_for(
    major: int, downgraded: int, general: int, conclusion: str,
    offered: str, least: str, confirm: bool,
):  # fmt: skip
    asked = {
        "major": major, "downgraded": downgraded, "general": general, "conclusion": conclusion,
    }  # fmt: skip
    assert table("hazard_grade").decide(asked) == {
        "offered": offered, "least": least, "confirm": confirm,
        "general_days": 3, "major_days": 15,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("risk", "state", "flagged", "conclusion", "every", "reason"),
    [
        ("low", "stopped", False, "normal", 1, "stopped"),
        ("high", "in_progress", True, "stop", 1, "stopped"),
        ("high", "in_progress", False, "normal", 3, "risk"),
        ("high", "rectifying", True, "rectify", 3, "risk"),
        ("medium", "in_progress", True, "normal", 3, "flagged"),
        ("low", "filed", True, "verbal", 3, "flagged"),
        ("medium", "in_progress", False, "normal", 7, "risk"),
        ("low", "in_progress", False, "normal", 14, "risk"),
        ("", "", False, "normal", 7, "risk"),
    ],
)
def test_how_often_a_work_is_visited(
    risk: str, state: str, flagged: bool, conclusion: str, every: int, reason: str
):
    asked = {
        "work_risk": risk, "work_state": state, "flagged": flagged, "conclusion": conclusion,
    }  # fmt: skip
    assert table("patrol_frequency").decide(asked) == {"every_days": every, "plan_reason": reason}
