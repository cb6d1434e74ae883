"""What it costs to move a thousand open filings onto a flow with one level more, and back.

They are copies of a few filings that real commands walked to different steps. `full_preview` says
all of every case, people and steps to come included; a page says so much of fifty.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import func, insert, select

from app import clock, create_app, first_start
from app.db import db, new_id, session, transaction
from app.identity.units import city
from app.migrating import migrate
from app.workflow import commands, jobs
from app.workflow.commands.moving import Moving
from app.workflow.models import Case, Event, ProcessVersion, Submission, Task
from app.workflow.studio import moves, moving, outlook
from app.workflow.studio.approval_models import FlowRule
from app.workflow.studio.models import FlowMove
from config import Config
from tests.identity import people
from tests.smallworks import town
from tests.smallworks.test_inserted_level import hire_leader
from tests.smallworks.test_inserted_level import insert as insert_level
from tests.smallworks.town import Town, staff

TABLES = ((Case, Case.id), (Task, Task.case_id), (Submission, Submission.case_id),
          (Event, Event.case_id))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py bench moving")
    parser.add_argument("--cases", type=int, default=moving.MOST)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    app = create_app(Config.from_env())
    with app.app_context():
        migrate(db.engine)
        first_start.fill(clock.now())
        at = clock.now()
        with transaction() as work:  # what is measured is not the asking for approval
            work.add(FlowRule(unit_id=city(work).id, approves=False, set_at=at))
        town.settle(at - timedelta(days=30))
        here = Town(at)
        _fill(_walked(here), args.cases)
        hire_leader(here)
        insert_level(here)
        _work_off(at)
        found = _measure(at)
    text = json.dumps(found, indent=2, ensure_ascii=False)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")


def _walked(at: Town) -> list[str]:
    """Open filings at the community, at the township, and back with the applicant."""
    found = []
    for n, outcome in enumerate(("", "approve", "return")):
        case = at.file(name=f"第 {n} 处装修", address=f"沿江大道 {n} 号")
        if outcome:
            more = {"missing_items": ["other"]} if outcome == "return" else {}
            at.decide(case, "shecundong", outcome, opinion="见附件", **more)
        found.append(case.id)
    return found


def _fill(models: Sequence[str], count: int) -> None:
    rows = [
        {table: [dict(row) for row in session().execute(
            select(*table.__table__.columns).where(mine == one)).mappings()]
         for table, mine in TABLES}
        for one in models
    ]  # fmt: skip
    with transaction() as work:
        for n in range(len(models), count):
            for table, lines in _copy(rows[n % len(rows)], n).items():
                work.execute(insert(table), lines)


def _copy(rows: dict[Any, list[dict[str, Any]]], n: int) -> dict[Any, list[dict[str, Any]]]:
    mine, names = new_id(), {}
    for table in (Task, Submission, Event):
        names |= {row["id"]: new_id() for row in rows[table]}
    named = ("id", "task_id", "submission_id", "came_of_id")
    made: dict[Any, list[dict[str, Any]]] = {
        table: [
            {**row, "case_id": mine, **{key: names.get(row[key]) for key in named if key in row}}
            for row in rows[table]
        ]
        for table in (Task, Submission, Event)
    }
    (case,) = rows[Case]
    own = {**case, "id": mine, "subject_id": mine, "number": f"Y-{n:06}"}
    return {Case: [own], **made}


def _work_off(at: datetime) -> None:
    while jobs.run_due(at):
        pass


def _measure(at: datetime) -> dict[str, Any]:
    keeper, work = staff("jinhezhu", at), session()
    district = people.unit("西陵区", "district").id
    mine = ProcessVersion.key == "filing", ProcessVersion.unit_id == district
    version = work.scalars(select(ProcessVersion).where(*mine)).one()
    found: dict[str, Any] = {}

    def timed(name: str, do: Callable[[], Any]) -> Any:
        begun = perf_counter()
        came = do()
        found[name] = round(perf_counter() - begun, 2)
        return came

    seen = timed("preview_s", lambda: outlook.outlook(work, keeper, version, {}, at))
    teller = outlook.Teller(work, version, at)
    timed("told_s", lambda: [teller.told(line) for line in seen.lines])
    found["full_preview_s"] = round(found["preview_s"] + found["told_s"], 2)
    wanted = Moving(version.id, {one.case.id: one.seq for one in seen.fit}, "加街道一级")
    work.rollback()
    move = timed("begin_s", lambda: commands.begin_move(keeper, wanted, at=at))
    timed("apply_s", lambda: _work_off(at))
    found["moved"] = _state(move).of("moved")
    commands.undo_move(keeper, move.id, at=at)
    timed("undo_s", lambda: _work_off(at))
    found["undone"] = _state(move).of("undone")
    left = select(func.count()).select_from(Case).where(Case.version_id == version.id)
    found["left_there"] = work.scalar(left)
    found["preview_of_bar"] = round(found["full_preview_s"] / 30, 3)
    found["apply_of_bar"] = round(found["apply_s"] / 120, 3)
    return found


def _state(move: FlowMove) -> moves.State:
    session().rollback()
    return moves.state(session(), move)


if __name__ == "__main__":
    main()
