"""Steering a case: the same verbs as on its pages."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.web.access import actor, requires, signed_in
from app.web.api import written
from app.web.api.operation import key, operation, sent
from app.web.api.parts import ref
from app.workflow import commands, steering
from app.workflow.commands.sending import SendBack
from app.workflow.models import Case
from app.workflow.queries import casefile

bp = Blueprint("steering", __name__)
RESTS = ("case:supervise", "case:steer")


@bp.post("/tasks/<task_id>/send-back")
@signed_in
@operation("退回到已经过的环节", {200: ref("Case")}, body="SendingBack", keyed=True)
def send_back(task_id: str) -> ResponseReturnValue:
    """Send a case back; 409 where that step cannot be gone back to."""
    body = sent("SendingBack")
    wanted = SendBack(body["to"], body["reason"], body.get("straight", False))
    return _told(commands.send_back(actor(), task_id, wanted, key(), at=clock.now()))


@bp.post("/tasks/<task_id>/recall")
@signed_in
@operation("收回自己办理的任务", {200: ref("Case")}, keyed=True)
def recall(task_id: str) -> ResponseReturnValue:
    """Take back what one handled; 409 once somebody has acted on it."""
    return _told(commands.recall(actor(), task_id, key(), at=clock.now()).case)


@bp.post("/cases/<case_id>/jump")
@requires(steering.STEER)
@operation("跳转到其他环节", {200: ref("Case")}, body="Jump", keyed=True)
def jump(case_id: str) -> ResponseReturnValue:
    """Move a case to any human step."""
    body = sent("Jump")
    case = commands.jump(actor(), case_id, body["to"], body["reason"], key(), at=clock.now())
    return _told(case)


@bp.post("/cases/<case_id>/terminate")
@requires(steering.STEER)
@operation("终止办件", {200: ref("Case")}, body="Why", keyed=True)
def terminate(case_id: str) -> ResponseReturnValue:
    """End a case for good."""
    return _told(commands.terminate(actor(), case_id, _why(), key(), at=clock.now()))


@bp.post("/cases/<case_id>/unbar")
@requires(steering.STEER)
@operation("解除仅因填报手机号的回避", {200: ref("Case")}, body="Assignment", keyed=True)
def unbar(case_id: str) -> ResponseReturnValue:
    """Let an official handle a case though a number in its form is theirs."""
    body = sent("Assignment")
    whom, reason = body["person"], body["reason"]
    return _told(commands.lift_bar(actor(), case_id, whom, reason, key(), at=clock.now()))


@bp.post("/cases/<case_id>/suspend")
@requires(*RESTS)
@operation("挂起办件", {200: ref("Case")}, body="Why", keyed=True)
def suspend(case_id: str) -> ResponseReturnValue:
    """Let a case rest; no limit of it runs."""
    return _told(commands.suspend(actor(), case_id, _why(), key(), at=clock.now()))


@bp.post("/cases/<case_id>/resume")
@requires(*RESTS)
@operation("恢复办理", {200: ref("Case")}, body="Why", keyed=True)
def resume(case_id: str) -> ResponseReturnValue:
    """Let it go on."""
    return _told(commands.resume(actor(), case_id, _why(), key(), at=clock.now()))


def _why() -> str:
    return str(sent("Why").get("reason", ""))


def _told(case: Case) -> ResponseReturnValue:
    return jsonify(written.case(casefile.of_case(session(), case), actor()))
