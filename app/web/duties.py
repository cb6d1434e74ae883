"""三员分立: who keeps the platform, checked with all that it ends, then done or proposed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid, Refusal
from app.identity import duties, lineups
from app.identity.commands import dividing
from app.identity.lineups import Lineup
from app.identity.reach import THREE
from app.identity.words import ROLES, post_name
from app.web.access import actor, requires

bp = Blueprint("duties", __name__)


@bp.get("/settings/duties")
@requires("duties:edit")
def index() -> ResponseReturnValue:
    """Who keeps it now, what waits for a second person, and the form for a change."""
    return _page()


def _page(refusal: Refusal | None = None) -> ResponseReturnValue:
    work, me = session(), actor()
    apart, told = duties.apart(work), lineups.told(work)
    held = {hold.role for hold in me.holds}
    page = render_template(
        "duties/index.html",
        apart=apart, now=lineups.keepers(work, me.day), roles=ROLES,
        waiting=next((one for one in told if one.row.settled_at is None), None),
        told=[one for one in told if one.row.settled_at is not None],
        mine=bool(held.intersection(THREE if apart else {"platform_admin"})),
        people=lineups.candidates(work, me.day), sent=request.values,
        faults=refusal.fields if isinstance(refusal, Invalid) else {},
        message=refusal.message if refusal else "",
    )  # fmt: skip
    return page, 422 if isinstance(refusal, Invalid) else 409 if refusal else 200


def _asked() -> Lineup:
    sent = request.values
    if "platform" in sent:
        return Lineup(platform=sent["platform"])
    return Lineup(sent.get("system", ""), sent.get("security", ""), sent.get("audit", ""))


@bp.get("/settings/duties/check")
@requires("duties:edit")
def check() -> ResponseReturnValue:
    """All that it would give and end today, and what has to be put right before."""
    try:
        lineups.check(session(), actor(), _asked())
    except Invalid as refusal:
        return _page(refusal)
    return _check_page()


def _check_page(refusal: Refusal | None = None) -> ResponseReturnValue:
    work, wanted = session(), _asked()
    page = render_template(
        "duties/check.html",
        wanted=wanted, plan=lineups.plan(work, wanted, actor().day), apart=duties.apart(work),
        roles=ROLES, post_name=post_name, reason=request.form.get("reason", ""),
        faults=refusal.fields if isinstance(refusal, Invalid) else {},
        message=refusal.message if refusal else "",
    )  # fmt: skip
    return page, 422 if isinstance(refusal, Invalid) else 409 if refusal else 200


@bp.post("/settings/duties")
@requires("duties:edit")
def change() -> ResponseReturnValue:
    """Turn it on; or propose another line-up to the other two."""
    try:
        done = dividing.propose(actor(), _asked(), request.form.get("reason", ""), at=clock.now())
    except Invalid as refusal:
        return _check_page(refusal) if "reason" in refusal.fields else _page(refusal)
    except Conflict as refusal:
        return _page(refusal)
    flash("三员分立已开启" if done else "已提出，须由另一员在本页确认后生效")
    return _onward(done)


def _onward(done: bool) -> ResponseReturnValue:
    """Whoever turned it on may keep nothing any more."""
    return redirect(url_for("session.sign_ins" if done else ".index"), 303)


@bp.post("/settings/duties/<change_id>/confirm")
@requires("duties:edit")
def confirm(change_id: str) -> ResponseReturnValue:
    """Confirm what another of the three proposed."""
    try:
        dividing.confirm(actor(), change_id, at=clock.now())
    except (Conflict, Invalid) as refusal:
        return _page(refusal)
    flash("已确认，立即生效")
    return _onward(True)


@bp.post("/settings/duties/<change_id>/drop")
@requires("duties:edit")
def drop(change_id: str) -> ResponseReturnValue:
    """Leave all as it is."""
    try:
        dividing.drop(actor(), change_id, at=clock.now())
    except Conflict as refusal:
        return _page(refusal)
    flash("已撤下，三员不变")
    return _onward(False)
