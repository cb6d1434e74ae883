"""交接: who is the 系统后台管理员 of a unit, and who follows."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Forbidden, Invalid, NotFound
from app.identity import posts
from app.identity.commands import keeping
from app.identity.models import Unit
from app.web.access import actor, requires

bp = Blueprint("handover", __name__)


@bp.get("/units/<unit_id>/hand-over")
@requires("people:create")
def ask(unit_id: str) -> ResponseReturnValue:
    """Who is it now, and who may follow."""
    return _page(unit_id)


def _page(unit_id: str, refusal: Invalid | None = None) -> ResponseReturnValue:
    unit, me = session().get(Unit, unit_id), actor()
    if unit is None or not unit.active:
        raise NotFound("没有找到该机构")
    if not keeping.may_ask(me, unit):
        raise Forbidden(keeping.NOT_YOURS)
    page = render_template(
        "people/hand_over.html",
        unit=unit, keeper=posts.keeper(session(), unit.id, me.day), sent=request.form,
        people=keeping.successors(session(), unit.id, me),
        faults=refusal.fields if refusal else {}, message=refusal.message if refusal else "",
    )  # fmt: skip
    return page, 422 if refusal else 200


@bp.post("/units/<unit_id>/hand-over")
@requires("people:create")
def hand_over(unit_id: str) -> ResponseReturnValue:
    """Hand over; whoever did it may have nothing to keep any more."""
    sent = request.form
    try:
        to, reason = sent.get("to", ""), sent.get("reason", "")
        keeping.hand_over(actor(), unit_id, to, reason, at=clock.now())
    except Invalid as refusal:
        return _page(unit_id, refusal)
    flash("系统后台管理员已交接，双方在“登录记录”页都能看到")
    return redirect(url_for("session.sign_ins"), 303)
