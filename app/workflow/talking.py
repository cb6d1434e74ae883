"""Who may talk beside the flow, and to whom: 抄送、征求意见、催办、批注; no case moves by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.clock import minute
from app.errors import Conflict, Forbidden, Invalid
from app.identity import queries
from app.identity.actor import Actor, Hold
from app.identity.models import Person
from app.identity.scope import hold_in, in_scope
from app.workflow import desks, holds, unmasking
from app.workflow.models import Case, Event, Task
from app.workflow.reach import is_party, own_case, reads
from app.workflow.talk_models import Opinion

if TYPE_CHECKING:
    from app.workflow.offers import Ask

COPIED, SEEN, ASKED, ANSWERED = "copied", "seen", "asked", "answered"
COMMENTED, URGED = "commented", "urged"
WATCH = "case:supervise"
PAUSE = timedelta(hours=4)
"""Between two times that one person urges one case."""
MOST_PEOPLE = 20
_NAMED = re.compile(r"@([^\s@]{2,20})")


def hold_of(work: Session, actor: Actor, case: Case) -> Hold | None:
    """The assignment under which somebody handles or watches a case; none for anybody else."""
    if not actor.staff or is_party(actor, case):
        return None
    placed = hold_in(actor, desks.DECIDE, case) or hold_in(actor, WATCH, case)
    return placed or unmasking.hold_of(work, actor, case)


def may_comment(ask: Ask) -> None:
    """Raises Forbidden for whoever neither handles the case nor watches over it, or reads it not.

    A department handles a step of another's trade, and reads its task alone.
    """
    held = hold_of(ask.work, ask.actor, ask.case)
    if held is None or not reads(ask.work, ask.actor, ask.case):
        raise Forbidden("只有办理或督办这件事项的工作人员可以这样做")


may_copy = may_comment


def may_ask(ask: Ask) -> None:
    """The same; of a case that has ended nobody is asked any more."""
    may_comment(ask)
    _running(ask.case)


def may_answer(ask: Ask) -> None:
    """Raises Forbidden where nothing was asked of this person, or is answered."""
    if not ask.actor.holds or asked_of(ask.work, ask.actor.id, ask.case) is None:
        raise Forbidden("没有等您回复的意见，可能已经回复过")
    _running(ask.case)


def may_urge(ask: Ask) -> None:
    """Whoever applied, or watches over the place, and others have it; not again within hours."""
    mine = own_case(ask.actor, ask.case)
    if not mine and (not in_scope(ask.actor, WATCH, ask.case) or is_party(ask.actor, ask.case)):
        raise Forbidden("只有申请人和督办人员可以催办")
    _running(ask.case)
    holds.refuse(ask.case)
    last = last_urged(ask.work, ask.actor.id, ask.case)
    if last is not None and ask.at < last + PAUSE:
        again = minute(last + PAUSE)
        raise Conflict(f"您已于 {minute(last)} 催办，{again} 后可以再次催办", at=last)
    if not urgeable(ask):
        raise Conflict("现在没有别人在办，不用催办")


def urgeable(ask: Ask) -> list[tuple[Task, list[Person]]]:
    """Each task that waits, with whoever has it in hand, or may take it; never the asker."""
    open_ = select(Task).where(Task.case_id == ask.case.id, Task.status == "open")
    found = []
    for task in ask.work.scalars(open_.order_by(Task.opened_at, Task.id)):
        people = [one for one in _handlers(ask, task) if one.id != ask.actor.id]
        if people:
            found.append((task, people))
    return found


def _handlers(ask: Ask, task: Task) -> list[Person]:
    held = task.person_id or task.claimed_by_id
    if held:
        person = ask.work.get(Person, held)
        return [person] if person else []
    apart = (ask.case.applicant_id, ask.case.filed_by_id)
    seated = desks.seated(ask.work, task.unit_id, task.desk, ask.actor.day)
    return [one for one in seated if one.id not in apart]


def last_urged(work: Session, person_id: str, case: Case) -> datetime | None:
    """When this person urged this case last."""
    urged = (Event.case_id == case.id) & (Event.verb == URGED) & (Event.actor_id == person_id)
    return work.scalar(select(Event.at).where(urged).order_by(Event.seq.desc()).limit(1))


def asked_of(work: Session, person_id: str, case: Case) -> Opinion | None:
    """What waits for this person's answer."""
    mine = (Opinion.case_id == case.id) & (Opinion.person_id == person_id)
    waits = select(Opinion).where(mine, Opinion.answered_at.is_(None))
    return work.scalars(waits.execution_options(populate_existing=True)).first()


def _running(case: Case) -> None:
    if case.ended_at is not None:
        raise Conflict("该办件已办结", at=case.ended_at)


def recipients(work: Session, actor: Actor, case: Case, to: Sequence[str]) -> list[Person]:
    """The colleagues of these ids or accounts. Raises Invalid for none, and for who is none."""
    wanted = tuple(dict.fromkeys(word for word in to if word))
    if not wanted:
        raise Invalid("请选择人员", {"to": "请选择人员"})
    if len(wanted) > MOST_PEOPLE:
        raise Invalid("人员太多", {"to": f"一次最多选 {MOST_PEOPLE} 人"})
    named = or_(Person.id.in_(wanted), Person.account.in_(wanted))
    found = [one for one in queries.members(named, actor.day) if one.able and one.actor.holds]
    known = {word for one in found for word in (one.person.id, one.person.account)}
    apart = [one.person.name for one in found if _theirs(one.actor, case)]
    fault = ""
    if not set(wanted) <= known:
        fault = "所选人员已经离岗，请重新选择"
    elif any(one.person.id == actor.id for one in found):
        fault = "不用选自己"
    elif apart:
        fault = f"{'、'.join(apart)}是申请人、施工方或代办人，应当回避"
    if fault:
        raise Invalid(fault, {"to": fault})
    return [one.person for one in found]


def _theirs(actor: Actor, case: Case) -> bool:
    return own_case(actor, case) or is_party(actor, case)


def mentioned(work: Session, actor: Actor, case: Case, text: str) -> list[Person]:
    """The colleagues whom a remark names after an @, of those who read the case."""
    found: dict[str, Person] = {}
    for word in dict.fromkeys(_NAMED.findall(text)):
        names = [word[:length] for length in range(2, min(len(word), 8) + 1)]
        for one in queries.members(Person.name.in_(names), actor.day):
            if one.able and one.actor.id != actor.id and reads(work, one.actor, case):
                found[one.person.id] = one.person
    return list(found.values())[:MOST_PEOPLE]
