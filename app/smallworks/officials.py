"""The officials who hear of what happens at a work: heads of a unit, leaders, the department."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import local
from app.identity.models import Person
from app.identity.units import department_of
from app.workflow.models import Case
from app.workflow.superiors import posted

COMMUNITY, TOWNSHIP, DEPARTMENT = "community", "township", "department"


def unit_of(work: Session, case: Case, level: str) -> str | None:
    """The unit of that level that a case lies with; the nearest government where there is none."""
    if level == DEPARTMENT:
        return _department(case) or case.l2 or case.l1
    nearest = (case.l4, case.l3, case.l2, case.l1) if level == COMMUNITY else (
        case.l3, case.l2, case.l1
    )  # fmt: skip
    return next((unit for unit in nearest if unit), None)


def heads(work: Session, case: Case, level: str, at: datetime) -> Sequence[Person]:
    """The heads of that unit; of a department without one, its users."""
    unit = unit_of(work, case, level)
    roles = ("district_dept_user", "district_dept_admin") if level == DEPARTMENT else ()
    return posted(work, [unit], ("head",), roles, local(at).date())


def leaders(work: Session, case: Case, level: str, at: datetime) -> Sequence[Person]:
    """Those who answer for the unit and for the township above it (分管领导)."""
    units = [unit_of(work, case, level), case.l3 if level == COMMUNITY else None]
    return posted(work, units, ("leader",), (), local(at).date())


def department(work: Session, case: Case, at: datetime) -> Sequence[Person]:
    """Those of the department for this type of work who look after safety."""
    roles = ("district_dept_user", "district_dept_admin")
    day = local(at).date()
    return posted(work, [_department(case)], ("head", "safety_officer"), roles, day)


def _department(case: Case) -> str | None:
    found = department_of(case.l2 or "", case.category)
    return found.id if found else None
