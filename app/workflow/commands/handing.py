"""Handing a task on: transfer, delegate and give back, act for; take what is most urgent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Refusal
from app.identity.actor import Actor, Hold
from app.identity.models import Person
from app.workflow import acting, claims, events, handing, handling, keys, notices, remarks
from app.workflow.claims import Claim
from app.workflow.commands.locked import free_task_for, task_for
from app.workflow.events import Act
from app.workflow.handing import TRANSFERRED
from app.workflow.models import Task
from app.workflow.offers import Ask
from app.workflow.queries.urgent import most_urgent

TAKEN_BACK, DELEGATED, ANSWERED, FETCHED, ACTED = (
    "taken_back", "delegated", "given_back", "fetched_back", "acted_for",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Handing:
    """To whom, or in whose name, by id; why; and the key of this form's rendering."""

    to: str = ""
    reason: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class _Turn:
    work: Session
    actor: Actor
    task: Task
    handed: Handing
    at: datetime

    @property
    def ask(self) -> Ask:
        return Ask(self.work, self.actor, self.task.case, self.task, self.at)


@dataclass(frozen=True, slots=True)
class _Asked:
    actor: Actor
    task_id: str
    handed: Handing
    at: datetime


def _verb(asked: _Asked, verb: str, do: Callable[[_Turn], None]) -> Task:
    """One verb of handing on, once a key, under the lock of the case."""
    actor, task_id, handed, at = asked.actor, asked.task_id, asked.handed, asked.at
    with transaction() as work:
        if keys.first_answer(work, actor.id, handed.key, at, {verb: task_id}) is not None:
            return work.get_one(Task, task_id)
        task, still = task_for(work, actor, task_id)
        do(_Turn(work, still, task, handed, at))
    return task


def transfer(actor: Actor, task_id: str, handed: Handing, *, at: datetime) -> Task:
    """Give a task to a colleague of the same desk, who decides it."""
    return _verb(_Asked(actor, task_id, handed, at), TRANSFERRED, _transfer)


def _transfer(turn: _Turn) -> None:
    handing.may_hand_on(turn.ask)
    hold = handling.allowed(turn.work, turn.actor, turn.task)
    to = handing.chosen(handing.colleagues(turn.work, turn.actor, turn.task), turn.handed.to)
    said = remarks.optional(turn.handed.reason)
    turn.task.named_id = turn.task.named_id and to.person.id
    claims.put(turn.work, turn.task, Claim(to.person.id, turn.at))
    _record(turn, TRANSFERRED, said, hold, to.person.id)
    _tell(turn, to.person, "transferred", said)


def take_back(actor: Actor, task_id: str, key: str = "", *, at: datetime) -> Task:
    """Take back what one transferred, as long as the other has done nothing with it."""
    return _verb(_Asked(actor, task_id, Handing(key=key), at), TAKEN_BACK, _take_back)


def _take_back(turn: _Turn) -> None:
    given = handing.may_take_back(turn.ask)
    work, actor, task, at = turn.work, turn.actor, turn.task, turn.at
    had = work.get_one(Person, task.claimed_by_id)
    task.named_id = task.named_id and (given.for_id or actor.id)
    claims.put(work, task, Claim(actor.id, at, given.for_id))
    hold = handling.allowed(work, actor, task)  # a post or a rule may have changed since
    _record(turn, TAKEN_BACK, "", hold, had.id)
    _tell(turn, had, "recalled", "")


def delegate(actor: Actor, task_id: str, handed: Handing, *, at: datetime) -> Task:
    """Ask somebody for an opinion on a task, which comes back afterwards."""
    return _verb(_Asked(actor, task_id, handed, at), DELEGATED, _delegate)


def _delegate(turn: _Turn) -> None:
    handing.may_hand_on(turn.ask)
    hold = handling.allowed(turn.work, turn.actor, turn.task)
    to = handing.chosen(handing.advisers(turn.work, turn.actor, turn.task), turn.handed.to)
    said = remarks.required(turn.handed.reason, ask="请写明要对方看什么")
    name = hold.for_id if hold else None  # kept while it is given out: it comes back in that name
    claims.put(turn.work, turn.task, Claim(to.person.id, turn.at, name, turn.actor.id))
    _record(turn, DELEGATED, said, hold, to.person.id)
    _tell(turn, to.person, "delegated", said)


def give_back(actor: Actor, task_id: str, handed: Handing, *, at: datetime) -> Task:
    """Give one's opinion, and the task back to who asked for it."""
    return _verb(_Asked(actor, task_id, handed, at), ANSWERED, _give_back)


def _give_back(turn: _Turn) -> None:
    handing.may_answer(turn.ask)
    said = remarks.required(turn.handed.reason, ask="请写明意见")
    giver = turn.work.get_one(Person, turn.task.delegated_by_id)
    claims.put(turn.work, turn.task, Claim(giver.id, turn.at, turn.task.for_id))
    _record(turn, ANSWERED, said, handing.own_post(turn.actor, turn.task), giver.id)
    _tell(turn, giver, "given_back", said)


def fetch_back(actor: Actor, task_id: str, handed: Handing, *, at: datetime) -> Task:
    """Take back what was given out for an opinion, without one."""
    return _verb(_Asked(actor, task_id, handed, at), FETCHED, _fetch_back)


def _fetch_back(turn: _Turn) -> None:
    handing.may_fetch(turn.ask)
    had = turn.work.get_one(Person, turn.task.claimed_by_id)
    claims.put(turn.work, turn.task, Claim(turn.actor.id, turn.at, turn.task.for_id))
    _record(turn, FETCHED, "", handing.own_post(turn.actor, turn.task), had.id)
    _tell(turn, had, "fetched_back", "")


def act_for(actor: Actor, task_id: str, handed: Handing, *, at: datetime) -> Task:
    """Take a task over in the name of somebody of one's unit, and say why."""
    return _verb(_Asked(actor, task_id, handed, at), ACTED, _act_for)


def _act_for(turn: _Turn) -> None:
    handing.may_act_for(turn.ask)
    among = handing.in_whose_name(turn.work, turn.actor, turn.task)
    principal = handing.chosen(among, turn.handed.to).person
    said = remarks.required(turn.handed.reason)
    claims.put(turn.work, turn.task, Claim(turn.actor.id, turn.at, for_id=principal.id))
    _record(turn, ACTED, said, acting.over(turn.actor, turn.task), principal.id)
    _tell(turn, principal, "acted_for", said)


def _record(turn: _Turn, verb: str, said: str, hold: Hold | None, whom: str) -> None:
    """The event, with whom it concerned beside who did it."""
    task, at = turn.task, turn.at
    remark = remarks.keep(turn.work, task.case, said, turn.actor.id, at=at, task=task)
    act = Act(task=task, submission=remark, routing={"whom": whom}, hold=hold)
    events.record(turn.work, task.case, verb, turn.actor, act, at=at)


def _tell(turn: _Turn, person: Person, kind: str, said: str) -> None:
    words = {"by": turn.actor.name, "reason": said}
    notices.tell(turn.work, person, turn.task.case, (kind, words), turn.at, task=turn.task)


def take_next(actor: Actor, key: str = "", *, at: datetime) -> Task:
    """Claim what is most urgent of all that lies at one's desks. Raises Conflict for nothing.

    Whoever else does so at the same moment gets another: what is being changed is passed over.
    """
    with transaction() as work:
        taken = keys.first_answer(work, actor.id, key, at)
        if taken is not None:
            return work.get_one(Task, taken["taken"])
        for task_id in most_urgent(work, actor):
            task = _taken(work, actor, task_id, at)
            if task is not None:
                keys.keep_answer(work, actor.id, key, {"taken": task.id})
                return task
        raise Conflict("待签收里没有可以取的任务了")


def _taken(work: Session, actor: Actor, task_id: str, at: datetime) -> Task | None:
    """The task, claimed; none where somebody was quicker, or a rule keeps this person from it."""
    free = free_task_for(work, actor, task_id)
    if free is None or free[0].claimed_by_id is not None:
        return None
    task, still = free
    try:
        hold = handling.allowed(work, still, task)
    except Refusal:
        return None
    claims.put(work, task, Claim(actor.id, at, hold.for_id if hold else None))
    events.record(work, task.case, "claimed", actor, Act(task=task, hold=hold), at=at)
    return task
