"""A store with every unit of Yichang, and invented people in some of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app import vault
from app.db import Base, db
from app.identity.seeding import seed_divisions

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""A Monday, noon in Yichang."""


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the units of the first start, to be copied for each test."""
    path = tmp_path_factory.mktemp("seeded") / "units.db"
    app = _app(path)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        seed_divisions(NOON)
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return path


@pytest.fixture
def store(seeded: Path, tmp_path: Path) -> Iterator[Flask]:
    """This test's own copy, with an application context around it."""
    path = tmp_path / "store.db"
    shutil.copy(seeded, path)
    app = _app(path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _app(path: Path) -> Flask:
    app = Flask("identity")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{path}"
    vault.unlock("the identity tests' own key, thirty-two characters")
    db.init_app(app)
    return app
