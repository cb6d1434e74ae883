"""What accounts are kept by: their rule, batches, names ever given, past passwords, changes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime, new_id


class AccountRule(Base):
    """How first passwords are made and what later ones need, from a moment on; the newest counts.

    A store without any is a fresh one: random first passwords.
    """

    __tablename__ = "account_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    initial: Mapped[str] = mapped_column(String(8))  # random; notice: pinyin and 2020
    three_classes: Mapped[bool]  # whether a password needs three of the four kinds of signs
    reason: Mapped[str] = mapped_column(String(200))
    set_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountBatch(Base):
    """A named window in which accounts that were never used may be used for the first time."""

    __tablename__ = "account_batches"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    opened_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # before its time
    closed_why: Mapped[str] = mapped_column(String(12), default="")  # by_hand, alarm, rule


class UsedAccount(Base):
    """An account that was given once and is never given to another, also not after its owner."""

    __tablename__ = "used_accounts"

    account: Mapped[str] = mapped_column(String(60), primary_key=True)
    # empty after its owner was erased
    person_id: Mapped[str | None] = mapped_column(String(32), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PasswordMemory(Base):
    """A password that somebody had before; the last few may not come back."""

    __tablename__ = "password_memories"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SecondFactor(Base):
    """The key of somebody's code generator (两步验证); counts once a first code proved it."""

    __tablename__ = "second_factors"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(200))  # sealed
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(default=0)  # of 30 seconds; no code counts twice


class AccountChange(Base):
    """What was done to somebody's account, by whom and why; its owner reads it too."""

    __tablename__ = "account_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    verb: Mapped[str] = mapped_column(String(24))  # a key of data/words.json, account_changes
    by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))  # none: the system
    # who handed over to this person
    other_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    # which post, where one was given or ended, and from when until when
    role: Mapped[str] = mapped_column(String(24), default="")
    position: Mapped[str] = mapped_column(String(20), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # whence, where its owner did it
    address: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")


Index("ix_account_changes_person", AccountChange.person_id, AccountChange.at)


class DutyChange(Base):
    """Who keeps the platform from a moment on: three apart (三员分立), or one. The newest counts.

    Where three do, one proposes it and another confirms it.
    """

    __tablename__ = "duty_changes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    apart: Mapped[bool]
    system_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    security_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    audit_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    platform_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(200))
    proposed_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done: Mapped[bool] = mapped_column(default=False)  # settled and not done: dropped


class PersonLink(Base):
    """Who of a provider is which person of ours: found once by telephone, then kept by this."""

    __tablename__ = "person_links"
    __table_args__ = (
        UniqueConstraint("door", "subject_index"),
        UniqueConstraint("person_id", "issuer"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    door: Mapped[str] = mapped_column(String(8))  # staff, public
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(200))  # sealed: a hash of issuer and subject
    subject_index: Mapped[str] = mapped_column(String(64))  # blind
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
