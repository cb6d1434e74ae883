"""Rectifications, the hazards that each orders, the answers to them, and hazards reopened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, named_conflicts, new_id
from app.identity.models import Person
from app.smallworks.models import Work
from app.workflow.models import Case


class Rectification(Base):
    """An order to put hazards right (责令整改), one a case. It closes when all its hazards do."""

    __tablename__ = "rectifications"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), unique=True)
    # none: the site of a report, which nobody has filed yet
    work_id: Mapped[str | None] = mapped_column(ForeignKey("works.id"), index=True)
    # none: a hazard reopened after its case had ended
    patrol_id: Mapped[str | None] = mapped_column(ForeignKey("patrols.id"), index=True)
    # of those who ordered it, as a patrol has it
    level: Mapped[str] = mapped_column(String(12))
    grade: Mapped[str] = mapped_column(String(8))  # of the worst hazard: general, major
    round: Mapped[int] = mapped_column(default=1)  # answers and verdicts go by rounds
    deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of this round
    first_deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    extend_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    extend_to: Mapped[datetime | None] = mapped_column(UtcDateTime)  # as asked for
    extend_reason: Mapped[str] = mapped_column(String(400), default="")
    extended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # once granted
    overdue_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last report
    reported_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    notice_paper_id: Mapped[str | None] = mapped_column(ForeignKey("papers.id"))
    second_notice_paper_id: Mapped[str | None] = mapped_column(ForeignKey("papers.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    work: Mapped[Work | None] = relationship()


class OrderedHazard(Base):
    """A hazard as one rectification orders it put right; a reopened one may be in several."""

    __tablename__ = "ordered_hazards"
    __table_args__ = (UniqueConstraint("rectification_id", "hazard_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    rectification_id: Mapped[str] = mapped_column(ForeignKey("rectifications.id"))
    hazard_id: Mapped[str] = mapped_column(ForeignKey("hazards.id"), index=True)
    position: Mapped[int]  # its number on the notice
    deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)  # as the notice says
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HazardAnswer(Base):
    """What was done about one hazard in one round, and what the re-inspection found."""

    __tablename__ = "hazard_answers"
    __table_args__ = (UniqueConstraint("rectification_id", "hazard_id", "round"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    rectification_id: Mapped[str] = mapped_column(ForeignKey("rectifications.id"))
    hazard_id: Mapped[str] = mapped_column(ForeignKey("hazards.id"), index=True)
    round: Mapped[int]
    text: Mapped[str] = mapped_column(String(1000), default="")
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    verdict: Mapped[str | None] = mapped_column(String(4))  # pass, fail
    verdict_reason: Mapped[str] = mapped_column(String(400), default="")
    checked_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    checked_by: Mapped[Person | None] = relationship(foreign_keys=[checked_by_id])


class HazardReopening(Base):
    """A closed hazard that an inspector reopened: who, when, why, and where it goes on."""

    __tablename__ = "hazard_reopenings"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    hazard_id: Mapped[str] = mapped_column(ForeignKey("hazards.id"), index=True)
    rectification_id: Mapped[str] = mapped_column(ForeignKey("rectifications.id"))
    reason: Mapped[str] = mapped_column(String(400))
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[Person] = relationship()


_SAME_ROUND = "该隐患的整改情况刚被他人保存，请刷新后再试"
named_conflicts["uq_hazard_answers_rectification_id_hazard_id_round"] = _SAME_ROUND
named_conflicts["hazard_answers.rectification_id, hazard_answers.hazard_id"] = _SAME_ROUND
