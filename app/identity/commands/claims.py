"""管辖: which unit claims which divisions beside those of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.clock import local
from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import audit, changes, passwords, reshaping
from app.identity.actor import Actor
from app.identity.models import Division, Jurisdiction, Unit
from app.identity.permissions import holding
from app.identity.units import LEVELS

PERMISSION = "places:edit"
_OUT_OF_REACH = "区划和管辖由市级系统后台管理员、市级政府管理员和平台管理员维护"


@dataclass(frozen=True, slots=True)
class NewClaim:
    """What a unit is to answer for, from one day until another, and who reads on."""

    unit_id: str
    division_code: str
    valid_from: date
    valid_to: date | None = None
    exclusive: bool = True
    shared_view: bool = True


def claim_place(actor: Actor, given: NewClaim, reason: str, *, at: datetime) -> Jurisdiction:
    """Let a unit answer for a place. What was filed there before stays with whom it lies."""
    refuse_others(actor)
    why, today = changes.reason(reason), local(at).date()
    _check_days(given, today)
    with transaction() as work:
        unit, place = _fitting(work, given, today)
        _refuse_twins(work, given, unit, place)
        reshaping.refuse_planned(work, [place.code])
        claim = Jurisdiction(unit_id=unit.id, division_code=place.code, why=why)
        claim.valid_from, claim.valid_to = given.valid_from, given.valid_to
        claim.exclusive, claim.shared_view = given.exclusive, given.shared_view
        claim.set_by_id, claim.set_at = actor.id, at
        work.add(claim)
        _note(work, actor, claim, "claim_set", at)
    return claim


def end_claim(actor: Actor, claim_id: str, last_day: date, reason: str, *, at: datetime) -> None:
    """End a claim with that day; with yesterday, it ends at once."""
    refuse_others(actor)
    why, today = changes.reason(reason), local(at).date()
    if last_day < today - timedelta(days=1):
        raise Invalid(passwords.CORRECT, {"last_day": "最后一天不能早于昨天"})
    with transaction() as work:
        claim = work.get(Jurisdiction, claim_id, with_for_update=True, populate_existing=True)
        if claim is None:
            raise NotFound("没有找到这项管辖")
        if claim.division_code == claim.unit.division_code:
            raise Conflict("这是该单位本级的区划，随区划变更调整，不能单独结束")
        if claim.valid_to is not None and claim.valid_to < today:
            raise Conflict("这项管辖已经结束")
        if claim.valid_to is not None and last_day > claim.valid_to:
            raise Invalid(passwords.CORRECT, {"last_day": "延长请另设一项管辖"})
        claim.valid_to = last_day
        claim.ended_by_id, claim.ended_at, claim.ended_why = actor.id, at, why
        _note(work, actor, claim, "claim_ended", at)


def refuse_others(actor: Actor) -> None:
    """Raises Forbidden for whoever does not keep the places of the city."""
    if not holding(actor, PERMISSION):
        raise Forbidden(_OUT_OF_REACH)


def _check_days(given: NewClaim, today: date) -> None:
    faults = {}
    if given.valid_from < today:
        faults["valid_from"] = "生效日期不能早于今天"
    if given.valid_to is not None and given.valid_to < given.valid_from:
        faults["valid_to"] = "截止日期不能早于生效日期"
    if faults:
        raise Invalid(passwords.CORRECT, faults)


def _fitting(work: Session, given: NewClaim, today: date) -> tuple[Unit, Division]:
    """The unit, and the place, locked: of two who claim it at once the second sees the first."""
    unit, faults = work.get(Unit, given.unit_id), {}
    if unit is None or not unit.active or unit.kind == "department":
        faults["unit"] = "请选择政府或功能区"
    place = work.get(Division, given.division_code, with_for_update=True, populate_existing=True)
    if place is None or (place.valid_to is not None and place.valid_to < today):
        faults["place"] = "请选择现有的区划"
    elif unit is not None and LEVELS.index(place.level) < LEVELS.index(unit.level):
        faults["place"] = f"“{place.name}”的级别高于“{unit.name}”"
    if faults or unit is None or place is None:
        raise Invalid(passwords.CORRECT, faults)
    return unit, place


def _refuse_twins(work: Session, given: NewClaim, unit: Unit, place: Division) -> None:
    """One claim of a unit on a place at a time, and one exclusive claim of anybody."""
    found = select(Jurisdiction).where(
        Jurisdiction.division_code == place.code,
        or_(Jurisdiction.valid_to.is_(None), Jurisdiction.valid_to >= given.valid_from),
    )
    if given.valid_to is not None:
        found = found.where(Jurisdiction.valid_from <= given.valid_to)
    for claim in work.scalars(found.order_by(Jurisdiction.valid_from)):
        since = f"{claim.valid_from}起" + (f"至{claim.valid_to}" if claim.valid_to else "")
        if claim.unit_id == unit.id:
            raise Conflict(f"“{unit.name}”已经管辖“{place.name}”（{since}），不用再设")
        if claim.exclusive and given.exclusive:
            raise Conflict(
                f"“{place.name}”已由“{claim.unit.name}”单独管辖（{since}），请先结束那一项"
            )


def _note(work: Session, actor: Actor, claim: Jurisdiction, verb: str, at: datetime) -> None:
    work.flush()
    alone = "exclusive" if claim.exclusive else "beside"
    what = f"claim:{claim.id} {claim.division_code} {alone} {claim.valid_from} {claim.valid_to}"
    deed = audit.Deed(verb, actor.id, f"unit:{claim.unit_id}", what, actor.address)
    audit.record(work, deed, at=at)
