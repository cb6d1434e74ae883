"""Stop orders, and the times somebody was found working under one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity.models import Person, Unit
from app.smallworks.models import Work
from app.workflow.models import Case


class StopOrder(Base):
    """A stop (停工) of one work, in force from `effective_at` until it is lifted."""

    __tablename__ = "stop_orders"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), unique=True)
    work_id: Mapped[str] = mapped_column(ForeignKey("works.id"), index=True)
    scope: Mapped[str] = mapped_column(String(8))  # all, part
    part: Mapped[str] = mapped_column(String(200), default="")  # which, of a part
    # [{"text", "rule", "hazard_id", "major"}], numbered as they stand on the papers
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    law: Mapped[str] = mapped_column(String(400))
    major: Mapped[bool] = mapped_column(default=False)  # a major hazard is among the reasons
    effective_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ordered_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))  # for which it was ordered
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    alarmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))  # resumed, revoked, cancelled
    site_paper_id: Mapped[str | None] = mapped_column(ForeignKey("papers.id"))
    notice_paper_id: Mapped[str | None] = mapped_column(ForeignKey("papers.id"))
    resume_paper_id: Mapped[str | None] = mapped_column(ForeignKey("papers.id"))

    case: Mapped[Case] = relationship()
    work: Mapped[Work] = relationship()
    unit: Mapped[Unit | None] = relationship()
    ordered_by: Mapped[Person] = relationship(foreign_keys=[ordered_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])


Index(
    "uq_stop_orders_in_force",
    StopOrder.work_id,
    unique=True,
    sqlite_where=StopOrder.lifted_at.is_(None),
    postgresql_where=StopOrder.lifted_at.is_(None),
)


class StopBreach(Base):
    """Work found going on under a stop order (停工期间施工)."""

    __tablename__ = "stop_breaches"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    order_id: Mapped[str] = mapped_column(ForeignKey("stop_orders.id"), index=True)
    by_case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))  # the patrol, if any
    fact: Mapped[str] = mapped_column(String(400))
    found_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)

    order: Mapped[StopOrder] = relationship()
    found_by: Mapped[Person | None] = relationship()
