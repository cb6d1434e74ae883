"""Anchors (锚定): once a day the heads of all records are signed with a key outside the store.

A chain alone shows neither a cut tail nor a record written anew from its first line; an anchor
does. Each is kept as a row, and as a file that can be taken to another machine.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app import sealing
from app.identity.models import AuditEntry
from app.workflow.backstage import Anchor
from app.workflow.models import Event

FOLDER, KEY_FILE = "anchors", "anchor.key"
_DAY_IN_IDS = 24 * 60 * 60 * 1000
"""How far back an event may have got its id that was committed after an anchor, in ids' time."""
_place: list[tuple[Path, str]] = []


def keep_in(data: Path, key: str) -> None:
    """Where the files lie, and the key if it is set; else it is a file. Called by create_app."""
    _place[:] = [(data, key)]


def folder() -> Path:
    """The files of this installation."""
    return _place[0][0] / FOLDER


def _key() -> bytes:
    """The key to sign with: from the setting, or from a file that only its owner may read."""
    data, given = _place[0]
    if given:
        return given.encode()
    path = data / KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as out:
        out.write(secrets.token_urlsafe(48).encode())
        out.flush()
        os.fsync(out.fileno())
    return path.read_bytes()


def latest(work: Session) -> Anchor | None:
    return work.scalars(select(Anchor).order_by(Anchor.number.desc()).limit(1)).first()


def grown(work: Session, before: Anchor | None) -> dict[str, list[Any]]:
    """The heads of the cases that have new events; rather one too many than one too few."""
    recent = select(Event.case_id)
    if before is not None and before.upto:
        since = max(0, int(before.upto[:12], 16) - _DAY_IN_IDS)
        recent = recent.where(Event.id > f"{since:012x}")
    heads = (
        select(Event.case_id, func.max(Event.seq))
        .where(Event.case_id.in_(recent))
        .group_by(Event.case_id)
    )
    found = select(Event.case_id, Event.seq, Event.hash).where(
        tuple_(Event.case_id, Event.seq).in_(heads)
    )
    return {case: [seq, sealed] for case, seq, sealed in work.execute(found)}


def newest_event(work: Session) -> str:
    return work.scalar(select(func.max(Event.id))) or ""


def audit_head(work: Session) -> list[Any]:
    last = select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    row = work.execute(last).first()
    return [row.id, row.hash] if row else [0, sealing.GENESIS]


def sign(anchor: Anchor) -> None:
    """Sign everything in it, the anchor before included."""
    anchor.signature = sealing.sign(_key(), _body(anchor))


def write(anchor: Anchor) -> None:
    """Put the anchor into the file of its day, unless it is there."""
    path = folder() / f"{anchor.day.isoformat()}.json"
    line = json.dumps(_words(anchor) | {"signature": anchor.signature}, ensure_ascii=False)
    if path.exists() and line in path.read_text("utf-8").splitlines():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as out:
        out.write(line + "\n")
        out.flush()
        os.fsync(out.fileno())


def faults(work: Session, *copies: Path) -> Iterator[str]:
    """What does not fit between the anchors, their files (here and in `copies`) and the records."""
    before, number = sealing.GENESIS, 0
    signatures: dict[int, str] = {}
    rows = select(Anchor).order_by(Anchor.number).execution_options(yield_per=50)
    for anchor in work.scalars(rows):
        number += 1
        if anchor.number != number or anchor.previous != before:
            yield f"锚定 {anchor.day}：前面缺少一次锚定"
            number = anchor.number
        if not sealing.signed(_key(), _body(anchor), anchor.signature):
            yield f"锚定 {anchor.day}：签名不符，内容被改动或密钥不对"
        yield from _against_records(work, anchor.day, anchor.heads, anchor.audit)
        signatures[anchor.number] = before = anchor.signature
    for place in (folder(), *copies):
        yield from _against_files(work, place, signatures)


def _against_records(
    work: Session, day: date, heads: dict[str, list[Any]], audit: list[Any]
) -> Iterator[str]:
    cases = sorted(heads)
    for start in range(0, len(cases), 500):
        some = cases[start : start + 500]
        places = [(case, heads[case][0]) for case in some]
        found = select(Event.case_id, Event.hash).where(
            tuple_(Event.case_id, Event.seq).in_(places)
        )
        there = {case: sealed for case, sealed in work.execute(found)}  # noqa: C416 - rows
        for case in some:
            seq, sealed = heads[case]
            if there.get(case) != sealed:
                what = "被改写" if case in there else "已不在"
                yield f"办件 {case} 第 {seq} 条：{what}（{day} 锚定时在）"
    entry, sealed = audit
    if entry and work.scalar(select(AuditEntry.hash).where(AuditEntry.id == entry)) != sealed:
        yield f"操作日志第 {entry} 条：被改写或已不在（{day} 锚定时在）"


def _against_files(work: Session, place: Path, signatures: dict[int, str]) -> Iterator[str]:
    """Files tell of anchors taken out of the store; a missing file was taken out of the folder."""
    seen: set[int] = set()
    for path in sorted(place.glob("????-??-??.json")):
        for line in path.read_text("utf-8").splitlines():
            kept = json.loads(line)
            number, signature = kept.pop("number"), kept.pop("signature")
            seen.add(number)
            if not sealing.signed(_key(), _spelled({"number": number, **kept}), signature):
                yield f"锚定文件 {path.name}：签名不符，内容被改动或密钥不对"
                continue
            if signatures.get(number) != signature:
                yield f"锚定文件 {path.name}：数据库中没有这次锚定，或已被替换"
            day = date.fromisoformat(kept["day"])
            if number not in signatures:
                yield from _against_records(work, day, kept["heads"], kept["audit"])
    if place == folder():
        yield from (f"缺少第 {number} 次锚定的文件" for number in sorted(set(signatures) - seen))


def _words(anchor: Anchor) -> dict[str, Any]:
    return {
        "number": anchor.number,
        "day": anchor.day.isoformat(),
        "at": anchor.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "heads": anchor.heads,
        "audit": anchor.audit,
        "upto": anchor.upto,
        "previous": anchor.previous,
    }


def _body(anchor: Anchor) -> bytes:
    return _spelled(_words(anchor))


def _spelled(words: dict[str, Any]) -> bytes:
    return sealing.canonical(words)
