"""The door against stock SpiffWorkflow: random walks abreast, ours stored and loaded at every step.

Where stock leaves the standard, a witness beside it names the fault; any other difference fails.
DIFFERENTIAL_TIMES=50 walks fifty times as far; --log-cli-level=INFO says what the walks came to.
"""

from __future__ import annotations

import logging
import os
import random

import pytest

from app import engine
from app.workflow.signing import joint_outcome
from tests.engine.abreast import Abreast, Tally, walks
from tests.engine.door import FILES, MORNING, Walk
from tests.engine.invented import Inventor
from tests.engine.stock import Clock, Stock, stock_clock

__all__ = ["stock_clock"]
log = logging.getLogger(__name__)
TIMES = int(os.environ.get("DIFFERENTIAL_TIMES", "1"))
SHAPES: dict[str, tuple[tuple[str, ...], tuple[str, ...], set[str]]] = {
    # files; messages that may come; what stock is known to do wrong in it
    "review": (("review.bpmn",), (), set()),
    "joint": (("joint.bpmn",), (), {"parallel-join-early"}),
    "nested": (("nested.bpmn",), (), {"parallel-join-early"}),
    "several": (("several.bpmn",), (), {"inclusive-join-early"}),
    "checked": (("checked.bpmn",), (), {"stale-data"}),
    "interrupted": (("interrupted.bpmn",), ("撤回",), set()),
    "calling": (("calling.bpmn", "inspection.bpmn"), (), set()),
    "clocks": (("clocks.bpmn",), (), set()),
    "signals": (("signals.bpmn",), (), set()),
    "messages": (("messages.bpmn",), ("撤回", "已缴费"), set()),
    "shapes": (("shapes.bpmn", "inspection.bpmn"), ("停", "已缴费"), set()),
}
INVENTED = 50 * TIMES
MULTIPLE = (
    "><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality><completionCondition>"
    'outcome = "return"</completionCondition></multiInstanceLoopCharacteristics></userTask>'
)


@pytest.mark.usefixtures("stock_clock")
@pytest.mark.parametrize("shape", SHAPES)
def test_a_case_goes_the_way_that_stock_goes(shape: str) -> None:
    names, messages, known = SHAPES[shape]
    files = {name: (FILES / name).read_bytes() for name in names}
    tally = walks(files, shape, 60 * TIMES, messages)
    log.info("%s", tally)
    assert tally.steps >= 120 * TIMES, tally
    assert set(tally.excused) == known, tally
    assert tally.ends > tally.cases / 4, tally


@pytest.mark.usefixtures("stock_clock")
def test_invented_processes_go_the_way_that_stock_goes() -> None:
    tally = Tally()
    for seed in range(INVENTED):
        files = {"invented.bpmn": Inventor(seed).process()}
        process = engine.parse(files, "invented")
        for number in range(3):
            Abreast(files, process, f"{seed} {number}", ("停",)).go(40, tally)
    log.info("%s", tally)
    assert tally.steps >= 2000 * TIMES, tally
    assert sum(tally.excused.values()) < tally.cases / 5, tally


@pytest.mark.usefixtures("stock_clock")
def test_three_signers_are_one_task_to_us_and_three_instances_to_stock() -> None:
    """Stock loses the joint outcome, so the step behind them is a person's."""
    raw = (FILES / "signing.bpmn").read_text("utf-8")
    end = raw.index(" />", raw.index('id="sign"'))
    theirs = {"signing.bpmn": f"{raw[:end]}{MULTIPLE}{raw[end + 3 :]}".encode()}
    process = engine.parse({"signing.bpmn": raw}, "signing")
    sign, chance, steps = process.tasks["sign"].sign, random.Random("signing"), 0  # noqa: S311
    for _ in range(30 * TIMES):
        Clock.at = MORNING
        ours, stock = Walk(process), Stock(theirs, "signing")
        given: list[str | None] = [None] * 3
        while not ours.step.ended and steps < 10_000 * TIMES:
            steps += 1
            (element,), outcome = ours.open, chance.choices(("approve", "return"), (3, 1))[0]
            stock.do(element, {"outcome": outcome})
            if element == "sign":
                given[given.index(None)] = outcome
                settled = joint_outcome(sign, "approve", given)
                if settled is not None:
                    ours.do("sign", settled)
                    given = [None] * 3
            else:
                ours.do(element, outcome)
            assert (ours.open, ours.step.ended) == (sorted(set(stock.open)), stock.ended)
    log.info("%s steps", steps)
    assert steps > 100 * TIMES
