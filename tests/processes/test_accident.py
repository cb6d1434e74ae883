"""The accident process, route by route."""

from __future__ import annotations

import pytest

from tests.processes.walks import Move, Walk, open_elements, shipped

PATHS: list[tuple[str, list[Move], str, list[str]]] = [
    ("confirmed", [("confirm", "approve")], "confirmed", ["confirm_accident"]),
    ("no accident of ours", [("confirm", "reject")], "dropped", []),
    ("confirmed after a correction",
     [("confirm", "return"), ("correction", "submit"), ("confirm", "approve")], "confirmed",
     ["confirm_accident"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("moves", "result", "actions"), [row[1:] for row in PATHS], ids=[row[0] for row in PATHS]
)
def test_paths(moves: list[Move], result: str, actions: list[str]) -> None:
    walk = Walk("accident", {}).through(*moves)
    assert (walk.step.ended, walk.step.result, walk.actions) == (True, result, actions)


def test_every_arrow_between_steps_is_walked() -> None:
    walked: set[str] = set()
    for _what, moves, _result, _actions in PATHS:
        walked |= set(Walk("accident", {}).through(*moves).passed)
    assert walked >= set(shipped("accident").names)


def test_the_emergency_department_confirms_in_two_working_days() -> None:
    policy = shipped("accident").tasks["confirm"]
    assert policy.parties[0].scope == "district:emergency"
    assert policy.limit is not None
    assert (policy.limit.amount, policy.limit.unit) == (2, "wd")
    assert open_elements(Walk("accident", {}).step) == ["confirm"]
