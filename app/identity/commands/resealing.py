"""Changing the key (换钥): every sealed text and blind index of the store, under the key of today.

It goes table by table and portion by portion; whoever stops it loses one portion, and begins again
where it was. Meanwhile the keys before still open what they sealed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    cast,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from app import vault
from app.db import Base, transaction
from app.identity import audit

PORTION = 200
_INDEX = "_index"
"""How columns that hold a blind index end."""


@dataclass(slots=True)
class Resealed:
    """What was done: texts by table, indexes, and what no key opens."""

    texts: Counter[str] = field(default_factory=Counter)
    indexes: int = 0
    lost: Counter[str] = field(default_factory=Counter)

    @property
    def whole(self) -> bool:
        """Whether nothing hangs on a key of before any more."""
        return not self.lost


Tell = Callable[[str, int], None]


def reseal(tell: Tell, *, at: datetime) -> Resealed:
    """Make the indexes anew, then seal all texts anew; `tell` hears table and count as it goes."""
    done = Resealed()
    _make_indexes(done)
    tell("indexes", done.indexes)
    for table in Base.metadata.sorted_tables:
        if _texts(table):
            _reseal_table(table, done, tell)
    with transaction() as work:
        told = f"{done.texts.total()} texts, {done.indexes} indexes, {done.lost.total()} lost"
        audit.record(work, audit.Deed("store_resealed", None, detail=told), at=at)
    return done


def _reseal_table(table: Table, done: Resealed, tell: Tell) -> None:
    after: tuple[Any, ...] = ()
    lost = 0
    while True:
        with transaction() as work:
            rows = work.execute(_portion(table, after).with_for_update()).all()
            for row in rows:
                found = _Reader()
                fresh = {name: found.fresh(row._mapping[name]) for name in _texts(table)}
                changed = {n: one for n, one in fresh.items() if one != row._mapping[n]}
                if changed:
                    work.execute(update(table).where(_key_of(table, row)).values(changed))
                done.texts[table.name] += found.changed
                lost += found.lost
        if not rows:
            break
        after = tuple(row._mapping[column.name] for column in table.primary_key)
        tell(table.name, done.texts[table.name])
    if lost:
        done.lost[table.name] += lost


class _Reader:
    """Goes through one value and counts what it sealed anew and what no key opens."""

    def __init__(self) -> None:
        self.changed = self.lost = 0

    def fresh(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self.fresh(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.fresh(one) for one in value]
        if not vault.sealed(value):
            return value
        try:
            made = vault.reseal(value)
        except ValueError:  # typed to look like it, or of a key that nobody gave
            self.lost += 1
            return value
        self.changed += made != value
        return made


def _make_indexes(done: Resealed) -> None:
    """All at once: numbers of one table are looked for in another.

    An index holds no text, so the numbers that may stand behind it are read where they are kept.
    """
    with transaction() as work:
        wanted = {index for column in _indexes() for index in _kept(work, column)}
        fresh: dict[str, str] = {}
        known: set[str] = set()
        for plain in _plain(work):
            now, *before = vault.blinds(plain)
            known.update({now} & wanted)
            fresh.update({index: now for index in before if index in wanted})
        for column in _indexes():
            for index in _kept(work, column) & fresh.keys():
                changed = update(column.table).where(column == index).values({column: fresh[index]})
                done.indexes += work.execute(changed).rowcount  # type: ignore[attr-defined]
        for column in _indexes():
            strange = _kept(work, column) - known - set(fresh.values())
            if strange:
                done.lost[f"{column.table.name}.{column.name}"] += len(strange)


def _indexes() -> list[Column[Any]]:
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(_INDEX)
    ]


def _kept(work: Session, column: Column[Any]) -> set[str]:
    return {index for index in work.scalars(select(column).distinct()) if index}


def _plain(work: Session) -> Iterator[str]:
    """Every text that stands in a form or is sealed, readable."""
    for table in Base.metadata.sorted_tables:
        names, after = _texts(table), ()
        while names:
            rows = work.execute(_portion(table, after)).all()
            for row in rows:
                yield from _said([row._mapping[name] for name in names])
            if len(rows) < PORTION:
                break
            after = tuple(rows[-1]._mapping[column.name] for column in table.primary_key)


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _said(one)
    elif vault.sealed(value):
        try:
            yield vault.unseal(value)
        except ValueError:
            return
    elif isinstance(value, str) and len(value) <= 40:  # credit codes are not secret
        yield value


def _texts(table: Table) -> list[str]:
    """The columns that may hold a sealed text."""
    kinds = (String, JSON)
    return [
        column.name
        for column in table.columns
        if isinstance(column.type, kinds) and not column.name.endswith(_INDEX)
    ]


def _portion(table: Table, after: tuple[Any, ...]) -> Select[Any]:
    """The next rows with a sealed text in them, in the order of their keys."""
    columns = [table.c[name] for name in _texts(table)]
    holds = or_(*(cast(column, Text).contains(vault.PREFIX) for column in columns))
    key = list(table.primary_key)
    wanted = list(dict.fromkeys([*key, *columns]))
    query = select(*wanted).where(holds).order_by(*key).limit(PORTION)
    return query.where(_beyond(key, after)) if after else query


def _beyond(key: list[Column[Any]], after: tuple[Any, ...]) -> ColumnElement[bool]:
    return key[0] > after[0] if len(key) == 1 else tuple_(*key) > tuple_(*after)


def _key_of(table: Table, row: Row[Any]) -> ColumnElement[bool]:
    return and_(*(column == row._mapping[column.name] for column in table.primary_key))
