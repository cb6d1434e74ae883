"""What a replay of recorded cases through a draft keeps: what it came to, and of each case how."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity.models import Person


class FlowReplay(Base):
    """One replay (重放) of a unit's recorded cases through a draft as it was; the last is kept."""

    __tablename__ = "flow_replays"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    revision: Mapped[int]  # of the draft
    files: Mapped[dict[str, str]] = mapped_column(JSON, deferred=True)
    # names, levels and reads of the draft's elements, so that nobody parses it again
    drawn: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    # the first moment that is no longer counted; none: all until it was asked for
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # running, done, cancelled, failed
    status: Mapped[str] = mapped_column(String(12), default="running")
    fault: Mapped[str] = mapped_column(String(400), default="")
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    last_case_id: Mapped[str] = mapped_column(String(32), default="")
    # counts of classes, of steps, of waiting: tallies.py
    tally: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # digest of a record -> its verdict: cases that are alike are run once
    known: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    asked_by: Mapped[Person] = relationship()


class ReplayedCase(Base):
    """How one case went and would have gone: its class in a replay, and its steps by element.

    `place` counts the cases of the replay from one, the newest first; it says which case is meant
    to people who may not read the case.
    """

    __tablename__ = "flow_replay_cases"

    replay_id: Mapped[str] = mapped_column(
        ForeignKey("flow_replays.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    place: Mapped[int]
    was: Mapped[list[str]] = mapped_column(JSON)
    way: Mapped[list[str]] = mapped_column(JSON)


Index("ix_flow_replay_cases_kind", ReplayedCase.replay_id, ReplayedCase.kind, ReplayedCase.place)
Index("ix_flow_replay_cases_place", ReplayedCase.replay_id, ReplayedCase.place)
