"""A change of divisions carried out: places, units, claims and posts become what was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.identity import changes, posts, reshaping
from app.identity.account_models import AccountBatch
from app.identity.annexes.models import Alias
from app.identity.divisions import Place, display_name, short_name
from app.identity.models import Division, Grant, Jurisdiction, Unit
from app.identity.place_models import DivisionChange
from app.identity.queries import not_over
from app.identity.reshaping import Reshape
from app.identity.words import PLACES


@dataclass(slots=True)
class Moved:
    """What was moved, for the rooms above to follow."""

    codes: list[str] = field(default_factory=list)
    """Communities and townships whose cases now lie elsewhere."""
    units: int = 0
    posts: int = 0
    people: set[str] = field(default_factory=set)
    """Who holds a post elsewhere now."""


def carry_out(work: Session, change: DivisionChange, *, at: datetime) -> Moved:
    """Make it so. The caller has checked it and holds the lock of the places."""
    asked, moved = reshaping.of_change(change), Moved()
    ending = [_unit_of(work, code) for code in asked.ending]
    for unit in ending:
        unit.name = f"{unit.name}{PLACES['ended']}"[:80]
    work.flush()  # the names are free before somebody else takes them
    parent = work.get_one(Division, asked.sources[0]).parent
    if parent is None:
        raise LookupError(asked.sources[0])
    level = work.get_one(Division, asked.sources[0]).level
    for code, name in asked.targets:
        _make(work, Place(code, name, level, parent.code), parent, change)
    work.flush()
    _resettle(work, asked, moved)
    heir = _unit_of(work, asked.targets[0][0])
    for grant, _person in reshaping.posts_of(work, asked):
        to = _unit_of(work, reshaping.post_goes_to(asked, grant))
        if to.id != grant.unit_id:
            _hand_on(work, grant, to, change, at)
            moved.posts, moved.people = moved.posts + 1, moved.people | {grant.person_id}
    work.flush()
    for unit in ending:
        moved.posts += _end(work, unit, heir, change, at)
        moved.codes.append(str(unit.division_code))
        moved.units += 1
    work.flush()
    return moved


def _unit_of(work: Session, code: str) -> Unit:
    found = select(Unit).where(Unit.division_code == code, Unit.kind == "government")
    return work.scalars(found).one()


def _make(work: Session, place: Place, parent: Division, change: DivisionChange) -> None:
    """The division and its unit as they will be: named anew where there are any."""
    row, spoken = work.get(Division, place.code), display_name(place, {parent.code: parent.name})
    if row is not None:
        unit = _unit_of(work, place.code)
        row.name, unit.name = place.name, spoken
        unit.short_name = short_name(place, spoken)
        return
    row = Division(code=place.code, name=place.name, level=place.level, parent_code=parent.code)
    unit = Unit(name=spoken, level=place.level, kind="government", division_code=place.code)
    unit.parent_id, unit.short_name = _unit_of(work, parent.code).id, short_name(place, spoken)
    work.add(row)
    work.flush()
    work.add(unit)
    work.flush()
    claim = Jurisdiction(unit_id=unit.id, division_code=place.code, why=change.why)
    claim.valid_from, claim.set_by_id, claim.set_at = (
        change.effective_on, change.set_by_id, change.set_at,
    )  # fmt: skip
    work.add(claim)


def _resettle(work: Session, asked: Reshape, moved: Moved) -> None:
    """Communities come to the township that succeeds theirs, or that they were allotted to."""
    for place in reshaping.communities(work, asked.sources):
        to = reshaping.goes_to(asked, place)
        if to != place.parent_code:
            place.parent_code = to
            _unit_of(work, place.code).parent_id = _unit_of(work, to).id
            moved.codes.append(place.code)
            moved.units += 1


def _end(work: Session, unit: Unit, heir: Unit, change: DivisionChange, at: datetime) -> int:
    """A unit and its division end the day before; what hangs on them is its successor's.

    Returns how many posts there were.
    """
    place = work.get_one(Division, unit.division_code)
    place.valid_to = change.effective_on - timedelta(days=1)
    place.successor_code, unit.active = heir.division_code, False
    running = or_(Jurisdiction.valid_to.is_(None), Jurisdiction.valid_to > place.valid_to)
    ended = update(Jurisdiction).where(Jurisdiction.division_code == place.code, running)
    work.execute(
        ended.values(
            valid_to=place.valid_to, ended_by_id=change.set_by_id, ended_at=at, ended_why=change.why
        )
    )
    for told, column in ((Alias, Alias.unit_id), (AccountBatch, AccountBatch.unit_id)):
        work.execute(update(told).where(column == unit.id).values(unit_id=heir.id))
    held = select(Grant).where(Grant.unit_id == unit.id, not_over(change.effective_on))
    grants = work.scalars(held.order_by(Grant.valid_from, Grant.id)).all()
    for grant in grants:
        _hand_on(work, grant, heir, change, at)
    return len(grants)


def _hand_on(work: Session, grant: Grant, heir: Unit, change: DivisionChange, at: datetime) -> None:
    """The same post in the successor; a second keeper there is not, nor the same post twice."""
    day = change.effective_on
    new = Grant(person_id=grant.person_id, unit_id=heir.id, role=grant.role)
    new.position, new.valid_to = grant.position, grant.valid_to
    new.valid_from = max(grant.valid_from, day)
    grant.valid_to = day - timedelta(days=1)
    _tell(work, grant, changes.ENDED, change, at)
    twin = select(Grant.id).where(
        Grant.person_id == new.person_id, Grant.unit_id == heir.id, Grant.role == new.role,
        Grant.position == new.position, not_over(new.valid_from),
    )  # fmt: skip
    kept = new.role == posts.KEEPER and posts.keeper(work, heir.id, day) is not None
    if kept or work.scalars(twin).first() is not None:
        return
    work.add(new)
    work.flush()
    _tell(work, new, changes.GIVEN, change, at)


def _tell(work: Session, grant: Grant, verb: str, change: DivisionChange, at: datetime) -> None:
    told = changes.note(work, grant.person_id, verb, change.set_by_id, at=at)
    told.unit_id, told.role, told.position = grant.unit_id, grant.role, grant.position
    told.valid_from, told.valid_to, told.reason = grant.valid_from, grant.valid_to, change.why
