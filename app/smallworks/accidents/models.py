"""Accidents as registered: a row for every version of what is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.smallworks.models import Work
from app.workflow.models import Case


class Accident(Base):
    """One version of an accident (事故). A correction is a new row; only confirmed ones count."""

    __tablename__ = "accidents"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    # of an earlier case, which this one puts right
    corrects_id: Mapped[str | None] = mapped_column(ForeignKey("accidents.id"), index=True)
    work_id: Mapped[str | None] = mapped_column(ForeignKey("works.id"), index=True)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)  # to the authorities
    division_code: Mapped[str] = mapped_column(String(12), index=True)
    place: Mapped[str] = mapped_column(String(200))
    # small_work, odd_job, or another industry: what shares are counted of
    sector: Mapped[str] = mapped_column(String(12))
    work_kind: Mapped[str] = mapped_column(String(40), default="")  # 项目类型
    dead: Mapped[int]
    injured: Mapped[int]
    cause: Mapped[str] = mapped_column(String(24))
    description: Mapped[str] = mapped_column(String(2000))
    concealed: Mapped[bool]  # 瞒报
    late: Mapped[bool]  # 迟报
    # registered, confirmed, dropped, replaced by a later version
    state: Mapped[str] = mapped_column(String(12), default="registered")
    registered_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    work: Mapped[Work | None] = relationship()


Index("ix_accidents_state_happened", Accident.state, Accident.happened_at)
