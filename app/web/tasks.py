"""The inbox (待办) and the page on which a task is decided."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid
from app.web import decision, uploads
from app.web.access import actor, can, requires, signed_in
from app.web.acting import acting
from app.web.display import grouped, task_line
from app.web.settings import first_room
from app.workflow import commands, kinds
from app.workflow.commands.tasks import Decision
from app.workflow.queries import casefile, inbox, register
from app.workflow.queries.pages import MOST_COUNTED

bp = Blueprint("tasks", __name__)

LABELS = {
    "todo": "待办", "claimable": "待签收", "area": "辖区在办", "done": "已办", "mine": "我发起的",
}  # fmt: skip


@bp.get("/inbox")
@signed_in
def index() -> ResponseReturnValue:
    """One box of the inbox. Whoever decides nothing is shown to the room that is theirs."""
    if not can("task:decide") and not can(inbox.WATCH):
        return redirect(url_for(first_room()))
    box = request.args.get("box", "")
    if box == "mine":
        return redirect(url_for("cases.index", own=1))
    box = box if box in inbox.BOXES else inbox.TODO if can("task:decide") else inbox.AREA
    me, at, work = actor(), clock.now(), session()
    asked = inbox.Asked(**{name: request.args.get(name, "") for name in ("q", "category", "step")})
    page = inbox.tasks(work, me, box, asked, request.args.get("after", ""), at=at)
    lines = [task_line(row, at, me) for row in page.rows]
    following = url_for(".index", **_kept(box, asked), after=page.after) if page.after else ""
    return render_template(
        "inbox/index.html", box=box, boxes=_boxes(), q=asked.q, next_url=following,
        groups=grouped(lines, page.rows, at), filters=_filters(box, asked),
        total_text=_total(page.rows, bool(page.after)),
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
    made = Decision(sent.get("outcome", ""), sent, sent.get("key", ""))
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


def _kept(box: str, asked: inbox.Asked) -> dict[str, Any]:
    chosen = {"box": box, "q": asked.q, "category": asked.category, "step": asked.step}
    return {name: value for name, value in chosen.items() if value}


def _boxes() -> list[tuple[str, str, str]]:
    work, me = session(), actor()
    waiting = inbox.counts(work, me)
    own = register.count(work, me, register.Wanted(own=True), at=clock.now())
    numbers = {**waiting, "mine": own}
    hidden = set() if can(inbox.WATCH) else {inbox.AREA}
    hidden |= set() if can("task:decide") else {inbox.TODO, inbox.CLAIMABLE, inbox.DONE}
    shown = [(key, label) for key, label in LABELS.items() if key not in hidden]
    return [(key, label, _capped(numbers.get(key))) for key, label in shown]


def _capped(number: int | None) -> str:
    if number is None:
        return ""
    return "999+" if number >= MOST_COUNTED else str(number)


def _total(rows: list[inbox.Row], more: bool) -> str:
    late = sum(row.light == "red" for row in rows)
    text = f"{len(rows)}{'+' if more else ''} 件"
    return f"{text}，其中 {late} 件超期" if late else text


def _filters(box: str, asked: inbox.Asked) -> list[dict[str, Any]]:
    steps, categories = inbox.choices(session(), actor(), box)
    return [
        {"name": "step", "label": "环节", "value": asked.step, "options": [(s, s) for s in steps]},
        decision.category_filter(asked.category, categories),
    ]
