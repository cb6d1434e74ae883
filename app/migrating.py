"""Brings a store to a migration, forward or back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from app.db import Base

SCRIPTS = Path(__file__).resolve().parents[1] / "migrations"
HEAD = "head"


def migrate(engine: Engine, target: str = HEAD) -> None:
    """Upgrade to `target`, all in one transaction."""
    _run(engine, command.upgrade, target)


def migrate_back(engine: Engine, target: str = "base") -> None:
    """Downgrade to `target`, all in one transaction."""
    _run(engine, command.downgrade, target)


def _run(engine: Engine, move: Callable[[Config, str], None], target: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        config.attributes["metadata"] = Base.metadata
        move(config, target)
