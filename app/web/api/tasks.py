"""Tasks: the inbox, and what one does with a task."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid
from app.web.access import actor, signed_in
from app.web.api import written
from app.web.api.operation import key, operation, sent
from app.web.api.parts import page_of, ref
from app.workflow import commands, definitions
from app.workflow.commands.tasks import Decision
from app.workflow.models import Task
from app.workflow.queries import casefile, inbox

bp = Blueprint("tasks", __name__)


@bp.get("/tasks")
@signed_in
@operation(
    "收件箱：todo 待办，claimable 待签收，standing 代理待办，area 辖区在办，done 已办",
    {200: page_of("Task")},
    query=("box", "after", "q"),
)
def index() -> ResponseReturnValue:
    """One page of a box."""
    box = request.args.get("box", inbox.IN_HAND)
    if box not in inbox.BOXES:
        one_of = "取 todo、claimable、standing、area 或 done"
        raise Invalid(f"box {one_of}", {"box": one_of})
    asked = inbox.Asked(q=request.args.get("q", ""))
    page = inbox.tasks(
        session(), actor(), box, asked, request.args.get("after", ""), at=clock.now()
    )
    items = [
        {
            **written_task(row.task),
            "number": row.case.number,
            "title": row.case.title,
            "light": row.light,
        }
        for row in page.rows
    ]
    return jsonify(items=items, next=page.after or None)


@bp.post("/tasks/<task_id>/claim")
@signed_in
@operation("签收", {200: ref("Task")}, keyed=True)
def claim(task_id: str) -> ResponseReturnValue:
    """Take a task; 409 names who was first."""
    return jsonify(written_task(commands.claim(actor(), task_id, key(), at=clock.now())))


@bp.post("/tasks/<task_id>/release")
@signed_in
@operation("退还", {200: ref("Task")}, keyed=True)
def release(task_id: str) -> ResponseReturnValue:
    """Give a task back."""
    return jsonify(written_task(commands.release(actor(), task_id, key(), at=clock.now())))


@bp.post("/tasks/<task_id>/complete")
@signed_in
@operation("办结该任务并流转", {200: ref("Case")}, body="Completion", keyed=True)
def complete(task_id: str) -> ResponseReturnValue:
    """Decide a task; 409 names who did and when."""
    body = sent("Completion")
    me = actor().under(body.get("acting", ""))
    straight = body.get("straight", False)
    made = Decision(body["outcome"], body.get("values", {}), key(), straight=straight)
    case = commands.decide(me, task_id, made, at=clock.now())
    return jsonify(written.case(casefile.of_case(session(), case), me))


def written_task(task: Task) -> dict[str, object]:
    """A task as every operation gives it back."""
    process = definitions.get(session(), task.case.version_id).process
    return written.task(task, process.tasks.get(task.element), actor())
