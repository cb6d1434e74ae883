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
import re
import secrets
import statistics
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app import clock, create_app, first_start
from app.db import db, new_id, session, transaction
from app.identity.actor import Actor
from app.migrating import migrate
from app.workflow import commands
from app.workflow.commands.filing import Filing
from app.workflow.models import Attachment, Task
from benchmarks._bare import Step, claimed, completed, driver
from benchmarks._textbook import textbook
from config import Config
from tests.identity.people import SECRET
from tests.smallworks import town

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

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
        ours = [_file(n) for n in range(args.cases)]
        spare = [_file(n) for n in range(args.cases)]
        least = [_file(n) for n in range(args.cases)]
    if args.profile:
        _profile(app, ours, args.profile)
        return
    found = _measure(app, ours, spare, least)
    text = json.dumps(found, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")


def _file(place: int) -> Step:
    """A filing that waits at its community. Its files are rows only."""
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
    return Step(case.id, task)


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
    app: Flask, ours: list[Step], spare: list[Step], least: list[Step]
) -> dict[str, float]:
    browser = _Browser(app, "shecundong")
    bare = driver(app.config["SQLALCHEMY_DATABASE_URI"])
    counted, taught = _Counter(app), textbook(app)
    claims, completions, claim_rows, completion_rows, textbooks = [], [], [], [], []
    gc.disable()
    for place, (step, other, third) in enumerate(zip(ours, spare, least, strict=True)):
        claims.append(_timed(browser.send, browser.form(f"/tasks/{step.task}/claim")))
        claim_rows.append(_timed(bare.write, claimed(bare, step, other)))
        form = browser.form(f"/tasks/{step.task}", **APPROVAL)
        with counted if place < WARM_UP else nullcontext():
            completions.append(_timed(browser.send, form))
        completion_rows.append(_timed(bare.write, completed(bare, step, other)))
        form = browser.form(f"/tasks/{third.task}/claim")
        textbooks.append(_timed(browser.send, form, taught))
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
    browser = _Browser(app, "shecundong")
    address, sent = ("/tasks/{}/claim", {}) if what == "claim" else ("/tasks/{}", APPROVAL)
    forms = [browser.form(address.format(step.task), **sent) for step in ours]
    for form in forms[:WARM_UP]:
        browser.send(form)
    profile = cProfile.Profile()
    with profile:
        for form in forms[WARM_UP:]:
            browser.send(form)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(r"/app/|flush|commit|/flask/", 70)


class _Browser:
    """A signed-in member of the staff, whose forms go straight to the WSGI application."""

    def __init__(self, app: Flask, account: str) -> None:
        self._app = app
        client = app.test_client()
        sent = {"account": account, "password": SECRET}
        sent["csrf_token"] = _token(client.get("/staff/sign-in").text)
        answer = client.post("/staff/sign-in", data=sent)
        self._cookie = answer.headers["Set-Cookie"].partition(";")[0]
        self._token = _token(client.get("/inbox").text)

    def form(self, path: str, **sent: str) -> WSGIEnvironment:
        """A form as a server hands it over."""
        whole = {"csrf_token": self._token, "key": secrets.token_hex(8), **sent}
        builder = EnvironBuilder(path, method="POST", data=whole)
        builder.headers["Cookie"] = self._cookie
        return builder.get_environ()

    def send(self, form: WSGIEnvironment, to: Flask | None = None) -> None:
        """Have it answered to the end, by the product or by another application."""
        _, status, _ = run_wsgi_app(to or self._app, form, buffered=True)
        if not status.startswith("303"):
            raise SystemExit(f"{form['PATH_INFO']} answered {status}")


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if not found:
        raise SystemExit("no form on the page")
    return found[1]


@dataclass(frozen=True, slots=True)
class _Spent:
    """What one call took: by the clock, and of this process's processor."""

    wall: float
    cpu: float


def _timed(work: Callable[..., object], *given: Any) -> _Spent:
    wall, cpu = perf_counter(), process_time()
    work(*given)
    return _Spent(perf_counter() - wall, process_time() - cpu)


def _ratio(ours: list[_Spent], theirs: list[_Spent]) -> float:
    return round(_ms(ours) / _ms(theirs), 2)


def _ms(times: list[_Spent]) -> float:
    return round(statistics.median(one.wall for one in times[WARM_UP:]) * 1000, 3)


def _cpu_ms(times: list[_Spent]) -> float:
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
