"""Steering a case out of its drawn order: who may, to which steps, and what it would come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import engine
from app.engine.types import Step, TaskPolicy
from app.errors import Conflict, Forbidden, NotFound, Refusal
from app.identity.models import Unit
from app.identity.scope import in_scope
from app.workflow import (
    assignment,
    calendar,
    definitions,
    desks,
    handling,
    holds,
    kinds,
    pace,
    past,
    signing,
)
from app.workflow.definitions import Definition
from app.workflow.models import Case, Event, Task
from app.workflow.reach import is_party, reads

if TYPE_CHECKING:
    from app.workflow.offers import Ask

STEER, SUPERVISE = "case:steer", "case:supervise"
RETURN = "return"


@dataclass(frozen=True, slots=True)
class Target:
    """A step to which a case can go, and the step of the engine that this would be."""

    element: str
    name: str
    step: Step
    by: Task | None = None  # who handled it in the present run
    straight: bool = False  # once done it can go straight back to where it came from


def refuse_unsteered(case: Case) -> None:
    """Raises a refusal where no case of this kind is steered by hand, or this one not now."""
    if case.ended_at is not None:
        raise Conflict("该办件已经办结", at=case.ended_at)
    if not kinds.of(case.process_key).steered:
        raise Forbidden("这一事项的每一步都连着现场记录和文书，请用办理页上的选项办理")


def may_send_back(ask: Ask) -> None:
    """Whoever may handle the task now sends it back, if there is anywhere to."""
    task = _task(ask)
    refuse_unsteered(ask.case)
    if not ask.actor.staff or task.person_id:
        raise Forbidden("只有审核人员可以退回")
    handling.allowed(ask.work, ask.actor, task)
    if not targets(ask.work, task, ask.at):
        raise Conflict("前面没有可以退回的环节")


def may_jump(ask: Ask) -> None:
    """Who keeps the flows of the place moves a case to any step, if it is not their own."""
    _refuse_keepers(ask, STEER, "跳转")
    holds.refuse(ask.case)


def may_terminate(ask: Ask) -> None:
    """And ends one for good."""
    _refuse_keepers(ask, STEER, "终止")
    if not holds.suspended(ask.case):
        holds.refuse(ask.case)


def may_suspend(ask: Ask) -> None:
    """Who supervises or keeps the flows of the place lets one case rest."""
    _refuse_supervisors(ask)
    if ask.case.held_at is not None:
        raise Conflict("该办件已经中止办理")


def may_resume(ask: Ask) -> None:
    """And lets it go on: only what rests by itself, not what rests with its work."""
    _refuse_supervisors(ask)
    if not holds.suspended(ask.case):
        raise Conflict("该办件没有挂起" if ask.case.held_at is None else "工程停工期间不能单独恢复")


def _refuse_keepers(ask: Ask, right: str, what: str) -> None:
    if not in_scope(ask.actor, right, ask.case):
        if not reads(ask.work, ask.actor, ask.case):
            raise NotFound
        raise Forbidden(f"只有本辖区的区县、市级管理员可以{what}")
    if is_party(ask.actor, ask.case):
        raise Forbidden("您是该办件的申请人或代办人，应当回避")
    refuse_unsteered(ask.case)


def _refuse_supervisors(ask: Ask) -> None:
    if not (in_scope(ask.actor, SUPERVISE, ask.case) or in_scope(ask.actor, STEER, ask.case)):
        if not reads(ask.work, ask.actor, ask.case):
            raise NotFound
        raise Forbidden("只有本辖区的负责人、分管领导和管理员可以挂起、恢复办件")
    if is_party(ask.actor, ask.case):
        raise Forbidden("您是该办件的申请人或代办人，应当回避")
    refuse_unsteered(ask.case)


def _task(ask: Ask) -> Task:
    if ask.task is None:
        raise NotFound("没有这个任务")
    return ask.task


def targets(work: Session, task: Task, at: datetime) -> list[Target]:
    """Where this task can be sent back to: the steps that led to it, the nearest first, and the
    applicant.

    Not behind something that was carried out since, not where its own return leads anyway, and not
    into another branch.
    """
    case, definition = task.case, definitions.get(work, task.case.version_id)
    drawn = _drawn_return(work, task, definition, at)
    found = []
    for element, by in _candidates(work, task, definition):
        step = moved(work, case, element, at=at)
        if element in drawn or step is None or task.ref not in step.closed:
            continue
        again = moved(work, case, task.element, at=at, snapshot=step.snapshot)
        name = definition.process.tasks[element].name
        found.append(Target(element, name, step, by, straight=again is not None))
    return found


def target(work: Session, task: Task, element: str, at: datetime) -> Target:
    """The one of them at this element. Raises Conflict."""
    for one in targets(work, task, at):
        if one.element == element:
            return one
    raise Conflict("不能退回到这个环节，请刷新后重新选择")


def anywhere(work: Session, case: Case, at: datetime) -> list[Target]:
    """Every human step to which a case can be moved, in the order of the drawing."""
    definition = definitions.get(work, case.version_id)
    stepped = ((one, moved(work, case, one.element, at=at)) for one in definition.steps)
    return [Target(one.element, one.name, step) for one, step in stepped if step is not None]


def straight_offered(work: Session, task: Task, at: datetime) -> bool:
    """Whether the drawn return of this task may be asked to come straight back to it.

    Not where others who sign the step may still outvote it.
    """
    definition = definitions.get(work, task.case.version_id)
    policy = definition.process.tasks[task.element]
    if task.joint and not signing.would_settle(work, task, policy, RETURN):
        return False
    step = _returned(work, task, definition, at)
    return step is not None and comes_back(work, task, step.snapshot, len(step.opened), at)


def comes_back(work: Session, task: Task, snapshot: bytes, opened: int, at: datetime) -> bool:
    """Whether a case can go from where a step left it, by one token, straight to a task's step."""
    one = opened == 1 and kinds.of(task.case.process_key).steered
    return one and moved(work, task.case, task.element, at=at, snapshot=snapshot) is not None


def moved(
    work: Session, case: Case, element: str, *, at: datetime, snapshot: bytes | None = None
) -> Step | None:
    """What it would come to, to go to an element; none where it cannot. Nothing is kept."""
    definition = definitions.get(work, case.version_id)
    now = pace.of(case, at, calendar.workday_test(work, case.l2, case.l1))
    try:
        return engine.move(
            definition.process, snapshot or case.snapshot, element,
            at=now.at, workdays=now.workdays,
        )  # fmt: skip
    except Refusal:
        return None


def _candidates(
    work: Session, task: Task, definition: Definition
) -> Iterator[tuple[str, Task | None]]:
    process, chain = definition.process, past.before(work, task)
    for row in chain:
        event = past.moved_on(work, row)
        if event is None or past.acted_since(work, process, task.case, event.seq):
            break  # and all that lies before it
        yield row.element, row
    sent = select(Event.seq).where(
        Event.case_id == task.case_id, Event.verb.in_(("filed", "opened", "resubmitted"))
    )
    seq = work.scalar(sent.order_by(Event.seq.desc()).limit(1)) or 1
    if not past.acted_since(work, process, task.case, seq):
        known = {row.element for row in chain}
        yield from ((one, None) for one in _corrections(definition) if one not in known)


def _corrections(definition: Definition) -> list[str]:
    """The steps in which the applicant sends the start form once more."""
    process = definition.process
    return [key for key, policy in process.tasks.items() if corrects(policy, process.start_form)]


def corrects(policy: TaskPolicy, start_form: str) -> bool:
    """Whether a step is the applicant's, with the start form."""
    own = all(desks.APPLICANT in party.roles for party in policy.parties)
    return own and policy.form == start_form


def _drawn_return(work: Session, task: Task, definition: Definition, at: datetime) -> set[str]:
    """The steps to which the task's own outcome `return` leads."""
    step = _returned(work, task, definition, at)
    return {one.element for one in step.opened} if step else set()


def _returned(work: Session, task: Task, definition: Definition, at: datetime) -> Step | None:
    policy = definition.process.tasks[task.element]
    if RETURN not in {outcome.key for outcome in policy.outcomes}:
        return None
    now = pace.of(task.case, at, calendar.workday_test(work, task.case.l2, task.case.l1))
    try:
        return engine.complete(
            definition.process, task.case.snapshot, task.ref, {"outcome": RETURN},
            at=now.at, workdays=now.workdays,
        )  # fmt: skip
    except Refusal:
        return None


def leaving(work: Session, case: Case, step: Step) -> list[Task]:
    """The rows that wait under what a step leaves."""
    waiting = select(Task).where(
        Task.case_id == case.id, Task.ref.in_(step.closed), Task.status.in_(("open", "waiting"))
    )
    return list(work.scalars(waiting.order_by(Task.opened_at, Task.party, Task.id)))


@dataclass(frozen=True, slots=True)
class Effects:
    """What going to a step comes to: what it closes, what stays, and with whom it will lie."""

    closes: list[Task]
    stays: list[Task]
    units: list[str]  # none: the applicant


def effects(work: Session, case: Case, target: Target) -> Effects:
    """The same of a target that nobody has gone to yet."""
    policy = definitions.get(work, case.version_id).process.tasks[target.element]
    pools = [assignment.pool(work, case, party).unit_id for party in policy.parties]
    units = [work.get_one(Unit, one).name for one in pools if one]
    kept = {one.ref for one in target.step.open} - {one.ref for one in target.step.opened}
    waiting = select(Task).where(
        Task.case_id == case.id, Task.ref.in_(kept), Task.status.in_(("open", "waiting"))
    )
    return Effects(leaving(work, case, target.step), list(work.scalars(waiting)), units)
