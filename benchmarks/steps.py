"""What a step costs through HTTP with every check, against a bare durable commit of the same rows.

Both sides in turn, in one run, on one store; the ratio of medians is the measure. A request goes
through the whole WSGI application in this process: session, person, grants, CSRF, form, engine,
rows. What a client would do is done before the clock starts: the environ is made, as a server
would hand it over, since the bare side has no client either. A third side, in the same turns, is
the least request that changes a row (`_textbook.py`), by the processor's time: the commit is alike.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import pstats
import statistics
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from app import clock, create_app, first_start
from app.db import db
from app.migrating import migrate
from benchmarks._bare import Step, claimed, completed, driver
from benchmarks._browser import Browser, Spent, timed
from benchmarks._filed import filed
from benchmarks._textbook import textbook
from config import Config
from tests.smallworks import town

HIRED = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
WARM_UP = 10
APPROVAL = {"outcome": "approve", "opinion": "同意"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py bench steps")
    parser.add_argument("--cases", type=int, default=120)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--profile", choices=("claim", "complete"), help="say where its time goes")
    args = parser.parse_args()
    app = create_app(Config.from_env())
    with app.app_context():
        migrate(db.engine)
        first_start.fill(clock.now())
        town.settle(HIRED)
        ours = [filed(n) for n in range(args.cases)]
        spare = [filed(n) for n in range(args.cases)]
        least = [filed(n) for n in range(args.cases)]
    if args.profile:
        _profile(app, ours, args.profile)
        return
    found = _measure(app, ours, spare, least)
    text = json.dumps(found, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")


def _measure(
    app: Flask, ours: list[Step], spare: list[Step], least: list[Step]
) -> dict[str, float]:
    browser = Browser(app, "shecundong")
    bare = driver(app.config["SQLALCHEMY_DATABASE_URI"])
    counted, taught = _Counter(app), textbook(app)
    claims, completions, claim_rows, completion_rows, textbooks = [], [], [], [], []
    gc.disable()
    for place, (step, other, third) in enumerate(zip(ours, spare, least, strict=True)):
        claims.append(timed(browser.send, browser.form(f"/tasks/{step.task}/claim")))
        claim_rows.append(timed(bare.write, claimed(bare, step, other)))
        form = browser.form(f"/tasks/{step.task}", **APPROVAL)
        with counted if place < WARM_UP else nullcontext():
            completions.append(timed(browser.send, form))
        completion_rows.append(timed(bare.write, completed(bare, step, other)))
        form = browser.form(f"/tasks/{third.task}/claim")
        textbooks.append(timed(browser.send, form, taught))
    return {
        "complete_vs_commit": _ratio(completions, completion_rows),
        "claim_vs_commit": _ratio(claims, claim_rows),
        "claim_vs_textbook": round(_cpu_ms(claims) / _cpu_ms(textbooks), 2),
        "complete_sql": counted.median(),
        "complete_ms": _ms(completions),
        "complete_cpu_ms": _cpu_ms(completions),
        "complete_commit_ms": _ms(completion_rows),
        "claim_ms": _ms(claims),
        "claim_cpu_ms": _cpu_ms(claims),
        "claim_commit_ms": _ms(claim_rows),
        "textbook_ms": _ms(textbooks),
        "textbook_cpu_ms": _cpu_ms(textbooks),
    }


def _profile(app: Flask, ours: list[Step], what: str) -> None:
    """Where the time of claims or completions goes, by what the product's own code called."""
    browser = Browser(app, "shecundong")
    address, sent = ("/tasks/{}/claim", {}) if what == "claim" else ("/tasks/{}", APPROVAL)
    forms = [browser.form(address.format(step.task), **sent) for step in ours]
    for form in forms[:WARM_UP]:
        browser.send(form)
    profile = cProfile.Profile()
    with profile:
        for form in forms[WARM_UP:]:
            browser.send(form)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(r"/app/|flush|commit|/flask/", 70)


def _ratio(ours: list[Spent], theirs: list[Spent]) -> float:
    return round(_ms(ours) / _ms(theirs), 2)


def _ms(times: list[Spent]) -> float:
    return round(statistics.median(one.wall for one in times[WARM_UP:]) * 1000, 3)


def _cpu_ms(times: list[Spent]) -> float:
    return round(statistics.median(one.cpu for one in times[WARM_UP:]) * 1000, 3)


class _Counter:
    """The SQL statements of each request inside it, BEGIN and its likes not counted.

    Of the warm-up only: whoever watches every statement makes our side dearer.
    """

    def __init__(self, app: Flask) -> None:
        self._runs: list[int] = []
        with app.app_context():
            self._watched = db.engine, "before_cursor_execute", self._count

    def __enter__(self) -> None:
        self._runs.append(0)
        event.listen(*self._watched)

    def __exit__(self, *_fault: object) -> None:
        event.remove(*self._watched)

    def _count(self, _c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self._runs[-1] += not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK"))

    def median(self) -> float:
        return statistics.median(self._runs)


if __name__ == "__main__":
    main()
