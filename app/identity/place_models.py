"""How divisions were changed (区划变更): renamed, merged, split."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity.models import Person


class DivisionChange(Base):
    """What is to become of divisions on a day, and what became of them."""

    __tablename__ = "division_changes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(8))  # rename, merge, split
    # [code, name], as they were and as they will be; the first of these succeeds what ends
    sources: Mapped[list[list[str]]] = mapped_column(JSON)
    targets: Mapped[list[list[str]]] = mapped_column(JSON)
    # of a township that is split: community -> the township it goes to, where not the first
    allotted: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    effective_on: Mapped[date]
    why: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(8), default="planned")  # planned, done, dropped
    set_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # who dropped it, or had it carried out at once; nobody: the clock
    settled_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    # why it could not be carried out on its day
    fault: Mapped[str] = mapped_column(String(400), default="")

    set_by: Mapped[Person] = relationship(foreign_keys=[set_by_id])
