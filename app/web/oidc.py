"""Signing in through the installation's provider: out to it, back from it, and ending the link."""

from __future__ import annotations

from dataclasses import asdict

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from app import clock
from app.errors import NotFound, Refusal
from app.identity.commands import linking
from app.identity.commands.linking import Returned
from app.identity.oidc import providers
from app.identity.oidc.exchange import Trip
from app.identity.oidc.providers import Door, Provider
from app.web.access import actor, public, signed_in, visit
from app.web.arrivals import land
from app.web.origins import safe_next

bp = Blueprint("oidc", __name__)
_TRIP = "trip"
"""Where the browser's signed cookie keeps what it has to bring back, once."""


@bp.app_context_processor
def doors() -> dict[str, object]:
    """What the sign-in pages ask for: the provider of a door, if it has one."""
    return {"provider": providers.of, "provider_label": providers.label}


@bp.get("/sign-in/oidc")
@public
def leave_public() -> ResponseReturnValue:
    """Off to the provider of the public."""
    return _leave("public")


@bp.get("/staff/sign-in/oidc")
@public
def leave_staff() -> ResponseReturnValue:
    """Off to the provider of the staff."""
    return _leave("staff")


def _leave(door: Door) -> ResponseReturnValue:
    provider, following = _provider(door), safe_next(request.args.get("next"), "")
    try:
        address, trip = linking.leave_for(provider, _back(door), visit(), at=clock.now())
    except Refusal as refusal:
        return _refused(door, refusal, following)
    session[_TRIP] = {"door": door, "next": following, **asdict(trip)}
    return redirect(address, 303)


@bp.get("/sign-in/oidc/back")
@public
def return_public() -> ResponseReturnValue:
    """Back from the provider of the public."""
    return _return("public")


@bp.get("/staff/sign-in/oidc/back")
@public
def return_staff() -> ResponseReturnValue:
    """Back from the provider of the staff."""
    return _return("staff")


def _return(door: Door) -> ResponseReturnValue:
    provider, kept = _provider(door), session.pop(_TRIP, {})
    mine = kept.get("door") == door
    trip = Trip(*(kept[name] for name in Trip.__slots__)) if mine else None
    following = kept.get("next", "")
    given = Returned(trip, request.args.to_dict(), _back(door))
    try:
        opened, fresh = linking.enter_by(provider, given, visit(), at=clock.now())
    except Refusal as refusal:
        return _refused(door, refusal, following)
    if fresh:
        flash(f"已关联{provider.label}，以后可以直接用它登录；要解除，请到“登录记录”")
    return land(opened, following)


def _provider(door: Door) -> Provider:
    found = providers.of(door)
    if found is None:
        raise NotFound
    return found


def _back(door: Door) -> str:
    """The address that is registered with the provider; the same on the way out and back."""
    path = url_for(f".return_{door}")
    ours = current_app.config["PUBLIC_URL"] or request.url_root.rstrip("/")
    return f"{ours}{path}"


def _refused(door: Door, refusal: Refusal, following: str) -> ResponseReturnValue:
    template = "staff_sign_in" if door == "staff" else "sign_in"
    page = render_template(
        f"session/{template}.html", faults={}, message=refusal.message, next=following, kept=""
    )
    return page, 422


@bp.post("/sign-ins/links/<key>/end")
@signed_in
def end_link(key: str) -> ResponseReturnValue:
    """End one of one's links."""
    linking.end_link(actor(), key, visit(), at=clock.now())
    flash("已解除关联")
    return redirect(url_for("session.sign_ins"), 303)
