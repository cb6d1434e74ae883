"""What every test may ask for: the application on each store, a client, a session, a fixed moment.

A test that asks for `app` (or for anything that stands on it) runs once on a SQLite file and, when
TEST_DATABASE_URL names a PostgreSQL server, once more there. All others run once.
"""

from __future__ import annotations

import contextvars
import gc
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import create_app
from app.db import db, transaction
from app.identity import sms
from app.identity.units import city
from app.workflow.studio.approval_models import FlowRule
from config import Config
from setup.postgres import _quick_place
from tests.identity.people import Phone
from tests.stores import PostgresStore, SqliteStore, Store

settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")

SERVER = os.environ.get("TEST_DATABASE_URL", "")
KINDS = ["sqlite", "postgresql"] if SERVER else ["sqlite"]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


DEAREST = (
    "tests/reliability/test_nothing_lost.py", "tests/smallworks/test_walks_together.py",
    "tests/house/test_run.py", "tests/browser/", "tests/web/test_nonsense.py",
    "tests/identity/test_climbing.py",
)  # fmt: skip
"""What takes a minute or more at a time is begun first: at the end nobody waits for the last."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(DEAREST))


def pytest_collection_finish() -> None:
    """All that was imported and collected stays: no need to look through it again and again."""
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        once = metafunc.definition.get_closest_marker("one_store")
        last = metafunc.definition.get_closest_marker("last_store")
        kinds = KINDS[:1] if once else KINDS[-1:] if last else KINDS
        metafunc.parametrize("database", kinds, indirect=True)


class Applications:
    """One application for each store and process; making it again for each test would be slow."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, tuple[Store, Flask]] = {}

    def on(self, kind: str) -> tuple[Store, Flask]:
        if kind not in self._made:
            self._made[kind] = self._make(kind)
        return self._made[kind]

    def _make(self, kind: str) -> tuple[Store, Flask]:
        store: Store
        if kind == "sqlite":
            store = SqliteStore(self._folder / "store")
        else:
            store = PostgresStore(SERVER, f"anguan_{WORKER}")
        app = create_app(config_for(store.url, self._folder / "data"))
        app.test_client_class = Client

        def release() -> None:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()

        store.release, store.data = release, self._folder / "data"
        with app.app_context():
            event.listen(db.engine, "do_connect", lambda *_: store.settle())
        return store, app


def config_for(url: str, data: Path) -> Config:
    """The settings of a test's application; no mail, no TLS."""
    return Config(
        secret_key="a secret key that only the tests know, long enough",
        data_key="a data key that only the tests know, long enough",
        data=data,
        database_url=url,
    )


class Client(FlaskClient):
    """A browser without a face. Each request has a context of its own, as on a server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.rollback()  # what the test reads next is what the request wrote
        return answer


@pytest.fixture(scope="session")
def applications() -> Iterator[Applications]:
    """Their files lie where disks are quick: each commit waits for one."""
    with TemporaryDirectory(
        prefix="anguan-tests-", dir=_quick_place(), ignore_cleanup_errors=True
    ) as folder:
        yield Applications(Path(folder))


@pytest.fixture
def database(request: pytest.FixtureRequest, applications: Applications) -> Iterator[Store]:
    """The store of this run as `migrate` leaves it: places, units, calendar, shipped flows."""
    store, app = applications.on(request.param)
    store.begin("first_start", lambda: begin(app))
    yield store
    sms.write_to(None)  # whatever operator a test installed, the next one has none
    store.release()


@pytest.fixture
def app(database: Store, applications: Applications) -> Flask:
    """The whole product on the store of this run."""
    return applications.on(database.kind)[1]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def work(app: Flask) -> Iterator[Session]:
    """An application context to run commands in, and the session to read what they wrote."""
    with app.app_context():
        yield db.session()
        db.session.remove()


@pytest.fixture
def phone(app: Flask) -> Phone:
    """Everybody's telephone: the text messages that are sent."""
    ringing = Phone()
    sms.use(ringing)
    return ringing


@pytest.fixture
def noon() -> datetime:
    """Monday 23 November 2026, noon in Yichang."""
    return datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def begin(app: Flask) -> None:
    """The first state, but districts publish by themselves; what it is to ask has its own tests."""
    migrate(app)
    with app.app_context():
        ask_nobody()
        db.session.remove()


def ask_nobody() -> None:
    """Let the city approve nothing of what those below it publish."""
    at = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
    with transaction() as work:
        work.add(FlowRule(unit_id=city(work).id, approves=False, set_at=at))


def migrate(app: Flask) -> None:
    """Bring the store to its first state by the command that operators use."""
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["migrate"])
    if done.exit_code:
        raise RuntimeError(f"the store could not be migrated: {done.output}") from done.exception


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many passed on which store, and in red what could not be tested at all."""
    passed = terminalreporter.stats.get("passed", [])
    by_store = Counter(_store_of(report.nodeid) for report in passed)
    terminalreporter.section("通过的测试")
    for name, count in sorted(by_store.items()):
        terminalreporter.line(f"{name}：{count}")
    for line in (
        said for one in passed for name, said in one.user_properties if name == "measured"
    ):
        terminalreporter.line(str(line))
    if not SERVER:
        terminalreporter.line("没有 TEST_DATABASE_URL：未在 PostgreSQL 上运行", yellow=True)
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])}
    for reason in sorted(reason for reason in reasons if "浏览器" in reason):
        terminalreporter.line(f"  {reason}  ", red=True, bold=True, invert=True)


def _store_of(nodeid: str) -> str:
    found = re.search(r"[\[-](sqlite|postgresql)[\]-]", nodeid)
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[found[1]] if found else "不涉及数据库"
