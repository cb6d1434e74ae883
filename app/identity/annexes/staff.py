"""The staff that an annex may already mean: found by number, and by the posts they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.identity.annexes.folding import folded
from app.identity.models import Grant, Person
from app.identity.queries import in_force

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody on the staff, as far as annexes go."""

    id: str
    name: str
    account: str
    phone_index: str
    phone: str
    """Sealed."""
    status: str


@dataclass(frozen=True, slots=True)
class Held:
    """A post in force, and who holds it."""

    grant_id: str
    unit_id: str
    role: str
    position: str
    person: Known


_PERSON = (
    Person.id, Person.name, Person.account, Person.phone_index, Person.phone, Person.status,
)  # fmt: skip


def by_number(work: Session, phones: Iterable[str]) -> dict[str, list[Known]]:
    """The staff who have one of these numbers, by number."""
    numbers = {index: phone for phone in phones if phone for index in vault.blinds(phone)}
    found: dict[str, list[Known]] = defaultdict(list)
    for some in _portions(sorted(numbers)):
        asked = select(*_PERSON).where(Person.staff, Person.phone_index.in_(some))
        for row in work.execute(asked):
            found[numbers[row.phone_index]].append(_known(row))
    return found


def holders(work: Session, unit_ids: Iterable[str], day: date) -> dict[str, list[Held]]:
    """The posts in force in these units, by unit."""
    found: dict[str, list[Held]] = defaultdict(list)
    for some in _portions(sorted(unit_ids)):
        asked = (
            select(*_PERSON, Grant.id.label("grant_id"), Grant.unit_id, Grant.role, Grant.position)
            .join(Person, Grant.person_id == Person.id)
            .where(Grant.unit_id.in_(some), Person.staff, in_force(day))
            .order_by(Grant.valid_from, Grant.id)
        )
        for row in work.execute(asked):
            held = Held(row.grant_id, row.unit_id, row.role, row.position, _known(row))
            found[row.unit_id].append(held)
    return found


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for spaces and the width of signs."""
    return folded(one) == folded(other)


def _known(row: object) -> Known:
    given = (getattr(row, key) or "" for key in Known.__slots__)
    return Known(*given)


def _portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]
