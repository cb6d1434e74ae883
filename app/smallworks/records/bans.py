"""Bans from the market (清除出市场): whom they shut out, until when, and how they end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app import vault
from app.clock import long_day
from app.errors import Conflict
from app.smallworks.models import Contractor, Work
from app.smallworks.records.models import BadRecord, MarketBan


def in_force(day: date) -> ColumnElement[bool]:
    """The condition on bans that hold on this day."""
    lasts = or_(MarketBan.ends_on >= day, MarketBan.until_fixed)
    return MarketBan.lifted_at.is_(None) & (MarketBan.starts_on <= day) & lasts


def faults(work: Session, codes: Mapping[str, str], day: date) -> dict[str, str]:
    """What is wrong with each field whose number belongs to somebody banned.

    `codes` are credit codes and identity numbers as typed: of the firm, the craftsman, and the
    legal representative, so that nobody comes back as another firm.
    """
    blinds = ((name, index) for name, code in codes.items() for index in vault.blinds(code))
    wanted = [(name, index) for name, index in blinds if index]
    if not wanted:
        return {}
    held = _by_index(work, (index for _, index in wanted), day)
    return {name: refusal(held[index]) for name, index in wanted if index in held}


def refuse_approval(work: Session, codes: Mapping[str, str], day: date) -> None:
    """Raises Conflict if whoever is to do a work that was filed is banned by now."""
    if faults(work, codes, day):
        raise Conflict(
            "施工方在审核期间被清除出小散工程和零星作业市场，不能通过；请退回补正（更换施工方）或不予备案"
        )


def _by_index(work: Session, indexes: Iterable[str], day: date) -> dict[str, MarketBan]:
    """The ban behind each blind index; of several, the one that ends last."""
    asked = set(indexes)
    meets = or_(MarketBan.code_index.in_(asked), MarketBan.legal_rep_index.in_(asked))
    bans = work.scalars(select(MarketBan).where(meets, in_force(day)).order_by(*_LASTING)).all()
    pairs = ((index, ban) for ban in bans for index in _bound(ban))
    return {index: ban for index, ban in pairs if index in asked}


_LASTING = (MarketBan.until_fixed, MarketBan.ends_on, MarketBan.id)


def refusal(ban: MarketBan) -> str:
    """What whoever names a banned contractor is told."""
    until = f"{long_day(ban.ends_on)}前"
    if ban.until_fixed:
        until += "且重大隐患消除前"
    banned = "该施工方（或其负责人）已被清除出市场"
    return f"{banned}，{until}不得承接小散工程和零星作业，请另选施工方"


def of_contractor(work: Session, contractor: Contractor, day: date) -> MarketBan | None:
    """The ban that shuts this contractor out today, its own or that of who stands behind it.

    Who stands behind is whom an official confirmed for this very contractor: what filings say was
    typed by their filers, and anybody may cite a firm's public number.
    """
    confirmed = select(MarketBan.legal_rep_index).where(
        MarketBan.contractor_id == contractor.id, MarketBan.legal_rep_index != ""
    )
    held = _by_index(work, {contractor.code_index, *work.scalars(confirmed.distinct())}, day)
    return max(held.values(), key=lambda ban: (ban.until_fixed, ban.ends_on), default=None)


@dataclass(frozen=True, slots=True)
class Term:
    """From when and until when a ban holds; `until_fixed`: and not before a hazard is fixed."""

    starts_on: date
    ends_on: date
    until_fixed: bool


def impose(work: Session, record: BadRecord, legal_rep_index: str, term: Term) -> MarketBan:
    """Shut the contractor of a record out, and the legal representative if one was confirmed."""
    ban = MarketBan(
        bad_record=record, contractor=record.contractor, code_index=record.contractor.code_index,
        legal_rep_index=legal_rep_index, starts_on=term.starts_on, ends_on=term.ends_on,
        until_fixed=term.until_fixed,
    )  # fmt: skip
    work.add(ban)
    record.banned = True
    return ban


def works_of(work: Session, ban: MarketBan) -> Sequence[Work]:
    """The works of whoever this ban binds: by their number, or named as the representative."""
    bound = _bound(ban)
    theirs = or_(Contractor.code_index.in_(bound), Work.legal_rep_index.in_(bound))
    found = select(Work).outerjoin(Work.contractor).where(theirs)
    return work.scalars(found.order_by(Work.id)).all()


def _bound(ban: MarketBan) -> list[str]:
    return [index for index in (ban.code_index, ban.legal_rep_index) if index]


def of_record(work: Session, record: BadRecord) -> MarketBan | None:
    """The ban that a record brought."""
    return work.scalars(select(MarketBan).where(MarketBan.bad_record_id == record.id)).first()


def lift(work: Session, record: BadRecord, why: str, at: datetime) -> None:
    """End the ban of a record, if it brought one that still holds."""
    ban = of_record(work, record)
    if ban is not None and ban.lifted_at is None:
        ban.lifted_at, ban.lifted_why = at, why
