"""Who gets a task: from its step's role and scope, and the case's place, to unit or person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.types import Party
from app.identity.models import Unit
from app.identity.units import LEVELS, Chain, department_of
from app.workflow import kinds
from app.workflow.desks import APPLICANT
from app.workflow.models import Case

DEPARTMENT = "department"
"""`district:department`: the department of the case's category, whichever roles are asked."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Where a task lies: a unit and the units above it, or one person."""

    unit_id: str | None = None
    person_id: str | None = None
    above: tuple[str | None, ...] = (None, None, None, None)


def pool(work: Session, case: Case, party: Party) -> Pool:
    """The pool that one party of a step is, for this case.

    A unit that does not exist at a level is stood in for by the nearest government above it: a step
    never stalls and never passes by itself.
    """
    if APPLICANT in party.roles:
        addressee = kinds.of(case.process_key).addressee(work, case)
        return Pool(person_id=addressee or case.applicant_id or case.filed_by_id)
    chain = Chain(case.l1, case.l2, case.l3, case.l4, case.also_l2)
    return pool_at(Departments(work), chain, case.category, party)


class Departments:
    """The departments of governments, each looked up once for whoever asks for many pools."""

    def __init__(self, work: Session) -> None:
        self._work = work
        self._known: dict[tuple[str, str, str], str | None] = {}

    def find(self, area: str, industry: str, category: str) -> str | None:
        """The one beneath a government: of the named industry, or of the case's category."""
        asked = (area, "", category) if industry in ("", DEPARTMENT) else (area, industry, "")
        if asked not in self._known:
            self._known[asked] = self._look(*asked)
        return self._known[asked]

    def _look(self, area: str, industry: str, category: str) -> str | None:
        if not industry:
            found = department_of(area, category)
            return found.id if found else None
        beneath = select(Unit.id).where(
            Unit.parent_id == area,
            Unit.kind == "department",
            Unit.industry == industry,
            Unit.active,
        )
        return self._work.scalar(beneath)


def pool_at(departments: Departments, chain: Chain, category: str, party: Party) -> Pool:
    """The officials whom a party of a step is, for any case of that place and project type."""
    units = units_of(chain, party)
    area = next(unit for unit in reversed(units) if unit)
    above = (*units, None, None, None)[: len(LEVELS)]
    if not asks_department(party):
        return Pool(unit_id=area, above=above)
    industry = party.scope.partition(":")[2]
    return Pool(unit_id=departments.find(area, industry, category) or area, above=above)


def units_of(chain: Chain, party: Party) -> tuple[str | None, ...]:
    """The units of a place down to the level that a party names."""
    level = party.scope.partition(":")[0]
    return (chain.l1, chain.l2, chain.l3, chain.l4)[: LEVELS.index(level) + 1]


def asks_department(party: Party) -> bool:
    """Whether a party is a department beneath the government of its level."""
    officers = any("_dept_" in role or role == "safety_officer" for role in party.roles)
    return ":" in party.scope or officers
