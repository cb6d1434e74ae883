"""The way in by a link to a case: what it is about, a code by text message, then the case."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid
from app.web.access import enter, public, visit, visitor
from app.workflow import commands, links
from app.workflow.queries import casefile

bp = Blueprint("links", __name__)


@bp.get("/l/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """What the link is about; whoever is in already goes straight on."""
    door, me = links.read(session(), token, at=clock.now()), visitor()
    if me is not None and me.id == door.person_id:
        return redirect(_way(door))
    return render_template("links/show.html", door=door, token=token, faults={}, message="")


@bp.post("/l/<token>/code")
@public
def send_code(token: str) -> ResponseReturnValue:
    """Send the code."""
    door = links.read(session(), token, at=clock.now())
    try:
        commands.send_link_code(token, visit(), at=clock.now())
    except Conflict as refusal:
        page = render_template(
            "links/show.html", door=door, token=token, faults={}, message=refusal.message
        )
        return page, 409
    flash("验证码已发送，请查看短信")
    return redirect(url_for(".show", token=token), 303)


@bp.post("/l/<token>")
@public
def come_in(token: str) -> ResponseReturnValue:
    """Take the code, and lead to what waits."""
    door = links.read(session(), token, at=clock.now())
    try:
        opened = commands.enter_by_link(
            token, request.form.get("code", ""), visit(), at=clock.now()
        )
    except Invalid as fault:
        page = render_template(
            "links/show.html", door=door, token=token, faults=fault.fields, message=fault.message
        )
        return page, 422
    enter(opened)
    return redirect(_way(door), 303)


def _way(door: links.Door) -> str:
    """The task that waits for this person in the case, else the case."""
    task = casefile.own_task(session(), door.person_id, door.case_id)
    if task is None:
        return url_for("cases.show", case_id=door.case_id)
    return url_for("tasks.show", task_id=task.id)
