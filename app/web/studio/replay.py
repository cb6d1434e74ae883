"""重放: recorded cases through a draft, with progress, and what became otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.clock import local
from app.db import session
from app.errors import BrokenProcess, Conflict, Invalid, NotFound
from app.web.access import actor, requires
from app.web.studio.pages import PUBLISH
from app.workflow import commands
from app.workflow.commands.replaying import MOST_CASES, RUNNING, Span
from app.workflow.studio import drafts, replays, tallies
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.replay_models import FlowReplay

bp = Blueprint("studio_replay", __name__)
_AGAIN = {"Refresh": "3"}
_USUAL = timedelta(days=90)


def _draft(key: str, unit_id: str) -> FlowDraft:
    return drafts.of_unit(session(), actor(), key, unit_id)


@bp.get("/flows/<key>/draft/<unit_id>/replay")
@requires(PUBLISH)
def show(key: str, unit_id: str) -> ResponseReturnValue:
    """What was replayed last, or how far it has come; asks again by itself while it runs."""
    draft = _draft(key, unit_id)
    row = replays.of_draft(session(), draft)
    answer = make_response(_page(draft, row))
    if row is not None and row.status == RUNNING:
        answer.headers.update(_AGAIN)
    return answer


def _page(
    draft: FlowDraft, row: FlowReplay | None, faults: Mapping[str, str] = MappingProxyType({})
) -> str:
    report = replays.report(row) if row is not None else None
    today = local(clock.now()).date()
    usual = {"since": str(today - _USUAL), "until": str(today)}
    return render_template(
        "studio/replay.html",
        draft=draft, report=report, faults=faults, most=MOST_CASES, today=str(today),
        sent={**usual, **request.form}, last=row and _last_day(row),
    )  # fmt: skip


def _last_day(row: FlowReplay) -> date:
    return local(row.until - timedelta(days=1) if row.until else row.asked_at).date()


@bp.post("/flows/<key>/draft/<unit_id>/replay")
@requires(PUBLISH)
def begin(key: str, unit_id: str) -> ResponseReturnValue:
    """Begin one; what was replayed before goes."""
    try:
        span = Span(_day("since"), _day("until"))
        commands.begin_replay(actor(), _draft(key, unit_id).id, span, at=clock.now())
    except (Invalid, BrokenProcess, Conflict) as refused:
        draft = _draft(key, unit_id)
        status = 409 if isinstance(refused, Conflict) else 422
        said = refused.fields if isinstance(refused, Invalid) else {"begin": refused.message}
        return _page(draft, replays.of_draft(session(), draft), said), status
    return redirect(url_for(".show", key=key, unit_id=unit_id), 303)


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, "").strip())
    except ValueError as wrong:
        raise Invalid("日期不对", {name: "请填写日期，如 2026-09-01"}) from wrong


@bp.post("/flows/<key>/draft/<unit_id>/replay/cancel")
@requires(PUBLISH)
def cancel(key: str, unit_id: str) -> ResponseReturnValue:
    """Stop the one that runs; what it counted stays."""
    row = _row(_draft(key, unit_id))
    commands.cancel_replay(actor(), row.id, at=clock.now())
    flash("已停止重放，下面是停止以前的结果")
    return redirect(url_for(".show", key=key, unit_id=unit_id), 303)


@bp.get("/flows/<key>/draft/<unit_id>/replay/<kind>")
@requires(PUBLISH)
def cases(key: str, unit_id: str, kind: str) -> ResponseReturnValue:
    """The cases of one class."""
    draft = _draft(key, unit_id)
    row = _row(draft)
    after = request.args.get("after", 0, type=int)
    listed = replays.page(session(), actor(), row, kind, after)
    return render_template(
        "studio/replay_cases.html",
        draft=draft, kind=kind, name=tallies.NAMES[kind], listed=listed, replay=row.id,
        count=row.tally.get("kinds", {}).get(kind, 0),
    )  # fmt: skip


def _row(draft: FlowDraft) -> FlowReplay:
    row = replays.of_draft(session(), draft)
    if row is None:
        raise NotFound("还没有重放，请先开始重放")
    return row
