"""The ledger of points (记分): what counts against a contractor within twelve months."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI, local
from app.smallworks.records.models import BadRecord, MarketBan

COUNTED = ("recorded", "expired")
"""A record that was revoked or repaired counts no more."""
_REVOKED = "revoked"


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def points(work: Session, contractor_id: str, at: datetime) -> int:
    """The sum of what was decided in the twelve months before this moment."""
    return sum(row.points for row in counted(work, contractor_id, at))


def counted(work: Session, contractor_id: str, at: datetime) -> Sequence[BadRecord]:
    """The records that make up that sum, the latest first."""
    first = datetime.combine(months_after(local(at).date(), -12), time(), SHANGHAI)
    found = select(BadRecord).where(
        BadRecord.contractor_id == contractor_id,
        BadRecord.state.in_(COUNTED),
        BadRecord.decided_at >= first,
        BadRecord.decided_at <= at,
    )
    return work.scalars(found.order_by(BadRecord.decided_at.desc(), BadRecord.id)).all()


def bans_before(work: Session, contractor_id: str) -> int:
    """How often this contractor was banned before; bans that were revoked do not count."""
    found = select(func.count()).where(
        MarketBan.contractor_id == contractor_id, MarketBan.lifted_why != _REVOKED
    )
    return work.scalar(found) or 0
