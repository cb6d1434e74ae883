"""The register of hazards, one hazard with its history, and reopening it."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid
from app.identity.scope import in_scope
from app.smallworks.rectifications import histories, register, reopening, shown, words
from app.smallworks.rectifications.register import Wanted
from app.web.access import actor, requires
from app.workflow.queries.choices import units_below
from app.workflow.queries.pages import MOST_COUNTED

bp = Blueprint("hazards", __name__)


@bp.get("/hazards")
@requires("register:read")
def index() -> ResponseReturnValue:
    """Hazards of my places: open, late, waiting for a re-inspection, closed."""
    me, at, wanted = actor(), clock.now(), _wanted()
    page = register.hazards(session(), me, wanted, request.args.get("after", ""), at=at)
    kept: dict[str, Any] = {
        name: getattr(wanted, name) for name in Wanted.__slots__ if getattr(wanted, name)
    }
    return render_template(
        "hazards/index.html",
        rows=[shown.line(one, at) for one in page.lines],
        total=register.count(session(), me, wanted, at=at), most=MOST_COUNTED,
        totals=_totals(), filters=_filters(wanted), q=wanted.q,
        next_url=url_for(".index", **kept, after=page.after) if page.after else "",
        first_url=url_for(".index", **kept) if request.args.get("after") else "",
    )  # fmt: skip


@bp.get("/hazards/<hazard_id>")
@requires("register:read")
def show(hazard_id: str) -> ResponseReturnValue:
    """One hazard and everything that came of it."""
    return _page(hazard_id)


@bp.post("/hazards/<hazard_id>/reopen")
@requires("rectification:issue")
def reopen(hazard_id: str) -> ResponseReturnValue:
    """It was closed, and is there again."""
    sent = request.form
    try:
        case_id = reopening.reopen(
            actor(), hazard_id, sent.get("reason", ""), sent.get("key", ""), at=clock.now()
        )
    except Invalid as fault:
        return _page(hazard_id, fault.fields.get("reason", fault.message)), 422
    flash("隐患已重新打开，已通知施工方整改")
    return redirect(url_for("rectifications.show", case_id=case_id), 303)


def _page(hazard_id: str, fault: str = "") -> str:
    me, at = actor(), clock.now()
    found = histories.history(session(), me, hazard_id)
    hazard = found.hazard
    may = hazard.state == "closed" and in_scope(me, reopening.ISSUE, found.case)
    return render_template(
        "hazards/show.html",
        hazard=hazard, case=found.case, turns=[shown.turn(one) for one in found.turns],
        grade=words.GRADES[hazard.grade], state=words.STATES[hazard.state],
        tone=shown.TONES[hazard.state], until=words.until(hazard.deadline),
        left=words.left(hazard.deadline, at) if hazard.state == "open" else "",
        may_reopen=may, fault=fault, typed=request.form.get("reason", ""),
        key=secrets.token_urlsafe(12),
    )  # fmt: skip


def _wanted() -> Wanted:
    return Wanted(**{name: request.args.get(name, "").strip() for name in Wanted.__slots__})


def _totals() -> list[tuple[str, int, str, str, str]]:
    found = register.totals(session(), actor(), at=clock.now())
    parts = (
        ("open", "待整改", {"state": "open"}, ""),
        (words.LATE, "已逾期", {"state": words.LATE}, "red"),
        ("answered", "待复查", {"state": "answered"}, "amber"),
        ("major", "未销号的重大隐患", {"grade": "major"}, ""),
    )
    return [
        (label, found[name], "", _address(asked), tone if found[name] else "")
        for name, label, asked, tone in parts
    ]


def _address(asked: dict[str, Any]) -> str:
    return url_for(".index", **asked)


def _filters(wanted: Wanted) -> list[dict[str, Any]]:
    areas = [(unit.id, unit.name) for unit in units_below(session(), actor())]
    choices = (
        ("unit", "地区", areas),
        ("state", "状态", list(words.NARROWED.items())),
        ("grade", "等级", list(words.GRADES.items())),
    )
    return [
        {"name": name, "label": label, "options": options, "value": getattr(wanted, name)}
        for name, label, options in choices
    ]
