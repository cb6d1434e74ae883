"""Checklist items, patrol plans, patrols and hazards: the tables of this room."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, named_conflicts, new_id
from app.identity.models import Person, Unit
from app.smallworks.models import Work
from app.workflow.models import Attachment, Case


class ChecklistItem(Base):
    """One question of the checklist (检查项) as a government set it; an edit is a new row.

    Empty lists ask everywhere: of every kind, category and risk, with or without a flag.
    """

    __tablename__ = "checklist_items"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))  # the same through all its versions
    group: Mapped[str] = mapped_column(String(24))  # a key of words.GROUPS
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(String(300))  # 依据
    measure: Mapped[str] = mapped_column(String(300))  # what a failure calls for
    grade: Mapped[str] = mapped_column(String(8))  # general, major
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    risks: Mapped[list[str]] = mapped_column(JSON, default=list)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)  # any one of them is enough
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # nobody, for what is shipped
    set_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaces_id: Mapped[str | None] = mapped_column(ForeignKey("checklist_items.id"), unique=True)

    unit: Mapped[Unit] = relationship()
    set_by: Mapped[Person | None] = relationship()


class PatrolPlan(Base):
    """How often a work is visited (巡查计划), and when next; ends with the work."""

    __tablename__ = "patrol_plans"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    work_id: Mapped[str] = mapped_column(ForeignKey("works.id"), unique=True)
    every_days: Mapped[int]
    next_on: Mapped[date] = mapped_column(index=True)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # why that often: a key of words.PLANS
    reason: Mapped[str] = mapped_column(String(16), default="start")
    revision: Mapped[int] = mapped_column(default=1)  # jobs of an older one do nothing

    work: Mapped[Work] = relationship()


class Patrol(Base):
    """One visit on site (巡查): what was asked, answered and found, and what it came to."""

    __tablename__ = "patrols"
    __table_args__ = (UniqueConstraint("started_by_id", "client_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), unique=True)
    work_id: Mapped[str | None] = mapped_column(ForeignKey("works.id"), index=True)
    # an unfiled site: the case of its report
    report_case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    # a key of words.REASONS
    reason: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(12))  # community, township, department
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # as it was when concluded
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    client_id: Mapped[str | None] = mapped_column(String(64))  # of the device that began it
    lng: Mapped[str | None] = mapped_column(String(20))
    lat: Mapped[str | None] = mapped_column(String(20))
    accuracy_m: Mapped[int | None]
    # ids of the checklist items that this visit asks, fixed when it began
    asked: Mapped[list[str]] = mapped_column(JSON, default=list)
    # item code -> a key of words.RESULTS
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=0)
    # field -> the revision that last changed it: what two devices disagree on
    changed: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    remark: Mapped[str] = mapped_column(Text, default="")
    # [{"name", "number"}]: whoever was there, with the number of their certificate
    inspectors: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    signed_name: Mapped[str] = mapped_column(String(60), default="")  # whom the site sent to sign
    signature_id: Mapped[str | None] = mapped_column(ForeignKey("attachments.id"))
    refused: Mapped[bool] = mapped_column(default=False)  # 拒签
    witness: Mapped[str] = mapped_column(String(60), default="")
    # normal, verbal, rectify, stop; empty while it lasts
    conclusion: Mapped[str] = mapped_column(String(12), default="")
    concluded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    concluded_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))

    case: Mapped[Case] = relationship(foreign_keys=[case_id])
    work: Mapped[Work | None] = relationship()
    signature: Mapped[Attachment | None] = relationship()
    hazards: Mapped[list[Hazard]] = relationship(
        back_populates="patrol", order_by="Hazard.position, Hazard.id"
    )


Index("ix_patrols_work_concluded", Patrol.work_id, Patrol.concluded_at)


class Hazard(Base):
    """Something unsafe that a visit found (隐患). Closed one by one, never deleted."""

    __tablename__ = "hazards"
    __table_args__ = (UniqueConstraint("patrol_id", "client_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    work_id: Mapped[str | None] = mapped_column(ForeignKey("works.id"))
    patrol_id: Mapped[str] = mapped_column(ForeignKey("patrols.id"), index=True)
    position: Mapped[int]  # its number on the notice
    item_code: Mapped[str] = mapped_column(String(40), default="")  # none: outside the list
    text: Mapped[str] = mapped_column(String(400))
    rule: Mapped[str] = mapped_column(String(300), default="")
    measure: Mapped[str] = mapped_column(String(400), default="")
    grade: Mapped[str] = mapped_column(String(8))  # general, major
    default_grade: Mapped[str] = mapped_column(String(8))
    downgrade_reason: Mapped[str] = mapped_column(String(400), default="")
    # open, answered, closed; void: struck out before the visit was concluded
    state: Mapped[str] = mapped_column(String(12), default="open")
    deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    found_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    rectification_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    reopened: Mapped[int] = mapped_column(default=0)
    client_id: Mapped[str | None] = mapped_column(String(64))

    patrol: Mapped[Patrol] = relationship(back_populates="hazards")


Index("ix_hazards_work_state", Hazard.work_id, Hazard.state)

_EDITED = "该检查项刚被他人修改，请刷新后再改"
named_conflicts["uq_checklist_items_replaces_id"] = _EDITED
named_conflicts["checklist_items.replaces_id"] = _EDITED  # SQLite's words
