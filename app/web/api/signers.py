"""加签、减签、指定办理人, as on their pages."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.web.access import actor, signed_in
from app.web.api import written
from app.web.api.operation import key, operation, sent
from app.web.api.parts import ref
from app.workflow import commands, cosigning
from app.workflow.commands.signers import Addition
from app.workflow.models import Task

bp = Blueprint("signers", __name__)


@bp.post("/tasks/<task_id>/add-signer")
@signed_in
@operation(
    "加签：before 先签，beside 并签，after 后签", {201: ref("Task")}, body="Addition", keyed=True
)
def add(task_id: str) -> ResponseReturnValue:
    """Let somebody sign the step of my task as well."""
    body = sent("Addition")
    wanted = Addition(body["person"], body["where"], body.get("reason", ""))
    return jsonify(
        _written(commands.add_signer(actor(), task_id, wanted, key(), at=clock.now()))
    ), 201


@bp.post("/tasks/<task_id>/remove-signer")
@signed_in
@operation("减签：该任务的签署人还没有签署", {200: ref("Task")}, body="Removal", keyed=True)
def remove(task_id: str) -> ResponseReturnValue:
    """Take a signer out again; the task is theirs."""
    why = sent("Removal")["reason"]
    return jsonify(_written(commands.remove_signer(actor(), task_id, why, key(), at=clock.now())))


@bp.post("/tasks/<task_id>/assign")
@signed_in
@operation("为无人可办的任务指定办理人", {200: ref("Task")}, body="Assignment", keyed=True)
def assign(task_id: str) -> ResponseReturnValue:
    """Name who handles what nobody is there for."""
    body, at = sent("Assignment"), clock.now()
    task = commands.assign(actor(), task_id, body["person"], body["reason"], key(), at=at)
    return jsonify(_written(task))


def _written(task: Task) -> dict[str, object]:
    return written.task(task, cosigning.policy_of(session(), task), actor())
