"""The inbox (待办) and the page on which a task is decided."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid
from app.web import boxes, decision, uploads
from app.web.access import actor, can, requires, signed_in
from app.web.acting import acting
from app.web.display import grouped, task_line
from app.web.settings import first_room
from app.workflow import commands, kinds, phrases
from app.workflow.commands.tasks import Decision
from app.workflow.queries import casefile, inbox, views

bp = Blueprint("tasks", __name__)


@bp.get("/inbox")
@signed_in
def index() -> ResponseReturnValue:
    """One box of the inbox. Whoever decides nothing is shown to the room that is theirs."""
    if not can("task:decide") and not can(inbox.WATCH):
        return redirect(url_for(first_room()))
    if request.args.get("box") == "mine":
        return redirect(url_for("cases.index", own=1))
    me, at, work = actor(), clock.now(), session()
    mine = views.reach(work, me)
    here = boxes.opened(request.args, me, mine)
    page = inbox.tasks(work, me, here.box, here.asked, request.args.get("after", ""), at=at)
    lines = [task_line(row, at, me) for row in page.rows]
    return render_template(
        "inbox/index.html", here=here, boxes=boxes.groups(me, here, mine),
        next_url=here.address(after=page.after) if page.after else "",
        groups=grouped(lines, page.rows, at), filters=_filters(here),
        total_text=_total(page.rows, bool(page.after)), title=_title(here),
        units=phrases.shared_with(me), key=secrets.token_urlsafe(16),
    )  # fmt: skip


@bp.get("/tasks/<task_id>")
@signed_in
def show(task_id: str) -> ResponseReturnValue:
    """A task, with everything needed to decide it."""
    handling = casefile.handling(session(), actor(), task_id)
    own_page = kinds.of(handling.file.case.process_key).task_page(handling.task)
    if own_page:
        return redirect(own_page)
    return decision.page(handling, actor(), {}, {})


@bp.post("/tasks/<task_id>/claim")
@requires("task:decide")
def claim(task_id: str) -> ResponseReturnValue:
    """Take the task, and open it."""
    commands.claim(acting(), task_id, at=clock.now())
    return redirect(url_for(".show", task_id=task_id), 303)


@bp.post("/tasks/<task_id>/release")
@requires("task:decide")
def release(task_id: str) -> ResponseReturnValue:
    """Give the task back to its pool."""
    commands.release(actor(), task_id, at=clock.now())
    flash("已退还，同岗位人员可以签收")
    return redirect(url_for(".index", box="claimable"), 303)


@bp.post("/tasks/<task_id>")
@signed_in
def decide(task_id: str) -> ResponseReturnValue:
    """Decide the task, then open the next one."""
    me, sent = acting(), request.form
    straight = bool(sent.get("straight"))
    made = Decision(sent.get("outcome", ""), sent, sent.get("key", ""), straight=straight)
    try:
        uploads.take_for_task(me, task_id)
        case = commands.decide(me, task_id, made, at=clock.now())
    except Invalid as fault:
        handling = casefile.handling(session(), me, task_id)
        return decision.page(handling, me, sent, fault.fields or {"opinion": fault.message}), 422
    flash(f"{case.number} {case.title} 已提交")
    if not me.staff:
        return redirect(url_for("cases.show", case_id=case.id), 303)
    if sent.get("next"):
        return redirect(url_for(".show", task_id=sent["next"]), 303)
    return redirect(url_for(".index"), 303)


def _title(here: boxes.Opened) -> str:
    return here.view.name if here.view else boxes.LABELS[here.box][0]


def _total(rows: list[inbox.Row], more: bool) -> str:
    late = sum(row.light == "red" for row in rows)
    text = f"{len(rows)}{'+' if more else ''} 件"
    return f"{text}，其中 {late} 件超期" if late else text


def _filters(here: boxes.Opened) -> list[dict[str, Any]]:
    steps, categories = inbox.choices(session(), actor(), here.box)
    chosen = here.asked.step
    named = [(step, step) for step in sorted({*steps, *filter(None, [chosen])})]
    return [
        {"name": "step", "label": "环节", "value": chosen, "options": named},
        decision.category_filter(here.asked.category, categories),
    ]
