"""The bare side of steps: the same rows, through the driver alone, in one durable commit."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg

from app.db import new_id

Statement = tuple[str, tuple[Any, ...]]


def rows_of_claim(case: str, task: str) -> list[Statement]:
    """The rows that a claim writes: the task, and an event."""
    return [
        ("UPDATE tasks SET claimed_by_id=NULL, claimed_at=? WHERE id=?", (_now(), task)),
        _event(case, "claimed"),
    ]


def rows_of_completion(case: str, task: str) -> list[Statement]:
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


def writer(url: str) -> Callable[[list[Statement]], None]:
    """A function that writes statements in one durable commit, through the driver alone."""
    if url.startswith("sqlite"):
        return _sqlite(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None))
    link = psycopg.connect(url.replace("+psycopg", ""), autocommit=False, prepare_threshold=1)

    def write(statements: list[Statement]) -> None:
        for text, values in statements:
            link.execute(text.replace("?", "%s"), values)
        link.commit()

    return write


def _sqlite(link: sqlite3.Connection) -> Callable[[list[Statement]], None]:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000"):
        link.execute(f"PRAGMA {pragma}")

    def write(statements: list[Statement]) -> None:
        link.execute("BEGIN IMMEDIATE")
        for text, values in statements:
            link.execute(text, values)
        link.execute("COMMIT")

    return write
