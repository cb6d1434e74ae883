"""区划变更: chosen, previewed with all that will move, confirmed; dropped before its day."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid, Refusal
from app.identity import claims, reshaping
from app.identity.place_models import DivisionChange
from app.identity.reshaping import Reshape
from app.identity.words import post_name
from app.web.access import actor, requires
from app.web.places import day
from app.workflow import commands, rehoming

bp = Blueprint("reshaping", __name__)
KINDS = {"rename": "更名", "merge": "合并", "split": "拆分"}
STATES = {"planned": "待生效", "done": "已生效", "dropped": "已取消"}
ROWS = range(1, 4)
_ALLOT = "allot-"


@bp.get("/places/changes")
@requires("places:edit")
def index() -> ResponseReturnValue:
    """What was changed and what is to be, and the form to begin with."""
    return _page()


def _page(refusal: Refusal | None = None) -> ResponseReturnValue:
    work, words = session(), request.args.get("find", "").strip()
    status = 422 if isinstance(refusal, Invalid) else 409 if refusal else 200
    page = render_template(
        "places/changes.html", words=words, kinds=KINDS, states=STATES, rows=ROWS,
        places=[
            place for place in claims.places_found(work, words)
            if place.level in ("township", "community")
        ],
        changes=reshaping.every(work), sent=request.values, today=actor().day,
        chosen=request.values.getlist("source"), message=refusal and refusal.message,
        faults=refusal.fields if isinstance(refusal, Invalid) else {},
    )  # fmt: skip
    return page, status


@bp.get("/places/changes/preview")
@requires("places:edit")
def preview() -> ResponseReturnValue:
    """All that a change would move, before anybody confirms it."""
    try:
        return _preview(_asked())
    except (Conflict, Invalid) as refusal:
        return _page(refusal)


def _preview(asked: Reshape, refusal: Refusal | None = None) -> ResponseReturnValue:
    work = session()
    last = reshaping.latest(work, asked.codes)
    asked = reshaping.as_seen(asked, last)
    places = reshaping.check(work, asked, actor().day, lock=False)
    seen = reshaping.foresee(work, asked)
    moving = [*asked.ending, *(code for code, _name, _to in seen.communities)]
    allots = asked.kind == reshaping.SPLIT
    page = render_template(
        "places/preview.html", asked=asked, kinds=KINDS, seen=seen, today=actor().day,
        sources=[places[code] for code in asked.sources], last=last,
        lying=rehoming.lying(work, moving),
        below=reshaping.communities(work, asked.sources) if allots else (),
        posts=reshaping.posts_of(work, asked), post_goes_to=reshaping.post_goes_to,
        post_name=post_name, goes_to=reshaping.goes_to, message=refusal and refusal.message,
        reason=request.form.get("reason", ""),
        faults=refusal.fields if isinstance(refusal, Invalid) else {},
    )  # fmt: skip
    return page, 422 if isinstance(refusal, Invalid) else 409 if refusal else 200


@bp.post("/places/changes")
@requires("places:edit")
def make() -> ResponseReturnValue:
    """Confirm what the preview showed."""
    try:
        asked = _asked()
        if "sure" not in request.form:
            raise Invalid("请改正下列内容", {"sure": "请勾选已经核对"})
        made = commands.change_divisions(
            actor(), asked, request.form.get("reason", ""), at=clock.now()
        )
    except (Conflict, Invalid) as refusal:
        return _again(refusal)
    flash(_said(made))
    return redirect(url_for(".index"), 303)


def _again(refusal: Refusal) -> ResponseReturnValue:
    """The preview as it is now, with what was refused; the first form where there is none."""
    try:
        return _preview(_asked(), refusal)
    except (Conflict, Invalid):
        return _page(refusal)


def _said(made: DivisionChange) -> str:
    if made.state == reshaping.PLANNED:
        return f"已安排，{made.effective_on} 零时生效，此前可以取消"
    return f"已生效，{made.counts['running']} 件在办、{made.counts['tasks']} 项待办已转移"


@bp.post("/places/changes/<change_id>/drop")
@requires("places:edit")
def drop(change_id: str) -> ResponseReturnValue:
    """Take back what waits for its day."""
    try:
        commands.drop_change(actor(), change_id, at=clock.now())
    except Conflict as refusal:
        return _page(refusal)
    flash("已取消这项区划变更")
    return redirect(url_for(".index"), 303)


def _asked() -> Reshape:
    """What the form asks; a row without a code speaks of the first of the chosen places."""
    sent: Any = request.values
    sources = tuple(sent.getlist("source"))
    first = sources[0] if sources else ""
    rows = [(_word(f"code{n}") or (first if n == 1 else ""), _word(f"name{n}")) for n in ROWS]
    targets = tuple(row for row in rows if row[1])
    allotted = {
        name.removeprefix(_ALLOT): code for name, code in sent.items() if name.startswith(_ALLOT)
    }
    if not targets:
        raise Invalid("请改正下列内容", {"targets": "请填写变更后的名称"})
    on = day("effective_on")
    return Reshape(sent.get("kind", ""), sources, targets, on, allotted, sent.get("seen", ""))


def _word(name: str) -> str:
    return " ".join(request.values.get(name, "").split())
