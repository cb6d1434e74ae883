"""Whose accounts an administrator may touch: staff within reach, no peers, nobody above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app import vault
from app.db import session
from app.errors import Forbidden, NotFound
from app.identity.actor import Actor
from app.identity.models import Grant, Jurisdiction, Person, Unit
from app.identity.permissions import holding, rights
from app.identity.queries import not_over
from app.identity.units import lineage

OUT_OF_REACH = "您只能重置本单位及下级工作人员的密码；本人和同级、上级管理员的密码请联系上级管理员"
THREE = ("system_admin", "security_admin", "audit_admin")
"""Who keeps the platform where the duties are apart (三员), one each."""
SYSTEM_ROLES = frozenset({"platform_admin", *THREE})
"""Given by the platform administrator, or where the duties are apart by two of the three; their
passwords only on the server itself.
"""
_OVER_ALL = frozenset({"platform_admin", "security_admin"})
_AT_THE_TOP = (
    "平台管理员和三员的账号不在这里办理，也不能兼任其他职务：换人在“三员分立”页，密码在服务器上重置"
)


def may_administer(work: Session, actor: Actor, person: Person, permission: str) -> bool:
    """Whether this administrator reaches all that a person holds or will hold.

    Whoever holds nothing any more is kept by those who kept them last.
    """
    if person.id == actor.id:
        return False
    held = standing(work, person.id, actor.day)
    grants = held or _last(work, person.id)
    return (
        bool(grants)
        and not _at_the_top(held)
        and all(
            reaches(actor, permission, grant.unit, (grant.role, grant.position)) for grant in grants
        )
    )


def _at_the_top(grants: Iterable[Grant]) -> bool:
    return any(grant.role in SYSTEM_ROLES for grant in grants)


def standing(work: Session, person_id: str, day: date) -> Sequence[Grant]:
    """What somebody holds on that day or will hold, with the units, in the order of its dates."""
    found = select(Grant).where(Grant.person_id == person_id, not_over(day))
    ordered = found.options(joinedload(Grant.unit)).order_by(Grant.valid_from, Grant.id)
    return work.scalars(ordered).all()


def _last(work: Session, person_id: str) -> Sequence[Grant]:
    mine = Grant.person_id == person_id
    last = select(func.max(Grant.valid_to)).where(mine).scalar_subquery()
    return work.scalars(select(Grant).where(mine, Grant.valid_to == last)).all()


def administrable(
    work: Session, actor: Actor, people: Iterable[Person], permission: str
) -> list[Person]:
    """Those of many whom `may_administer` would allow; each post of a unit is asked for once."""
    asked = {person.id: person for person in people if person.id != actor.id}
    found = select(Grant).where(Grant.person_id.in_(asked), not_over(actor.day))
    posts: dict[tuple[str, str, str], bool] = {}
    reached: dict[str, bool] = {}
    for grant in work.scalars(found.options(joinedload(Grant.unit))):
        post = (grant.unit_id, grant.role, grant.position)
        if post not in posts:
            posts[post] = grant.role not in SYSTEM_ROLES and reaches(
                actor, permission, grant.unit, post[1:]
            )
        reached[grant.person_id] = reached.get(grant.person_id, True) and posts[post]
    return [person for key, person in asked.items() if reached.get(key)]


def reaches(actor: Actor, permission: str, unit: Unit, post: tuple[str, str]) -> bool:
    """Whether the actor reaches this post in this unit; an administrator's post only from above."""
    role, position = post
    holds = holding(actor, permission)
    if any(hold.role in _OVER_ALL for hold in holds):
        return True
    above = lineage(unit, actor.day)
    if "people:reset" in rights(role, position, unit.level, unit.kind):
        above -= {unit.id}
    return any(hold.unit_id in above for hold in holds)


def units_within(actor: Actor, permission: str) -> ColumnElement[bool]:
    """The condition on units that `lineage` counts as reached by this person; for lists."""
    holds = holding(actor, permission)
    own = [hold.unit_id for hold in holds]
    areas = [hold for hold in holds if hold.unit_kind != "department"]
    return or_(Unit.id.in_(own), Unit.id.in_(beneath([hold.unit_id for hold in areas], actor.day)))


def units_found(work: Session, actor: Actor, permission: str, words: str) -> Sequence[Unit]:
    """Units within reach by a part of their names; without words one's own and those beneath."""
    own = [hold.unit_id for hold in holding(actor, permission)]
    near = or_(Unit.id.in_(own), Unit.parent_id.in_(own))
    wanted = Unit.name.contains(words, autoescape=True) if words else near
    found = select(Unit).where(units_within(actor, permission), Unit.active, wanted)
    return work.scalars(found.order_by(Unit.level, Unit.division_code, Unit.name).limit(PAGE)).all()


def governments_within(work: Session, actor: Actor, permission: str) -> Sequence[Unit]:
    """The city, districts and zones that this person reaches by a permission; no departments."""
    found = select(Unit).where(
        units_within(actor, permission),
        Unit.level.in_(("city", "district")),
        Unit.kind != "department",
        Unit.active,
    )
    return work.scalars(found.order_by(Unit.level, Unit.division_code, Unit.name)).all()


def beneath(ids: Sequence[str], day: date) -> Select[tuple[str]]:
    """The ids of these units, of those in their trees, and of those on a place that they alone
    claim.
    """
    claimed = select(Jurisdiction.division_code).where(
        Jurisdiction.unit_id.in_(ids),
        Jurisdiction.exclusive,
        Jurisdiction.valid_from <= day,
        or_(Jurisdiction.valid_to.is_(None), Jurisdiction.valid_to >= day),
    )
    tops = select(Unit.id).where(or_(Unit.id.in_(ids), Unit.division_code.in_(claimed)))
    tree = tops.cte("tree", recursive=True)
    tree = tree.union(select(Unit.id).join(tree, Unit.parent_id == tree.c.id))
    return select(tree.c.id)


PAGE = 50


def staff_within(
    actor: Actor, words: str = "", after: str = ""
) -> Sequence[tuple[Person, tuple[Grant, ...]]]:
    """One page of the staff whom this person administers, in the order of entry, with their grants.

    Who has left is listed where they held a post, and holds none.
    `words` is part of a name, the beginning of an account, or a whole telephone number. One row
    more than a page says that there is another page.
    """
    within = select(Grant.person_id).join(Unit, Grant.unit_id == Unit.id)
    within = within.where(units_within(actor, "people:read"))
    busy = select(Grant.person_id).where(not_over(actor.day))
    theirs = or_(Person.id.in_(within.where(not_over(actor.day))), Person.id.not_in(busy))
    found = select(Person).where(Person.staff, Person.id.in_(within), theirs, Person.id > after)
    if words:
        found = found.where(_matching(words))
    people = session().scalars(found.order_by(Person.id).limit(PAGE + 1)).all()
    grants = (
        select(Grant)
        .where(Grant.person_id.in_([person.id for person in people]), not_over(actor.day))
        .options(joinedload(Grant.unit))
        .order_by(Grant.valid_from, Grant.id)
    )
    held = session().scalars(grants).all()
    return [(one, tuple(row for row in held if row.person_id == one.id)) for one in people]


def administered(actor: Actor, person_id: str) -> Person:
    """A member of the staff whom this person administers; Forbidden or NotFound otherwise."""
    person = session().get(Person, person_id)
    return _theirs(session(), actor, person, "people:reset", OUT_OF_REACH)


def kept(work: Session, actor: Actor, person_id: str, permission: str, refusal: str) -> Person:
    """The same for a command that changes the account: the row locked, the refusal its own."""
    person = work.get(Person, person_id, with_for_update=True, populate_existing=True)
    return _theirs(work, actor, person, permission, refusal)


def _theirs(
    work: Session, actor: Actor, person: Person | None, permission: str, refusal: str
) -> Person:
    if person is None or not person.staff:
        raise NotFound("没有找到这名工作人员")
    if not may_administer(work, actor, person, permission):
        top = person.id != actor.id and _at_the_top(standing(work, person.id, actor.day))
        raise Forbidden(_AT_THE_TOP if top else refusal)
    return person


def _matching(words: str) -> ColumnElement[bool]:
    return or_(
        Person.name.contains(words, autoescape=True),
        Person.account.startswith(words.lower(), autoescape=True),
        Person.phone_index.in_(vault.blinds(words)),
    )
