"""解除回避: an official was barred by a telephone that somebody else typed."""

from __future__ import annotations

from datetime import datetime

from app.db import transaction
from app.errors import Invalid
from app.identity.actor import Actor
from app.identity.scope import hold_in
from app.workflow import barring, events, keys, remarks, separation
from app.workflow.commands.locked import case_for
from app.workflow.events import Act
from app.workflow.models import Case
from app.workflow.offers import Ask
from app.workflow.steering import STEER

_WHOM = "请选择解除谁的回避"


def lift_bar(
    actor: Actor, case_id: str, person_id: str, reason: str, key: str = "", *, at: datetime
) -> Case:
    """Let somebody handle a case though a number in its form is theirs. Marked red in the record.

    Raises Invalid for somebody whom more bars than that.
    """
    with transaction() as work:
        verb = separation.LIFTED
        if keys.first_answer(work, actor.id, key, at, {verb: case_id}) is not None:
            return work.get_one(Case, case_id)
        case, actor = case_for(work, actor, case_id)
        barring.may_lift(Ask(work, actor, case, None, at))
        if person_id not in {one.id for one in barring.liftable(work, case)}:
            raise Invalid(_WHOM, {"person": _WHOM})
        remark = remarks.keep(work, case, remarks.required(reason), actor.id, at=at)
        case.parties = [one for one in case.parties if one != person_id]
        whom = {events.WHOM: person_id}
        act = Act(submission=remark, routing=whom, hold=hold_in(actor, STEER, case))
        events.record(work, case, verb, actor, act, at=at)
    return case
