"""Works that may be one work split up (拆分): same place, owner or contractor within 90 days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app import vault
from app.smallworks.facts import Facts, address_key
from app.smallworks.models import Contractor, Work
from app.workflow.models import Case

WITHIN = timedelta(days=90)
_GONE = ("rejected", "withdrawn", "lapsed")


def found(work: Session, case: Case, facts: Facts, at: datetime) -> tuple[str, ...]:
    """What reviewers are told: how many works share the address, the owner or the contractor."""
    here = Work.division_code == case.division_code
    owners = [index for index in vault.blinds(facts.owner_code) if index]
    told = (
        (here & (Work.address_key == address_key(facts.address)), "同一地址"),
        (Work.owner_index.in_(owners), "同一业主"),
        (here & Work.contractor_id.in_(_contractor(facts)), "同一施工方在本社区（村）"),
    )
    counts = ((_count(work, case, same, at), words) for same, words in told)
    return tuple(
        f"{words} {WITHIN.days} 日内另有 {count} 项备案，请核实是否拆分工程"
        for count, words in counts
        if count
    )


def _contractor(facts: Facts) -> Select[str]:
    known = Contractor.code_index.in_(vault.blinds(facts.builder.code))
    return select(Contractor.id).where(known)


def _count(work: Session, case: Case, same: ColumnElement[bool], at: datetime) -> int:
    return (
        work.scalar(
            select(func.count())
            .select_from(Work)
            .where(same, Work.case_id != case.id, Work.submitted_at >= at - WITHIN)
            .where(Work.state.not_in(_GONE))
        )
        or 0
    )
