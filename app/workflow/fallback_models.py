"""Units that went back to the flow of the unit above: from which day, and by which decision."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity.models import Person, Unit


class FlowFallback(Base):
    """One decision to go back (改回上级流程): from its day on no new case takes a version of this
    unit up to a number; what the unit publishes later counts again.
    """

    __tablename__ = "flow_fallbacks"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    up_to: Mapped[int]  # the last number that the unit had given
    starts_on: Mapped[date]  # in Shanghai; the day of the decision: at once
    reason: Mapped[str] = mapped_column(String(400))
    decided_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # cancelled before its day, or replaced by a later decision or publication before it
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit] = relationship()
    decided_by: Mapped[Person] = relationship()
