"""What the studio keeps: one draft for each process of a unit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity.models import Person, Unit
from app.workflow.models import ProcessVersion


class FlowDraft(Base):
    """All files of one process of one unit while they are changed (流程草稿); nothing runs by it.

    Each save raises `revision`; whoever saves says which one they had before them.
    """

    __tablename__ = "flow_drafts"
    __table_args__ = (UniqueConstraint("key", "unit_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    begun_from_id: Mapped[str] = mapped_column(ForeignKey("process_versions.id"))
    revision: Mapped[int]
    files: Mapped[dict[str, str]] = mapped_column(JSON, deferred=True)
    begun_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # whose page asked last, so that two who have it open hear of each other
    open_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    open_at: Mapped[datetime] = mapped_column(UtcDateTime)

    unit: Mapped[Unit] = relationship()
    begun_from: Mapped[ProcessVersion] = relationship()
    begun_by: Mapped[Person] = relationship(foreign_keys=[begun_by_id])
    saved_by: Mapped[Person] = relationship(foreign_keys=[saved_by_id])
    open_by: Mapped[Person] = relationship(foreign_keys=[open_by_id])
