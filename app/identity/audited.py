"""The audit record to be read: which entries somebody may see, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from app.identity.account_models import AccountChange
from app.identity.actor import Actor
from app.identity.models import AuditEntry, Grant, Person, Unit
from app.identity.permissions import holding
from app.identity.reach import units_within
from app.identity.words import AUDIT, AUDIT_WAYS, ROLES, post_name

PERMISSION = "audit:read"
PAGE = 50
_COMING_IN = frozenset({"signed_in", "sign_in_refused", "vouched_for", "registered"})
_PERSON, _UNIT, _CHANGE, _DUTIES = "person:", "unit:", "change:", "duties:"


@dataclass(frozen=True, slots=True)
class Said:
    """One entry with the names of those in it."""

    entry: AuditEntry
    verb: str
    by: str
    about: str
    what: str
    """A post that was given or ended, and why; otherwise the detail in words."""


def listed(work: Session, actor: Actor, verb: str = "", before: int | None = None) -> list[Said]:
    """One page, newest first; an entry more than a page says that there is another page."""
    found = select(AuditEntry).where(_within(work, actor))
    if verb:
        found = found.where(AuditEntry.verb == verb)
    if before is not None:
        found = found.where(AuditEntry.id < before)
    rows = work.scalars(found.order_by(AuditEntry.id.desc()).limit(PAGE + 1)).all()
    people, units, posts = _people(work, rows), _units(work, rows), _changes(work, rows)
    names = people | units
    return [
        Said(
            row,
            AUDIT.get(row.verb, row.verb),
            by=people.get(f"{_PERSON}{row.person_id}", ""),
            about=names.get(row.subject, ""),
            what=_duties(row, people) or posts.get(_named(row)) or _plain(row, people),
        )
        for row in rows
    ]


def _within(work: Session, actor: Actor) -> ColumnElement[bool]:
    """All of it for the city's government; for others what their people did or had done to them.

    While they were theirs, that is, and each post given or ended in a unit of theirs.
    """
    held = holding(actor, PERMISSION)
    if any((hold.unit_level, hold.unit_kind) == ("city", "government") for hold in held):
        return true()
    units = select(Unit.id).where(units_within(actor, PERMISSION))
    here = Grant.unit_id.in_(units) & _on_its_days(work)
    staff = select(Grant.person_id).where(here).correlate(AuditEntry)
    theirs = select(_PERSON + Grant.person_id).where(here).correlate(AuditEntry)
    posts = select(_PERSON + AccountChange.person_id, AccountChange.at).where(
        AccountChange.unit_id.in_(units)
    )
    return or_(
        AuditEntry.person_id.in_(staff),
        AuditEntry.subject.in_(theirs),
        tuple_(AuditEntry.subject, AuditEntry.at).in_(posts),
        AuditEntry.subject.in_(select(_UNIT + Unit.id).where(Unit.id.in_(units))),
    )


def _on_its_days(work: Session) -> ColumnElement[bool]:
    """Whether a grant held on the day of an entry: on the wall clock, as grants have theirs.

    A post that ends at once is dated yesterday: what its last day brought is a day behind it.
    """

    def day(back: int) -> ColumnElement[Any]:
        if work.get_bind().dialect.name == "sqlite":
            return func.date(AuditEntry.at, "+8 hours", f"-{back} days")
        return cast(func.timezone("Asia/Shanghai", AuditEntry.at), Date) - back

    last = or_(Grant.valid_to.is_(None), Grant.valid_to >= day(1))
    return (Grant.valid_from <= day(0)) & last


def _named(row: AuditEntry) -> int:
    """The number of the change that an entry names, or none that there is."""
    word = row.detail.split(" ", 1)[0]
    return int(word.removeprefix(_CHANGE)) if word.startswith(_CHANGE) else 0


def _people(work: Session, rows: Sequence[AuditEntry]) -> dict[str, str]:
    """Names of the staff; of the public nothing but that it was one of them."""
    ids = {row.person_id for row in rows if row.person_id}
    ids |= {row.subject.removeprefix(_PERSON) for row in rows if row.subject.startswith(_PERSON)}
    ids |= {person_id for row in rows for _role, person_id in _keepers(row)}
    words = (word for row in rows for word in row.detail.split(" "))
    ids |= {word.removeprefix(_PERSON) for word in words if word.startswith(_PERSON)}
    found = work.execute(select(Person.id, Person.name, Person.staff).where(Person.id.in_(ids)))
    return {f"{_PERSON}{row.id}": row.name if row.staff else "群众" for row in found}


def _keepers(row: AuditEntry) -> list[tuple[str, str]]:
    """(role, person id) of whom a change of 三员分立 names."""
    if not row.subject.startswith(_DUTIES):
        return []
    named = (one.partition(":") for one in row.detail.split())
    return [(f"{key}_admin", person_id) for key, _, person_id in named]


def _duties(row: AuditEntry, people: Mapping[str, str]) -> str:
    names = [(ROLES[role], people.get(_PERSON + one, "")) for role, one in _keepers(row)]
    return "，".join(f"{role} {name}" for role, name in names)


def _plain(row: AuditEntry, people: Mapping[str, str]) -> str:
    """The detail word by word: names for people, and for how somebody came in what it is called."""
    ways = AUDIT_WAYS if row.verb in _COMING_IN else {}
    return " ".join(people.get(word) or ways.get(word, word) for word in row.detail.split(" "))


def _units(work: Session, rows: Sequence[AuditEntry]) -> dict[str, str]:
    ids = {row.subject.removeprefix(_UNIT) for row in rows if row.subject.startswith(_UNIT)}
    found = work.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids)))
    return {f"{_UNIT}{row.id}": row.name for row in found}


def _changes(work: Session, rows: Sequence[AuditEntry]) -> dict[int, str]:
    ids = {_named(row) for row in rows} - {0}
    found = select(AccountChange, Unit.name).outerjoin(Unit, AccountChange.unit_id == Unit.id)
    told = work.execute(found.where(AccountChange.id.in_(ids)))
    return {row.id: _post(row, unit or "") for row, unit in told}


def _post(row: AccountChange, unit: str) -> str:
    post = f"{unit}{post_name(row.role, row.position)}"
    return "：".join(part for part in (post, row.reason) if part)
