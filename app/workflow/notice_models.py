"""Notices, and through which channels who wants to hear of what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity.models import Person, Unit


class Notice(Base):
    """A word to one person (通知), shown in the product; mail leaves through a job."""

    __tablename__ = "notices"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(ForeignKey("tasks.id"))
    # what else it is about, as "what:id", where it is about no case
    about: Mapped[str] = mapped_column(String(48), default="", server_default="")
    kind: Mapped[str] = mapped_column(String(24))  # of notice_kinds
    text: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


Index("ix_notices_person", Notice.person_id, Notice.at)
Index(
    "ix_notices_unread",
    Notice.person_id,
    sqlite_where=Notice.read_at.is_(None),
    postgresql_where=Notice.read_at.is_(None),
)
Index(
    "ix_notices_about",
    Notice.about,
    sqlite_where=Notice.about != "",
    postgresql_where=Notice.about != "",
)


class NoticeChoice(Base):
    """That one person wants, or does not want, one kind of notice by one channel."""

    __tablename__ = "notice_choices"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    on: Mapped[bool]


class Webhook(Base):
    """An address of another system that hears of what a unit's people are told (推送地址)."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    url: Mapped[str] = mapped_column(String(400))
    secret: Mapped[str] = mapped_column(String(400))  # sealed
    kinds: Mapped[list[str]] = mapped_column(JSON)  # none: all
    set_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[str] = mapped_column(String(200), default="")  # of the last try

    unit: Mapped[Unit] = relationship()
    set_by: Mapped[Person] = relationship()
