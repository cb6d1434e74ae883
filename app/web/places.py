"""管辖区划: which units answer for places of others, set and ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid, Refusal
from app.identity import claims
from app.identity.commands.claims import NewClaim, claim_place, end_claim
from app.identity.units import empty_zones
from app.web.access import actor, requires

bp = Blueprint("places", __name__)
NO_DAY = "请填写日期，如 2026-12-01"


@bp.get("/places")
@requires("places:edit")
def index() -> ResponseReturnValue:
    """Every claim beside the units' own places, and the form for one more."""
    return _page()


def _page(refusal: Refusal | None = None, ids: str = "") -> ResponseReturnValue:
    work, today = session(), actor().day
    words = request.args.get("find", "").strip()
    found = claims.beyond_own(work)
    over = [one for one in found if one.valid_to is not None and one.valid_to < today]
    faults = refusal.fields if isinstance(refusal, Invalid) else {}
    status = 422 if isinstance(refusal, Invalid) else 409 if refusal else 200
    page = render_template(
        "places/index.html", words=words, places=claims.places_found(work, words),
        claims=[one for one in found if one not in over], over=over,
        units=claims.claimers(work), empty_zones=empty_zones(today), today=today,
        yesterday=today - timedelta(days=1), sent=request.form, message=refusal and refusal.message,
        faults={f"{name}{ids}": said for name, said in faults.items()},
    )  # fmt: skip
    return page, status


def _act(act: Callable[[], object], said: str, ids: str = "") -> ResponseReturnValue:
    try:
        act()
    except (Conflict, Invalid) as refusal:
        return _page(refusal, ids)
    flash(said)
    return redirect(url_for(".index"), 303)


@bp.post("/places/claims")
@requires("places:edit")
def claim() -> ResponseReturnValue:
    """Let a unit answer for a place."""
    sent = request.form

    def act() -> None:
        given = NewClaim(
            sent.get("unit", ""), sent.get("place", ""), day("valid_from"),
            day("valid_to") if sent.get("valid_to") else None,
            exclusive=sent.get("exclusive", "1") == "1", shared_view="shared" in sent,
        )  # fmt: skip
        claim_place(actor(), given, sent.get("reason", ""), at=clock.now())

    return _act(act, "已划定，生效后新的申报归该单位受理")


@bp.post("/places/claims/<claim_id>/end")
@requires("places:edit")
def end(claim_id: str) -> ResponseReturnValue:
    """End one of them."""

    def act() -> None:
        reason = request.form.get("reason", "")
        end_claim(actor(), claim_id, day("last_day"), reason, at=clock.now())

    return _act(act, "已结束，之后新的申报归原单位受理", f"-{claim_id}")


def day(name: str) -> date:
    """A day of the form. Raises Invalid."""
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        raise Invalid("请改正下列内容", {name: NO_DAY}) from None
