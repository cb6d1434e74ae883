"""What a person does with a task: claim it, release it, decide it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import engine
from app.clock import IsWorkday
from app.db import transaction
from app.engine.types import Scalar, TaskPolicy
from app.errors import Forbidden, Invalid
from app.identity.actor import Actor, Hold
from app.workflow import (
    bulk,
    calendar,
    claims,
    definitions,
    events,
    incidents,
    keys,
    kinds,
    notices,
    pace,
    separation,
    signing,
    steering,
    straight,
    submissions,
    task_drafts,
    vacancies,
)
from app.workflow.claims import Claim
from app.workflow.commands.breaking import incident_of
from app.workflow.commands.locked import task_for
from app.workflow.definitions import Definition
from app.workflow.events import Act
from app.workflow.follow import follow, open_due
from app.workflow.handling import allowed, hold_under, may_let_go
from app.workflow.kinds import Moment
from app.workflow.models import Case, Task
from app.workflow.submissions import Answers, Cleaned, StartValues

NEEDS_REASON = frozenset({"return", "reject", "refer"})
"""Outcomes that must say why, whatever the form asks: all that is missing, once (一次性告知)."""

_Passed = tuple[tuple[str, ...], Mapping[str, Scalar]]
"""The elements that a step passed, and the routing values that it was sent."""
_NOT_YET: _Passed = ((), {})


@dataclass(frozen=True, slots=True)
class Decision:
    """What a pressed button sent: its outcome, the form, and the key of this form's rendering.

    `seen` is the revision of what a domain's page showed, for its kind to judge under the lock;
    `bulk` that it was not opened.
    """

    outcome: str
    sent: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    seen: int | None = None
    bulk: bool = False
    straight: bool = False  # a return comes straight back once it was done


def claim(actor: Actor, task_id: str, key: str = "", *, at: datetime) -> Task:
    """Take a task for oneself. Of two who press at once one wins; pressing again is no fault."""
    with transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {"claimed": task_id}) is not None:
            return work.get_one(Task, task_id)
        task, actor = task_for(work, actor, task_id)
        hold = allowed(work, actor, task)
        if task.claimed_by_id != actor.id:
            claims.put(work, task, Claim(actor.id, at, hold.for_id if hold else None))
            events.record(work, task.case, "claimed", actor, Act(task=task, hold=hold), at=at)
    return task


def release(actor: Actor, task_id: str, key: str = "", *, at: datetime) -> Task:
    """Give a claimed task back to its pool."""
    with transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {"released": task_id}) is not None:
            return work.get_one(Task, task_id)
        task, actor = task_for(work, actor, task_id)
        may_let_go(work, actor, task)
        if task.named_id == actor.id:
            raise Forbidden("这一任务指名由您办理，不能退还")
        if task.claimed_by_id != actor.id or task.person_id:
            raise Forbidden("只能退还自己签收的任务")
        hold = hold_under(work, actor, task)
        claims.put(work, task, Claim(task.named_id, at) if task.named_id else None)
        vacancies.expect(work, task, at)
        events.record(work, task.case, "released", actor, Act(task=task, hold=hold), at=at)
    return task


def decide(actor: Actor, task_id: str, decision: Decision, *, at: datetime) -> Case:
    """Close a task with an outcome and move its case on; claims it first where nobody has.

    Raises Conflict naming who was first, Forbidden for an outcome the step does not have, Invalid
    for its form, BrokenProcess where the flow cannot go on; of that an incident stays behind.
    """
    with incident_of(actor, task_id, at=at), transaction() as work:
        if keys.first_answer(work, actor.id, decision.key, at, {"decided": task_id}) is not None:
            return work.get_one(Task, task_id).case
        task_drafts.forget(work, actor.id, task_id)
        task, actor = task_for(work, actor, task_id)
        hold = allowed(work, actor, task)
        if decision.bulk:
            bulk.refuse(work, actor, task)
        is_workday = calendar.workday_test(work, task.case.l2, task.case.l1)
        turn = _Turn(work, actor, task, hold, at, is_workday, decision.straight)
        _decide(turn, decision)
    return task.case


@dataclass(frozen=True, slots=True)
class _Turn:
    """One person's turn at one task."""

    work: Session
    actor: Actor
    task: Task
    hold: Hold | None
    at: datetime
    is_workday: IsWorkday
    straight: bool = False


def _decide(turn: _Turn, decision: Decision) -> None:
    work, task, case = turn.work, turn.task, turn.task.case
    definition = definitions.get(work, case.version_id)
    policy = definition.process.tasks[task.element]
    if decision.outcome not in {outcome.key for outcome in policy.outcomes}:
        raise Forbidden("此环节没有这个办理选项，请刷新后再试")
    answers = Answers(decision.outcome, decision.sent, turn.at, turn.actor.address)
    cleaned = submissions.clean(work, task, definition, answers)
    if decision.outcome in NEEDS_REASON and not _says_something(cleaned):
        raise Invalid("请写明理由", {"opinion": "请写明理由，一次性告知全部问题"})
    moment = replace(_moment(turn, definition, decision.outcome, cleaned), seen=decision.seen)
    submission = submissions.keep(moment, definition.form(policy.form), cleaned, turn.actor.id)
    _close(turn, decision.outcome)
    separation.note(work, task, turn.actor.id, *filter(None, [task.for_id]))
    joint = _joint(turn, policy)
    moment = replace(moment, outcome=joint or decision.outcome)
    passed, sent = _NOT_YET
    if joint:
        passed, sent = advance(moment, definition, cleaned.routing, turn.is_workday)
    if turn.straight and moment.outcome == steering.RETURN:
        straight.ask(work, task, turn.at)
    act = Act(task, "", decision.outcome, submission, passed, sent, turn.hold)
    verb = "resubmitted" if policy.form == definition.process.start_form else "decided"
    events.record(work, case, verb, turn.actor, act, at=turn.at)


def _says_something(cleaned: Cleaned) -> bool:
    """Whether any text or choice of the form was filled in."""
    return any(value for value in cleaned.values.values() if isinstance(value, str | list))


def _close(turn: _Turn, outcome: str) -> None:
    task = turn.task
    if task.claimed_by_id != turn.actor.id:
        task.claimed_by_id, task.claimed_at = turn.actor.id, turn.at
    task.for_id = turn.hold.for_id if turn.hold else None  # as the event says, however it was had
    task.status, task.outcome = "done", outcome
    task.done_by_id, task.closed_at = turn.actor.id, turn.at


def _joint(turn: _Turn, policy: TaskPolicy) -> str | None:
    """The step's outcome, if this decision settles it; otherwise the next signer's turn begins."""
    if not turn.task.joint:
        return turn.task.outcome
    rows = signing.signers(turn.work, turn.task)
    settled = signing.settle(rows, policy)
    if settled is None:
        open_due(turn.work, rows, policy, turn.at, turn.is_workday)
    return settled


def _moment(turn: _Turn, definition: Definition, outcome: str, answers: Cleaned) -> Moment:
    """This turn as the domain's hooks see it."""
    work, case, task = turn.work, turn.task.case, turn.task
    again = definition.process.tasks[task.element].form == definition.process.start_form
    values = answers.values if again else StartValues(work, case, definition)
    return Moment(
        work, case, values, turn.at, turn.actor, task, outcome, answers.values, first=False
    )


def advance(
    moment: Moment, definition: Definition, routing: Mapping[str, Scalar], is_workday: IsWorkday
) -> _Passed:
    """Tell the engine what the step of the moment's task came to, and let the rows follow."""
    case, kind = moment.case, kinds.of(moment.case.process_key)
    again = moment.values is moment.answers
    sent: dict[str, Scalar] = {**routing, "outcome": moment.outcome}
    if again:
        submissions.describe(moment.work, case, moment.values)
        sent |= kind.routing(moment)
    sent |= kind.decided(moment)
    ref = moment.task.ref if moment.task else ""
    before, now = case.state, pace.of(case, moment.at, is_workday)
    back = straight.step_back(moment, definition, sent)
    step = back.step or engine.complete(
        definition.process, case.snapshot, ref, sent,
        at=now.at, workdays=now.workdays,
    )  # fmt: skip
    if again:
        kind.on_submitted(replace(moment, data=step.data))
    if again and not back.step:
        separation.anew(case)
    follow(moment, definition, step, is_workday)
    if back.step:
        straight.hand_back(moment, step)
    notices.of_step(moment.work, case, before, moment.at)
    incidents.settle(case)
    return step.passed, {**sent, **back.told}
