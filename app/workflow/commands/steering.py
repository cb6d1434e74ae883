"""What supervisors and keepers do to a case as a whole: jump, terminate, suspend, resume."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app import engine
from app.db import transaction
from app.errors import Conflict, Invalid
from app.identity.actor import Actor, Hold
from app.identity.scope import hold_in
from app.workflow import definitions, events, holds, keys, kinds, notices, remarks, steering
from app.workflow.commands.locked import case_for
from app.workflow.commands.sending import asked, close, concerned, enter, spare, tell
from app.workflow.events import Act
from app.workflow.models import Case, Submission
from app.workflow.offers import Ask

JUMPED, SUSPENDED = "jumped", "suspended"
ENDED = kinds.TERMINATED


def jump(actor: Actor, case_id: str, to: str, reason: str, key: str = "", *, at: datetime) -> Case:
    """Move a case to any human step from which it can end. Marked red in its record."""
    with transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {JUMPED: case_id}) is not None:
            return work.get_one(Case, case_id)
        case, actor = case_for(work, actor, case_id)
        steering.may_jump(Ask(work, actor, case, None, at))
        if not to:
            raise Invalid("请选择跳到哪一步", {"to": "请选择跳到哪一步"})
        target = next((one for one in steering.anywhere(work, case, at) if one.element == to), None)
        if target is None:
            raise Conflict("不能跳转到这个环节，请刷新后重新选择")
        remark = _why(work, actor, case, reason, at)
        told, before = concerned(work, case, target.step, actor), case.state
        spared = asked(work, case, target.step)
        close(work, case, target.step, f"已由管理员跳转到“{target.name}”")
        enter(work, actor, case, target.step, at)
        hold = hold_in(actor, steering.STEER, case)
        act = Act(
            element=to, submission=remark, passed=target.step.passed, routing={"to": to}, hold=hold
        )
        events.record(work, case, JUMPED, actor, act, at=at)
        notices.of_step(work, case, before, at)
        spare(work, case, spared, at)
        said = {"by": actor.name, "step": target.name, "reason": remarks.said(remark)}
        tell(work, case, told, JUMPED, said, at=at)
    return case


def terminate(actor: Actor, case_id: str, reason: str, key: str = "", *, at: datetime) -> Case:
    """End a case for good, whatever it waits for."""
    with transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {ENDED: case_id}) is not None:
            return work.get_one(Case, case_id)
        case, actor = case_for(work, actor, case_id)
        steering.may_terminate(Ask(work, actor, case, None, at))
        remark = _why(work, actor, case, reason, at)
        if holds.suspended(case):
            holds.resume(work, case, at=at)
        step = engine.cancel(definitions.get(work, case.version_id).process, case.snapshot)
        told = holds.concerned(work, case)
        close(work, case, step, "办件已终止")
        case.result = kinds.TERMINATED
        enter(work, actor, case, step, at)
        hold = hold_in(actor, steering.STEER, case)
        act = Act(submission=remark, passed=step.passed, hold=hold)
        events.record(work, case, ENDED, actor, act, at=at)
        said = {"by": hold.unit_name if hold else "", "reason": remarks.said(remark)}
        for person in told:
            if person.id != actor.id:
                notices.tell(work, person, case, ("ended", said), at)
    return case


def suspend(actor: Actor, case_id: str, reason: str, key: str = "", *, at: datetime) -> Case:
    """Let one case rest: it takes no step, and no limit of it runs."""
    return _rest(actor, case_id, (SUSPENDED, reason, key), at=at)


def resume(actor: Actor, case_id: str, reason: str = "", key: str = "", *, at: datetime) -> Case:
    """And go on where it was; every limit moves by the length of the rest."""
    return _rest(actor, case_id, (holds.RESUMED, reason, key), at=at)


def _rest(actor: Actor, case_id: str, said: tuple[str, str, str], *, at: datetime) -> Case:
    verb, reason, key = said
    with transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {verb: case_id}) is not None:
            return work.get_one(Case, case_id)
        case, actor = case_for(work, actor, case_id)
        ask = Ask(work, actor, case, None, at)
        if verb == SUSPENDED:
            steering.may_suspend(ask)
            remark = _why(work, actor, case, reason, at)
            holds.suspend(case, at=at)
            text = f"“{case.title}”暂停办理，恢复后继续，办理期限相应顺延"
        else:
            steering.may_resume(ask)
            remark = remarks.keep(work, case, remarks.optional(reason), actor.id, at=at)
            holds.resume(work, case, at=at)
            text = f"“{case.title}”恢复办理，办理期限相应顺延"
        act = Act(submission=remark, hold=_hold(actor, case))
        events.record(work, case, verb, actor, act, at=at)
        for person in holds.concerned(work, case):
            notices.tell(work, person, case, (notices.HELD, text), at)
    return case


def _hold(actor: Actor, case: Case) -> Hold | None:
    """The assignment under which a case is supervised, or its flow kept."""
    held = hold_in(actor, steering.SUPERVISE, case)
    return held or hold_in(actor, steering.STEER, case)


def _why(work: Session, actor: Actor, case: Case, reason: str, at: datetime) -> Submission | None:
    return remarks.keep(work, case, remarks.required(reason), actor.id, at=at)
