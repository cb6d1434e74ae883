"""Whose flows need approval before they are published, and what was handed in for it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, named_conflicts, new_id
from app.identity.models import Person, Unit
from app.workflow.models import ProcessVersion

WAITING, APPROVED, RETURNED, TAKEN_BACK = "waiting", "approved", "returned", "taken_back"
named_conflicts["uq_flow_requests_waiting"] = "这个流程刚刚已送请批准，请刷新"
named_conflicts["flow_requests.key"] = "这个流程刚刚已送请批准，请刷新"  # as SQLite names it


class FlowRule(Base):
    """Whether a unit approves what those below it publish; where there is none, it does."""

    __tablename__ = "flow_rules"

    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), primary_key=True)
    approves: Mapped[bool]
    set_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))  # none: whoever installs
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)

    set_by: Mapped[Person | None] = relationship()


class FlowRequest(Base):
    """A flow handed in for approval (送请批准): all that is to be published, as it was then.

    Of one process of one unit one at a time waits.
    """

    __tablename__ = "flow_requests"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    above_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    files: Mapped[dict[str, str]] = mapped_column(JSON, deferred=True)
    checksum: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(400))
    confirmed: Mapped[list[str]] = mapped_column(JSON)  # the warnings that were confirmed
    starts_on: Mapped[date | None]
    copy_of_id: Mapped[str | None] = mapped_column(ForeignKey("process_versions.id"))
    # what was in force there then
    begun_from_id: Mapped[str | None] = mapped_column(ForeignKey("process_versions.id"))
    # the draft that it comes from, which may be gone since, and its revision
    draft_id: Mapped[str | None] = mapped_column(String(32))
    revision: Mapped[int | None]
    asked_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # one of the four words above
    state: Mapped[str] = mapped_column(String(12), default=WAITING)
    settled_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # what whoever settled it had to say; why, where it was returned
    answer: Mapped[str] = mapped_column(String(400), default="")
    # what it became; where it was taken back, what its unit published directly instead
    version_id: Mapped[str | None] = mapped_column(ForeignKey("process_versions.id"))

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    above: Mapped[Unit] = relationship(foreign_keys=[above_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])
    begun_from: Mapped[ProcessVersion | None] = relationship(foreign_keys=[begun_from_id])
    version: Mapped[ProcessVersion | None] = relationship(foreign_keys=[version_id])


_waiting = FlowRequest.state == WAITING
Index(
    "uq_flow_requests_waiting", FlowRequest.key, FlowRequest.unit_id,
    unique=True, sqlite_where=_waiting, postgresql_where=_waiting,
)  # fmt: skip
