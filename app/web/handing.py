"""Handing a task on (转办、委派、交回、收回、代办), and taking the next one (取下一件)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import clock
from app.db import session
from app.errors import Conflict, Invalid
from app.identity.actor import Actor
from app.identity.queries import Member
from app.web import verbs
from app.web.access import actor, requires
from app.web.acting import acting, posts_at
from app.web.display import spoken
from app.web.verbs import Verb
from app.workflow import commands, handing
from app.workflow.commands.handing import Handing
from app.workflow.models import Task
from app.workflow.offers import Rule
from app.workflow.queries import handing as queries

bp = Blueprint("handing", __name__)
Among = Callable[[Session, Actor, Task], Sequence[Member]]


class Command(Protocol):
    """One of the verbs."""

    def __call__(self, actor: Actor, task_id: str, handed: Handing, *, at: datetime) -> Task: ...


@dataclass(frozen=True, slots=True)
class Way:
    """One way of handing on: what its page says, who is offered, what does it."""

    endpoint: str
    title: str
    rule: Rule
    do: Command
    done: str
    lines: tuple[str, ...]
    reason: str = ""
    must_say: bool = False
    whom: str = ""
    under: bool = False  # it is done under one of several posts, to be chosen
    among: Among | None = None


TRANSFER = Way(
    ".transfer", "转办", handing.may_hand_on, commands.transfer, "已转办",
    ("任务转给所选同志，由其办理，您不再办理", "对方会收到通知，办理期限不变"),
    reason="转办说明", whom="转给", under=True, among=handing.colleagues,
)  # fmt: skip
DELEGATE = Way(
    ".delegate", "委派", handing.may_hand_on, commands.delegate, "已委派，对方交回后由您办理",
    ("所选同志提出意见后交回，仍由您办理", "交回以前您可以随时收回", "办理期限不变"),
    reason="要对方看什么", must_say=True, whom="委派给", under=True, among=handing.advisers,
)  # fmt: skip
GIVE_BACK = Way(
    ".give_back", "交回意见", handing.may_answer, commands.give_back, "意见已交回",
    ("意见记入办理记录，任务交回委派人办理",), reason="意见", must_say=True,
)  # fmt: skip
FETCH_BACK = Way(
    ".fetch_back", "收回委派", handing.may_fetch, commands.fetch_back, "已收回，由您办理",
    ("对方不再提出意见，任务由您办理",),
)  # fmt: skip
ACT_FOR = Way(
    ".act_for", "代办", handing.may_act_for, commands.act_for, "已由您代办",
    ("任务由您代为办理，办理记录写明“代”和被代办人", "被代办人会收到通知"),
    reason="代办原因", must_say=True, whom="代谁办理", among=handing.in_whose_name,
)  # fmt: skip


@bp.post("/inbox/next")
@requires("task:decide")
def take_next() -> ResponseReturnValue:
    """Take what is most urgent, and open it."""
    try:
        task = commands.take_next(actor(), request.form.get("key", ""), at=clock.now())
    except Conflict as nothing:
        flash(nothing.message)
        return redirect(url_for("tasks.index", box="claimable"), 303)
    return redirect(url_for("tasks.show", task_id=task.id), 303)


@bp.get("/tasks/<task_id>/transfer")
@requires("task:decide")
def transfer(task_id: str) -> ResponseReturnValue:
    """To whom it may be transferred."""
    return _page(TRANSFER, task_id)


@bp.post("/tasks/<task_id>/transfer")
@requires("task:decide")
def do_transfer(task_id: str) -> ResponseReturnValue:
    """Transfer it."""
    return _do(TRANSFER, task_id)


@bp.get("/tasks/<task_id>/delegate")
@requires("task:decide")
def delegate(task_id: str) -> ResponseReturnValue:
    """Whose opinion may be asked."""
    return _page(DELEGATE, task_id)


@bp.post("/tasks/<task_id>/delegate")
@requires("task:decide")
def do_delegate(task_id: str) -> ResponseReturnValue:
    """Give it out for an opinion."""
    return _do(DELEGATE, task_id)


@bp.get("/tasks/<task_id>/give-back")
@requires("task:decide")
def give_back(task_id: str) -> ResponseReturnValue:
    """Where the opinion is written."""
    return _page(GIVE_BACK, task_id)


@bp.post("/tasks/<task_id>/give-back")
@requires("task:decide")
def do_give_back(task_id: str) -> ResponseReturnValue:
    """Give it back with the opinion."""
    return _do(GIVE_BACK, task_id, mine=False)


@bp.get("/tasks/<task_id>/fetch-back")
@requires("task:decide")
def fetch_back(task_id: str) -> ResponseReturnValue:
    """What fetching it back comes to."""
    return _page(FETCH_BACK, task_id)


@bp.post("/tasks/<task_id>/fetch-back")
@requires("task:decide")
def do_fetch_back(task_id: str) -> ResponseReturnValue:
    """Fetch it back."""
    return _do(FETCH_BACK, task_id, mine=True)


@bp.get("/tasks/<task_id>/act-for")
@requires("task:act_for")
def act_for(task_id: str) -> ResponseReturnValue:
    """In whose name it may be done."""
    return _page(ACT_FOR, task_id)


@bp.post("/tasks/<task_id>/act-for")
@requires("task:act_for")
def do_act_for(task_id: str) -> ResponseReturnValue:
    """Take it over in somebody's name."""
    return _do(ACT_FOR, task_id, mine=True)


def _page(way: Way, task_id: str, fault: Invalid | None = None) -> str:
    work, me, at = session(), actor(), clock.now()
    task = queries.asked(work, me, task_id, way.rule, at=at)
    verb = Verb(
        way.title, url_for(way.endpoint, task_id=task_id), url_for("tasks.show", task_id=task_id),
        way.title, lines=way.lines, reason=way.reason, must_say=way.must_say,
    )  # fmt: skip
    people = [_offered(one, task) for one in way.among(work, me, task)] if way.among else []
    faults = (fault.fields or {"reason": fault.message}) if fault else {}
    return verbs.page(
        "verbs/whom.html", verb, task.case, faults, task=task, whom=way.whom, people=people,
        posts=posts_at(task) if way.under else [],
    )  # fmt: skip


def _offered(one: Member, task: Task) -> tuple[str, str, str]:
    """Id, name and post of somebody to be chosen: the post of the task's unit, else the first."""
    here = [hold for hold in one.actor.holds if hold.unit_id == task.unit_id]
    return one.person.id, one.person.name, spoken((here or list(one.actor.holds))[0])


def _do(way: Way, task_id: str, *, mine: bool = False) -> ResponseReturnValue:
    sent = request.form
    handed = Handing(sent.get("to", ""), sent.get("reason", ""), sent.get("key", ""))
    try:
        task = way.do(acting(), task_id, handed, at=clock.now())
    except Invalid as fault:
        return _page(way, task_id, fault), 422
    flash(f"{task.case.number} {task.case.title} {way.done}")
    if mine:
        return redirect(url_for("tasks.show", task_id=task_id), 303)
    return redirect(url_for("tasks.index"), 303)
