"""The bare side of steps: the rows that a step of ours wrote, once more, through the driver alone.

They are read from the store when ours is done, outside the clock, so nothing here can leave out a
column, an index or a key that ours had to keep: the same values, for another case, in one durable
commit.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Json, set_json_loads

from app.db import new_id

Row = Mapping[str, Any]
Statement = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """A case and its open task."""

    case: str
    task: str


class Driver(Protocol):
    """One connection, as durable and as strict about keys as the product's own."""

    def row(self, text: str, value: str) -> Row:
        """The first row that this finds."""

    def write(self, statements: list[Statement]) -> None:
        """All of them in one durable commit."""


def driver(url: str) -> Driver:
    """The driver of this store."""
    if url.startswith("sqlite"):
        return _Sqlite(url.removeprefix("sqlite:///"))
    return _Postgresql(url.replace("+psycopg", ""))


def claimed(link: Driver, done: Step, other: Step) -> list[Statement]:
    """What this claim wrote, for another case: the task and an event."""
    task = link.row("SELECT * FROM tasks WHERE id=?", done.task)
    return [
        _update("tasks", other.task, task, "claimed_by_id", "claimed_at"),
        _event(link, done, other),
    ]


def completed(link: Driver, done: Step, other: Step) -> list[Statement]:
    """What this completion wrote: key, case, closed task, next task, submission, event."""
    case = link.row("SELECT * FROM cases WHERE id=?", done.case)
    task = link.row("SELECT * FROM tasks WHERE id=?", done.task)
    following = link.row("SELECT * FROM tasks WHERE case_id=? AND status='open'", done.case)
    sent = link.row("SELECT * FROM submissions WHERE task_id=?", done.task)
    key = link.row("SELECT * FROM submit_keys WHERE person_id=?", task["done_by_id"])
    submission, there = new_id(), {"case_id": other.case, "task_id": other.task}
    return [
        _insert("submit_keys", {**key, "key": secrets.token_hex(8)}),
        _update("cases", other.case, case, "snapshot", "revision", "touched_at"),
        _update("tasks", other.task, task, "status", "done_by_id", "closed_at", "outcome"),
        _insert("submissions", {**sent, **there, "id": submission}),
        _insert("tasks", {**following, "id": new_id(), "case_id": other.case}),
        _event(link, done, other, submission_id=submission),
    ]


def _event(link: Driver, done: Step, other: Step, **changed: str) -> Statement:
    last = link.row("SELECT * FROM events WHERE case_id=? ORDER BY seq DESC", done.case)
    there = {"id": new_id(), "case_id": other.case, "task_id": other.task}
    return _insert("events", {**last, **there, **changed})


def _update(table: str, id_: str, row: Row, *names: str) -> Statement:
    changes = ", ".join(f"{name}=?" for name in names)
    values = (*(row[name] for name in names), id_)
    return f"UPDATE {table} SET {changes} WHERE id=?", values  # noqa: S608 - our own words


def _insert(table: str, row: Row) -> Statement:
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    text = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - our own words
    return text, tuple(row.values())


class _Sqlite:
    def __init__(self, file: str) -> None:
        self._link = sqlite3.connect(file, isolation_level=None)
        self._link.row_factory = sqlite3.Row
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000",
        ):  # fmt: skip
            self._link.execute(f"PRAGMA {pragma}")

    def row(self, text: str, value: str) -> Row:
        return dict(self._link.execute(text, (value,)).fetchone())

    def write(self, statements: list[Statement]) -> None:
        self._link.execute("BEGIN IMMEDIATE")
        for text, values in statements:
            self._link.execute(text, values)
        self._link.execute("COMMIT")


class _Postgresql:
    def __init__(self, url: str) -> None:
        self._link = psycopg.connect(url, prepare_threshold=1, row_factory=dict_row)
        set_json_loads(_as_it_is, self._link)

    def row(self, text: str, value: str) -> Row:
        found = self._link.execute(text.replace("?", "%s"), (value,)).fetchone()
        self._link.rollback()
        assert found
        return found

    def write(self, statements: list[Statement]) -> None:
        for text, values in statements:
            self._link.execute(text.replace("?", "%s"), values)
        self._link.commit()


def _as_it_is(text: str | bytes) -> Json:
    """JSON that goes back as it came."""
    return Json(text, dumps=lambda same: same)
