"""Many tasks at one go: look once more, do it, read what came of each, take it back."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid
from app.identity.queries import Member
from app.web.access import actor, requires
from app.web.display import spoken
from app.workflow import commands
from app.workflow.commands.batches import CLAIM, PASS, TRANSFER, UNDO, Order
from app.workflow.forms.view import GroupView
from app.workflow.habits import TaskBatch
from app.workflow.handling import hold_under
from app.workflow.models import Task
from app.workflow.queries import batches

bp = Blueprint("batches", __name__)

WORDS = {CLAIM: "批量签收", PASS: "批量通过", TRANSFER: "批量转办"}
DONE = {CLAIM: "已签收", PASS: "已办", TRANSFER: "已转办"}


@bp.get("/inbox/batches/pass")
@requires("task:decide")
def confirm() -> ResponseReturnValue:
    """Which of the chosen go along, what is said with them, and which must be opened."""
    work, me = session(), actor()
    found = batches.prospect(work, me, request.args.getlist("task"))
    return render_template(
        "inbox/pass.html", prospect=found, form=_form(found), outcome=found.policy.outcomes[0],
        key=secrets.token_urlsafe(16),
    )  # fmt: skip


@bp.get("/inbox/batches/transfer")
@requires("task:decide")
def hand_over() -> ResponseReturnValue:
    """Which of the chosen are handed on, and to whom they may be."""
    return _hand_over(request.args.getlist("task"), {})


def _hand_over(task_ids: Sequence[str], faults: Mapping[str, str]) -> str:
    found = batches.hand_over(session(), actor(), task_ids, at=clock.now())
    units = {task.unit_id for task in found.fit}
    people = [
        (one.person.id, one.person.name, "、".join(_posts_at(one, units)), most)
        for one, most in found.people
    ]
    return render_template(
        "inbox/transfer.html", found=found, people=people, faults=faults, typed=request.form,
        key=secrets.token_urlsafe(16),
    )  # fmt: skip


def _posts_at(one: Member, units: Collection[str | None]) -> list[str]:
    """The posts of somebody in these units, as officials say them."""
    return [spoken(hold) for hold in one.actor.holds if hold.unit_id in units]


@bp.post("/inbox/batches")
@requires("task:decide")
def handle() -> ResponseReturnValue:
    """Do it, and lead to what came of it."""
    sent = request.form
    order = Order(sent.get("act", ""), sent.getlist("task"), sent.get("key", ""), sent)
    try:
        batch = commands.handle_batch(actor(), order, at=clock.now())
    except Invalid as fault:
        if order.act != TRANSFER or not order.tasks:
            raise
        return _hand_over(order.tasks, fault.fields), 422
    return redirect(url_for(".show", batch_id=batch.id), 303)


@bp.get("/inbox/batches/<batch_id>")
@requires("task:decide")
def show(batch_id: str) -> ResponseReturnValue:
    """What came of each."""
    batch, cases = batches.mine(session(), actor(), batch_id)
    posts = _posts(batch)
    return render_template(
        "inbox/batch.html", batch=batch, title=WORDS[batch.act],
        lines=[
            {**_line(batch.act, item, cases), "post": posts.get(item["task"])}
            for item in batch.items
        ],
        undoable=batch.act in UNDO and not batch.undone_at,
    )  # fmt: skip


@bp.post("/inbox/batches/<batch_id>/undo")
@requires("task:decide")
def undo(batch_id: str) -> ResponseReturnValue:
    """Take back what nobody has acted upon."""
    batch = commands.undo_batch(actor(), batch_id, at=clock.now())
    back = sum(item.get("undone") == "" for item in batch.items)
    flash(f"已撤销 {back} 件")
    return redirect(url_for(".show", batch_id=batch_id), 303)


def _form(found: batches.Prospect) -> list[GroupView]:
    """What is asked of whoever agrees; not what only another outcome asks."""
    agreed = {"outcome": found.policy.outcomes[0].key}
    groups = found.definition.form(found.policy.form).view(agreed, {}, found.element)
    return [
        replace(group, fields=tuple(one for one in group.fields if not (one.folded and one.hidden)))
        for group in groups
    ]


def _posts(batch: TaskBatch) -> dict[str, str]:
    """Under which post each was done, for somebody who holds several."""
    me, work = actor(), session()
    if len(me.holds) < 2:
        return {}
    done = [item["task"] for item in batch.items if item["done"]]
    holds = ((task_id, hold_under(work, me, work.get_one(Task, task_id))) for task_id in done)
    return {task_id: spoken(hold) for task_id, hold in holds if hold is not None}


def _line(act: str, item: Mapping[str, Any], cases: Mapping[str, Any]) -> dict[str, Any]:
    case = cases[item["case"]]
    address = url_for("tasks.show", task_id=item["task"])
    if item["done"] and act in (PASS, TRANSFER):
        address = url_for("cases.show", case_id=case.id)
    done, why = item["done"], item["why"]
    state = DONE[act] if done else "没有办"
    if item.get("undone") == "":
        done, state = False, "已撤销"
    elif item.get("undone"):
        why = f"没有撤销：{item['undone']}"
    return {"case": case, "url": address, "done": done, "state": state, "why": why}
