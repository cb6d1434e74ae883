"""How each paper was served."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity.models import Person
from app.smallworks.models import Paper


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
