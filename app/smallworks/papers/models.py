"""The words of papers as administrators set them, and how each paper was served."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, named_conflicts, new_id
from app.identity.models import Person
from app.smallworks.models import Paper


class TextBlock(Base):
    """One version of a fixed text of a kind of paper, as a unit wants it. Never overwritten."""

    __tablename__ = "text_blocks"
    __table_args__ = (UniqueConstraint("kind", "block", "unit_id", "version"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(24))  # a key of papers.KINDS
    block: Mapped[str] = mapped_column(String(24))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    version: Mapped[int]
    text: Mapped[str] = mapped_column(String(2000))  # empty: as the unit above has it
    set_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)

    set_by: Mapped[Person] = relationship()


class Service(Base):
    """One time that a paper was handed or sent to somebody (送达), and what came back of it."""

    __tablename__ = "services"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    paper_id: Mapped[str] = mapped_column(ForeignKey("papers.id"), index=True)
    way: Mapped[str] = mapped_column(String(8))  # link, sms, print, post
    to_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    # none yet, or: signed, refused, left, posted, read
    receipt: Mapped[str | None] = mapped_column(String(8))
    received_name: Mapped[str] = mapped_column(String(60), default="")
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    witness: Mapped[str] = mapped_column(String(60), default="")
    remark: Mapped[str] = mapped_column(String(200), default="")
    # the photo of the signed paper, or of the paper where it was left
    attachment_id: Mapped[str | None] = mapped_column(ForeignKey("attachments.id"))

    paper: Mapped[Paper] = relationship()
    by: Mapped[Person] = relationship()


_LATER = "该文字刚被他人改过，请刷新后再改"
named_conflicts["uq_text_blocks_kind_block_unit_id_version"] = _LATER
named_conflicts["text_blocks.kind, text_blocks.block, text_blocks.unit_id"] = (
    _LATER  # SQLite's words
)
