"""Works, contractors, permit limits and papers: the tables of the small works domain."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Dialect, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from app.db import Base, UtcDateTime, named_conflicts, new_id
from app.identity.models import Person
from app.workflow.models import Case


class DecimalText(TypeDecorator[Decimal]):
    """A decimal kept as its digits: SQLite has none, and no figure may pass through a float."""

    impl = String(24)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Contractor(Base):
    """Who does a work (施工方): a firm or a craftsman, known by credit code or identity number."""

    __tablename__ = "contractors"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(12))  # enterprise, craftsman
    name: Mapped[str] = mapped_column(String(120), index=True)
    code: Mapped[str] = mapped_column(String(200))  # credit code or identity number, sealed
    code_index: Mapped[str] = mapped_column(String(64), unique=True)  # blind
    legal_rep: Mapped[str] = mapped_column(String(60), default="")
    qualification_no: Mapped[str] = mapped_column(String(60), default="")
    safety_licence_no: Mapped[str] = mapped_column(String(60), default="")
    first_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)


class Work(Base):
    """A small work or odd job (工程) as its filing says, and what became of it. One a filing."""

    __tablename__ = "works"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), unique=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)  # 备案号, once filed
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))  # small_work, odd_job
    category: Mapped[str] = mapped_column(String(40))  # 项目类型
    # low, medium, high; none if over limit
    risk: Mapped[str] = mapped_column(String(8), default="")
    # a reviewer raised it to this
    risk_floor: Mapped[str] = mapped_column(String(8), default="low")
    division_code: Mapped[str] = mapped_column(String(12), index=True)
    place: Mapped[str] = mapped_column(String(120))  # down to the township: fit for the public
    address: Mapped[str] = mapped_column(String(200))
    # without spaces and marks, to be compared
    address_key: Mapped[str] = mapped_column(String(200))
    owner_name: Mapped[str] = mapped_column(String(120))
    owner_index: Mapped[str] = mapped_column(String(64), index=True)  # blind
    contractor_id: Mapped[str | None] = mapped_column(ForeignKey("contractors.id"), index=True)
    # blind, of the contractor's legal representative as this very filing names them
    legal_rep_index: Mapped[str] = mapped_column(String(64), default="", index=True)
    investment_wan: Mapped[Decimal] = mapped_column(DecimalText)
    area_sqm: Mapped[Decimal | None] = mapped_column(DecimalText)
    planned_start: Mapped[date]
    planned_end: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default="in_review")
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)  # for reviewers, in Chinese
    # of a referred work, once it has one
    permit_no: Mapped[str] = mapped_column(String(60), default="")
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state_before_stop: Mapped[str] = mapped_column(String(12), default="")
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # reported as done
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actual_end: Mapped[date | None]
    closed_by_staff: Mapped[bool] = mapped_column(default=False)  # ex officio, nobody reported
    kept_until: Mapped[date | None]  # its archive, once closed
    extensions: Mapped[int] = mapped_column(default=0)  # 延期 granted so far

    case: Mapped[Case] = relationship()
    contractor: Mapped[Contractor | None] = relationship()


Index("ix_works_same_address", Work.division_code, Work.address_key, Work.submitted_at)


class PermitLimit(Base):
    """The limit (限额) below which no permit is needed, for one place from one day on."""

    __tablename__ = "permit_limits"
    __table_args__ = (UniqueConstraint("unit_id", "effective_from"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    investment_wan: Mapped[Decimal] = mapped_column(DecimalText)
    area_sqm: Mapped[Decimal] = mapped_column(DecimalText)
    mode: Mapped[str] = mapped_column(String(4))  # or: one of the two within is enough; and: both
    inclusive: Mapped[bool]
    effective_from: Mapped[date]
    set_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)

    set_by: Mapped[Person] = relationship()


class Paper(Base):
    """A numbered document (文书), issued. Voided, never deleted; `facts` is what it says."""

    __tablename__ = "papers"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(24))  # a key of papers.KINDS
    number: Mapped[str] = mapped_column(String(40), unique=True)  # 文号
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))  # whose series the number is of
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)  # random, behind the QR code
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # no secrets
    stored: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 of the PDF, once rendered
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    void_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str] = mapped_column(String(200), default="")
    void_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))


_SAME_DAY = "该日期已有限额标准，请改用别的生效日期"
named_conflicts["uq_permit_limits_unit_id_effective_from"] = _SAME_DAY
named_conflicts["permit_limits.unit_id, permit_limits.effective_from"] = _SAME_DAY  # SQLite's words
