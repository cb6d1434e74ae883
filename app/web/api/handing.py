"""Handing a task on, and taking the next one, for programs."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app import clock
from app.identity.actor import Actor
from app.web.access import actor, signed_in
from app.web.api.operation import key, operation, sent
from app.web.api.parts import ref
from app.web.api.tasks import written_task
from app.workflow import commands
from app.workflow.commands.handing import Handing

bp = Blueprint("handing", __name__)


@bp.post("/tasks/next")
@signed_in
@operation("取下一件：签收本人岗位上最急的任务", {200: ref("Task")}, keyed=True)
def take_next() -> ResponseReturnValue:
    """Claim the most urgent task; 409 where there is none."""
    return jsonify(written_task(commands.take_next(actor(), key(), at=clock.now())))


@bp.post("/tasks/<task_id>/transfer")
@signed_in
@operation("转办给同岗位人员", {200: ref("Task")}, body="Handing", keyed=True)
def transfer(task_id: str) -> ResponseReturnValue:
    """Give it to a colleague."""
    return jsonify(written_task(commands.transfer(_acting(), task_id, _sent(), at=clock.now())))


@bp.post("/tasks/<task_id>/delegate")
@signed_in
@operation("委派他人提意见，交回后仍由本人办理", {200: ref("Task")}, body="Handing", keyed=True)
def delegate(task_id: str) -> ResponseReturnValue:
    """Ask somebody for an opinion."""
    return jsonify(written_task(commands.delegate(_acting(), task_id, _sent(), at=clock.now())))


@bp.post("/tasks/<task_id>/give-back")
@signed_in
@operation("受委派人写明意见后交回", {200: ref("Task")}, body="Handing", keyed=True)
def give_back(task_id: str) -> ResponseReturnValue:
    """Give the opinion."""
    return jsonify(written_task(commands.give_back(actor(), task_id, _sent(), at=clock.now())))


@bp.post("/tasks/<task_id>/fetch-back")
@signed_in
@operation("委派人收回委派", {200: ref("Task")}, keyed=True)
def fetch_back(task_id: str) -> ResponseReturnValue:
    """Take it back without one."""
    handed = Handing(key=key())
    return jsonify(written_task(commands.fetch_back(actor(), task_id, handed, at=clock.now())))


@bp.post("/tasks/<task_id>/act-for")
@signed_in
@operation("代本单位人员办理", {200: ref("Task")}, body="Handing", keyed=True)
def act_for(task_id: str) -> ResponseReturnValue:
    """Take it over in somebody's name."""
    return jsonify(written_task(commands.act_for(actor(), task_id, _sent(), at=clock.now())))


def _acting() -> Actor:
    """Who asks, under the post that they name."""
    return actor().under(sent("Handing").get("acting", ""))


def _sent() -> Handing:
    body = sent("Handing")
    return Handing(body.get("to", ""), body.get("reason", ""), key())
