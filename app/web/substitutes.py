"""代理: one's own substitute, for whom one stands in, and those of the units that one keeps."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid
from app.identity.queries import Member
from app.web.access import actor, requires
from app.web.display import spoken
from app.workflow import commands
from app.workflow.commands.substitutes import Absence
from app.workflow.queries import flows, substitutes

bp = Blueprint("substitutes", __name__)


@bp.get("/substitutes")
@requires("task:decide", "people:create")
def index() -> ResponseReturnValue:
    """What runs, and the form for one's own."""
    return _page({})


@bp.post("/substitutes")
@requires("task:decide")
def add() -> ResponseReturnValue:
    """Name a substitute."""
    sent = request.form
    absence = Absence(
        sent.get("substitute", ""), read_day(sent.get("first_day", "")),
        read_day(sent.get("last_day", "")),
        tuple(sent.getlist("flow")), sent.get("reason", ""), sent.get("key", ""),
    )  # fmt: skip
    try:
        commands.set_substitute(actor(), absence, at=clock.now())
    except Invalid as fault:
        return _page(fault.fields), 422
    except Conflict as fault:
        return _page({"": fault.message}), 409
    flash("已设代理人，对方会收到通知")
    return redirect(url_for(".index"), 303)


@bp.post("/substitutes/<substitution_id>/end")
@requires("task:decide", "people:create")
def end(substitution_id: str) -> ResponseReturnValue:
    """End one before its time."""
    commands.end_substitute(actor(), substitution_id, request.form.get("key", ""), at=clock.now())
    flash("代理已结束，代理人签收的任务已退回")
    return redirect(url_for(".index"), 303)


def _page(faults: Mapping[str, str]) -> str:
    work, me = session(), actor()
    typed: Mapping[str, Any] = request.form if request.method == "POST" else {}
    titles = flows.titles(work, me.day)
    return render_template(
        "substitutes/index.html", own=substitutes.own(work, me, me.day),
        kept=substitutes.kept(work, me, me.day), me=me, titles=titles, faults=faults,
        people=[_offered(one) for one in substitutes.candidates(work, me)], typed=typed,
        chosen=request.form.getlist("flow"), today=me.day, key=secrets.token_urlsafe(16),
    )  # fmt: skip


def _offered(one: Member) -> tuple[str, str]:
    return one.person.id, f"{one.person.name} {'、'.join(map(spoken, one.actor.holds))}"


def read_day(written: str) -> date | None:
    """A day as forms and programs write it; none where it is none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
