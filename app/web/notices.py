"""通知: what the system told me, and how I want to be told."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, vault
from app.clock import local, long_day
from app.db import session
from app.errors import Invalid
from app.identity.models import Person
from app.web.access import actor, signed_in
from app.workflow import channels, commands, notice_kinds
from app.workflow.notice_models import Notice
from app.workflow.queries import notices

bp = Blueprint("notices", __name__)

_TASK_PAGES = {notices.NAMING: "signers.name", notices.TASK: "tasks.show"}


@bp.get("/notices")
@signed_in
def index() -> ResponseReturnValue:
    """My notices by day, newest first; of one kind, or unread ones, if so asked."""
    me, work = actor(), session()
    kind, unread = request.args.get("kind", ""), request.args.get("unread") == "1"
    page = notices.of_person(work, me, request.args.get("after", ""), kind, only_unread=unread)
    kept: dict[str, Any] = {"kind": kind or None, "unread": "1" if unread else None}
    options = [(one.key, one.title) for one in notices.kinds_told(work, me)]
    return render_template(
        "notices/index.html",
        days=[(day, list(rows)) for day, rows in groupby(map(_shown, page.rows), _day)],
        side="staff" if me.staff else "public", unread=notices.unread(work, me),
        next_url=url_for(".index", **kept, after=page.after) if page.after else "",
        filters=[
            {"name": "kind", "label": "种类", "value": kind, "options": options},
            {"name": "unread", "label": "状态", "value": "1" if unread else "",
             "options": [("1", "未读")]},
        ],
    )  # fmt: skip


def _shown(row: Notice) -> dict[str, Any]:
    return {
        "id": row.id, "text": row.text, "at": row.at, "read": row.read_at is not None,
        "kind": notice_kinds.of(row.kind).title, "leads": bool(row.case_id or row.about),
    }  # fmt: skip


def _day(row: dict[str, Any]) -> str:
    return long_day(local(row["at"]).date())


@bp.post("/notices/<notice_id>/open")
@signed_in
def open_one(notice_id: str) -> ResponseReturnValue:
    """Mark it as read, and go to what it is about."""
    row = commands.read_notice(actor(), notice_id, at=clock.now())
    return redirect(_place(row), 303)


def _place(row: Notice) -> str:
    """The page that a notice is about, as far as its reader may open it now."""
    where = notices.leads_to(session(), actor(), row)
    if where == notices.CASE:
        return url_for("cases.show", case_id=row.case_id)
    if where == notices.REQUEST:
        return url_for("studio_approval.show", request_id=row.about.partition(":")[2])
    if where == notices.NOWHERE:
        flash("这一件已不由您办理，也不在您的管辖范围内，不能打开")
        return url_for(".index")
    return url_for(_TASK_PAGES[where], task_id=row.task_id)


@bp.post("/notices/<notice_id>/read")
@signed_in
def read_one(notice_id: str) -> ResponseReturnValue:
    """Mark it as read, and stay."""
    commands.read_notice(actor(), notice_id, at=clock.now())
    return redirect(url_for(".index"), 303)


@bp.post("/notices/read")
@signed_in
def read() -> ResponseReturnValue:
    """Mark them all as read."""
    commands.read_notices(actor(), at=clock.now())
    return redirect(url_for(".index"), 303)


@bp.get("/notices/choices")
@signed_in
def choices() -> ResponseReturnValue:
    """How I want to be told of what."""
    return _choices({})


@bp.post("/notices/choices")
@signed_in
def choose() -> ResponseReturnValue:
    """Be told so from now on."""
    wanted = {tuple(one.split(":", 1)) for one in request.form.getlist("on") if ":" in one}
    pairs = {(kind, channel) for kind, channel in wanted}
    try:
        commands.choose_notices(actor(), pairs, request.form.get("email", ""), at=clock.now())
    except Invalid as fault:
        return _choices(fault.fields), 422
    flash("已保存，今后按此通知")
    return redirect(url_for(".choices"), 303)


def _choices(faults: dict[str, str]) -> str:
    me, work = actor(), session()
    email = work.get_one(Person, me.id).email
    return render_template(
        "notices/choices.html",
        side="staff" if me.staff else "public", channels=channels.offered(), faults=faults,
        rows=notices.choices(work, me),
        email=request.form.get("email", "") if faults else vault.unseal(email) if email else "",
    )  # fmt: skip
