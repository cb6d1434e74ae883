"""职务: what a member of the staff holds, from when until when, and whether the account is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid, NotFound, Refusal
from app.identity import changes, reach
from app.identity.commands import granting
from app.identity.commands.granting import NewGrant
from app.identity.models import Grant
from app.identity.posts import Post
from app.identity.words import POSITIONS, ROLES, post_name
from app.web.access import actor, requires
from app.web.devices import browser
from app.workflow.staffing import falling_empty

bp = Blueprint("posts", __name__)
_NO_DAY = "请填写日期，如 2026-12-01"


@bp.get("/people/<person_id>/posts")
@requires("people:create")
def show(person_id: str) -> ResponseReturnValue:
    """What somebody holds and will hold, and what can be changed."""
    return _page(person_id)


def _page(person_id: str, refusal: Refusal | None = None) -> ResponseReturnValue:
    work, me = session(), actor()
    person, words = reach.administered(me, person_id), request.args.get("find", "").strip()
    status = 422 if isinstance(refusal, Invalid) else 409 if refusal else 200
    page = render_template(
        "people/posts.html",
        person=person, grants=reach.standing(work, person.id, me.day), post_name=post_name,
        units=reach.units_found(work, me, "people:create", words), words=words,
        roles=ROLES, positions=POSITIONS, today=me.day, sent=request.form,
        yesterday=me.day - timedelta(days=1),
        falling=falling_empty(work, person.id, me.day),
        told=changes.of(work, person.id), browser=browser,
        faults=refusal.fields if isinstance(refusal, Invalid) else {},
        message=refusal.message if refusal else "",
    )  # fmt: skip
    return page, status


def _act(
    person_id: str, act: Callable[[], object], said: str, ids: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """Do it and show the page again. `ids` says what the form calls the fields of a refusal."""
    reach.administered(actor(), person_id)
    try:
        act()
    except Conflict as refusal:
        return _page(person_id, refusal)
    except Invalid as refusal:
        named = {(ids or {}).get(name, name): words for name, words in refusal.fields.items()}
        return _page(person_id, Invalid(refusal.message, named))
    flash(said)
    return redirect(url_for(".show", person_id=person_id), 303)


@bp.post("/people/<person_id>/posts")
@requires("people:create")
def give(person_id: str) -> ResponseReturnValue:
    """One post more."""
    sent = request.form

    def act() -> None:
        post = Post(sent.get("unit", ""), sent.get("role", ""), sent.get("position", ""))
        until = _day("valid_to") if sent.get("valid_to") else None
        given = NewGrant(post, _day("valid_from"), until)
        granting.give_post(actor(), person_id, given, sent.get("reason", ""), at=clock.now())

    return _act(person_id, act, "已任职，本人在“登录记录”页能看到")


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Invalid("请改正下列内容", {name: _NO_DAY}) from None


@bp.post("/posts/<grant_id>/end")
@requires("people:create")
def end(grant_id: str) -> ResponseReturnValue:
    """End one of them, with a last day."""
    grant = session().get(Grant, grant_id)
    if grant is None:
        raise NotFound("没有找到这一职务")

    def act() -> None:
        reason = request.form.get("end_reason", "")
        granting.end_post(actor(), grant_id, _day("last_day"), reason, at=clock.now())

    ids = {"reason": f"why-{grant_id}", "last_day": f"last-{grant_id}"}
    return _act(grant.person_id, act, "已免职，签收未办的任务到期退回本岗位", ids)


@bp.post("/people/<person_id>/disable")
@requires("people:reset")
def disable(person_id: str) -> ResponseReturnValue:
    """Keep somebody out."""

    def act() -> None:
        reason = request.form.get("status_reason", "")
        granting.disable(actor(), person_id, reason, at=clock.now())

    ids = {"reason": "status_reason"}
    return _act(person_id, act, "账号已停用，签收未办的任务已退回本岗位", ids)


@bp.post("/people/<person_id>/enable")
@requires("people:reset")
def enable(person_id: str) -> ResponseReturnValue:
    """Let somebody in again."""

    def act() -> None:
        reason = request.form.get("status_reason", "")
        granting.enable(actor(), person_id, reason, at=clock.now())

    return _act(person_id, act, "账号已恢复", {"reason": "status_reason"})
