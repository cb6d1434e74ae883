"""Who may open which case (发起): by the kind's `starter`, the place, and the work it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Forbidden, Invalid, Refusal
from app.identity.actor import Actor, Hold
from app.identity.permissions import PERMISSIONS, holds_permission
from app.identity.scope import hold_at, in_scope
from app.identity.units import Chain
from app.workflow import definitions, kinds, links, places
from app.workflow.backstage import AccessLink
from app.workflow.kinds import PUBLIC, SYSTEM, CaseKind, Intent
from app.workflow.models import Case, ProcessVersion
from app.workflow.reach import readable_case

_NOT_YOURS = "您没有发起该事项的权限，如工作需要请联系本单位系统后台管理员"


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a person opens a case: its place, the first case of its work, the assignment."""

    chain: Chain
    subject: Case | None
    hold: Hold | None


def offered(actor: Actor, key: str) -> bool:
    """Whether lists offer this process to this person, wherever the place may be."""
    kind = kinds.of(key)
    if kind.about or kind.starter == SYSTEM:
        return False
    if kind.starter == PUBLIC:
        return not actor.staff or holds_permission(actor, places.ON_BEHALF)
    return holds_permission(actor, kind.starter)


def refuse_unoffered(actor: Actor, key: str) -> None:
    """Raises Forbidden for a process that lists do not offer to this person."""
    if not offered(actor, key):
        raise Forbidden(_NOT_YOURS)


def at_place(work: Session, actor: Actor, process: str, code: str, at: datetime) -> Ground:
    """The ground of a case that begins at a place. Raises Invalid, Forbidden."""
    kind = kinds.of(process)
    if kind.about:
        raise Invalid("该事项须从所涉工程的办件页面发起")
    if kind.starter == SYSTEM:
        raise Forbidden("该事项由系统自动发起，不能申报")
    if kind.starter == PUBLIC:
        chain = places.answering(work, actor, code, at)
        return Ground(chain, None, hold_of(actor, places.ON_BEHALF, chain))
    chain = places.chain_of(work, code, at)
    hold = hold_of(actor, kind.starter, chain)
    if hold is None:
        raise Forbidden(_NOT_YOURS)
    return Ground(chain, None, hold)


def about(work: Session, actor: Actor, process: str, subject: Case, at: datetime) -> Ground:
    """The ground of a case about the work of an earlier one. Raises Invalid, Forbidden."""
    kind = kinds.of(process)
    if not kind.about:
        raise Invalid("该事项不针对已有工程，请从“我要办事”申报")
    if not _may_begin(Intent(work, at, actor), kind, subject):
        raise Forbidden(_NOT_YOURS)
    chain = chain_of(subject)
    permission = places.ON_BEHALF if kind.starter == PUBLIC else kind.starter
    return Ground(chain, subject, hold_of(actor, permission, chain))


def subject_for(work: Session, actor: Actor, case_id: str) -> Case:
    """The first case of the work of a case that this person may see. Raises NotFound."""
    return first_case(work, readable_case(work, actor, case_id))


def _may_begin(intent: Intent, kind: CaseKind, subject: Case) -> bool:
    if kind.starter == SYSTEM:
        return False
    if kind.starter != PUBLIC:
        return in_scope(intent.actor, kind.starter, subject)
    if intent.actor.staff:
        return in_scope(intent.actor, places.ON_BEHALF, subject)
    return _party(intent, subject)


def _party(intent: Intent, subject: Case) -> bool:
    """Whether one of the public has a part in this work: applied, was asked, or holds a link."""
    cases = Case.subject_id == subject.subject_id
    asked = select(Case.id).where(cases, Case.applicant_id == intent.actor.id)
    linked = select(AccessLink.id).join(Case, Case.id == AccessLink.case_id)
    linked = linked.where(cases, AccessLink.person_id == intent.actor.id, links.lasting(intent.at))
    return any(intent.work.scalar(found.limit(1)) for found in (asked, linked))


def ask_kind(ground: Ground, process: str, intent: Intent) -> None:
    """Let the kind refuse what its permission allows. Raises whatever Refusal it says."""
    kinds.of(process).may_open(intent, ground.subject)


def first_case(work: Session, case: Case) -> Case:
    """The first case of a work, by any of its cases."""
    return case if case.id == case.subject_id else work.get_one(Case, case.subject_id)


def chain_of(case: Case) -> Chain:
    """The units that answer where a case is."""
    return Chain(case.l1, case.l2, case.l3, case.l4, case.also_l2)


def openable(
    work: Session, actor: Actor, case: Case, at: datetime
) -> Iterator[tuple[CaseKind, ProcessVersion]]:
    """What this person may open now about the work of a case, with the version in force there."""
    subject, intent = first_case(work, case), Intent(work, at, actor)
    may = [kind for kind in kinds.about_works() if _may_begin(intent, kind, subject)]
    for kind in may:
        try:
            version = definitions.current(work, kind.key, chain_of(subject).upwards, at=at)
            kind.may_open(intent, subject)
        except Refusal:
            continue
        yield kind, version


def hold_of(actor: Actor | None, permission: str, chain: Chain) -> Hold | None:
    """The assignment by which a kind's starter begins at a place; none but a permission has one."""
    if actor is None or permission not in PERMISSIONS:
        return None
    return hold_at(actor, permission, chain)
