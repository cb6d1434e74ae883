"""Rows behind the scenes: jobs, idempotency keys, counters, calendar days, desks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime, new_id


class Job(Base):
    """Work for the background, enqueued by a command; `dedupe` makes it happen once."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))  # wake, message, mail, paper
    dedupe: Mapped[str] = mapped_column(String(120), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(8), default="due")  # due, done, dead
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")


_due = Job.status == "due"
Index("ix_jobs_due", Job.run_at, Job.id, sqlite_where=_due, postgresql_where=_due)
_dead = Job.status == "dead"
Index("ix_jobs_dead", Job.id, sqlite_where=_dead, postgresql_where=_dead)


class SubmitKey(Base):
    """An idempotency key: the same person posting the same key again gets the first answer."""

    __tablename__ = "submit_keys"

    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Counter(Base):
    """A row of numbers without gaps, moved in the transaction that uses the number."""

    __tablename__ = "counters"

    # whose numbers: `case:2026`, `paper:备:<unit>:2026`
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[int] = mapped_column(default=0)


class CalendarDay(Base):
    """A day that is not what its weekday says: a holiday or a swapped working day (调休)."""

    __tablename__ = "calendar_days"
    __table_args__ = (UniqueConstraint("unit_id", "day"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    # the city's row holds for all but where a district has its own
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    day: Mapped[date] = mapped_column(index=True)
    workday: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40), default="")


class LadderRung(Base):
    """One rung of a unit's ladder (督办规则): whom lateness is told to, and when (ladders.py)."""

    __tablename__ = "ladder_rungs"
    __table_args__ = (UniqueConstraint("unit_id", "after"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    # working days past the due time; -1 where the light turns yellow, 0 where it turns red
    after: Mapped[int]
    whom: Mapped[str] = mapped_column(String(60))  # words of ladders.WHOM, spaced


class Desk(Base):
    """Roles and positions that some published step asks (岗位), as `Task.desk` spells them."""

    __tablename__ = "desks"

    words: Mapped[str] = mapped_column(String(200), primary_key=True)


class AccessLink(Base):
    """A way (处理链接) for one person to one case, by an address and a code sent to their phone."""

    __tablename__ = "access_links"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last time somebody came in


class Anchor(Base):
    """The heads of all records on one day, signed with a key that this store does not hold."""

    __tablename__ = "anchors"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    heads: Mapped[dict[str, Any]] = mapped_column(
        JSON
    )  # case -> [seq, hash], of the cases that grew since the anchor before
    audit: Mapped[list[Any]] = mapped_column(JSON)  # the last entry: [id, hash]
    upto: Mapped[str] = mapped_column(String(32))  # the newest event's id
    previous: Mapped[str] = mapped_column(String(64))  # the signature of the anchor before
    signature: Mapped[str] = mapped_column(String(64))
