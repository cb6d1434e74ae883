"""The register of hazards (隐患台账): those of my places, narrowed, counted, paged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.smallworks.models import Work
from app.smallworks.patrols.models import Hazard, Patrol
from app.smallworks.rectifications.words import GRADES, LATE, STATES
from app.workflow.models import Case
from app.workflow.queries.pages import MOST_COUNTED
from app.workflow.reach import CASE_COLUMNS, visible

READ = "register:read"
PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the register is narrowed: a state or `late`, a grade, a unit, words."""

    state: str = ""
    grade: str = ""
    unit: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A hazard with its work, and the case where it was found."""

    hazard: Hazard
    work: Work | None
    case: Case


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and where the next page begins."""

    lines: Sequence[Line]
    after: str


def hazards(work: Session, actor: Actor, wanted: Wanted, after: str = "", *, at: datetime) -> Page:
    """One page, the last found first."""
    found = _mine(select(Hazard, Work, Case), actor, wanted, at)
    found = found.order_by(Hazard.id.desc()).limit(PAGE + 1)
    if after:
        found = found.where(Hazard.id < after)
    lines = [Line(*row) for row in work.execute(found).all()]
    more = len(lines) > PAGE
    return Page(lines[:PAGE], lines[PAGE - 1].hazard.id if more else "")


def count(work: Session, actor: Actor, wanted: Wanted, *, at: datetime) -> int:
    """How many there are, as far as anybody counts."""
    found = _mine(select(Hazard.id), actor, wanted, at).limit(MOST_COUNTED).subquery()
    return work.scalar(select(func.count()).select_from(found)) or 0


def totals(work: Session, actor: Actor, *, at: datetime) -> Mapping[str, int]:
    """How many wait to be put right, are late, wait for a re-inspection, are major and open."""
    still = Hazard.state != "closed"
    parts: dict[str, ColumnElement[bool]] = {
        "open": Hazard.state == "open",
        LATE: _late(at),
        "answered": Hazard.state == "answered",
        "major": and_(still, Hazard.grade == "major"),
    }
    sums = [func.sum(case((part, 1), else_=0)).label(name) for name, part in parts.items()]
    row = work.execute(_mine(select(*sums), actor, Wanted(), at).where(still)).one()
    return {name: int(getattr(row, name) or 0) for name in parts}


def _mine(
    found: Select[*tuple[Any, ...]], actor: Actor, wanted: Wanted, at: datetime
) -> Select[*tuple[Any, ...]]:
    """Hazards of concluded patrols in this person's places, narrowed as wanted."""
    found = found.select_from(Hazard).join(Patrol, Hazard.patrol_id == Patrol.id)
    found = found.join(Case, Patrol.case_id == Case.id)
    found = found.outerjoin(Work, Hazard.work_id == Work.id)
    found = found.where(
        visible(actor, READ), Patrol.concluded_at.is_not(None), Hazard.state.in_(STATES)
    )
    return found.where(*_narrowed(wanted, at))


def _narrowed(wanted: Wanted, at: datetime) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.state == LATE:
        asked.append(_late(at))
    elif wanted.state in STATES:
        asked.append(Hazard.state == wanted.state)
    if wanted.grade in GRADES:
        asked.append(Hazard.grade == wanted.grade)
    if wanted.unit:
        levels = (CASE_COLUMNS.l2, CASE_COLUMNS.l3, CASE_COLUMNS.l4)
        asked.append(or_(*(level == wanted.unit for level in levels)))
    if wanted.q:
        said = (Hazard.text, Work.name, Case.place)
        asked.append(or_(*(each.contains(wanted.q, autoescape=True) for each in said)))
    return asked


def _late(at: datetime) -> ColumnElement[bool]:
    """Its deadline passed, and nothing was reported."""
    return and_(Hazard.state == "open", Hazard.deadline.is_not(None), Hazard.deadline < at)
