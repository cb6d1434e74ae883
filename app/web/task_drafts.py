"""A decision kept as it is typed: by script every few seconds, by hand with 暂存."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.clock import local
from app.web import uploads
from app.web.access import actor, signed_in
from app.workflow import commands

bp = Blueprint("task_drafts", __name__)


@bp.post("/tasks/<task_id>/draft")
@signed_in
def save(task_id: str) -> ResponseReturnValue:
    """Keep what was typed so far."""
    at, by_script = clock.now(), request.headers.get("X-Requested-With") == "fetch"
    if not by_script:
        uploads.take_for_task(actor(), task_id)
    commands.save_task_draft(actor(), task_id, request.form, at=at)
    if by_script:
        return jsonify(saved=f"{local(at):%H:%M}")
    flash("已暂存，换一台电脑也能接着写")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@bp.post("/tasks/<task_id>/draft/discard")
@signed_in
def discard(task_id: str) -> ResponseReturnValue:
    """Begin anew."""
    commands.discard_task_draft(actor(), task_id, at=clock.now())
    return redirect(url_for("tasks.show", task_id=task_id), 303)
