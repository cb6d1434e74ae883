"""加签、减签、指定办理人: who signs a step beside those whom the drawing asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.db import new_id, transaction
from app.errors import Conflict, Forbidden, Invalid
from app.identity.actor import Actor, Hold
from app.identity.models import Person, Unit
from app.identity.permissions import holds_permission
from app.workflow import (
    calendar,
    cosigning,
    deadlines,
    definitions,
    events,
    holds,
    keys,
    nominees,
    notices,
    remarks,
    signing,
    submissions,
    vacancies,
)
from app.workflow.commands.locked import task_for
from app.workflow.commands.tasks import advance
from app.workflow.events import Act
from app.workflow.follow import open_due
from app.workflow.handling import allowed, still_open
from app.workflow.kinds import Moment
from app.workflow.models import Submission, Task
from app.workflow.offers import Ask
from app.workflow.reach import is_party

ADDED, REMOVED, NAMED = "signer_added", "signer_removed", "assigned"


@dataclass(frozen=True, slots=True)
class Addition:
    """Whom to add to a step, and where: before, beside or after one's own signature."""

    person_id: str
    where: str
    reason: str = ""


def add_signer(
    actor: Actor, task_id: str, wanted: Addition, key: str = "", *, at: datetime
) -> Task:
    """Let somebody sign this step as well. Raises Invalid where it cannot be them, or not there."""
    with transaction() as work:
        answer = keys.first_answer(work, actor.id, key, at)
        if answer is not None:
            return work.get_one(Task, answer["added"])
        task, actor = task_for(work, actor, task_id)
        cosigning.may_add(Ask(work, actor, task.case, task, at))
        hold, rows = allowed(work, actor, task), signing.signers(work, task)
        chosen = _chosen(work, actor, task, wanted, rows)
        if task.claimed_by_id is None:
            task.claimed_by_id, task.claimed_at = actor.id, at
            task.for_id = hold.for_id if hold else None
        new = _beside(task, wanted.where, actor, at)
        work.add(new)
        nominees.give(work, new, chosen)
        _put_in(work, rows, (task, new), at)
        said = remarks.optional(wanted.reason)
        remark = remarks.keep(work, task.case, said, actor.id, at=at, task=task)
        whom = {events.WHOM: chosen[0].id}
        act = Act(new, "", wanted.where, remark, routing=whom, hold=hold)
        events.record(work, task.case, ADDED, actor, act, at=at)
        _tell(work, new, ADDED, actor, at)
        keys.keep_answer(work, actor.id, key, {"added": new.id})
    return new


def _chosen(
    work: Session, actor: Actor, task: Task, wanted: Addition, rows: Sequence[Task]
) -> tuple[Actor, Hold]:
    """Whom, and by which of their posts. Raises Invalid, Conflict."""
    if wanted.where not in cosigning.WHERE:
        fault = "请选择在您之前、同时还是之后签"
        raise Invalid(fault, {"where": fault})
    if len(rows) >= cosigning.MOST:
        raise Conflict(f"这一环节的签署人已满 {cosigning.MOST} 人")
    if wanted.person_id == actor.id:
        raise Invalid("不能加签给自己", {"person": "不能加签给自己"})
    return nominees.nominee(work, wanted.person_id, task, actor.day)


def _put_in(work: Session, rows: Sequence[Task], pair: tuple[Task, Task], at: datetime) -> None:
    task, new = pair
    policy = cosigning.policy_of(work, task)
    cosigning.put_in(rows, task, new, policy.sign)
    if new.status == "open":
        is_workday = calendar.workday_test(work, task.case.l2, task.case.l1)
        deadlines.begin(new, policy.limit, at, is_workday)
    work.flush()
    for row in rows:  # whoever signs here signs no other row, which may so be left to nobody
        if row.status == "open":
            vacancies.expect(work, row, at)


def _beside(task: Task, where: str, actor: Actor, at: datetime) -> Task:
    return Task(
        id=new_id(), case=task.case, case_id=task.case_id, ref=task.ref, element=task.element,
        name=task.name, party=task.party, desk=task.desk, added=where, added_by_id=actor.id,
        host_id=task.id, opened_at=at, claimed_at=at, came_of_id=task.came_of_id,
        straight_to_id=task.straight_to_id,
    )  # fmt: skip


def remove_signer(actor: Actor, task_id: str, reason: str, key: str = "", *, at: datetime) -> Task:
    """Take a signer out of a step again; where all others have signed, it is settled by that."""
    with transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {"removed": task_id}) is not None:
            return work.get_one(Task, task_id)
        task, actor = task_for(work, actor, task_id)
        if task.status != "waiting":
            still_open(work, task)
        holds.refuse(task.case)
        if task not in cosigning.removable(work, actor, task.case):
            raise Forbidden("只能减去您加签的人；其他人由督办人员减")
        remark = remarks.keep(work, task.case, remarks.required(reason), actor.id, at=at, task=task)
        task.status, task.closed_at, task.close_reason = "closed", at, "已减签"
        act = _without(work, actor, task, remark, at)
        events.record(work, task.case, REMOVED, actor, act, at=at)
        _tell(work, task, REMOVED, actor, at)
    return task


def _without(
    work: Session, actor: Actor, task: Task, remark: Submission | None, at: datetime
) -> Act:
    """What the step comes to without this row: it goes on as if they had never been asked.

    Where that settles it, what follows came of who signed last.
    """
    definition = definitions.get(work, task.case.version_id)
    policy = definition.process.tasks[task.element]
    is_workday = calendar.workday_test(work, task.case.l2, task.case.l1)
    rows = signing.signers(work, task)
    done = [row for row in rows if row.status == "done"]
    settled, whom = signing.settle(rows, policy) if done else None, {events.WHOM: task.named_id}
    if settled is None:
        open_due(work, rows, policy, at, is_workday)
        return Act(task=task, submission=remark, routing=whom)
    last = max(done, key=lambda row: (row.closed_at or at, row.id))
    form = definition.form(policy.form)
    given = submissions.last_given(work, last.id, form.key)
    answers = form.trusted(form.unseal(given, show_secrets=True))
    values = submissions.StartValues(work, task.case, definition)
    moment = Moment(work, task.case, values, at, actor, last, settled, answers.values, first=False)
    passed, sent = advance(moment, definition, answers.routing, is_workday)
    return Act(task=last, submission=remark, passed=passed, routing={**sent, **whom})


def assign(
    actor: Actor, task_id: str, person_id: str, reason: str, key: str = "", *, at: datetime
) -> Task:
    """Name who handles what nobody is there for, or anew what somebody has by name and did not do.

    Raises Invalid where it cannot be this person.
    """
    with transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {"assigned": task_id}) is not None:
            return work.get_one(Task, task_id)
        task, actor = task_for(work, actor, task_id)
        was = work.get(Unit, task.unit_id or "")
        if was is None or not holds_permission(actor, vacancies.NAMES, was):
            raise Forbidden("由该机构或上级机构的管理员指定")
        if is_party(actor, task.case):
            raise Forbidden("您是该办件的申请人、施工方或代办人，应当回避，请由其他管理员指定")
        still_open(work, task)
        if not vacancies.nameable(task):
            raise Conflict("这一任务已有人办理，不用指定")
        vacancies.refuse_begun(work, task, at)
        said = remarks.required(reason)
        chosen = nominees.nominee(work, person_id, task, actor.day)
        if task.vacant:
            task.stands_in_id = task.stands_in_id or was.id
        had = task.named_id and work.get(Person, task.named_id)
        nominees.give(work, task, chosen)
        task.vacant, task.claimed_at = False, at
        remark = remarks.keep(work, task.case, said, actor.id, at=at, task=task)
        hold = next((one for one in actor.holds if holds_permission(actor, vacancies.NAMES)), None)
        whom = {events.WHOM: chosen[0].id}
        act = Act(task=task, submission=remark, routing=whom, hold=hold)
        events.record(work, task.case, NAMED, actor, act, at=at)
        _tell(work, task, NAMED, actor, at)
        notices.tell(work, had or None, task.case, ("recalled", {"by": actor.name}), at, task=task)
    return task


def _tell(work: Session, task: Task, kind: str, actor: Actor, at: datetime) -> None:
    person = work.get(Person, task.named_id)
    notices.tell(work, person, task.case, (kind, {"by": actor.name}), at, task=task)
