"""What is said before and after a bad record (不良行为) is put down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.clock import long_day
from app.smallworks.models import Contractor, Paper
from app.smallworks.papers.kinds import KINDS
from app.smallworks.papers.said.sites import Said, day, of_work, sentence
from app.smallworks.records import words
from app.smallworks.records.models import BadRecord, MarketBan
from app.workflow.models import Event

_ENTERPRISE, _WAIVED = "enterprise", "waive"


def bad_record_notice(work: Session, record: BadRecord, at: datetime) -> Said:
    """What is meant to be recorded, and by what it is shown."""
    return {
        **_record(work, record, at),
        "evidence": _evidence(work, record),
        "proposed": f"记入不良档案，记 {record.points} 分，并向社会公示；"
        "12 个月内累计达到规定分值的，清除出小散工程和零星作业市场。",
    }


def bad_record_decision(work: Session, record: BadRecord, at: datetime) -> Said:
    """What is recorded, until when it is shown, and whether the market is closed to them."""
    ban = work.scalars(select(MarketBan).where(MarketBan.bad_record_id == record.id)).first()
    ends = long_day(record.ends_on) if record.ends_on else "修复之日"
    return {
        **_record(work, record, at),
        "defence": _defence(work, record),
        "ends": ends,
        "term": f"自 {day(record.published_at or at)} 至 {ends}",
        "banned": ban is not None,
        "ban": _ban(ban) if ban else "不清除出市场",
    }


def _record(work: Session, record: BadRecord, at: datetime) -> Said:
    said = of_work(work, record.work, record.case)
    return {
        **said,
        "name": said["name"] if record.work else "未备案工程",
        "contractor": record.name,
        "addressed": record.name,
        "code": _code(record.contractor),
        "grounds": words.grounds(record.grounds),
        "fact": sentence(record.fact),
        "points": f"{record.points} 分",
        "day": day(at),
    }


def _code(contractor: Contractor) -> str:
    """A firm's credit code is public; a craftsman's identity number is not."""
    code = vault.unseal(contractor.code)
    return code if contractor.kind == _ENTERPRISE else vault.mask(code)


def _evidence(work: Session, record: BadRecord) -> str:
    """The papers of the case out of which this one came."""
    papers = select(Paper).where(
        Paper.case_id == (record.case.parent_id or ""), Paper.void_at.is_(None)
    )
    issued = work.scalars(papers.order_by(Paper.issued_at, Paper.id))
    named = [f"{KINDS[one.kind].title}（{one.number}）" for one in issued]
    return "、".join(named) or "巡查和调查记录"


def _defence(work: Session, record: BadRecord) -> str:
    """Whether the contractor's own account was heard."""
    theirs = select(Event.outcome).where(
        Event.case_id == record.case_id,
        Event.verb == "decided",
        Event.actor_id == record.case.applicant_id,
    )
    said = work.scalars(theirs.order_by(Event.seq)).first() if record.case.applicant_id else None
    if said is None:
        return "当事人在规定期限内未提出陈述和申辩"
    if said == _WAIVED:
        return "当事人放弃陈述和申辩"
    return "当事人已陈述和申辩，作出决定前已经复核"


def _ban(ban: MarketBan) -> str:
    until = "，且重大隐患消除前不解除" if ban.until_fixed else ""
    behind = "，法定代表人一并清除" if ban.legal_rep_index else ""
    return f"自 {long_day(ban.starts_on)} 至 {long_day(ban.ends_on)} 清除出市场{until}{behind}"
