"""What a visit knows of its site: the work's kind, type, risk and dangerous operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.smallworks import facts
from app.smallworks.models import Work
from app.workflow import definitions, submissions
from app.workflow.models import Case


@dataclass(frozen=True, slots=True)
class Site:
    """By what the checklist is chosen. Of a site that nobody filed, nothing is known."""

    kind: str = ""
    category: str = ""
    risk: str = ""
    flags: frozenset[str] = field(default_factory=frozenset)
    known: bool = True


UNFILED = Site(known=False)


def of_work(session: Session, row: Work | None) -> Site:
    """The site of a work; of none, an unfiled one."""
    if row is None:
        return UNFILED
    flags = facts.read(filed(session, row)).risk_flags
    return Site(row.kind, row.category, row.risk, flags)


def filed(session: Session, row: Work) -> Mapping[str, Any]:
    """The filing of a work as last submitted, secrets readable: never for pages as it stands."""
    case = session.get_one(Case, row.case_id)
    return submissions.start_values(session, case, definitions.get(session, case.version_id))
