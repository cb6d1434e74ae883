"""The audit record (审计记录): what was done outside a case, in one hash chain."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app import sealing
from app.crashing import point
from app.db import session
from app.identity.models import AuditEntry
from app.sealing import GENESIS

_LOCK = 7_365_201  # any number, as long as nothing else takes the same advisory lock

_COLUMNS = ("at", "person_id", "verb", "subject", "detail", "address", "previous", "hash")


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, by whom, to what. `detail` never holds personal text."""

    verb: str
    person_id: str | None = None
    subject: str = ""
    detail: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking the chain found: its length, its head, the first row that does not fit."""

    entries: int
    head: str
    broken: int | None
    """The id of the first entry that was changed, put in, or follows one taken out."""
    noted_found: bool
    """Whether the head that was noted elsewhere is still in the chain; a cut tail loses it."""

    @property
    def sound(self) -> bool:
        """Whether nothing is missing and nothing was changed."""
        return self.broken is None and self.noted_found


def record(work: Session, deed: Deed, *, at: datetime) -> AuditEntry:
    """Append one entry, in the transaction of the command that did the deed."""
    entry = _entry(deed, _head(work), at)
    work.add(entry)
    work.flush()
    point("audit")
    return entry


def record_all(work: Session, deeds: Iterable[Deed], *, at: datetime) -> None:
    """Append an entry for each of many deeds, in their order."""
    rows, previous = [], _head(work)
    for deed in deeds:
        entry = _entry(deed, previous, at)
        rows.append({name: getattr(entry, name) for name in _COLUMNS})
        previous = entry.hash
    if rows:
        work.execute(insert(AuditEntry), rows)
    point("audit")


def _head(work: Session) -> str:
    """The hash that the next entry is bound to; nobody else appends until this commits."""
    if work.get_bind().dialect.name == "postgresql":
        work.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    return work.scalar(last) or GENESIS


def _entry(deed: Deed, previous: str, at: datetime) -> AuditEntry:
    entry = AuditEntry(
        at=at,
        person_id=deed.person_id,
        verb=deed.verb,
        subject=deed.subject,
        detail=deed.detail[:400],
        address=deed.address[:45],
        previous=previous,
    )
    entry.hash = sealing.seal(_body(entry))
    return entry


def _body(entry: AuditEntry) -> bytes:
    words = (
        entry.previous,
        entry.at.astimezone(UTC).isoformat(),
        entry.person_id,
        entry.verb,
        entry.subject,
        entry.detail,
        entry.address,
    )
    return json.dumps(words, ensure_ascii=False).encode()


def verify(noted: str = "") -> Verdict:
    """Walk the whole chain. `noted` is a head written down earlier, outside this store."""
    previous, entries, broken, seen = GENESIS, 0, None, not noted
    found = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    for entry in session().scalars(found):
        if broken is None and (
            entry.previous != previous or not sealing.fits(_body(entry), entry.hash)
        ):
            broken = entry.id
        previous, entries = entry.hash, entries + 1
        seen = seen or entry.hash == noted
    return Verdict(entries=entries, head=previous, broken=broken, noted_found=seen)
