"""Bad records, and the bans from the market that some of them bring."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, named_conflicts, new_id
from app.smallworks.models import Contractor, Work
from app.workflow.models import Case


class BadRecord(Base):
    """One bad record (不良行为记录) of a contractor, from its proposal to its end."""

    __tablename__ = "bad_records"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), unique=True)
    work_id: Mapped[str | None] = mapped_column(ForeignKey("works.id"), index=True)
    contractor_id: Mapped[str] = mapped_column(ForeignKey("contractors.id"), index=True)
    # the contractor as the work's own filing named them when it was proposed
    name: Mapped[str] = mapped_column(String(120))
    legal_rep: Mapped[str] = mapped_column(String(60), default="")
    legal_rep_id: Mapped[str] = mapped_column(String(200), default="")  # sealed
    phone: Mapped[str] = mapped_column(String(200), default="")  # sealed
    grounds: Mapped[list[str]] = mapped_column(JSON)  # keys of words.GROUNDS
    fact: Mapped[str] = mapped_column(String(1000))
    points: Mapped[int] = mapped_column(default=0)
    # with what else was counted in 12 months it is enough to propose a ban
    ban_proposed: Mapped[bool] = mapped_column(default=False)
    by_rule: Mapped[bool] = mapped_column(default=False)
    # ground and source of a proposal by rule: the same is proposed once
    rule_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    proposed_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # proposed, recorded; ends: dismissed, revoked, repaired, expired
    state: Mapped[str] = mapped_column(String(12), default="proposed", index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    public_fact: Mapped[str] = mapped_column(String(300), default="")  # no personal data
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_on: Mapped[date | None]  # last day of its publicity
    banned: Mapped[bool] = mapped_column(default=False)
    appealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    work: Mapped[Work | None] = relationship()
    contractor: Mapped[Contractor] = relationship()


Index("ix_bad_records_public", BadRecord.published_at, BadRecord.id)


class MarketBan(Base):
    """A contractor shut out of the market (清除出市场), and whom else an official confirmed."""

    __tablename__ = "market_bans"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    bad_record_id: Mapped[str] = mapped_column(ForeignKey("bad_records.id"), unique=True)
    contractor_id: Mapped[str] = mapped_column(ForeignKey("contractors.id"), index=True)
    code_index: Mapped[str] = mapped_column(String(64), index=True)  # blind
    # blind, of the legal representative; empty where nobody confirmed who that is
    legal_rep_index: Mapped[str] = mapped_column(String(64), default="", index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]  # last day
    # not before a major hazard is fixed, however late
    until_fixed: Mapped[bool] = mapped_column(default=False)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_why: Mapped[str] = mapped_column(String(12), default="")  # revoked, repaired, expired

    bad_record: Mapped[BadRecord] = relationship()
    contractor: Mapped[Contractor] = relationship()


_PROPOSED = "同一情形已经提出过不良记录建议，不再重复提出"
named_conflicts["uq_bad_records_rule_key"] = _PROPOSED
named_conflicts["bad_records.rule_key"] = _PROPOSED  # SQLite's words
