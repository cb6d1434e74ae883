"""Lifting a bar (解除回避): of an official whose telephone somebody else typed into a start form.

A number that nobody proved still bars: whoever has it may well be the contractor. But it is typed
by the applicant, who could so choose their reviewers; whoever steers the place overrules it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, NotFound
from app.identity.models import Person
from app.identity.scope import in_scope
from app.workflow import separation
from app.workflow.models import Case
from app.workflow.reach import is_party, reads
from app.workflow.steering import STEER

if TYPE_CHECKING:
    from app.workflow.offers import Ask


def may_lift(ask: Ask) -> None:
    """Raises a Refusal where this person lifts no bar, or there is none that they could."""
    if not in_scope(ask.actor, STEER, ask.case):
        if not reads(ask.work, ask.actor, ask.case):
            raise NotFound
        raise Forbidden("只有本辖区的区县、市级管理员可以解除回避")
    if is_party(ask.actor, ask.case):
        raise Forbidden("您是该办件的申请人、施工方或代办人，应当回避")
    if not liftable(ask.work, ask.case):
        raise Conflict("没有仅因填报的手机号而回避的人员；本人申请、代办或者验证过手机号的不能解除")


def liftable(work: Session, case: Case) -> Sequence[Person]:
    """The officials whom nothing bars but a number that nobody proved."""
    typed = set(case.parties) - {case.applicant_id, case.filed_by_id}
    if not typed:
        return []
    first = work.get_one(Case, case.subject_id)  # whose parties are those of every case of a work
    mine = select(Person).where(Person.id.in_(typed), ~separation.proved(case, first))
    return work.scalars(mine.order_by(Person.name, Person.id)).all()
