"""What the engine costs: one shipped filing up all four levels, with a return, by human step."""

from __future__ import annotations

import argparse
import gc
import json
import statistics
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from app import engine
from app.engine import Process

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


def workdays(moment: datetime, days: int) -> datetime:
    return moment + timedelta(days=days)


def walk(process: Process) -> tuple[list[float], list[int]]:
    """Microseconds and bytes of every step: load, run and save together."""
    begun = perf_counter()
    step = engine.start(process, FILED, at=AT, workdays=workdays)
    times, sizes = [(perf_counter() - begun) * 1e6], [len(step.snapshot)]
    for element, outcome in DECISIONS:
        (task,), data = step.open, {"outcome": outcome}
        if task.element != element:
            raise SystemExit(f"{task.element} is open, not {element}")
        begun = perf_counter()
        step = engine.complete(process, step.snapshot, task.ref, data, at=AT, workdays=workdays)
        times.append((perf_counter() - begun) * 1e6)
        sizes.append(len(step.snapshot))
    if step.result != "approved":
        raise SystemExit(f"ended {step.result}, not approved")
    return times, sizes


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py bench engine")
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    files = {path.name: path.read_bytes() for path in (ROOT / "bpmn").iterdir()}
    process = engine.parse(files, "filing")
    gc.disable()
    runs = [walk(process) for _ in range(args.cases)]
    middle = [statistics.median(times[at] for times, _ in runs) for at in range(len(runs[0][0]))]
    found = {
        "start_us": round(middle[0]),
        "step_us": round(statistics.mean(middle[1:])),
        "steps_us": {f"{at} {e}": round(middle[at]) for at, (e, _) in enumerate(DECISIONS, 1)},
        "bytes_max": max(max(sizes) for _, sizes in runs),
    }
    text = json.dumps(found, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
