"""Whether a store is whole: every reference leads somewhere, every file is there as it was kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, ForeignKey, func, select
from sqlalchemy.orm import Session

from app import vault
from app.db import Base
from app.identity.models import Person
from app.workflow.store import FOLDERS


def faults(work: Session, data: Path) -> Iterator[str]:
    """What is not whole, in words for whoever runs the server."""
    yield from _references(work)
    for folder, (what, names) in FOLDERS.items():
        named = work.scalars(select(names).where(names != "").distinct())
        yield from _files(data / folder, what, set(named))
    yield from _key(work)


def _references(work: Session) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
            lost = _dangling(work, key.parent, key)
            if lost:
                yield f"{table.name}.{key.parent.name}：{lost} 处指向不存在的记录"


def _dangling(work: Session, child: Column[object], key: ForeignKey) -> int:
    parent = key.column.table.alias("parent")
    there = select(parent.c[key.column.name]).where(parent.c[key.column.name] == child).exists()
    return work.scalar(select(func.count()).where(child.is_not(None), ~there)) or 0


def _files(folder: Path, what: str, named: set[str]) -> Iterator[str]:
    for name in sorted(named):
        path = folder / name[:2] / name[2:]
        if not path.is_file():
            yield f"{what} {name} 不在"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != name:
            yield f"{what} {name} 内容被改动"


def _key(work: Session) -> Iterator[str]:
    sealed = work.scalar(select(Person.phone).where(Person.phone != "").limit(1))
    try:
        vault.unseal(sealed or "")
    except ValueError:
        yield "ANGUAN_DATA_KEY 不是这个数据库的密钥：证件号和电话读不出来"
