"""Rows of annex imports: what was sent, how it was read, and which spellings were explained."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime, new_id


class Alias(Base):
    """A spelling of a place or department that a person explained once, within one unit."""

    __tablename__ = "aliases"
    __table_args__ = (UniqueConstraint("text", "kind", "within_unit_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    text: Mapped[str] = mapped_column(String(80))  # folded
    kind: Mapped[str] = mapped_column(String(12))  # place, department
    within_unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    set_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AnnexImport(Base):
    """One workbook on its way in. Everything personal in it is sealed, and goes when it is settled.

    waiting → read | refused; read → waiting (choices) | committing | abandoned;
    committing → committed | read.
    """

    __tablename__ = "annex_imports"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    annex: Mapped[str] = mapped_column(String(3), default="")  # the annexes found in it: 1, 12 …
    # whose people it lists, where it names one unit
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    file_hash: Mapped[str] = mapped_column(String(64))  # SHA-256
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    step: Mapped[int] = mapped_column(default=0)  # how often a job was asked for
    why: Mapped[str] = mapped_column(String(400), default="")  # what the last step refused
    file: Mapped[str] = mapped_column(Text, default="")  # sealed
    lines: Mapped[str] = mapped_column(Text, default="")  # sealed
    choices: Mapped[str] = mapped_column(Text, default="")  # sealed
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    issued: Mapped[str] = mapped_column(Text, default="")  # sealed, until its sheet was fetched
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    committed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
