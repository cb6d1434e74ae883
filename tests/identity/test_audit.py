"""The audit record: whatever is done to its rows afterwards is found."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from app.db import transaction
from app.identity import audit
from app.identity.models import AuditEntry


@pytest.fixture
def head(work: Session, noon: datetime) -> str:
    """Eight entries more, and the head as somebody noted it."""
    with transaction() as opened:
        for n in range(8):
            deed = audit.Deed("limit_set", "p", f"unit:{n}", "30 → 50", "10.1.2.3")
            audit.record(opened, deed, at=noon + timedelta(seconds=n))
    return audit.verify().head


def ids(work: Session) -> list[int]:
    return list(work.scalars(select(AuditEntry.id).order_by(AuditEntry.id)))


def test_an_untouched_record_is_sound(work: Session, head: str) -> None:
    verdict = audit.verify(head)
    assert verdict.sound
    assert verdict.entries == len(ids(work))
    assert verdict.head == head


@pytest.mark.parametrize("column", ["verb", "subject", "detail", "address", "person_id"])
def test_a_changed_word_is_found(work: Session, head: str, column: str) -> None:
    changed = ids(work)[-4]
    work.execute(
        text(f"UPDATE audit_entries SET {column} = 'other' WHERE id = :id"),  # noqa: S608
        {"id": changed},
    )
    work.commit()
    assert audit.verify(head).broken == changed


def test_a_changed_time_is_found(work: Session, head: str, noon: datetime) -> None:
    entry = work.get(AuditEntry, ids(work)[-4])
    assert entry
    entry.at = noon + timedelta(days=1)
    work.commit()
    assert audit.verify(head).broken == entry.id


def test_an_entry_taken_out_is_found(work: Session, head: str) -> None:
    gone = ids(work)[-4]
    work.execute(delete(AuditEntry).where(AuditEntry.id == gone))
    work.commit()
    assert audit.verify(head).broken == gone + 1


def test_an_entry_put_in_is_found(work: Session, head: str, noon: datetime) -> None:
    last = work.get(AuditEntry, ids(work)[-1])
    assert last
    forged = AuditEntry(at=noon, verb="limit_set", previous="0" * 64, hash="f" * 64)
    work.add(forged)
    work.commit()
    assert audit.verify(head).broken == forged.id


def test_swapped_entries_are_found(work: Session, head: str) -> None:
    one, other = ids(work)[-4], ids(work)[-3]
    for old, new in ((one, -1), (other, one), (-1, other)):
        work.execute(
            text("UPDATE audit_entries SET id = :new WHERE id = :old"), {"old": old, "new": new}
        )
    work.commit()
    assert audit.verify(head).broken == one


def test_a_cut_tail_is_found_by_the_head_that_was_noted(work: Session, head: str) -> None:
    work.execute(delete(AuditEntry).where(AuditEntry.id >= ids(work)[-3]))
    work.commit()
    assert audit.verify().sound
    assert not audit.verify(head).sound


def test_a_record_written_anew_is_found_by_the_head_that_was_noted(
    work: Session, head: str, noon: datetime
) -> None:
    work.execute(delete(AuditEntry))
    work.commit()
    with transaction() as opened:
        for n in range(8):
            audit.record(opened, audit.Deed("limit_set", "p", f"unit:{n}", "30 → 60"), at=noon)
    assert audit.verify().sound
    assert not audit.verify(head).sound


def test_what_is_rolled_back_leaves_no_entry(work: Session, head: str, noon: datetime) -> None:
    def fail() -> None:
        with transaction() as opened:
            audit.record(opened, audit.Deed("limit_set", "p"), at=noon)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert audit.verify(head).head == head
