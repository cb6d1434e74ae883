"""Who is to keep the platform from now on, three people or one, and what that gives and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from app.errors import Invalid
from app.identity import duties, passwords
from app.identity.account_models import DutyChange
from app.identity.actor import Actor
from app.identity.models import Grant, Person
from app.identity.permissions import of_hold, rights
from app.identity.posts import KEEPER
from app.identity.queries import ABLE, in_force, not_over
from app.identity.reach import SYSTEM_ROLES, THREE
from app.identity.units import city

_MOST = 20
_PLATFORM = ("platform_admin", KEEPER)
"""What one person holds who keeps it alone, as the first administrator does."""
_EACH = "三员须由三个人分别担任"
_ABLE = "请选择市级机构在岗、已登录过的工作人员"
_GAINS = "提出或确认的人不能由此取得自己没有的权限，请由他人担任"


@dataclass(frozen=True, slots=True)
class Lineup:
    """Who is to keep the platform: three people, or one."""

    system: str = ""
    security: str = ""
    audit: str = ""
    platform: str = ""

    @property
    def apart(self) -> bool:
        """Whether it is three."""
        return not self.platform

    @property
    def named(self) -> Mapping[str, str]:
        """Who, by the field of the form."""
        three = {"system": self.system, "security": self.security, "audit": self.audit}
        return three if self.apart else {"platform": self.platform}


@dataclass(slots=True)
class Plan:
    """What a line-up comes to today."""

    ended: list[tuple[Grant, Person]] = field(default_factory=list)
    given: list[tuple[Person, str]] = field(default_factory=list)
    """Who gets which role of the city."""
    in_the_way: list[tuple[Grant, Person]] = field(default_factory=list)
    """What has to be ended or handed over by hand before."""


def of_change(row: DutyChange) -> Lineup:
    """Who was named."""
    ids = (row.system_id, row.security_id, row.audit_id, row.platform_id)
    return Lineup(*(one or "" for one in ids))


def candidates(work: Session, day: date) -> Sequence[Person]:
    """Who may be named: staff with a post in the city's government, whose password is their own."""
    found = (
        select(Person)
        .join(Grant, Grant.person_id == Person.id)
        .where(Grant.unit_id == city(work).id, in_force(day), Person.staff)
        .where(Person.status == ABLE, Person.password_hash != "", ~Person.must_change)
        .distinct()
        .order_by(Person.id)
    )
    return work.scalars(found).all()


def check(work: Session, actor: Actor, wanted: Lineup) -> None:
    """Refuse whom nobody may name: nobody at all, one for two duties, oneself to more than one has.

    So it cannot be turned on or off without able people to go on.
    """
    able = {person.id for person in candidates(work, actor.day)}
    named = wanted.named
    faults = {key: _ABLE for key, person_id in named.items() if person_id not in able}
    if not faults and len(set(named.values())) < len(named):
        faults = dict.fromkeys(named, _EACH)
    own = frozenset[str]().union(*(of_hold(hold) for hold in actor.holds))
    for key, person_id in named.items():
        if person_id == actor.id and not _carried(key) <= own:
            faults[key] = _GAINS
    if faults:
        raise Invalid(passwords.CORRECT, faults)


def _carried(key: str) -> frozenset[str]:
    return rights(f"{key}_admin", "", "city", "government")


def plan(work: Session, wanted: Lineup, day: date) -> Plan:
    """Which posts end, which are given, and which stand in the way."""
    unit, made = city(work), Plan()
    roles = _roles(work, wanted, unit.id, day)
    three = set(wanted.named.values()) if wanted.apart else set()
    kept = set()
    for grant, person in work.execute(_at_stake(unit.id, wanted.apart, three, day)):
        mine = (person.id, grant.role)
        lasts = grant.valid_from <= day and grant.valid_to is None
        if grant.unit_id != unit.id and grant.role == KEEPER:
            made.in_the_way.append((grant, person))
        elif grant.unit_id == unit.id and mine in roles and lasts and mine not in kept:
            kept.add(mine)
        elif grant.role == "city_gov_admin" and person.id not in three:
            made.in_the_way.append((grant, person))
        else:
            made.ended.append((grant, person))
    lacking = [mine for mine in roles if mine not in kept]
    made.given = [(work.get_one(Person, person_id), role) for person_id, role in lacking]
    return made


def _roles(work: Session, wanted: Lineup, unit_id: str, day: date) -> list[tuple[str, str]]:
    """Who is to hold which role of the city; where one keeps the rest, the auditor stays."""
    if wanted.apart:
        return list(zip(wanted.named.values(), THREE, strict=True))
    auditors = select(Grant.person_id).where(
        Grant.unit_id == unit_id, Grant.role == "audit_admin", in_force(day)
    )
    stay = [(one, "audit_admin") for one in work.scalars(auditors) if one != wanted.platform]
    return [(wanted.platform, role) for role in _PLATFORM] + stay


def _at_stake(unit_id: str, apart: bool, three: set[str], day: date) -> Select[Grant, Person]:
    """The posts at the top, and where three are to keep it, whatever those three hold besides."""
    top = SYSTEM_ROLES | duties.UNDIVIDED if apart else SYSTEM_ROLES | {KEEPER}
    ours = (Grant.unit_id == unit_id) & Grant.role.in_(top)
    found = select(Grant, Person).join(Person, Grant.person_id == Person.id)
    found = found.where(not_over(day), or_(ours, Grant.person_id.in_(three)))
    return found.options(joinedload(Grant.unit)).order_by(Person.id, Grant.valid_from, Grant.id)


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words: who was named to what, who proposed it, who settled it."""

    row: DutyChange
    named: Sequence[tuple[str, str]]
    """(role, name)"""
    by: str
    settled_by: str


def told(work: Session) -> list[Told]:
    """Every change, newest first, what waits before all."""
    newest = select(DutyChange).order_by(DutyChange.proposed_at.desc(), DutyChange.id.desc())
    rows = work.scalars(newest.limit(_MOST)).all()
    ids = {one for row in rows for one in of_change(row).named.values()}
    ids |= {one for row in rows for one in (row.proposed_by_id, row.settled_by_id) if one}
    found = work.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    names = {row.id: row.name for row in found}
    return [
        Told(
            row,
            [(f"{key}_admin", names[one]) for key, one in of_change(row).named.items()],
            by=names[row.proposed_by_id],
            settled_by=names.get(row.settled_by_id or "", ""),
        )
        for row in rows
    ]


def keepers(work: Session, day: date) -> Sequence[tuple[str, str, str]]:
    """(role, name, person id) of whoever keeps the platform on that day; of the three the system's
    first, then security, then audit.
    """
    found = select(Grant.role, Person.name, Person.id).join(Person, Grant.person_id == Person.id)
    top = (Grant.unit_id == city(work).id) & Grant.role.in_(SYSTEM_ROLES | {KEEPER})
    found = found.where(top, in_force(day), Person.status != "disabled")
    rows = work.execute(found.order_by(Grant.role, Grant.valid_from, Grant.id)).all()
    order = (*_PLATFORM, *THREE)
    rows = sorted(rows, key=lambda row: order.index(row.role))
    return [(row.role, row.name, row.id) for row in rows]
