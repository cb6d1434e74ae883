"""What is said beside the flow: copies that were sent, and opinions that were asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity.models import Person
from app.workflow.models import Case, Submission


class Copy(Base):
    """A case sent to one person to know of (抄送); a case is copied to nobody twice."""

    __tablename__ = "copies"
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    words_id: Mapped[str | None] = mapped_column(ForeignKey("submissions.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    words: Mapped[Submission | None] = relationship()


Index("ix_copies_person", Copy.person_id, Copy.at, Copy.id)


class Opinion(Base):
    """What one person was asked about a case (征求意见), and what they answered."""

    __tablename__ = "opinions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    question_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))
    answer_id: Mapped[str | None] = mapped_column(ForeignKey("submissions.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    question: Mapped[Submission] = relationship(foreign_keys=[question_id])
    answer: Mapped[Submission | None] = relationship(foreign_keys=[answer_id])


Index("ix_opinions_person", Opinion.person_id, Opinion.answered_at, Opinion.due_at, Opinion.id)
