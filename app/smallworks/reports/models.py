"""Reports of sites by inspectors, desks and citizens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.smallworks.models import Contractor, Work
from app.workflow.models import Case


class SiteReport(Base):
    """One report (举报投诉) of a site, and what became of it; who reported is kept here alone."""

    __tablename__ = "site_reports"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(12))  # unfiled, complaint
    work_id: Mapped[str | None] = mapped_column(ForeignKey("works.id"), index=True)
    place_text: Mapped[str] = mapped_column(String(200))
    found_by: Mapped[str] = mapped_column(String(12))  # inspector, desk, citizen
    # random, by which a reporter asks what became of it
    code: Mapped[str] = mapped_column(String(24), unique=True)
    reporter_name: Mapped[str] = mapped_column(String(200), default="")  # sealed
    reporter_phone: Mapped[str] = mapped_column(String(200), default="")  # sealed
    state: Mapped[str] = mapped_column(String(12), default="open")
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    urged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # sealed: whom the link to file was sent to
    owner_phone: Mapped[str] = mapped_column(String(200), default="")
    # who builds there, once it is known; and what they are called as found on site, sealed
    contractor_id: Mapped[str | None] = mapped_column(ForeignKey("contractors.id"))
    builder_name: Mapped[str] = mapped_column(String(400), default="")
    builder_legal_rep: Mapped[str] = mapped_column(String(400), default="")
    builder_phone: Mapped[str] = mapped_column(String(200), default="")
    filed_case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    answer: Mapped[str] = mapped_column(String(500), default="")  # what the reporter is told
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship(foreign_keys=[case_id])
    work: Mapped[Work | None] = relationship()
    contractor: Mapped[Contractor | None] = relationship()
