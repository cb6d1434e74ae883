"""Reading about people: what they hold today, who they are, which sessions they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Row,
    Select,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.clock import local
from app.db import UtcDateTime, session
from app.errors import NotFound
from app.identity.account_models import PersonLink
from app.identity.actor import Actor, Hold
from app.identity.models import Grant, Person, SignIn, Trade, Unit


def actor_for(person_id: str, at: datetime, address: str = "") -> Actor:
    """The person as they stand at that moment, with the grants in force on that day."""
    person = session().get(Person, person_id)
    if person is None:
        raise NotFound("没有找到这个人")
    day = local(at).date()
    return Actor(
        id=person.id,
        name=person.name,
        staff=person.staff,
        holds=holds_of(person_id, day) if person.staff else (),
        must_change=person.must_change,
        address=address,
        day=day,
    )


def in_force(day: date | BindParameter[date]) -> Any:
    """The condition that a grant is in force on that day."""
    return (Grant.valid_from <= day) & or_(Grant.valid_to.is_(None), Grant.valid_to >= day)


def not_over(day: date) -> ColumnElement[bool]:
    """The condition that a grant is in force on that day, or will be."""
    return or_(Grant.valid_to.is_(None), Grant.valid_to >= day)


ABLE = "active"
"""The state of an account that lets its person in."""
_HELD = (
    Grant.id.label("grant_id"),
    Grant.role,
    Grant.position,
    Unit.id.label("unit_id"),
    Unit.name.label("unit_name"),
    Unit.level,
    Unit.kind.label("unit_kind"),
    Unit.industry,
    Unit.parent_id,
    Trade.category,
)
"""A grant with its unit, once for each project type that the unit answers for."""
_COUNTS = (Grant.unit_id == Unit.id) & Unit.active
_ANSWERS_FOR = (Trade.industry == Unit.industry) & (Unit.kind == "department")


def holds_of(person_id: str, day: date) -> tuple[Hold, ...]:
    """The grants of a person in force on that day, in the order in which they were given."""
    found = select(*_HELD).join(Unit, _COUNTS).outerjoin(Trade, _ANSWERS_FOR)
    found = found.where(Grant.person_id == person_id, in_force(day))
    return _holds(session().execute(found.order_by(Grant.valid_from, Grant.id)))


STILL_HELD = (
    select(func.aggregate_strings(Grant.id, " "))
    .join(Unit, _COUNTS)
    .join(Person, Grant.person_id == Person.id)
    .where(Grant.person_id == bindparam("holder"), Person.status == ABLE)
    .where(in_force(bindparam("day", type_=Date)))
    .correlate(None)
    .scalar_subquery()
)
"""The ids of all that somebody holds, for a statement that asks for something else as well."""
_STILL_HELD = select(STILL_HELD)


def asked_of(actor: Actor) -> dict[str, Any]:
    """What `STILL_HELD` wants to know."""
    return {"holder": actor.id, "day": actor.day}


def left_of(actor: Actor, held: str | None) -> Actor:
    """The same person with those of their posts that are among these."""
    left = tuple(hold for hold in actor.holds if hold.grant_id in (held or ""))
    return actor if left == actor.holds else replace(actor, holds=left)


def still_holding(work: Session, actor: Actor) -> Actor:
    """The same person with what they still hold at this moment."""
    return left_of(actor, work.scalar(_STILL_HELD, asked_of(actor)))


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the staff, with all that they hold on a day, whether or not they can come in."""

    person: Person
    actor: Actor

    @property
    def able(self) -> bool:
        """Whether the account lets them in."""
        return self.person.status == ABLE


_THERE = (
    select(Grant.person_id, Person.name, *_HELD)
    .join(Person, Grant.person_id == Person.id)
    .join(Unit, _COUNTS)
    .outerjoin(Trade, _ANSWERS_FOR)
    .where(Grant.unit_id == bindparam("unit"), Person.staff, Person.status == ABLE)
    .where(in_force(bindparam("day", type_=Date)))
    .order_by(Person.name, Grant.person_id, Grant.valid_from, Grant.id)
)
"""Asked wherever a task opens, so it is one statement, built once."""


def able_in(work: Session, unit_id: str, day: date) -> list[Actor]:
    """Who can come in and holds something in a unit that day, by name, with what they hold there.

    Nothing of this transaction is written before it is asked.
    """
    rows: dict[str, list[Any]] = {}
    for row in work.connection().execute(_THERE, {"unit": unit_id, "day": day}):
        rows.setdefault(row.person_id, []).append(row)
    return [
        Actor(one, held[0].name, True, _holds(held), False, "", day) for one, held in rows.items()
    ]


def staff_of(unit_ids: Iterable[str], day: date) -> list[Member]:
    """Everybody who holds something in one of these units that day, in the order of entry."""
    wanted = select(Grant.person_id).where(Grant.unit_id.in_(set(unit_ids)), in_force(day))
    return members(Person.id.in_(wanted), day)


def members(which: ColumnElement[bool], day: date) -> list[Member]:
    """The staff whom a condition names, with all that they hold on that day."""
    people = session().scalars(select(Person).where(Person.staff, which).order_by(Person.id)).all()
    found = select(Grant.person_id, *_HELD).join(Person, Grant.person_id == Person.id)
    found = found.join(Unit, _COUNTS).outerjoin(Trade, _ANSWERS_FOR)
    found = found.where(Person.staff, which, in_force(day))
    rows: dict[str, list[Any]] = {}
    for row in session().execute(found.order_by(Grant.valid_from, Grant.id)):
        rows.setdefault(row.person_id, []).append(row)
    return [
        Member(one, Actor(one.id, one.name, True, _holds(rows.get(one.id, ())), False, "", day))
        for one in people
    ]


def _holds(rows: Iterable[Row[Any]]) -> tuple[Hold, ...]:
    held: dict[str, Row[Any]] = {}
    trades: dict[str, set[str]] = {}
    for row in rows:
        held[row.grant_id] = row
        trades.setdefault(row.grant_id, set()).update({row.category} if row.category else ())
    return tuple(_hold(row, frozenset(trades[key])) for key, row in held.items())


def _hold(row: Row[Any], categories: frozenset[str]) -> Hold:
    department = row.unit_kind == "department"
    return Hold(
        grant_id=row.grant_id,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        unit_level=row.level,
        unit_kind=row.unit_kind,
        industry=row.industry,
        role=row.role,
        position=row.position,
        area_unit_id=row.parent_id if department else row.unit_id,
        categories=categories if department else None,
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """A live session and its person, with the grants in force on the day of asking."""

    day: date
    holds: tuple[Hold, ...]
    id: str
    kind: str
    csrf: str
    seen_at: datetime
    person_id: str
    name: str
    staff: bool
    must_change: bool
    factor_due: bool


_WHO = (
    SignIn.id,
    SignIn.kind.label("kind"),
    SignIn.csrf,
    SignIn.seen_at,
    SignIn.person_id,
    Person.name,
    Person.staff,
    Person.must_change,
    SignIn.factor_due,
)
_SIGNED: Select[*tuple[Any, ...]] = (
    select(*_WHO, *_HELD)
    .join(Person, SignIn.person_id == Person.id)
    .outerjoin(Grant, (Grant.person_id == Person.id) & in_force(bindparam("day", type_=Date)))
    .outerjoin(Unit, _COUNTS)
    .outerjoin(Trade, _ANSWERS_FOR)
    .where(
        SignIn.id == bindparam("session_id"),
        SignIn.ends_at > bindparam("at", type_=UtcDateTime),
        Person.status == ABLE,
    )
    .order_by(Grant.valid_from, Grant.id)
)
"""Asked before every request, so it is one statement, built once."""


def signed(session_id: str, at: datetime) -> Signed | None:
    """The session of this id, if it has not ended and its person may still come in."""
    day = local(at).date()
    asked = {"session_id": session_id, "at": at, "day": day}
    rows = session().connection().execute(_SIGNED, asked).all()
    if not rows:
        return None
    held = _holds(row for row in rows if row.unit_id)
    who: Sequence[Any] = rows[0][: len(_WHO)]
    return Signed(day, held, *who)


def actor_of(found: Signed, address: str) -> Actor:
    """The person of a live session; who has yet to prove a factor or change a password holds
    nothing.
    """
    idle = found.must_change or found.factor_due or not found.staff
    return Actor(
        id=found.person_id,
        name=found.name,
        staff=found.staff,
        holds=() if idle else found.holds,
        must_change=found.must_change,
        address=address,
        day=found.day,
        factor_due=found.factor_due,
    )


def sign_ins_of(person_id: str, at: datetime) -> Sequence[SignIn]:
    """The sessions of a person that have not reached their end, newest first."""
    found = select(SignIn).where(SignIn.person_id == person_id, SignIn.ends_at > at)
    found = found.where(~SignIn.factor_due)
    return session().scalars(found.order_by(SignIn.created_at.desc())).all()


def links_of(person_id: str) -> Sequence[PersonLink]:
    """The users of providers through whom a person comes in."""
    found = select(PersonLink).where(PersonLink.person_id == person_id)
    return session().scalars(found.order_by(PersonLink.linked_at)).all()


def staff_exist() -> bool:
    """Whether anybody on the staff can come in at all; until then the first-run page is open."""
    return bool(session().scalar(select(exists().where(Person.staff))))
