"""What is done to a case as a whole: withdrawn by its applicant, retried by its administrator."""

from __future__ import annotations

from datetime import datetime

from app import engine
from app.db import transaction
from app.errors import Conflict, Forbidden, NotFound
from app.identity.actor import Actor
from app.workflow import calendar, definitions, events, holds, incidents, jobs, keys, submissions
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.follow import follow
from app.workflow.kinds import Moment
from app.workflow.models import Case
from app.workflow.reach import may_retry, may_withdraw, own_case, reads

WITHDRAWN = "withdrawn"


def withdraw(actor: Actor, case_id: str, key: str = "", *, at: datetime) -> Case:
    """The applicant, or whoever filed it for them, takes a case back before it is decided."""
    with transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {"withdrew": case_id}) is not None:
            return work.get_one(Case, case_id)
        case = locked_case(work, case_id)
        if not own_case(actor, case):
            raise NotFound
        if case.ended_at is not None:
            raise Conflict("该办件已办结，不能撤回", at=case.ended_at)
        holds.refuse(case)
        if not may_withdraw(actor, case):
            raise Forbidden("该办件已转入督办，不能撤回")
        definition = definitions.get(work, case.version_id)
        step = engine.cancel(definition.process, case.snapshot)
        moment = Moment(work, case, submissions.StartValues(work, case, definition), at, actor)
        case.result = WITHDRAWN
        is_workday = calendar.workday_test(work, case.l2, case.l1)
        follow(moment, definition, step, is_workday)
        events.record(work, case, "withdrew", actor, Act(passed=step.passed), at=at)
    return case


def retry(actor: Actor, case_id: str, *, at: datetime) -> Case:
    """Try a case again that stands at 流程异常.

    What the background gave up is done at once, and a person whose step broke may decide anew.
    """
    with transaction() as work:
        case = locked_case(work, case_id)
        if not may_retry(actor, case):
            if not reads(work, actor, case):
                raise NotFound
            raise Forbidden("只有本辖区的区县、市级管理员可以重试")
        if case.incident is None:
            raise Conflict("该办件没有流程异常")
        holds.refuse(case)
        incidents.clear(case)
        if not jobs.again(work, case.id, at):
            jobs.enqueue(work, "wake", f"retry:{case.id}:{case.revision}", {"case": case.id}, at)
        events.record(work, case, "retried", actor, Act(), at=at)
    return case
