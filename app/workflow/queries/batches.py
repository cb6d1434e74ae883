"""Batches: what may be passed at one go before it is done, and what became of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from app.engine.types import TaskPolicy
from app.errors import NotFound, Refusal
from app.identity.actor import Actor
from app.identity.queries import Member
from app.workflow import bulk, definitions, handing
from app.workflow.definitions import Definition
from app.workflow.habits import TaskBatch
from app.workflow.handling import allowed, refuse_unchosen
from app.workflow.models import Case, Task
from app.workflow.offers import Ask
from app.workflow.reach import visible


@dataclass(frozen=True, slots=True)
class Prospect:
    """The step that the first of the chosen is at, who goes along, and who does not, and why."""

    definition: Definition
    policy: TaskPolicy
    element: str
    fit: Sequence[Task]
    unfit: Sequence[tuple[Task, str]]


def prospect(work: Session, actor: Actor, task_ids: Sequence[str]) -> Prospect:
    """What a batch of these would come to. Raises NotFound for none."""
    found = _chosen(work, actor, task_ids)
    judged = [(task, _why_not(work, actor, task)) for task in found]
    first = next((task for task, why in judged if not why), found[0])
    definition = definitions.get(work, first.case.version_id)
    step = (first.case.process_key, first.element)
    other = "环节不同，请分批办理"
    unfit = [
        (task, why or other)
        for task, why in judged
        if why or (task.case.process_key, task.element) != step
    ]
    left = {task.id for task, _why in unfit}
    fit = [task for task in found if task.id not in left]
    return Prospect(definition, definition.process.tasks[first.element], first.element, fit, unfit)


@dataclass(frozen=True, slots=True)
class HandOver:
    """Which of the chosen may be handed on, which not and why, and to whom how many of them."""

    fit: Sequence[Task]
    unfit: Sequence[tuple[Task, str]]
    people: Sequence[tuple[Member, int]]


def hand_over(work: Session, actor: Actor, task_ids: Sequence[str], *, at: datetime) -> HandOver:
    """What handing these on at one go would come to. Raises NotFound for none."""
    found = _chosen(work, actor, task_ids)
    judged = [(task, _not_handed(Ask(work, actor, task.case, task, at))) for task in found]
    fit = [task for task, why in judged if not why]
    people: dict[str, tuple[Member, int]] = {}
    for task in fit:
        for one in handing.colleagues(work, actor, task):
            people[one.person.id] = (one, people.get(one.person.id, (one, 0))[1] + 1)
    most_first = sorted(people.values(), key=lambda told: (-told[1], told[0].person.name))
    return HandOver(fit, [(task, why) for task, why in judged if why], most_first)


def _not_handed(ask: Ask) -> str:
    try:
        handing.may_hand_on(ask)
        refuse_unchosen(ask.work, ask.actor, handing.task_of(ask))
    except Refusal as refusal:
        return refusal.message
    return ""


def _why_not(work: Session, actor: Actor, task: Task) -> str:
    try:
        allowed(work, actor, task)
        bulk.refuse(work, actor, task)
    except Refusal as refusal:
        return refusal.message
    return ""


def mine(work: Session, actor: Actor, batch_id: str) -> tuple[TaskBatch, Mapping[str, Case]]:
    """A batch of this person's, and its cases by id. Raises NotFound."""
    batch = work.get(TaskBatch, batch_id)
    if batch is None or batch.person_id != actor.id:
        raise NotFound("没有这一批")
    ids = [item["case"] for item in batch.items]
    return batch, {case.id: case for case in work.scalars(select(Case).where(Case.id.in_(ids)))}


def _chosen(work: Session, actor: Actor, task_ids: Sequence[str]) -> list[Task]:
    """Of the tasks named, those of cases that this person reads. Raises NotFound for none."""
    ids = list(dict.fromkeys(task_ids))[: bulk.MOST]
    named = select(Task).join(Task.case).where(Task.id.in_(ids), visible(actor))
    known = {task.id: task for task in work.scalars(named.options(contains_eager(Task.case)))}
    found = [known[each] for each in ids if each in known]
    if not found:
        raise NotFound("请先选中要办理的件")
    return found
