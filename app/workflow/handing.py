"""Handing a task on: for good (转办), for an opinion (委派), in somebody's name (代办); to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid
from app.identity import queries
from app.identity.actor import Actor, Hold
from app.identity.models import Unit
from app.identity.permissions import holding
from app.identity.queries import Member
from app.workflow import acting, handling, holds, task_drafts
from app.workflow.desks import DECIDE, holds_for, seat
from app.workflow.events import WHOM
from app.workflow.models import Event, Task
from app.workflow.reach import is_party, reads

if TYPE_CHECKING:
    from app.workflow.offers import Ask

TRANSFERRED = "transferred"
_WHOM = "请选择接手的人员"


def task_of(ask: Ask) -> Task:
    """The task that is asked about; one of officials."""
    if ask.task is None or ask.task.person_id is not None:
        raise Forbidden("申请人的任务不能转给他人")
    return ask.task


def may_hand_on(ask: Ask) -> None:
    """Whether this person may transfer or delegate the task: they may handle it themselves."""
    handling.allowed(ask.work, ask.actor, task_of(ask))


def may_give_back(ask: Ask) -> None:
    """Whether this person has the task for an opinion, or gave it out and may fetch it back."""
    task = task_of(ask)
    if ask.actor.id not in (task.claimed_by_id, task.delegated_by_id):
        raise Forbidden("只有委派人和受委派人可以交回")
    handling.still_open(ask.work, task)
    holds.refuse(task.case)
    if task.delegated_by_id is None:
        raise Conflict("这一任务没有委派，或者已经交回")


def may_answer(ask: Ask) -> None:
    """Whether it is theirs to give the opinion."""
    may_give_back(ask)
    if not advises(ask.work, ask.actor, task_of(ask)):
        raise Forbidden("意见由受委派人填写")


def advises(work: Session, actor: Actor, task: Task) -> bool:
    """Whether it lies with this person for an opinion, and they still may see it and say one."""
    asked = task.delegated_by_id is not None and task.claimed_by_id == actor.id
    return asked and _able(work, actor, task)


def _able(work: Session, actor: Actor, task: Task) -> bool:
    """Whether somebody decides tasks at all, reads the case and is no party to it."""
    apart = is_party(actor, task.case)
    return bool(holding(actor, DECIDE)) and not apart and reads(work, actor, task.case)


def may_fetch(ask: Ask) -> None:
    """Whether it is theirs to take back without one."""
    may_give_back(ask)
    if ask.actor.id != task_of(ask).delegated_by_id:
        raise Forbidden("只有委派人可以收回")


def may_take_back(ask: Ask) -> Event:
    """Whether this person transferred the task, and the other has done nothing with it since.

    Returns how it was transferred.
    """
    work, task = ask.work, task_of(ask)
    handling.still_open(work, task)
    holds.refuse(task.case)
    told = select(Event).where(Event.task_id == task.id, Event.actor_id.is_not(None))
    last = work.scalars(told.order_by(Event.seq.desc()).limit(1)).first()
    mine = last is not None and (last.verb, last.actor_id) == (TRANSFERRED, ask.actor.id)
    if last is None or not mine or task.claimed_by_id != last.routing[WHOM]:
        raise Conflict("对方已经接着办理，不能撤销")
    if task_drafts.begun(work, task.claimed_by_id, task.id):
        raise Conflict("对方已经开始填写，不能撤销")
    return last


def may_act_for(ask: Ask) -> None:
    """Whether this person answers for the task's unit, and may do the task in another's name."""
    task = task_of(ask)
    if acting.over(ask.actor, task) is None:
        raise Forbidden("只有本单位负责人、管理员可以代办")
    handling.still_open(ask.work, task)
    holds.refuse(task.case)
    if task.claimed_by_id == ask.actor.id:
        raise Conflict("这一任务已经由您办理")
    if task.delegated_by_id is not None:
        raise Conflict("这一任务已委派给他人提意见，交回或者收回后才能代办")
    if not in_whose_name(ask.work, ask.actor, task):
        raise Conflict("本岗位没有可以代办的人员")


def colleagues(work: Session, giver: Actor, task: Task) -> list[Member]:
    """Who else sits at the task's desk and may handle it, whoever it is of by name."""
    return _by_name(
        one
        for one in _others(work, giver, task)
        if any(seat(hold, task.unit_id, task.desk).taken for hold in one.actor.holds)
    )


def _others(work: Session, actor: Actor, task: Task) -> list[Member]:
    """Who else has a post in the task's unit, and need not leave it to others."""
    return [
        one
        for one in queries.staff_of({str(task.unit_id)}, actor.day)
        if one.able
        and one.person.id != actor.id
        and handling.kept_away(work, one.actor, task) is None
    ]


def advisers(work: Session, giver: Actor, task: Task) -> list[Member]:
    """Who decides tasks in the unit or one right beneath it, reads the case and is no party."""
    beneath = select(Unit.id).where(or_(Unit.id == task.unit_id, Unit.parent_id == task.unit_id))
    near = set(work.scalars(beneath.where(Unit.active)))
    return _by_name(
        one
        for one in queries.staff_of(near, giver.day)
        if one.able
        and one.person.id != giver.id
        and any(hold.unit_id in near for hold in holding(one.actor, DECIDE))
        and _able(work, one.actor, task)
    )


def in_whose_name(work: Session, actor: Actor, task: Task) -> list[Member]:
    """For whom a task may be done: whoever has it, else those at its desk; never against a rule."""
    if handling.kept_away(work, actor, task) is not None:
        return []
    return _by_name(
        one
        for one in _others(work, actor, task)
        if task.claimed_by_id in (None, one.person.id) and holds_for(one.actor, task)
    )


def chosen(among: list[Member], person_id: str) -> Member:
    """The one of these. Raises Invalid."""
    for one in among:
        if one.person.id == person_id:
            return one
    raise Invalid(_WHOM, {"to": _WHOM})


def own_post(actor: Actor, task: Task) -> Hold | None:
    """Under which post somebody gives an opinion: of the task's unit, else the first."""
    mine = holding(actor, DECIDE)
    return next((hold for hold in mine if hold.unit_id == task.unit_id), next(iter(mine), None))


def _by_name(found: Iterable[Member]) -> list[Member]:
    return sorted(found, key=lambda one: (one.person.name, one.person.id))
