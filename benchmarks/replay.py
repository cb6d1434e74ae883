"""What it costs to replay a year of a district's filings through a draft with one level more.

The year is copies of a few filings that real commands walked in different ways, each copy with an
area, a cost and a day of its own: areas and costs differ in every case, so that hardly two are
alike. Beside the time stands how many of them the engine had to run.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import insert, select

from app import clock, create_app, first_start
from app.clock import local
from app.db import db, new_id, session, transaction
from app.engine.drafting import InsertBefore, Level
from app.engine.types import Limit, Party
from app.migrating import migrate
from app.workflow import commands, jobs
from app.workflow.commands.replaying import Span
from app.workflow.models import Case, Event, Task
from app.workflow.studio import replays, steps
from app.workflow.studio.models import FlowDraft
from config import Config
from tests.identity import people
from tests.smallworks import town
from tests.smallworks.town import Town, staff

HIRED = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
KEY = "filing"
BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py bench replay")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--few-areas", action="store_true", help="areas and costs in ten steps")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    app = create_app(Config.from_env())
    with app.app_context():
        migrate(db.engine)
        first_start.fill(clock.now())
        town.settle(HIRED)
        _year(_walked(Town(clock.now())), args.cases, coarse=args.few_areas)
        found = _measure(clock.now())
    text = json.dumps(found, indent=2, ensure_ascii=False)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")


def _walked(at: Town) -> list[str]:
    """Filings that went their different ways, the commonest several times."""
    shapes = ("plain", "plain", "plain", "plain", "returned", "rejected", "large", "open")
    days = {
        "planned_start": clock.local(at.at).date().isoformat(), "planned_end": "2099-12-31",
    }  # fmt: skip
    found = []
    for n, shape in enumerate(shapes):
        large = {"area_sqm": "900", "investment_wan": "900"} if shape == "large" else {}
        case = at.file(name=f"第 {n} 处装修", address=f"沿江大道 {n} 号", **large, **days)
        if shape == "plain":
            at.approve(case)
        elif shape == "returned":
            at.decide(case, "shecundong", "return", missing_items=["other"], opinion="补照片")
            commands.wake_case(case.id, at=at.at + timedelta(days=30))
        elif shape == "rejected":
            at.decide(case, "shecundong", "reject", opinion="不在辖区")
        found.append(case.id)
    return found


def _year(models: Sequence[str], count: int, *, coarse: bool) -> None:
    """So many copies, over a year, each with an area and a cost of its own."""
    dice, now = random.Random(7), clock.now()  # noqa: S311 - a sample, no secret
    rows = [_rows(one) for one in models]
    for first in range(0, count, BATCH):
        made: dict[Any, list[dict[str, Any]]] = {Case: [], Task: [], Event: []}
        for n in range(first, min(first + BATCH, count)):
            back = timedelta(days=dice.uniform(0, 350))
            grain = 10 if coarse else 1000
            area, cost = (dice.randint(1, grain) * most / grain for most in (300, 30))
            _copy(rows[n % len(rows)], made, n, now - back, (area, cost))
        with transaction() as work:
            for table, lines in made.items():
                work.execute(insert(table), lines)


def _rows(case_id: str) -> dict[Any, list[dict[str, Any]]]:
    found = {}
    for table, mine in ((Case, Case.id), (Task, Task.case_id), (Event, Event.case_id)):
        columns = table.__table__.columns
        rows = session().execute(select(*columns).where(mine == case_id)).mappings()
        found[table] = [dict(row) for row in rows]
    return found


def _copy(
    rows: dict[Any, list[dict[str, Any]]],
    made: dict[Any, list[dict[str, Any]]],
    n: int,
    opened: datetime,
    drawn: tuple[float, float],
) -> None:
    (case,) = rows[Case]
    typical = [{"$d": town.FORM[name]} for name in ("area_sqm", "investment_wan")]
    shift, mine, names = opened - case["opened_at"], new_id(), {}
    values = dict(zip(("area_sqm", "investment_wan"), drawn, strict=True))
    made[Case].append(_moved(case, shift) | {"id": mine, "subject_id": mine, "number": f"Y-{n:06}"})
    for task in rows[Task]:
        names[task["id"]] = new_id()
        made[Task].append(_moved(task, shift) | {"id": names[task["id"]], "case_id": mine})
    for event in rows[Event]:
        routing = event["routing"]
        small = {
            name: {"$d": f"{value:.2f}"}
            for name, value in values.items()
            if routing.get(name) in typical
        }
        told = {
            "id": new_id(), "case_id": mine, "task_id": names.get(event["task_id"]),
            "routing": {**routing, **small},
        }  # fmt: skip
        made[Event].append(_moved(event, shift) | told)


def _moved(row: dict[str, Any], shift: timedelta) -> dict[str, Any]:
    far = {"due_at", "chase_at"}
    return {
        name: value + shift if isinstance(value, datetime) and name not in far else value
        for name, value in row.items()
    }


def _measure(at: datetime) -> dict[str, Any]:
    keeper, unit = staff("jinhezhu", at), people.unit("西陵区", "district").id
    draft = commands.begin_flow_draft(keeper, unit, KEY, at=at)
    files = steps.edited(draft, _inserted(draft))
    commands.save_flow_draft(keeper, draft.id, draft.revision, files, at=at)
    while jobs.run_due(at):
        pass
    span = Span(local(at - timedelta(days=360)).date(), local(at).date())
    commands.begin_replay(keeper, draft.id, span, at=at)
    begun = perf_counter()
    while jobs.run_due(at):
        pass
    seconds = perf_counter() - begun
    session().rollback()
    row = replays.of_draft(session(), session().get_one(FlowDraft, draft.id))
    assert row is not None
    report = replays.report(row)
    return {
        "status": row.status,
        "fault": row.fault,
        "cases": row.done,
        "seconds": round(seconds, 1),
        "seconds_per_10000": round(seconds / max(row.done, 1) * 10_000, 1),
        "distinct_share": round(row.tally["runs"] / max(row.done, 1), 3),
        "classes": {one.kind: one.count for one in report.classes},
    }


def _inserted(draft: FlowDraft) -> InsertBefore:
    like = steps.StepTable(draft.files, KEY).like("township_review", after=False)
    party = Party(("leader",), "township")
    return InsertBefore(
        "township_review", Level("分管领导审核", party, "smallworks/review", like, Limit(2, "wd"))
    )


if __name__ == "__main__":
    main()
