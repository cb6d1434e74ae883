"""What a person keeps for their own work: half-typed decisions, looks, phrases, views, batches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime, new_id


class TaskDraft(Base):
    """A decision as one person has typed it so far (暂存); it goes when they decide."""

    __tablename__ = "task_drafts"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"), primary_key=True, index=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)  # as typed, secrets sealed
    acting: Mapped[str] = mapped_column(String(32), default="")  # the post chosen
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Look(Base):
    """How far a person has read in the record of a case (上次查看)."""

    __tablename__ = "looks"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    seq: Mapped[int]  # the last event that they saw
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Phrase(Base):
    """A quick opinion (常用语), of one person or of everybody in one unit."""

    __tablename__ = "phrases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"), index=True)
    text: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SavedView(Base):
    """A box of the inbox with its filters, under a name (视图); shared where it has a unit."""

    __tablename__ = "saved_views"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(20))
    box: Mapped[str] = mapped_column(String(12))
    asked: Mapped[dict[str, str]] = mapped_column(JSON)
    first: Mapped[bool] = mapped_column(Boolean, default=False)  # what its owner's inbox opens with
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TaskBatch(Base):
    """Tasks that one person handled at one go (批量), and what became of each."""

    __tablename__ = "task_batches"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    act: Mapped[str] = mapped_column(String(12))
    # [{"task": …, "case": …, "done": bool, "why": "…", "undone": "…"}]
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


OWN = (TaskDraft, Look, Phrase, SavedView, TaskBatch)
"""What goes with its person."""
