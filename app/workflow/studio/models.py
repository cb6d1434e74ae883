"""What the studio keeps: drafts of processes, their changes, moves of running cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity.models import Person, Unit
from app.workflow.models import Case, ProcessVersion


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
    changes: Mapped[list[DraftChange]] = relationship(
        order_by="DraftChange.number", viewonly=True, uselist=True
    )

    @property
    def undoable(self) -> DraftChange | None:
        """The change that would be taken back next."""
        return next((one for one in reversed(self.changes) if not one.undone), None)

    @property
    def redoable(self) -> DraftChange | None:
        """The change that was taken back last, and may be made again."""
        return next((one for one in reversed(self.changes) if one.undone), None)


class DraftChange(Base):
    """One save of a draft that can be taken back, or one taken back that can be made again.

    `before` are the files that it replaces, packed, as they are to be again.
    """

    __tablename__ = "flow_draft_changes"

    draft_id: Mapped[str] = mapped_column(
        ForeignKey("flow_drafts.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)  # the revision that it put an end to
    undone: Mapped[bool]
    names: Mapped[list[str]] = mapped_column(JSON)
    before: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[Person] = relationship()

    @property
    def kinds(self) -> list[str]:
        """Which kinds of files it changes, by how their names end."""
        return sorted({name.rpartition(".")[2] for name in self.names})


class FlowMove(Base):
    """Running cases on their way onto a newer version (更新在办件): what was asked, and of which.

    It goes on in the background, case by case, and so does its undoing.
    """

    __tablename__ = "flow_moves"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    version_id: Mapped[str] = mapped_column(ForeignKey("process_versions.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(500))
    # older version -> element that the new one lacks -> where its cases go
    targets: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undo_begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))

    version: Mapped[ProcessVersion] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class MovedCase(Base):
    """One case of such a move: what became of it, and how it stood before."""

    __tablename__ = "moved_cases"

    move_id: Mapped[str] = mapped_column(ForeignKey("flow_moves.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    # the last event that whoever asked had before them, and the one by which it was moved
    seen: Mapped[int]
    seq: Mapped[int | None]
    # due, moved, skipped; undone, or kept where it could not be undone
    status: Mapped[str] = mapped_column(String(8), default="due")
    why: Mapped[str] = mapped_column(String(400), default="")
    # the fields of case and rows as they were, for undoing
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    snapshot: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    case: Mapped[Case] = relationship()
