"""Where a draft is tried out, and who would get its steps there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.clock import local
from app.db import session
from app.engine.types import Party, TaskPolicy
from app.errors import Invalid
from app.identity import queries
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holds_permission
from app.identity.units import Chain, resolve, resolve_all
from app.workflow import assignment, places
from app.workflow.assignment import Departments
from app.workflow.desks import APPLICANT, sits_at, spelled
from app.workflow.studio.wording import party_words

MANY = 300
"""So many places make one list; of more, each township stands for its own, by the first."""
NAMES = "people:read"


@dataclass(frozen=True, slots=True)
class Site:
    """A community, and how a list calls it."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One party of a step there: the unit, and how many of it could take the task, and who."""

    who: str
    unit: str  # empty: the applicant
    count: int = 0
    names: tuple[str, ...] = ()  # only for those who may look the people up


def within(work: Session, unit_id: str, day: date) -> Sequence[Site]:
    """The communities whose cases go by the flows of a unit."""
    chains = resolve_all(places.communities(work, day), day)
    codes = [code for code, found in chains.items() if unit_id in found.upwards]
    lineages = places.lineages(work, codes)
    if len(codes) <= MANY:
        ways = {code: lineages[code] for code in codes}
    else:
        ways = {}
        for code in codes:
            above = lineages[code][:-1]
            if above not in ways.values():
                ways[code] = above
    return [Site(code, " · ".join(map(places.place_name, way))) for code, way in ways.items()]


def chain(unit_id: str, code: str, at: datetime) -> Chain:
    """Who answers at a place where the unit's flows are used. Raises Invalid."""
    found = resolve(code, local(at).date())
    if unit_id not in found.upwards:
        raise Invalid("请选择在哪里试运行", {"place": "请选择这个单位下面的社区（村）"})
    return found


def turns(
    work: Session, actor: Actor, policy: TaskPolicy, where: tuple[Chain, str], day: date
) -> list[Turn]:
    """Who would get a step there, party by party, as `assignment` finds it."""
    departments = Departments(work)
    return [_turn(departments, actor, party, where, day) for party in policy.parties]


def _turn(
    departments: Departments, actor: Actor, party: Party, where: tuple[Chain, str], day: date
) -> Turn:
    said = party_words(party)
    if APPLICANT in party.roles:
        return Turn(said, "")
    pool = assignment.pool_at(departments, *where, party)
    unit = session().get_one(Unit, pool.unit_id)
    desk, there = spelled(party), queries.staff_of([unit.id], day)
    able = [
        one.person.name
        for one in there
        if one.able and any(h.unit_id == unit.id and sits_at(h, desk) for h in one.actor.holds)
    ]
    shown = tuple(able) if holds_permission(actor, NAMES, unit) else ()
    return Turn(said, unit.name, len(able), shown)
