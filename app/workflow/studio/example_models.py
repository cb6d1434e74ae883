"""Pinned examples: what must go on being so, whoever draws the flow anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity.models import Person, Unit


class FlowExample(Base):
    """A recorded case or a trial of a unit's flow (样例), and what is expected of it.

    It holds routing values alone, and nothing that says whose case it was but its number.
    """

    __tablename__ = "flow_examples"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(40), default="")  # of a recorded case
    # as `History.plain` says it
    history: Mapped[dict[str, Any]] = mapped_column(JSON)
    # level, step or result; which; and what it was called
    expects: Mapped[str] = mapped_column(String(8))
    what: Mapped[str] = mapped_column(String(64))
    words: Mapped[str] = mapped_column(String(120))
    pinned_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    pinned_at: Mapped[datetime] = mapped_column(UtcDateTime)

    unit: Mapped[Unit] = relationship()
    pinned_by: Mapped[Person] = relationship()
