"""What the engine costs: one shipped filing up all four levels, with a return, by human step.

Beside ours the same filing runs on SpiffWorkflow as it comes, with its own serializer, in turn and
in one run. CPU time, load + run + save; the ratio of the mean medians is the measure.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import process_time_ns
from typing import TypeVar

from app import engine
from app.engine import Process, Step
from benchmarks._stock import StockCase

ROOT = Path(__file__).resolve().parents[1]
AT = datetime(2026, 3, 9, 2, tzinfo=UTC)
RISKS = (
    "height", "hot_work", "confined", "excavation",
    "demolition", "lifting", "structure", "scaffold",
)  # fmt: skip
FILED: dict[str, engine.Scalar] = {
    **{f"risk_{risk}": risk == "confined" for risk in RISKS},
    "project_type": "home_decoration", "risk_floor": "low", "indoor": True, "city_case": True,
    "investment_wan": Decimal(20), "area_sqm": Decimal(120), "limit_investment": Decimal(30),
    "limit_area": Decimal(300), "limit_mode": "or", "limit_inclusive": True,
}  # fmt: skip
DECISIONS = (
    ("community_check", "return"),
    ("correction", "submit"),
    ("community_check", "approve"),
    ("township_review", "approve"),
    ("district_countersign", "approve"),
    ("city_review", "approve"),
)
LOOPS = 1000
Answer = TypeVar("Answer")


def workdays(moment: datetime, days: int) -> datetime:
    return moment + timedelta(days=days)


def timed(call: Callable[[], Answer]) -> tuple[float, Answer]:
    """Microseconds of CPU, and what came of it."""
    begun = process_time_ns()
    answer = call()
    return (process_time_ns() - begun) / 1000, answer


class Run:
    """Times and sizes of one case, the start first."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.sizes: list[int] = []

    def note(self, time: float, size: int) -> None:
        self.times.append(time)
        self.sizes.append(size)


def complete(process: Process, step: Step, element: str, outcome: str) -> Step:
    (task,) = step.open
    if task.element != element:
        raise SystemExit(f"{task.element} is open, not {element}")
    data = {"outcome": outcome}
    return engine.complete(process, step.snapshot, task.ref, data, at=AT, workdays=workdays)


def ours(process: Process) -> Run:
    """The filing through the door."""
    run = Run()
    time, step = timed(lambda: engine.start(process, FILED, at=AT, workdays=workdays))
    run.note(time, len(step.snapshot))
    for element, outcome in DECISIONS:
        time, step = timed(lambda: complete(process, step, element, outcome))  # noqa: B023
        run.note(time, len(step.snapshot))
    if step.result != "approved":
        raise SystemExit(f"ended {step.result}, not approved")
    return run


def theirs(stock: StockCase) -> Run:
    """The filing on stock."""
    run = Run()
    time, stored = timed(stock.start)
    run.note(time, len(stored.encode()))
    for element, outcome in DECISIONS:
        time, stored = timed(lambda: stock.complete(stored, element, outcome))  # noqa: B023
        run.note(time, len(stored.encode()))
    if not stock.ended(stored):
        raise SystemExit("stock did not end")
    return run


def looped(process: Process, rounds: int) -> Step:
    """A case after so many returns, at its first check."""
    step = engine.start(process, FILED, at=AT, workdays=workdays)
    for _ in range(rounds):
        step = complete(process, step, "community_check", "return")
        step = complete(process, step, "correction", "submit")
    return step


def one_loop(process: Process, step: Step) -> None:
    back = complete(process, step, "community_check", "return")
    complete(process, back, "correction", "submit")


def loops(process: Process, times: int) -> tuple[float, int]:
    """A return after a thousand against a return after one: ratio of CPU, and growth in bytes."""
    short, long = looped(process, 1), looped(process, LOOPS)
    costs: dict[bool, list[float]] = {True: [], False: []}
    for at in range(2 * times):
        of_long = at % 2 == 1
        time, _ = timed(lambda: one_loop(process, long if of_long else short))  # noqa: B023
        costs[of_long].append(time)
    ratio = statistics.median(costs[True]) / statistics.median(costs[False])
    return ratio, len(long.snapshot) - len(short.snapshot)


def medians(runs: list[Run]) -> list[float]:
    """By step, the start first."""
    return [statistics.median(run.times[at] for run in runs) for at in range(len(runs[0].times))]


def mean_size(runs: list[Run]) -> float:
    """Of a case that waits for somebody."""
    return statistics.mean(size for run in runs for size in run.sizes[:-1])


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py bench engine")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    files = {path.name: path.read_bytes() for path in (ROOT / "bpmn").iterdir()}
    process, stock = engine.parse(files, "filing"), StockCase(files["filing.bpmn"], FILED)
    gc.disable()
    pairs = [(ours(process), theirs(stock)) for _ in range(args.cases)]
    mine, other = [run for run, _ in pairs], [run for _, run in pairs]
    middle, against = medians(mine), medians(other)
    ratio, growth = loops(process, args.cases)
    found = {
        "step_cpu_vs_stock": round(statistics.mean(middle[1:]) / statistics.mean(against[1:]), 4),
        "state_bytes_vs_stock": round(mean_size(mine) / mean_size(other), 4),
        "loops_1000_vs_1": round(ratio, 3),
        "loops_1000_bytes_more": growth,
        "start_us": round(middle[0]),
        "step_us": round(statistics.mean(middle[1:])),
        "stock_step_us": round(statistics.mean(against[1:])),
        "steps_us": {f"{at} {e}": round(middle[at]) for at, (e, _) in enumerate(DECISIONS, 1)},
        "bytes": round(mean_size(mine)),
        "stock_bytes": round(mean_size(other)),
        "bytes_max": max(max(run.sizes) for run in mine),
    }
    text = json.dumps(found, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
