"""A case is sent out of every shape into every shape, and can be finished from there."""

from __future__ import annotations

from contextlib import suppress

import pytest

from app.errors import Conflict
from tests.engine.door import Walk, read

SHAPES = read("shapes", "shapes.bpmn", "inspection.bpmn")
WAYS: dict[str, list[str]] = {
    # where a case stands: what is done to bring it there from the first task
    "a task": [],
    "parallel branches": ["first"],
    "a half-filled join": ["first", "left"],
    "a sub-process": ["first", "left", "right", "second"],
    "branches in a sub-process": ["first", "right", "left", "second", "look"],
    "a half-filled join in it": ["first", "left", "right", "second", "look", "near"],
    "a called process": ["first", "left", "right", "second", "look", "near", "far"],
    "inclusive branches": ["first", "left", "right", "second", "look", "far", "near", "visit",
                           "sort"],
    "a half-filled inclusive join": ["first", "left", "right", "second", "look", "far", "near",
                                     "visit", "sort", "fire"],
    "a task with a clock": ["first", "left", "right", "second", "look", "far", "near", "visit",
                            "sort", "fire", "water"],
    "an event gateway": ["first", "left", "right", "second", "look", "far", "near", "visit",
                         "sort", "water", "fire", "timed"],
    "a receive task": ["first", "left", "right", "second", "look", "far", "near", "visit",
                       "sort", "water", "fire", "timed", "!已缴费"],
    "a timer": ["first", "left", "right", "second", "look", "far", "near", "visit",
                "sort", "water", "fire", "timed", "!已缴费", "!已缴费"],
}  # fmt: skip
INTO: dict[str, list[str] | str] = {
    # where it is sent: what is open then, or why not
    "first": ["first"],
    "fork": ["left", "right"],
    "left": "并行分支",
    "join": "不能把办件调整到",
    "second": ["second"],
    "inner": ["look"],
    "look": ["look"],
    "inner_fork": ["far", "near"],
    "near": "并行分支",
    "inner_join": "不能把办件调整到",
    "stopped": "不能把办件调整到",
    "undo": ["undo"],
    "call": ["visit"],
    "rectify": ["rectify"],
    "sort": ["sort"],
    "choose": ["fire", "water"],
    "fire": ["fire"],
    "collect": "不能把办件调整到",
    "timed": ["timed"],
    "wait": [],
    "paid": [],
    "hear": [],
    "pause": [],
    "act": ["last"],
    "last": ["last"],
    "done": [],
    "undone": [],
    "opened": "不能把办件调整到",
}

WITHIN: dict[tuple[str, str], tuple[list[str], set[str]]] = {
    # where it stands, and the step of a branch to which it is sent: what is open then, and of that
    # what stayed; from anywhere else that step cannot be done alone
    ("parallel branches", "left"): (["left", "right"], {"right"}),
    ("a half-filled join", "left"): (["left", "right"], {"right"}),
    ("branches in a sub-process", "near"): (["far", "near"], {"far"}),
    ("a half-filled join in it", "near"): (["far", "near"], {"far"}),
    ("inclusive branches", "fire"): (["fire", "water"], {"water"}),
    ("a half-filled inclusive join", "fire"): (["fire", "water"], {"water"}),
}


def brought(way: list[str]) -> Walk:
    """A case on its way."""
    walk = Walk(SHAPES, outcome="approve", fire=True, water=True)
    for stride in way:
        if stride.startswith("!"):
            walk.hear(stride[1:])
        else:
            walk.do(stride, "approve")
    return walk


def finished(walk: Walk) -> str | None:
    """Go on until nothing is left to do."""
    for _ in range(60):
        if walk.step.ended:
            return walk.step.result
        if walk.open:
            walk.do(walk.open[0], "approve")
            continue
        with suppress(Conflict):
            walk.hear("已缴费")
            continue
        walk.later(days=1)
    raise AssertionError(walk.open)


@pytest.mark.parametrize("shape", WAYS)
@pytest.mark.parametrize("to", INTO)
def test_out_of_every_shape_into_every_shape(shape: str, to: str) -> None:
    walk = brought(WAYS[shape])
    before = walk.step
    expected, stay = WITHIN.get((shape, to), (INTO[to], set()))
    if isinstance(expected, str):
        with pytest.raises(Conflict, match=expected):
            walk.send(to)
        assert walk.step is before
        return
    moved = walk.send(to)
    assert walk.open == expected
    left = {task.ref for task in before.open if task.element not in stay}
    assert left == set(moved.closed)
    assert moved.ended == (to in {"done", "undone"})
    assert finished(walk) == ("undone" if to in {"undo", "undone"} else "done")


def test_every_shape_is_where_it_says() -> None:
    resting = {shape: brought(way).open for shape, way in WAYS.items()}
    assert resting == {
        "a task": ["first"],
        "parallel branches": ["left", "right"],
        "a half-filled join": ["right"],
        "a sub-process": ["look"],
        "branches in a sub-process": ["far", "near"],
        "a half-filled join in it": ["far"],
        "a called process": ["visit"],
        "inclusive branches": ["fire", "water"],
        "a half-filled inclusive join": ["water"],
        "a task with a clock": ["timed"],
        "an event gateway": [],
        "a receive task": [],
        "a timer": [],
    }


def test_the_table_has_every_kind_of_element() -> None:
    whole = set(SHAPES.names) - {"late", "lapsed", "either", "unpaid", "water", "rest", "right",
                                 "far", "inner_in", "inner_out", "visit", "visited", "visit_done",
                                 "visit_opened"}  # fmt: skip
    assert set(INTO) == whole


@pytest.mark.parametrize(
    "shape", [shape for shape in WAYS if "sub-process" in shape or "in it" in shape]
)
def test_a_move_within_a_scope_leaves_its_clocks_and_messages_alone(shape: str) -> None:
    walk = brought(WAYS[shape])
    walk.send("look")
    assert walk.open == ["look"]
    assert walk.hear("停").passed == ("stopped",)
    assert walk.open == ["undo"]
