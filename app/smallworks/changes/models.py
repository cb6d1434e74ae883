"""What was asked to be changed in a filed work, and what it was before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.smallworks.models import Work
from app.workflow.models import Case


class WorkChange(Base):
    """One change (变更), extension (延期) or cancellation (注销) of a work. One a case."""

    __tablename__ = "work_changes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), unique=True)
    work_id: Mapped[str] = mapped_column(ForeignKey("works.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # contractor, dates, content, extension, cancel
    # field of the work or of its filing -> as text; secrets never
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paper_id: Mapped[str | None] = mapped_column(ForeignKey("papers.id"))

    case: Mapped[Case] = relationship()
    work: Mapped[Work] = relationship()
