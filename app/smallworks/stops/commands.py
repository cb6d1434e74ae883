"""What people do about stops: order one on site, and report work going on under one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.clock import minute
from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.actor import Actor
from app.identity.scope import in_scope
from app.smallworks import photos
from app.smallworks.models import Work
from app.smallworks.patrols.hazards import outstanding
from app.smallworks.patrols.models import Hazard
from app.smallworks.stops import ordering
from app.smallworks.stops.models import StopBreach, StopOrder
from app.smallworks.stops.ordering import LONGEST_FACT, Order, Reason
from app.smallworks.stops.steps import SITE
from app.smallworks.stops.words import LAWS, SCOPES
from app.workflow import attachments, keys
from app.workflow.attachments import Upload
from app.workflow.commands.locked import locked_case
from app.workflow.models import Case
from app.workflow.reach import readable_case

MOST_PHOTOS, LONGEST_REASON, LONGEST_PART = 9, 400, 200
PHOTOS, BREACH_PHOTOS = "stop_photos", "breach_photos"
_NOT_YOURS = "只有本辖区的巡查人员、负责人可以责令停工"
_NOBODY = "没有这个工程，可能不在您的管辖范围内"


@dataclass(frozen=True, slots=True)
class Typed:
    """A stop as it was typed on site: ticked hazards, one reason of one's own, photos."""

    scope: str
    part: str = ""
    hazards: Sequence[str] = ()
    own: str = ""
    own_major: bool = False  # what was written is a major hazard
    law: str = ""
    photos: Sequence[Upload] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of work going on under a stop."""

    fact: str
    photos: Sequence[Upload] = ()


def order_stop(actor: Actor, work_id: str, typed: Typed, key: str, *, at: datetime) -> StopOrder:
    """Stop a work at once: its other cases wait from now on, and the township is to confirm it.

    Raises Invalid for what is missing, Forbidden outside one's reach, Conflict where it stands
    stopped already (who, when) or nobody works there.
    """
    faults = faults_of(typed)
    if not typed.photos:
        faults["photos"] = "至少拍 1 张停工后的现场照片"
    if faults:
        raise Invalid(f"有 {len(faults)} 处需要填写", faults)
    taken = photos.take_in(typed.photos, MOST_PHOTOS)
    with transaction() as work:
        earlier = keys.first_answer(work, actor.id, key, at)
        if earlier is not None:
            return work.get_one(StopOrder, earlier["stop"])
        row = _work(work, actor, work_id)
        locked_case(work, row.case_id)
        work.refresh(row)
        _refuse_stopped(work, row)
        reasons = [ordering.of_hazard(one) for one in _hazards(work, row, typed.hazards)]
        if typed.own.strip():
            reasons.append(Reason(typed.own.strip(), major=typed.own_major))
        order = Order(typed.scope, reasons, typed.part.strip(), typed.law or LAWS[0])
        made = ordering.stop(work, row, order, actor, None, at=at)
        for one in taken:
            attachments.lay_in(work, actor, made.case_id, PHOTOS, one, at=at)
        keys.keep_answer(work, actor.id, key, {"stop": made.id})
    return made


def report_breach(actor: Actor, order_id: str, seen: Seen, key: str, *, at: datetime) -> StopBreach:
    """Work was found going on under a stop (停工期间施工): a bad record is proposed at once.

    Raises Conflict once the stop is lifted.
    """
    fact = seen.fact.strip()
    if not fact or len(fact) > LONGEST_FACT:
        said = f"请写明看到谁在做什么，不超过 {LONGEST_FACT} 字"
        raise Invalid(said, {"fact": said})
    taken = photos.take_in(seen.photos, MOST_PHOTOS)
    with transaction() as work:
        earlier = keys.first_answer(work, actor.id, key, at)
        if earlier is not None:
            return work.get_one(StopBreach, earlier["breach"])
        order = work.get(StopOrder, order_id)
        if order is None:
            raise NotFound("没有这份停工，可能不在您的管辖范围内")
        case = readable_case(work, actor, order.case_id)
        _refuse_strangers(actor, case)
        locked_case(work, order.case_id)
        work.refresh(order)
        if order.lifted_at is not None:
            raise Conflict("该停工已经解除，请刷新后查看", at=order.lifted_at)
        made = ordering.breach(work, order, fact, actor, None, at=at)
        for one in taken:
            attachments.lay_in(work, actor, order.case_id, BREACH_PHOTOS, one, at=at)
        keys.keep_answer(work, actor.id, key, {"breach": made.id})
    return made


def faults_of(typed: Typed) -> dict[str, str]:
    """What is missing or wrong in a stop, before its photos."""
    faults = {}
    if typed.scope not in SCOPES:
        faults["scope"] = "请选择全部停工还是局部停工"
    if typed.scope == "part" and not typed.part.strip():
        faults["part"] = "请写明停哪一部分，如：三层北侧脚手架"
    if len(typed.part) > LONGEST_PART:
        faults["part"] = f"不超过 {LONGEST_PART} 字"
    if not typed.hazards and not typed.own.strip():
        faults["own"] = "请勾选隐患，或者写明停工理由"
    if len(typed.own) > LONGEST_REASON:
        faults["own"] = f"不超过 {LONGEST_REASON} 字"
    if typed.law and typed.law not in LAWS:
        faults["law"] = "请选择法律依据"
    return faults


def _work(work: Session, actor: Actor, work_id: str) -> Work:
    row = work.get(Work, work_id)
    if row is None:
        raise NotFound(_NOBODY)
    _refuse_strangers(actor, readable_case(work, actor, row.case_id))
    return row


def _refuse_strangers(actor: Actor, case: Case) -> None:
    if not in_scope(actor, SITE, case):
        raise Forbidden(_NOT_YOURS)


def _refuse_stopped(work: Session, row: Work) -> None:
    """Of two who order it at once, the second hears who was first."""
    standing = ordering.in_force(work, row)
    if standing is None:
        return
    who, when = standing.ordered_by.name, standing.effective_at
    raise Conflict(f"该工程已由{who}于{minute(when)}责令停工", who=who, at=when)


def _hazards(work: Session, row: Work, ids: Sequence[str]) -> Sequence[Hazard]:
    """The ticked hazards, as they stand; one that was closed meanwhile falls out."""
    return work.scalars(open_hazards(row).where(Hazard.id.in_(ids))).all()


def open_hazards(row: Work) -> Select[Hazard]:
    """The hazards of a work that are found and not put right."""
    found = select(Hazard).where(Hazard.work_id == row.id, outstanding())
    return found.order_by(Hazard.found_at, Hazard.position)
