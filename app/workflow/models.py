"""Versions, cases, tasks, submissions, events, attachments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    and_,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from app.db import Base, UtcDateTime, new_id
from app.identity.models import Person, Unit


def _only(rows: ColumnElement[bool]) -> dict[str, Any]:
    """That an index holds these rows alone, on either store."""
    return {"sqlite_where": rows, "postgresql_where": rows}


class ProcessVersion(Base):
    """A process (流程), frozen: its BPMN, decisions and forms, and the unit whose flow it is."""

    __tablename__ = "process_versions"
    __table_args__ = (UniqueConstraint("key", "unit_id", "number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    files: Mapped[dict[str, str]] = mapped_column(JSON, deferred=True)  # risk.dmn, forms/a/b.json
    checksum: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(400), default="")
    copy_of_id: Mapped[str | None] = mapped_column(ForeignKey("process_versions.id"))
    published_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    approved_by_id: Mapped[str | None] = mapped_column(String(32))  # from the unit above
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    starts_on: Mapped[date | None]  # 施行日 in Shanghai; none: from when it was published
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # or replaced, before it

    unit: Mapped[Unit] = relationship()
    published_by: Mapped[Person | None] = relationship()
    approved_by: Mapped[Person | None] = relationship(
        primaryjoin=lambda: _is(ProcessVersion.approved_by_id), viewonly=True
    )


class Case(Base):
    """One matter (办件) on its way through one version of one process."""

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(40), unique=True)  # 受理号
    process_key: Mapped[str] = mapped_column(String(64))
    version_id: Mapped[str] = mapped_column(ForeignKey("process_versions.id"))
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200), default="")  # 街道 · 社区 · 地址, for lists
    applicant_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    filed_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    category: Mapped[str] = mapped_column(String(40), default="")  # 项目类型
    l1: Mapped[str | None] = mapped_column(String(32))  # unit of the city
    l2: Mapped[str | None] = mapped_column(String(32))  # district or functional zone
    l3: Mapped[str | None] = mapped_column(String(32))  # township
    l4: Mapped[str | None] = mapped_column(String(32))  # community
    # the geographic district, where a zone took it and shares
    also_l2: Mapped[str | None] = mapped_column(String(32))
    parent_id: Mapped[str | None] = mapped_column(String(32), index=True)  # whose message opened it
    # shared by all cases of one work: the id of the first
    subject_id: Mapped[str] = mapped_column(String(32), index=True)
    # in_review, correcting, ended, or a kind's word
    state: Mapped[str] = mapped_column(String(20), default="in_review")
    result: Mapped[str | None] = mapped_column(String(20))
    snapshot: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # only app.engine reads it
    wake_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # the limit of the whole case: until when, and since when its clock stands (deadlines.py)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # when the sweep looks at that limit next, and the last rung that was told (chasing.py)
    chase_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    chased: Mapped[int | None]
    # 流程异常, in words for its administrator
    incident: Mapped[str | None] = mapped_column(String(400))
    # what it is about: `step`, `message:<name>`
    incident_kind: Mapped[str | None] = mapped_column(String(80))
    # [level, person id] of each who decided in its present run, the newest last (separation.py)
    reviewed: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    # officials who are a party to it beside who applied and who filed, by their telephones
    parties: Mapped[list[str]] = mapped_column(JSON, default=list)
    # 中止: since when, by which case, and why in words; how long it was held before (holds.py)
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_by_id: Mapped[str | None] = mapped_column(String(32), index=True)
    held_why: Mapped[str] = mapped_column(String(100), default="")
    held_seconds: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)

    version: Mapped[ProcessVersion] = relationship()
    applicant: Mapped[Person | None] = relationship(foreign_keys=[applicant_id])
    filed_by: Mapped[Person] = relationship(foreign_keys=[filed_by_id])
    tasks: Mapped[list[Task]] = relationship(
        back_populates="case", order_by="Task.opened_at, Task.id"
    )
    events: Mapped[list[Event]] = relationship(back_populates="case", order_by="Event.seq")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy reads it once


for _level in ("l1", "l2", "l3", "l4", "also_l2"):
    Index(f"ix_cases_{_level}", getattr(Case, _level), Case.opened_at, Case.id)
Index("ix_cases_wake_at", Case.wake_at, **_only(Case.wake_at.is_not(None)))
Index("ix_cases_chase_at", Case.chase_at, **_only(Case.chase_at.is_not(None)))
Index("ix_cases_running", Case.process_key, Case.version_id, **_only(Case.ended_at.is_(None)))


class Task(Base):
    """Work that waits (任务) for one party: a pool of people in one unit, or the applicant.

    A step that several parties sign has one row each, all with the same `ref`; the engine hears
    one outcome.
    """

    __tablename__ = "tasks"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    ref: Mapped[str] = mapped_column(String(36))  # the engine's id of the step
    element: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    party: Mapped[int] = mapped_column(default=0)  # which of the parties that the step asks
    turn: Mapped[int] = mapped_column(default=0)  # its place in the order of signing
    joint: Mapped[bool] = mapped_column(default=False)  # several rows sign this step
    # whose own it is by name, as each signer's: nobody else's to claim
    named_id: Mapped[str | None] = mapped_column(String(32))
    # 加签: before, beside or after the row to which somebody added it
    added: Mapped[str] = mapped_column(String(8), default="")
    added_by_id: Mapped[str | None] = mapped_column(String(32))
    host_id: Mapped[str | None] = mapped_column(String(32))
    # the unit whose turn it was, before it went up because nobody was there
    stands_in_id: Mapped[str | None] = mapped_column(String(32))
    vacant: Mapped[bool] = mapped_column(default=False)  # nobody is there: 无人可办
    desk: Mapped[str] = mapped_column(String(200))  # the party's roles, sorted: "head inspector"
    # none: the applicant's
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))  # the applicant
    l1: Mapped[str | None] = mapped_column(String(32))
    l2: Mapped[str | None] = mapped_column(String(32))
    l3: Mapped[str | None] = mapped_column(String(32))
    l4: Mapped[str | None] = mapped_column(String(32))
    # waiting (its turn), open, done, closed
    status: Mapped[str] = mapped_column(String(12), default="open")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # when the sweep looks at the limit next, and the last rung that was told (chasing.py)
    chase_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    chased: Mapped[int | None]
    claimed_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    for_id: Mapped[str | None] = mapped_column(String(32))  # in whose name (代理、代办)
    # who gave it to whoever claimed it, for an opinion, and decides it afterwards (委派)
    delegated_by_id: Mapped[str | None] = mapped_column(String(32))
    done_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version_id: Mapped[str | None] = mapped_column(String(32))  # of another than its case's now
    outcome: Mapped[str | None] = mapped_column(String(24))
    close_reason: Mapped[str] = mapped_column(String(200), default="")
    came_of_id: Mapped[str | None] = mapped_column(String(32))  # whose handling opened this one
    # 办结后直接送回: the task of whoever sent it back, and wants it back
    straight_to_id: Mapped[str | None] = mapped_column(String(32))

    case: Mapped[Case] = relationship(back_populates="tasks")
    unit: Mapped[Unit | None] = relationship()
    stands_in: Mapped[Unit | None] = relationship(
        primaryjoin=lambda: foreign(Task.stands_in_id) == Unit.id, viewonly=True
    )
    claimed_by: Mapped[Person | None] = relationship(foreign_keys=[claimed_by_id])
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])
    named: Mapped[Person | None] = relationship(primaryjoin=lambda: _is(Task.named_id))
    in_name_of: Mapped[Person | None] = relationship(primaryjoin=lambda: _is(Task.for_id))
    giver: Mapped[Person | None] = relationship(primaryjoin=lambda: _is(Task.delegated_by_id))


def _is(column: Any) -> Any:
    """The condition that a column without a constraint of its own names a person."""
    return foreign(column) == Person.id


_open = Task.status == "open"
for _level in ("l1", "l2", "l3", "l4"):
    Index(f"ix_tasks_{_level}_open", getattr(Task, _level), Task.due_at, Task.id, **_only(_open))
Index("ix_tasks_pool", Task.unit_id, Task.desk, Task.due_at, Task.id, **_only(_open))
for _name, _first in (("mine", Task.claimed_by_id), ("own", Task.person_id), ("step", Task.name)):
    Index(f"ix_tasks_{_name}", _first, Task.due_at, Task.id, **_only(_open))
for _when in (Task.chase_at, Task.claimed_at):
    Index(f"ix_tasks_{_when.key}", _when, Task.id, **_only(_open & _when.is_not(None)))
for _whose in (Task.for_id, Task.delegated_by_id):
    Index(f"ix_tasks_{_whose.key}", _whose, **_only(_whose.is_not(None)))
Index("ix_tasks_done", Task.done_by_id, Task.closed_at, Task.id)
Index("ix_tasks_vacant", Task.unit_id, **_only(and_(_open, Task.vacant)))


class Draft(Base):
    """A start form being filled in, with its attachments; becomes a case when submitted."""

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    process_key: Mapped[str] = mapped_column(String(64))
    division_code: Mapped[str | None] = mapped_column(String(12))  # the community, once chosen
    subject_id: Mapped[str | None] = mapped_column(String(32))  # the first case of the work meant
    values: Mapped[dict[str, Any]] = mapped_column(JSON)  # as typed, secrets sealed
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))  # once submitted


class Submission(Base):
    """One cleaned form (填报) as it was sent: the start form, or the form of a decision."""

    __tablename__ = "submissions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(ForeignKey("tasks.id"))
    form: Mapped[str] = mapped_column(String(80))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)  # secrets sealed
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Event(Base):
    """One thing done in a case (办理记录). Append-only, a hash chain; never personal text."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int]
    # filed, claimed, released, decided, resubmitted, withdrew, lapsed, ended …
    verb: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # none: the system
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    for_id: Mapped[str | None] = mapped_column(String(32))  # in whose name
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))  # under which assignment
    role: Mapped[str] = mapped_column(String(24), default="")
    position: Mapped[str] = mapped_column(String(20), default="")
    task_id: Mapped[str | None] = mapped_column(ForeignKey("tasks.id"))
    element: Mapped[str] = mapped_column(String(64), default="")
    outcome: Mapped[str] = mapped_column(String(24), default="")
    submission_id: Mapped[str | None] = mapped_column(ForeignKey("submissions.id"))
    passed: Mapped[list[str]] = mapped_column(JSON)  # elements passed in this step, in order
    # the values sent to the engine, for replay
    routing: Mapped[dict[str, Any]] = mapped_column(JSON)
    salt: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))  # salted, over the submission
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    case: Mapped[Case] = relationship(back_populates="events")
    actor: Mapped[Person | None] = relationship(foreign_keys=[actor_id])
    in_name_of: Mapped[Person | None] = relationship(primaryjoin=lambda: _is(Event.for_id))
    unit: Mapped[Unit | None] = relationship()
    submission: Mapped[Submission | None] = relationship()


class Attachment(Base):
    """A file (附件) of a draft or a case; the bytes lie in the store under `stored`."""

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("drafts.id"), index=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    field: Mapped[str] = mapped_column(String(64))  # the form field it answers, or "paper"
    name: Mapped[str] = mapped_column(String(120))
    mime: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    # SHA-256 of the bytes as stored
    stored: Mapped[str] = mapped_column(String(64), index=True)
    original: Mapped[str] = mapped_column(String(64))  # SHA-256 of the bytes as sent
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lng: Mapped[str | None] = mapped_column(String(20))
    lat: Mapped[str | None] = mapped_column(String(20))
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
