"""Searching in Chinese: pairs of neighbouring characters, indexed by each store in its own way.

SQLite's trigram index finds no two-character word and PostgreSQL's none either; most Chinese words
have two. On SQLite the pairs fill an FTS5 table, on PostgreSQL a text[] with a GIN index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.workflow.models import Case

ENTRIES = table("case_search", column("case_id"), column("words"), column("pairs"))
"""Made by migration 0001: an FTS5 table on SQLite, an ordinary one with an array on PostgreSQL."""

MOST_WORDS = 5
FEW = 500
_RUN = re.compile(r"\w+")


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", text).lower().replace("_", " "))


def _pairs(run: str) -> list[str]:
    """Its neighbouring pairs in order, and its last character, so that one alone is found too."""
    return [run[i : i + 2] for i in range(len(run))]


def index(work: Session, case_id: str, words: Iterable[str]) -> None:
    """Make a case findable by these words, and by no others."""
    work.execute(delete(ENTRIES).where(ENTRIES.c.case_id == case_id))
    found = entry(words, whole=_sqlite(work))
    kept = found["pairs"]
    work.execute(
        insert(ENTRIES).values(
            case_id=literal(case_id),
            words=literal(found["words"]),
            pairs=literal(kept) if isinstance(kept, str) else cast(kept, ARRAY(Text)),
        )
    )


def entry(words: Iterable[str], *, whole: bool) -> dict[str, str | list[str]]:
    """What is kept of these words: `whole`, in one text with all in order, or each pair once."""
    runs = [run for text in words for run in _runs(text)]
    pairs = [pair for run in runs for pair in _pairs(run)]
    return {"words": " ".join(runs), "pairs": " ".join(pairs) if whole else sorted(set(pairs))}


def matching(work: Session, asked: str) -> ColumnElement[bool] | None:
    """The condition that a case contains each of the words asked for; none if nothing was asked.

    Few hits are named one by one, so that a list looks at them alone; among many it walks on in
    its own order until a page is full.
    """
    hits = _hits(work, asked)
    if hits is None:
        return None
    named = few(work, asked)
    return Case.id.in_(hits if named is None else named)


def few(work: Session, asked: str) -> list[str] | None:
    """The cases that contain each of the words, if they are few; none if many, or nothing asked."""
    hits = _hits(work, asked)
    first: list[str] = [] if hits is None else [*work.scalars(hits.limit(FEW + 1))]
    return None if hits is None or len(first) > FEW else first


def first(work: Session, asked: str, most: int) -> Select[tuple[str]] | None:
    """So many of the cases that contain each of the words, as a part of another statement."""
    hits = _hits(work, asked)
    return None if hits is None else hits.limit(most)


def _hits(work: Session, asked: str) -> Select[tuple[str]] | None:
    runs = _runs(asked)[:MOST_WORDS]
    if not runs:
        return None
    return _sqlite_hits(runs) if _sqlite(work) else _postgresql_hits(runs)


def _sqlite_hits(runs: list[str]) -> Select[tuple[str]]:
    """Pairs that stand side by side make a phrase, which finds exactly the text typed."""
    phrases = [
        '"' + " ".join(_pairs(run)[:-1]) + '"' if len(run) > 1 else f'"{run}"*' for run in runs
    ]
    query = "pairs : (" + " AND ".join(phrases) + ")"
    return select(ENTRIES.c.case_id).where(literal_column("case_search").op("MATCH")(query))


def _postgresql_hits(runs: list[str]) -> Select[tuple[str]]:
    statement = select(ENTRIES.c.case_id)
    for run in runs:
        if len(run) > 1:
            wanted = cast(_pairs(run)[:-1], ARRAY(Text))
            statement = statement.where(ENTRIES.c.pairs.op("@>")(wanted))
        statement = statement.where(func.strpos(ENTRIES.c.words, run) > 0)
    return statement


def _sqlite(work: Session) -> bool:
    return work.get_bind().dialect.name == "sqlite"
