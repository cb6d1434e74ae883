"""样例: what a unit has pinned to its flow, how each goes by the draft, pinned and taken off."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import BrokenProcess, Invalid, NotFound, Refusal
from app.web.access import actor, requires
from app.web.studio.pages import PUBLISH
from app.web.studio.trial import Sent, kept_of, question
from app.workflow import commands, publishing
from app.workflow.commands.examples import Pin
from app.workflow.studio import drafts, examples, replays
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.replays import Line, Replayed

bp = Blueprint("studio_examples", __name__)


def _draft(key: str, unit_id: str) -> FlowDraft:
    return drafts.of_unit(session(), actor(), key, unit_id)


@bp.get("/flows/<key>/draft/<unit_id>/examples")
@requires(PUBLISH)
def show(key: str, unit_id: str) -> ResponseReturnValue:
    """Those that bind this flow, how each goes by the draft, and a form for another."""
    return _page(_draft(key, unit_id), {})


def _page(draft: FlowDraft, faults: Mapping[str, str]) -> str:
    work, at, key = session(), clock.now(), draft.key
    files = publishing.completed(work, draft.unit, key, draft.files, at=at)
    try:
        found = examples.held(examples.binding(work, draft.unit, key), files, key, at)
        offered, broken = examples.expected(files, key), ""
    except BrokenProcess as fault:
        found, offered, broken = [], [], fault.message
    args = request.form or request.args
    line, gone = _line(draft, args)
    return render_template(
        "studio/examples.html",
        draft=draft, found=found, offered=offered, broken=broken, faults=faults or gone, sent=args,
        line=line,
        readable=examples.readable(work, actor(), found),
        kept=[(name, text) for name, text in kept_of(args).items(multi=True) if name != "number"],
    )  # fmt: skip


def _line(draft: FlowDraft, args: Sent) -> tuple[Line | None, Mapping[str, str]]:
    """The case of a replay that is to be pinned, or why there is none."""
    which = _replayed(args)
    try:
        return (replays.line(session(), draft, which) if which else None), {}
    except NotFound as gone:
        return None, _all(gone)


def _replayed(args: Sent) -> Replayed | None:
    """The case of a replay that an address names: `0199…~17`."""
    replay_id, tilde, place = args.get("replayed", "").partition("~")
    whole = place.isdecimal() and len(place) <= 6
    return Replayed(replay_id, int(place) if whole else 0) if tilde else None


@bp.post("/flows/<key>/draft/<unit_id>/examples")
@requires(PUBLISH)
def pin(key: str, unit_id: str) -> ResponseReturnValue:
    """Pin a trial, or a case as it was recorded, with what is expected of it."""
    draft, sent = _draft(key, unit_id), request.form
    try:
        asked, which = question(sent), _replayed(sent)
        if not asked.number and not asked.moves and which is None:
            raise Invalid("没有样例", {"number": "写受理号，或者从试运行页钉"})
        wanted = Pin(sent.get("name", ""), sent.get("expects", ""), asked, which)
        made = commands.pin_example(actor(), draft, wanted, at=clock.now())
    except (Invalid, NotFound, BrokenProcess) as refused:
        fields = refused.fields if isinstance(refused, Invalid) else {}
        return _page(_draft(key, unit_id), fields or _all(refused)), 422
    flash(f"已钉上样例“{made.name}”，以后每次发布都会重走一遍")
    return redirect(url_for(".show", key=key, unit_id=unit_id), 303)


def _all(refused: Refusal) -> Mapping[str, str]:
    return {"number": refused.message}


@bp.post("/flows/<key>/draft/<unit_id>/examples/<example_id>/remove")
@requires(PUBLISH)
def remove(key: str, unit_id: str, example_id: str) -> ResponseReturnValue:
    """Take one off."""
    _draft(key, unit_id)
    commands.drop_example(actor(), example_id, at=clock.now())
    flash("样例已去掉")
    return redirect(url_for(".show", key=key, unit_id=unit_id), 303)
