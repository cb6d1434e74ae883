"""How owners rate their contractors once a work is closed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.smallworks.models import Contractor, Work


class Rating(Base):
    """An owner's word (评价) on the contractor of one closed work: one to five stars."""

    __tablename__ = "ratings"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    work_id: Mapped[str] = mapped_column(ForeignKey("works.id"), unique=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    contractor_id: Mapped[str | None] = mapped_column(ForeignKey("contractors.id"), index=True)
    stars: Mapped[int]
    words: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    work: Mapped[Work] = relationship()
    contractor: Mapped[Contractor | None] = relationship()
