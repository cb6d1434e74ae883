"""A case that goes round for ever costs as much as one that goes round once: in counts and bytes.

Stock grows with every loop and dies at the 247th.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from app import engine
from app.engine import codec
from tests.engine.door import MORNING, Walk, read, workdays

LOOPS = 1000
ROUNDS: dict[str, tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = {
    # files, and one round: who decides what
    "review": (("review.bpmn",), (("check", "return"), ("correct", "submit"))),
    "joint": (
        ("joint.bpmn",),
        (
            ("prepare", "submit"), ("water", "submit"), ("fire", "submit"), ("power", "submit"),
            ("sum_up", "return"),
        ),
    ),
    "nested": (
        ("nested.bpmn",),
        (("right", "submit"), ("left", "submit"), ("sum_up", "return")),
    ),
    "calling": (
        ("calling.bpmn", "inspection.bpmn"),
        (("visit", "return"), ("rectify", "submit")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", ROUNDS)
def test_a_thousand_returns_leave_the_same_bytes_and_tasks(shape: str) -> None:
    files, one_round = ROUNDS[shape]
    walk = Walk(read(shape, *files))
    if shape == "calling":
        walk.do("check")
    sizes, kept = set(), set()
    for at in range(LOOPS):
        for element, outcome in one_round:
            walk.do(element, outcome)
        if at in (0, 1, 9, 99, LOOPS - 1):
            sizes.add(len(walk.step.snapshot))
            kept.add(_tasks(walk))
    assert len(sizes) == 1
    assert len(kept) == 1
    assert kept.pop() < 20


def test_a_step_after_a_thousand_returns_calls_as_many_functions_as_after_one() -> None:
    walk = Walk(read("review"))
    counts = {}
    for at in range(1, LOOPS + 1):
        walk.do("check", "return")
        walk.do("correct")
        if at in (1, LOOPS):
            given = (walk.process, walk.step.snapshot, walk.ref("check"), {"outcome": "return"})
            counts[at] = _calls(partial(engine.complete, *given, **walk.moment))
    assert counts[1] > 200
    assert counts[LOOPS] == counts[1]


def _tasks(walk: Walk) -> int:
    """How many tasks of SpiffWorkflow stand for this case when it is loaded."""
    case = codec.load(walk.process, walk.step.snapshot, MORNING, workdays)
    return len(case.tasks) + sum(len(scope.tasks) for scope in case.subprocesses.values())


def _calls(action: Callable[[], Any]) -> int:
    """How many Python functions are called on the way; the collector's own calls are not."""
    count, before = 0, sys.getprofile()

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call"

    action()
    gc.collect()
    gc.disable()
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count
