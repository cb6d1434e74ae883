"""Records through another drawing: each class by the smallest flow that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from app.engine.rehearsing import (
    CUT,
    DECIDE,
    DUE,
    ENDED,
    OPEN,
    Bundle,
    History,
    Move,
    Verdict,
    replay,
)
from tests.engine.drawings import (
    boundary,
    document,
    end,
    flow,
    flows,
    gate,
    node,
    review,
    start,
    timer,
)

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
AGREE = "approve:同意"
ONE = (start(), review("first", "community", AGREE), end("over"), flows("begin", "first", "over"))
TWO = (
    start(), review("first", "community", AGREE), review("second", "township", AGREE),
    end("over"), flows("begin", "first", "second", "over"),
)  # fmt: skip
ROUND = (
    start(), review("first", "community", AGREE), review("second", "township", AGREE),
    gate("again"), end("over"), flows("begin", "first", "second", "again"),
    flow("again", "first", 'outcome = "approve"'), flow("again", "over", 'outcome = "never"'),
)  # fmt: skip
ASKS = (
    start(), review("first", "community", AGREE), review("second", "township", AGREE),
    gate("asked"), end("over"), end("away", "rejected"), flows("begin", "first", "second", "asked"),
    flow("asked", "over", "urgent"), flow("asked", "away", "not(urgent)"),
)  # fmt: skip
REFUSES = (
    start(), review("first", "community", "refuse:不行"), end("over"),
    flows("begin", "first", "over"),
)  # fmt: skip


def record(*steps: str, stop: str = ENDED, waits: Sequence[str] = ()) -> History:
    acts = [Move(DECIDE, step, 0, {"outcome": "approve"}) for step in steps]
    return History({}, acts, stop, "approved" if stop == ENDED else None, tuple(waits))


def verdict(drawing: Sequence[str], history: History) -> Verdict:
    bundle = Bundle({"demo.bpmn": document(*drawing)}, "demo")
    forms = {"demo/review": ["urgent"]}
    read = history.plain(frozenset({"urgent"}))
    (found,) = replay(bundle, forms, [read], at=NOON)
    return found


@pytest.mark.parametrize(
    ("drawing", "history", "kind", "steps"),
    [
        (TWO, record("first", "second"), "same", ("first", "second")),
        (TWO, record("first", stop=OPEN, waits=["second"]), "same", ("first",)),
        (TWO, record("first", stop=CUT), "same", ("first",)),
        (TWO, record("first"), "extra", ("first", "second")),
        (TWO, record("second"), "extra", ("first", "second")),
        (ONE, record("first", "second"), "skipped", ("first",)),
        (ONE, record("first", stop=OPEN, waits=["second"]), "skipped", ("first",)),
        (ONE, record("other"), "both", ("first",)),
        (ASKS, record("first"), "unrecorded", ("first",)),
        (REFUSES, record("first"), "unrecorded", ()),
    ],
)
def test_each_class_by_the_smallest_flow(
    drawing: Sequence[str], history: History, kind: str, steps: tuple[str, ...]
) -> None:
    found = verdict(drawing, history)
    assert (found.kind, found.steps) == (kind, steps), found.fault


def test_what_goes_round_for_ever_never_ends() -> None:
    found = verdict(ROUND, record("first", "second"))
    assert found.kind == "never"
    assert "还没有结束" in found.fault


def test_a_clock_that_is_no_longer_drawn_fires_no_other() -> None:
    def reminded(*more: str) -> tuple[str, ...]:
        lapse = boundary("lapse", "first", timer("timeDuration", "P30D"))
        return (
            start(), review("first", "community", AGREE), lapse, *more, end("over"),
            end("late", "lapsed"), flows("begin", "first", "over"), flow("lapse", "late"),
        )  # fmt: skip

    reminder = boundary("remind", "first", timer("timeDuration", "P3D"), cancelActivity="false")
    acts = [Move(DUE, "remind"), Move(DECIDE, "first", 0, {"outcome": "approve"})]
    history = History({}, acts, ENDED, "approved")
    after = (reminder, node("endEvent", "told"), flow("remind", "told"))
    assert verdict(reminded(*after), history).kind == "same"
    assert verdict(reminded(), history).kind == "same"
    lapsed = History({}, [Move(DUE, "lapse")], ENDED, "lapsed")
    assert verdict(reminded(), lapsed).kind == "same"
