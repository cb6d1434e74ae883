"""Claims left idle (签收后未办): back to their pools after some working days untouched."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.orm import Session

from app.clock import add_workdays, local
from app.identity.models import Person
from app.workflow import calendar, holds, kinds, leaving, notices, vacancies
from app.workflow.habits import Look, TaskDraft
from app.workflow.models import Case, Event, Task
from app.workflow.substitutions import Substitution, covers
from app.workflow.talk_models import Opinion

IDLE = "idle"
"""Why a task was taken back, as its event says it."""
_OPEN = Task.status == literal("open", literal_execute=True)
"""Written out: an index of open tasks alone is not used for a parameter."""


class _Setting:
    days = 2


def set_up(days: int) -> None:
    """After how many working days a claim goes back."""
    _Setting.days = days


def suspects(at: datetime) -> Select[str]:
    """The tasks claimed so long ago that their claims may be idle, by id: asked every hour.

    What somebody has by name stays theirs.
    """
    since = at - timedelta(days=_Setting.days)
    looked = select(Look.at).where(
        Look.person_id == Task.claimed_by_id, Look.case_id == Task.case_id, Look.at >= since
    )
    return (
        select(Task.id)
        .join(Task.case)
        .where(
            _OPEN,
            Task.unit_id.is_not(None),
            Task.claimed_by_id.is_distinct_from(Task.named_id),
            Task.claimed_at < since,
            Task.opened_at < since,
            Case.held_at.is_(None),
            ~looked.exists(),
        )
        .order_by(Task.claimed_at, Task.id)
    )


def free(work: Session, task_id: str, at: datetime) -> None:
    """Take a claim back if nobody worked on it: to who gave it out, or whose it is, else to all."""
    task = vacancies.locked(work, task_id)
    if task.status != "open" or task.claimed_by_id is None or task.case.held_at is not None:
        return
    if kinds.of(task.case.process_key).task_page(task):  # that work is done on site, offline
        return
    is_workday = calendar.workday_test(work, task.case.l2, task.case.l1)
    if add_workdays(_worked_on(work, task), _Setting.days, is_workday) > at:
        return
    giver = task.delegated_by_id and work.get(Person, task.delegated_by_id)
    holder = work.get(Person, task.claimed_by_id)
    if leaving.give(work, None, task, task.delegated_by_id or task.named_id, at=at, why=IDLE):
        _tell(work, task, holder, giver or None, at)


def _worked_on(work: Session, task: Task) -> datetime:
    """Until when its holder was at it: claimed, looked, typed, did something in the case.

    Or who stood in for them. Or waited: for their turn, for an opinion, or for the case to go on.
    """
    whose, case = _hands(work, task), task.case_id
    looked = select(func.max(Look.at)).where(Look.person_id.in_(whose), Look.case_id == case)
    typed = select(func.max(TaskDraft.at)).where(
        TaskDraft.person_id.in_(whose), TaskDraft.task_id == task.id
    )
    did = or_(Event.actor_id.in_(whose), Event.verb.in_((holds.LIFTED, holds.RESUMED)))
    acted = select(func.max(Event.at)).where(Event.case_id == case, did)
    until = func.max(func.coalesce(Opinion.answered_at, Opinion.due_at))
    asked = select(until).where(Opinion.by_id.in_(whose), Opinion.case_id == case)
    signs = [work.scalar(one) for one in (looked, typed, acted, asked)]
    return max(one for one in (*signs, task.claimed_at, task.opened_at) if one is not None)


def _hands(work: Session, task: Task) -> list[str | None]:
    """Who has it, and whoever stood in for them since, also where that is over."""
    since = task.claimed_at or task.opened_at
    meanwhile = select(Substitution).where(
        Substitution.person_id == task.claimed_by_id,
        Substitution.last_day >= local(since).date(),
        or_(Substitution.ended_at.is_(None), Substitution.ended_at > since),
    )
    rows = (row for row in work.scalars(meanwhile) if covers(row, task.case.process_key))
    return [task.claimed_by_id, *(row.substitute_id for row in rows)]


def _tell(
    work: Session, task: Task, holder: Person | None, giver: Person | None, at: datetime
) -> None:
    days = _Setting.days
    text = f"签收后 {days} 个工作日没有办理，已退回本岗位，需要时可以再签收"
    if giver is not None:
        text = f"委派给您 {days} 个工作日没有交回意见，已退回委派人"
        back = f"委派后 {days} 个工作日没有收到意见，已退回，由您办理"
        notices.tell(work, giver, task.case, (leaving.FREED, {"text": back}), at, task=task)
    notices.tell(work, holder, task.case, (leaving.FREED, {"text": text}), at, task=task)
