"""What lies in the store, read as a thief would: every text of every table."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from app import vault
from app.db import db

OLD = "a data key that only the tests know, long enough"
NEW = "another data key, to which the store is moved, long enough"


def rows(work: Session) -> Iterator[tuple[str, str]]:
    """Every row of every table, as one text."""
    for table in inspect(db.engine).get_table_names():
        for row in work.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608 - our own names
            yield table, json.dumps([_text(value) for value in row], ensure_ascii=False)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def sealed(work: Session) -> list[tuple[str, str]]:
    """Every sealed text with its table."""
    found = []
    for table, row in rows(work):
        for part in row.split(vault.PREFIX)[1:]:
            box = part[: next(i for i, sign in enumerate(part + '"') if sign in "\\\"' ,}]")]
            found.append((table, vault.PREFIX + box))
    return found
