"""Migrations: one line of them, forward and back, ending where the models are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, NullPool, create_engine, inspect

from app.db import Base
from app.migrating import SCRIPTS, migrate, migrate_back
from tests.conftest import KINDS, SERVER
from tests.stores import PostgresStore

BY_HAND = "case_search"
"""Made as each store makes it; the models do not know it. With what SQLite keeps beside it."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return ScriptDirectory.from_config(config)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty store of its own."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    if request.param == "postgresql":
        url = PostgresStore(SERVER, f"anguan_{WORKER}_empty").url
    made = create_engine(url, poolclass=NullPool)
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    found = set(inspect(engine).get_table_names())
    return {each for each in found if not each.startswith(BY_HAND)} - {"alembic_version"}


def drift(engine: Engine) -> list[object]:
    """What the models have and the store has not, or the other way round."""
    ours = {
        "compare_type": True,
        "include_name": lambda name, kind, _parents: (
            kind != "table" or not str(name).startswith(BY_HAND)
        ),
    }
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=ours)
        return list(compare_metadata(context, Base.metadata))


def test_there_is_one_line_of_migrations():
    assert len(script().get_heads()) == 1
    line = [Path(each.path).name[:5] for each in script().walk_revisions()][::-1]
    assert all(re.fullmatch(r"\d{4}_", number) for number in line)
    assert line == sorted(set(line))  # numbered, and in the order in which they run


def test_migrations_end_where_the_models_are(engine: Engine):
    migrate(engine)
    assert tables(engine) == set(Base.metadata.tables)
    assert drift(engine) == []


def test_every_migration_goes_back_and_forth(engine: Engine):
    steps = [each.revision for each in script().walk_revisions()][::-1]
    for at, step in enumerate(steps):
        migrate(engine, step)
        migrate_back(engine, steps[at - 1] if at else "base")
        migrate(engine, step)
    migrate_back(engine)
    assert tables(engine) == set()
    assert [each for each in inspect(engine).get_table_names() if each.startswith(BY_HAND)] == []
    migrate(engine)
    assert drift(engine) == []
