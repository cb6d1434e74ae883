"""Places, units, people, what they hold, and their sessions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id


class Division(Base):
    """An administrative division (区划); a code is never re-used, only retired by date."""

    __tablename__ = "divisions"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(12))  # city, district, township, community
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"), index=True)
    valid_to: Mapped[date | None]
    successor_code: Mapped[str | None] = mapped_column(String(12))

    parent: Mapped[Division | None] = relationship(remote_side=[code])


class Unit(Base):
    """An organisation (机构): government, department or functional zone."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(12))  # city, district, township, community
    kind: Mapped[str] = mapped_column(String(16))  # government, department, functional_zone
    industry: Mapped[str | None] = mapped_column(String(24))  # of annex 3; departments only
    division_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"), index=True)
    short_name: Mapped[str] = mapped_column(String(12), default="")  # 西, 夷: for document numbers
    active: Mapped[bool] = mapped_column(default=True)

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id")


class Jurisdiction(Base):
    """A claim of a unit on a division; exclusive ones win, then the longest code."""

    __tablename__ = "jurisdictions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), index=True)
    exclusive: Mapped[bool] = mapped_column(default=False)
    shared_view: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    # nobody, for the units' own places
    set_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(String(200), default="")
    ended_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[str] = mapped_column(String(200), default="")

    unit: Mapped[Unit] = relationship()
    division: Mapped[Division] = relationship()
    set_by: Mapped[Person | None] = relationship(foreign_keys=[set_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])


class Trade(Base):
    """Which department (by industry of annex 3) answers for which project type (项目类型)."""

    __tablename__ = "trades"

    category: Mapped[str] = mapped_column(String(40), primary_key=True)
    industry: Mapped[str] = mapped_column(String(24), primary_key=True)


class Person(Base):
    """Somebody who can sign in: a member of staff, or a member of the public."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account: Mapped[str | None] = mapped_column(String(60), unique=True)  # staff only
    name: Mapped[str] = mapped_column(String(60))
    staff: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(String(200), default="")  # sealed
    # blind; unique among the public
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    email: Mapped[str] = mapped_column(String(200), default="")  # sealed
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    must_change: Mapped[bool] = mapped_column(default=False)
    # an initial password dies then
    initial_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(12), default="active")  # active, closed, disabled
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # the first sign-in; afterwards the account never changes
    account_fixed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # the pinyin that a person chose; empty: as the library reads the name
    reading: Mapped[str] = mapped_column(String(60), default="")
    # no foreign key: batches name people, and the two tables would wait for each other
    batch_id: Mapped[str | None] = mapped_column(String(32))


Index(
    "uq_people_public_phone",
    Person.phone_index,
    unique=True,
    sqlite_where=~Person.staff,
    postgresql_where=~Person.staff,
)


class Grant(Base):
    """What a person holds: a role of annex 4 and/or a position, in one unit, between two dates."""

    __tablename__ = "grants"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[str] = mapped_column(String(24), default="")  # a key of permissions.ROLES, or none
    # of permissions.POSITIONS, or none
    position: Mapped[str] = mapped_column(String(20), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship()


class SignIn(Base):
    """A session, kept by the server: the browser holds a random token, we its hash."""

    __tablename__ = "sign_ins"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the token
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8), default="web")  # web, api
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")
    csrf: Mapped[str] = mapped_column(String(64), default="")
    # opens nothing until the code of the second factor is typed
    factor_due: Mapped[bool] = mapped_column(default=False)


class Attempt(Base):
    """A failed try at a password, a code or a look-up; counted by account and by address."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    # whom or whence, blind: `account:…`, `address:…`
    subject: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


Index("ix_attempts_subject", Attempt.subject, Attempt.at)


class OneTimeCode(Base):
    """A code sent to a phone, or printed at first start; only its hash is kept."""

    __tablename__ = "one_time_codes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    # register, recover, first_run, lookup, first_sign_in; provider: a return that was used
    purpose: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(64), index=True)  # blind phone, or a person's id
    code_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """What was done outside a case: sign-ins, settings, publishing. Append-only, one hash chain."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[str | None] = mapped_column(String(32), index=True)
    verb: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), default="")  # "person:<id>", "unit:<id>" …
    detail: Mapped[str] = mapped_column(String(400), default="")  # never personal text
    address: Mapped[str] = mapped_column(String(45), default="")
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
