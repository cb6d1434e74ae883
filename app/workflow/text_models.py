"""Texts as administrators set them, version after version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, named_conflicts, new_id
from app.identity.models import Person


class TextBlock(Base):
    """One version of a text of a paper or a notice, as a unit wants it. Never overwritten."""

    __tablename__ = "text_blocks"
    __table_args__ = (UniqueConstraint("kind", "block", "unit_id", "version"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(24))  # of wording.Sheet
    block: Mapped[str] = mapped_column(String(24))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    version: Mapped[int]
    text: Mapped[str] = mapped_column(String(2000))  # empty: as the unit above has it
    set_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)

    set_by: Mapped[Person] = relationship()


_LATER = "该文字刚被他人改过，请刷新后再改"
named_conflicts["uq_text_blocks_kind_block_unit_id_version"] = _LATER
named_conflicts["text_blocks.kind, text_blocks.block, text_blocks.unit_id"] = (
    _LATER  # SQLite's words
)
