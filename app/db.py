"""The one way to talk to the store and to commit."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import DateTime, Engine, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from app.crashing import point
from app.errors import Conflict


class Base(DeclarativeBase):
    """The table of every model of ours."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite, which knows no zone, keeps it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _OneStore(FlaskSession):
    """There is one store: no need to ask of every statement where it goes."""

    def get_bind(self, *_asked: Any, **_more: Any) -> Engine:
        return self._db.engine


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"expire_on_commit": False, "class_": _OneStore},
)


def session() -> Session:
    """This request's (or this command line's) session, as SQLAlchemy types it."""
    return db.session()


def new_id() -> str:
    """A random id, ordered by when it was made (UUID version 7), as 32 hexadecimal digits."""
    head = int(time.time() * 1000).to_bytes(6, "big")
    tail = bytearray(os.urandom(10))
    tail[0] = 0x70 | (tail[0] & 0x0F)
    tail[2] = 0x80 | (tail[2] & 0x3F)
    return (head + tail).hex()


def insert_if_new(work: Session, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that does nothing where another transaction has put the same row first."""
    return _if_new(work.get_bind().dialect.name, model)


@cache
def _if_new(dialect: str, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(model).on_conflict_do_nothing()


DEADLOCK = "40P01"
"""What PostgreSQL calls it when of two transactions that wait for each other one must go."""
named_conflicts: dict[str, str] = {}
"""Unique constraints whose breach is a lost race, and what the loser is told. Models add theirs."""


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit everything in the block, or nothing. Only commands open one, never in another."""
    work = session()
    if work.info.get("in_command"):
        raise RuntimeError("a command may not call a command")
    work.info["in_command"] = True
    try:
        _begin_to_write(work)
        yield work
        point("commit")
        work.commit()
        point("committed")
    except (StaleDataError, IntegrityError, OperationalError) as lost:
        work.rollback()
        raise _as_conflict(lost) from lost
    except BaseException:
        work.rollback()
        raise
    finally:
        work.info["in_command"] = False


def let_go() -> None:
    """End the reading so far, before work that takes long; what was read is read anew when asked.

    PostgreSQL ends a transaction that idles for half a minute, and with it the request. A command
    lets nothing go: its locks hold.
    """
    work = session()
    if not work.info.get("in_command"):
        work.rollback()


def _begin_to_write(work: Session) -> None:
    """Forget what a page read before, so that the write starts from now."""
    early = {type(row).__name__ for row in (*work.new, *work.dirty, *work.deleted)}
    if early:  # it was made on what an older snapshot showed, before any lock
        raise RuntimeError(f"changed before the transaction began: {', '.join(sorted(early))}")
    work.expire_all()
    link = work.connection()
    if link.dialect.name == "sqlite":  # whose readers keep their snapshot, and cannot write in it
        link.exec_driver_sql("ROLLBACK")
        link.exec_driver_sql("BEGIN IMMEDIATE")


def _as_conflict(lost: StaleDataError | IntegrityError | OperationalError) -> BaseException:
    """Only a version that moved, two who wait for each other, or a constraint that we named."""
    if isinstance(lost, StaleDataError) or getattr(lost.orig, "sqlstate", "") == DEADLOCK:
        return Conflict("该办件刚被他人办理，请刷新后再试")
    text = str(lost.orig)
    for name, message in named_conflicts.items():
        if name in text:
            return Conflict(message)
    return lost


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the driver must not open transactions of its own
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=20000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
