"""What a step costs through HTTP with every check, against a bare durable commit of the same rows.

Both sides in turn, in one run, on one store; the ratio of medians is the measure. The request goes
through the whole WSGI application in this process: session, person, grants, CSRF, form, engine,
rows.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import pstats
import re
import secrets
import sqlite3
import statistics
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app import clock, create_app, first_start
from app.db import db, new_id, session, transaction
from app.identity.actor import Actor
from app.migrating import migrate
from app.workflow import commands
from app.workflow.commands.filing import Filing
from app.workflow.models import Attachment, Task
from config import Config
from tests.identity.people import SECRET
from tests.smallworks import town

HIRED = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
WARM_UP = 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py bench steps")
    parser.add_argument("--cases", type=int, default=120)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--profile", action="store_true", help="say where a completion's time goes")
    args = parser.parse_args()
    app = create_app(Config.from_env())
    with app.app_context():
        migrate(db.engine)
        first_start.fill(clock.now())
        town.settle(HIRED)
        ours = [_file(n) for n in range(args.cases)]
        spare = [_file(n) for n in range(args.cases)]
    if args.profile:
        _profile(app, ours)
        return
    found = _measure(app, ours, spare)
    text = json.dumps(found, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")


def _file(place: int) -> tuple[str, str]:
    """A filing that waits at its community: case id and task id. Its files are rows only."""
    at, owner = clock.now(), town.owner(clock.now())
    day = clock.local(at).date().isoformat()
    values = {
        **town.FORM, "planned_start": day, "planned_end": "2099-12-31",
        "address": f"沿江大道 {place} 号", "contractor_credit_code": town.credit_code(),
    }  # fmt: skip
    filing = Filing("filing", town.COMMUNITY, values, _files(owner, at))
    case = commands.file_values(owner, filing, at=at)
    task = session().scalars(select(Task.id).where(Task.case_id == case.id)).one()
    db.session.remove()
    return case.id, task


def _files(owner: Actor, at: datetime) -> list[str]:
    rows = [
        Attachment(
            id=new_id(), field=name, name=name, mime="image/jpeg", size=1, stored="0" * 64,
            original="0" * 64, by_id=owner.id, at=at,
        )
        for name in town.FILES
    ]  # fmt: skip
    with transaction() as work:
        work.add_all(rows)
    return [row.id for row in rows]


def _measure(
    app: Flask, ours: list[tuple[str, str]], spare: list[tuple[str, str]]
) -> dict[str, float]:
    client = app.test_client()
    token = _sign_in(client, "shecundong")
    bare = _bare(app.config["SQLALCHEMY_DATABASE_URI"])
    counted = _Counter(app)
    claims, completions, claim_rows, completion_rows = [], [], [], []
    gc.disable()
    for (_, task), (case, other) in zip(ours, spare, strict=True):
        claims.append(_timed(_post, client, f"/tasks/{task}/claim", token))
        claim_rows.append(_timed(bare, _claim_rows(case, other)))
        counted.start()
        completions.append(
            _timed(_post, client, f"/tasks/{task}", token, outcome="approve", opinion="同意")
        )
        counted.stop()
        completion_rows.append(_timed(bare, _completion_rows(case, other)))
    return {
        "complete_vs_commit": _ratio(completions, completion_rows),
        "claim_vs_commit": _ratio(claims, claim_rows),
        "complete_sql": counted.median(),
        "complete_ms": _ms(completions),
        "complete_commit_ms": _ms(completion_rows),
        "claim_ms": _ms(claims),
        "claim_commit_ms": _ms(claim_rows),
    }


def _profile(app: Flask, ours: list[tuple[str, str]]) -> None:
    """Where the time of completions goes, by what was called from the product's own code."""
    client = app.test_client()
    token = _sign_in(client, "shecundong")
    for _, task in ours[:WARM_UP]:
        _post(client, f"/tasks/{task}", token, outcome="approve", opinion="同意")
    profile = cProfile.Profile()
    with profile:
        for _, task in ours[WARM_UP:]:
            _post(client, f"/tasks/{task}", token, outcome="approve", opinion="同意")
    pstats.Stats(profile).sort_stats("cumulative").print_stats(r"/app/|commit|fsync", 45)


def _sign_in(client: FlaskClient, account: str) -> str:
    page = client.get("/staff/sign-in").text
    token = _token(page)
    sent = {"csrf_token": token, "account": account, "password": SECRET}
    client.post("/staff/sign-in", data=sent)
    return _token(client.get("/inbox").text)


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if not found:
        raise SystemExit("no form on the page")
    return found[1]


def _post(client: FlaskClient, path: str, token: str, **sent: str) -> None:
    answer = client.post(path, data={"csrf_token": token, "key": secrets.token_hex(8), **sent})
    if answer.status_code != 303:
        raise SystemExit(f"{path} answered {answer.status_code}")


def _timed(work: Callable[..., object], *given: Any, **named: Any) -> float:
    begun = perf_counter()
    work(*given, **named)
    return perf_counter() - begun


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return round(statistics.median(ours[WARM_UP:]) / statistics.median(theirs[WARM_UP:]), 2)


def _ms(times: list[float]) -> float:
    return round(statistics.median(times[WARM_UP:]) * 1000, 3)


class _Counter:
    """The SQL statements of each request, BEGIN and COMMIT not counted."""

    def __init__(self, app: Flask) -> None:
        self._runs: list[int] = []
        self._on = False
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._count)

    def _count(self, _c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if self._on and not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            self._runs[-1] += 1

    def start(self) -> None:
        self._runs.append(0)
        self._on = True

    def stop(self) -> None:
        self._on = False

    def median(self) -> float:
        return statistics.median(self._runs)


Statement = tuple[str, tuple[Any, ...]]


def _claim_rows(case: str, task: str) -> list[Statement]:
    """The rows that a claim writes: the task, and an event."""
    return [
        ("UPDATE tasks SET claimed_by_id=NULL, claimed_at=? WHERE id=?", (_now(), task)),
        _event(case, "claimed"),
    ]


def _completion_rows(case: str, task: str) -> list[Statement]:
    """The rows that a completion writes: case, closed task, next task, submission, event, key."""
    fresh = new_id()
    return [
        (
            "UPDATE cases SET snapshot=?, touched_at=?, revision=revision+1 WHERE id=?",
            (secrets.token_bytes(400), _now(), case),
        ),
        (
            "UPDATE tasks SET status='done', outcome='approve', closed_at=? WHERE id=?",
            (_now(), task),
        ),
        (
            "INSERT INTO tasks (id, case_id, ref, element, name, party, desk, status, opened_at,"
            " due_at, close_reason) VALUES (?,?,?,?,?,0,'head','closed',?,?,'')",
            (fresh, case, fresh, "township_review", "乡镇审核", _now(), _now()),
        ),
        (
            'INSERT INTO submissions (id, case_id, form, "values", by_id, at)'
            " SELECT ?, id, 'smallworks/review', ?, filed_by_id, ? FROM cases WHERE id=?",
            (new_id(), json.dumps({"opinion": "同意"}), _now(), case),
        ),
        _event(case, "decided"),
        (
            "INSERT INTO submit_keys (person_id, key, result, at) VALUES (?,?,?,?)",
            (fresh, fresh, json.dumps({"case": case}), _now()),
        ),
    ]


def _event(case: str, verb: str) -> Statement:
    fresh = new_id()
    return (
        "INSERT INTO events (id, case_id, seq, verb, at, role, position, element, outcome, passed,"
        " routing, salt, digest, previous, hash) SELECT ?, ?, count(*) + 1, ?, ?, '', 'head', '',"
        " 'approve', '[]', '{}', ?, ?, ?, ? FROM events WHERE case_id=?",
        (fresh, case, verb, _now(), fresh, "0" * 64, "0" * 64, "0" * 64, case),
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _bare(url: str) -> Callable[[list[Statement]], None]:
    """A function that writes statements in one durable commit, through the driver alone."""
    if url.startswith("sqlite"):
        return _bare_sqlite(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None))
    link = psycopg.connect(url.replace("+psycopg", ""), autocommit=False, prepare_threshold=1)

    def write(statements: list[Statement]) -> None:
        for text, values in statements:
            link.execute(text.replace("?", "%s"), values)
        link.commit()

    return write


def _bare_sqlite(link: sqlite3.Connection) -> Callable[[list[Statement]], None]:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000"):
        link.execute(f"PRAGMA {pragma}")

    def write(statements: list[Statement]) -> None:
        link.execute("BEGIN IMMEDIATE")
        for text, values in statements:
            link.execute(text, values)
        link.execute("COMMIT")

    return write


if __name__ == "__main__":
    main()
