"""Accounts that nobody has made their own yet, and the batches that opened them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from app.identity import reach
from app.identity.account_models import AccountBatch, UsedAccount
from app.identity.actor import Actor
from app.identity.models import Grant, Person, Unit
from app.identity.queries import in_force
from app.identity.reach import PAGE, units_within

PERMISSION = "people:create"


def never_used() -> ColumnElement[bool]:
    """The condition on people: no password of their own yet."""
    return and_(
        Person.staff, Person.must_change, Person.account.is_not(None), Person.status != "disabled"
    )


def dormant(at: datetime) -> ColumnElement[bool]:
    """Of those the ones who cannot come in now: no password that runs, no window that is open."""
    running = select(AccountBatch.id).where(
        AccountBatch.opens_at <= at, AccountBatch.closes_at > at, AccountBatch.closed_at.is_(None)
    )
    windowed = and_(Person.password_hash == "", Person.batch_id.in_(running))
    handed_out = and_(Person.password_hash != "", Person.initial_until > at)
    return and_(never_used(), or_(Person.batch_id.is_(None), ~windowed), ~handed_out)


def to_open(work: Session, actor: Actor, unit_id: str, *, at: datetime) -> list[Person]:
    """Whom a batch for this unit opens: dormant, in it or below, within the actor's reach.

    They are locked, and asked for once more: a batch for the same people, or for a unit above or
    below, may have opened them while this one waited, and its slips are printed.
    """
    within = select(Grant.person_id).where(
        Grant.unit_id.in_(reach.beneath([unit_id], actor.day)), in_force(actor.day)
    )
    found = select(Person).where(dormant(at), Person.id.in_(within)).order_by(Person.id)
    work.scalars(found.with_for_update()).all()
    still = found.execution_options(populate_existing=True)
    return reach.administrable(work, actor, work.scalars(still).all(), PERMISSION)


def kept(work: Session, actor: Actor, accounts: Iterable[str]) -> set[str]:
    """Of these accounts, as they were first called, those that the actor may open today."""
    asked = select(Person, UsedAccount.account).join(
        UsedAccount, UsedAccount.person_id == Person.id
    )
    rows = work.execute(asked.where(UsedAccount.account.in_(accounts))).all()
    within = reach.administrable(work, actor, (row[0] for row in rows), PERMISSION)
    ids = {person.id for person in within}
    return {account for person, account in rows if person.id in ids}


@dataclass(frozen=True, slots=True)
class Unused:
    """One account that was never used, as the list shows it."""

    person: Person
    posts: tuple[Grant, ...]
    batch: AccountBatch | None


def listed(work: Session, actor: Actor, after: str = "") -> list[Unused]:
    """One page, and one row more, of never used accounts within reach."""
    within = select(Grant.person_id).join(Unit, Grant.unit_id == Unit.id)
    within = within.where(units_within(actor, PERMISSION), in_force(actor.day))
    asked = select(Person).where(never_used(), Person.id.in_(within), Person.id > after)
    people = work.scalars(asked.order_by(Person.id).limit(PAGE + 1)).all()
    ids, batches = [one.id for one in people], {one.batch_id for one in people}
    grants = select(Grant).where(Grant.person_id.in_(ids), in_force(actor.day))
    held = work.scalars(grants.options(joinedload(Grant.unit)).order_by(Grant.id)).all()
    named = select(AccountBatch).where(AccountBatch.id.in_(batches))
    known = {batch.id: batch for batch in work.scalars(named)}
    return [
        Unused(
            one,
            tuple(row for row in held if row.person_id == one.id),
            known.get(one.batch_id or ""),
        )
        for one in people
    ]


def batches(work: Session, actor: Actor) -> Sequence[tuple[AccountBatch, str, str]]:
    """The newest batches within reach, with the names of their units and of who opened them."""
    found = (
        select(AccountBatch, Unit.name, Person.name)
        .join(Unit, AccountBatch.unit_id == Unit.id)
        .join(Person, AccountBatch.opened_by_id == Person.id)
        .where(units_within(actor, PERMISSION))
        .order_by(AccountBatch.id.desc())
        .limit(PAGE)
    )
    return [(row[0], row[1], row[2]) for row in work.execute(found)]


def units_to_open(work: Session, actor: Actor, *, at: datetime) -> list[tuple[Unit, int]]:
    """Where there are dormant accounts: the units, one's own among them, and how many each has."""
    asked = select(Grant.unit_id, Grant.person_id).join(Person, Grant.person_id == Person.id)
    rows = work.execute(
        asked.join(Unit, Grant.unit_id == Unit.id).where(
            dormant(at), units_within(actor, PERMISSION), in_force(actor.day)
        )
    ).all()
    own = {hold.unit_id for hold in actor.holds}
    ids = {row.unit_id for row in rows} | own if rows else set[str]()
    within = select(Unit).where(Unit.id.in_(ids), units_within(actor, PERMISSION))
    found = work.scalars(within.order_by(Unit.level, Unit.division_code, Unit.name)).all()
    return [(unit, sum(row.unit_id == unit.id for row in rows)) for unit in found]
