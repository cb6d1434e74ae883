"""Reading about claims: which units answer for more than their own place, and what they may."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.identity.models import Division, Jurisdiction, Unit

_MOST = 60


def beyond_own(work: Session) -> Sequence[Jurisdiction]:
    """Every claim on a place that is not the unit's own, also those that are over, newest first."""
    found = select(Jurisdiction).join(Unit, Jurisdiction.unit_id == Unit.id)
    found = found.where(
        or_(Unit.division_code.is_(None), Unit.division_code != Jurisdiction.division_code)
    )
    named = found.options(
        joinedload(Jurisdiction.unit),
        joinedload(Jurisdiction.division).joinedload(Division.parent),
        joinedload(Jurisdiction.set_by),
        joinedload(Jurisdiction.ended_by),
    )
    return work.scalars(named.order_by(Jurisdiction.valid_from.desc(), Jurisdiction.id)).all()


def claimers(work: Session) -> Sequence[Unit]:
    """Zones, then districts: who may answer for a place of another."""
    found = select(Unit).where(Unit.level == "district", Unit.kind != "department", Unit.active)
    return work.scalars(found.order_by(Unit.kind, Unit.division_code)).all()


def places_found(work: Session, words: str) -> Sequence[Division]:
    """Divisions in force below the city, by a part of the name or the beginning of the code."""
    if not words:
        return ()
    named = Division.name.contains(words, autoescape=True)
    coded = Division.code.startswith(words, autoescape=True)
    found = select(Division).where(or_(named, coded), Division.valid_to.is_(None))
    found = found.where(Division.level != "city").options(joinedload(Division.parent))
    return work.scalars(found.order_by(Division.code).limit(_MOST)).all()
