"""Reading contractors and their records within scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app import vault
from app.clock import local
from app.errors import NotFound
from app.identity.actor import Actor
from app.smallworks.models import Contractor, Work
from app.smallworks.patrols.hazards import outstanding
from app.smallworks.patrols.models import Hazard
from app.smallworks.records import bans, ledger
from app.smallworks.records.models import BadRecord, MarketBan
from app.workflow.models import Case
from app.workflow.queries.pages import PAGE, Page
from app.workflow.reach import visible

READ = "register:read"


@dataclass(frozen=True, slots=True)
class Row:
    """One contractor in the list."""

    contractor: Contractor
    works: int
    points: int
    ban: MarketBan | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One contractor as officials see them."""

    contractor: Contractor
    code: str  # masked, of a craftsman
    works: Sequence[Work]
    hazards: Sequence[Hazard]
    records: Sequence[BadRecord]
    points: int
    ban: MarketBan | None


def contractors(
    work: Session, actor: Actor, words: str = "", after: str = "", *, at: datetime
) -> Page[Row]:
    """One page of the contractors who have a work, or a record, within scope; by name."""
    query = select(Contractor).where(_reached(actor))
    if words:
        found = Contractor.name.contains(words, autoescape=True)
        query = query.where(or_(found, Contractor.code_index.in_(vault.blinds(words))))
    if after:
        query = query.where(Contractor.id > after[:32])
    rows = work.scalars(query.order_by(Contractor.id).limit(PAGE + 1)).all()
    shown = [_row(work, actor, one, at) for one in rows[:PAGE]]
    return Page(shown, rows[PAGE - 1].id if len(rows) > PAGE else "")


def _row(work: Session, actor: Actor, contractor: Contractor, at: datetime) -> Row:
    mine = select(func.count(Work.id)).join(Work.case).where(visible(actor, READ))
    count = work.scalar(mine.where(Work.contractor_id == contractor.id)) or 0
    points = ledger.points(work, contractor.id, at)
    return Row(contractor, count, points, bans.of_contractor(work, contractor, local(at).date()))


def sheet(work: Session, actor: Actor, contractor_id: str, *, at: datetime) -> Sheet:
    """One contractor, with what of theirs lies within scope. Raises NotFound."""
    mine = Contractor.id == contractor_id
    contractor = work.scalars(select(Contractor).where(mine, _reached(actor))).first()
    if contractor is None:
        raise NotFound("没有查到这个施工方")
    code = vault.unseal(contractor.code)
    return Sheet(
        contractor=contractor,
        code=code if contractor.kind == "enterprise" else vault.mask(code),
        works=_works(work, actor, contractor_id),
        hazards=_hazards(work, actor, contractor_id),
        records=_records(work, contractor_id),
        points=ledger.points(work, contractor_id, at),
        ban=bans.of_contractor(work, contractor, local(at).date()),
    )


def _works(work: Session, actor: Actor, contractor_id: str) -> Sequence[Work]:
    found = (
        select(Work)
        .join(Work.case)
        .where(visible(actor, READ), Work.contractor_id == contractor_id)
        .options(contains_eager(Work.case))
        .order_by(Work.submitted_at.desc(), Work.id)
    )
    return work.scalars(found.limit(PAGE)).all()


def _hazards(work: Session, actor: Actor, contractor_id: str) -> Sequence[Hazard]:
    """Those of concluded visits that are not closed yet."""
    found = (
        select(Hazard)
        .join(Work, Hazard.work_id == Work.id)
        .join(Case, Work.case_id == Case.id)
        .where(visible(actor, READ), Work.contractor_id == contractor_id, outstanding())
        .order_by(Hazard.found_at, Hazard.id)
    )
    return work.scalars(found.limit(PAGE)).all()


def _records(work: Session, contractor_id: str) -> Sequence[BadRecord]:
    """All of them, wherever they were decided: points and bans hold everywhere."""
    found = (
        select(BadRecord)
        .join(BadRecord.case)
        .where(BadRecord.contractor_id == contractor_id)
        .options(contains_eager(BadRecord.case))
        .order_by(BadRecord.proposed_at.desc(), BadRecord.id)
    )
    return work.scalars(found.limit(PAGE)).all()


def _reached(actor: Actor) -> ColumnElement[bool]:
    """Contractors with a work or a record within this person's scope."""
    works = select(Work.contractor_id).join(Work.case).where(visible(actor, READ))
    records = select(BadRecord.contractor_id).join(BadRecord.case).where(visible(actor))
    return or_(Contractor.id.in_(works), Contractor.id.in_(records))
