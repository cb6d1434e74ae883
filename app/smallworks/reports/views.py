"""The pages of reports: anybody's form and answer, and the list and registration of officials."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid, Refusal
from app.smallworks.places import public_place
from app.smallworks.reports import commands, queries, telling, words
from app.smallworks.reports.commands import Reporter, Told
from app.smallworks.reports.kind import KIND
from app.smallworks.reports.queries import Wanted
from app.web import uploads
from app.web.access import actor, public, requires, visit
from app.workflow import jobs, kinds, places
from app.workflow.places import place_name

telling_in = Blueprint("report", __name__)
handled = Blueprint("reports", __name__)


def install(app: Flask) -> None:
    """Make the kind known, take on the background work, put the pages on."""
    kinds.register(KIND)
    jobs.handlers.update(telling.HANDLERS)
    app.register_blueprint(telling_in)
    app.register_blueprint(handled)


@telling_in.get("/report", endpoint="index")
@public
def ask() -> ResponseReturnValue:
    """Where it is, step by step; then the form. With a paper's code, the form at once."""
    code, place = request.args.get("code", "")[:64], request.args.get("place", "")[:12]
    if code or place:
        return _form(Told("", paper=code, division_code=place, key=secrets.token_urlsafe(16)), {})
    under = request.args.get("under", "")[:9]
    found = places.beneath(session(), under, clock.now())
    return render_template(
        "reports/place.html",
        under=under,
        chosen=[place_name(one) for one in places.lineage(session(), under)],
        places=[(one.code, place_name(one)) for one in found],
    )


@telling_in.post("/report", endpoint="tell")
@public
def tell() -> ResponseReturnValue:
    """Take it in, and show the code by which one asks what came of it."""
    sent = request.form
    told = Told(
        sent.get("what", ""), sent.get("address", ""), sent.get("place", ""),
        sent.get("paper", ""), sent.get("key", ""),
    )  # fmt: skip
    try:
        made = commands.report(told, uploads.photos(), visit(), at=clock.now())
    except Invalid as fault:
        return _form(told, fault.fields or {"photos": fault.message}), 422
    except Conflict as often:
        return _form(told, {"what": often.message}), 409
    return redirect(url_for(".show", code=made.code), 303)


def _form(told: Told, faults: Mapping[str, str]) -> str:
    where = "" if told.paper else public_place(session(), told.division_code)
    return render_template("reports/form.html", told=told, where=where, faults=faults)


@telling_in.get("/report/<code>", endpoint="show")
@public
def show(code: str) -> ResponseReturnValue:
    """How a report stands, for whoever has its code."""
    return _state(code)


@telling_in.post("/report/<code>/code", endpoint="send_code")
@public
def send_code(code: str) -> ResponseReturnValue:
    """Send a code to the number at which the reporter wants to hear."""
    phone = request.form.get("phone", "")
    try:
        commands.send_code(code, phone, visit(), at=clock.now())
    except (Invalid, Conflict) as refused:
        return _state(code, phone=phone, faults=_told(refused, "phone")), 422
    return _state(code, phone=phone, sent=True)


@telling_in.post("/report/<code>/phone", endpoint="keep_phone")
@public
def keep_phone(code: str) -> ResponseReturnValue:
    """Keep the number once its code came back."""
    phone, digits = request.form.get("phone", ""), request.form.get("code", "")
    try:
        commands.keep_phone(code, phone, digits, at=clock.now())
    except Invalid as fault:
        return _state(code, phone=phone, sent=True, faults=_told(fault, "code")), 422
    flash("已登记，办结后会发短信告诉您")
    return redirect(url_for(".show", code=code), 303)


def _told(refused: Refusal, field: str) -> Mapping[str, str]:
    fields = refused.fields if isinstance(refused, Invalid) else {}
    return fields or {field: refused.message}


def _state(
    code: str, *, phone: str = "", sent: bool = False, faults: Mapping[str, str] | None = None
) -> str:
    report = queries.by_code(session(), code)
    return render_template(
        "reports/state.html", report=report, states=words.STATES, kinds=words.KINDS,
        phone=phone, sent=sent, faults=faults or {},
    )  # fmt: skip


@handled.get("/reports", endpoint="index")
@requires("register:read")
def index() -> ResponseReturnValue:
    """The reports within scope."""
    wanted = Wanted(request.args.get("kind", ""), request.args.get("state", ""))
    page = queries.reports(session(), actor(), wanted, request.args.get("after", ""))
    asked: dict[str, Any] = {"kind": wanted.kind, "state": wanted.state}
    return render_template(
        "reports/index.html", rows=page.rows, words=words, filters=_filters(wanted),
        next_url=url_for(".index", **asked, after=page.after) if page.after else "",
        first_url=url_for(".index", **asked) if request.args.get("after") else "",
    )  # fmt: skip


def _filters(wanted: Wanted) -> list[dict[str, Any]]:
    """The drop-downs above the list."""
    choices = (
        ("kind", "情况", words.KINDS, wanted.kind),
        ("state", "状态", words.STATES, wanted.state),
    )
    return [
        {"name": name, "label": label, "options": list(options.items()), "value": value}
        for name, label, options, value in choices
    ]


@handled.get("/reports/<case_id>", endpoint="open")
@requires("register:read")
def registration(case_id: str) -> ResponseReturnValue:
    """What is registered of a report; who reported, only for the unit that handles it."""
    return _registration(case_id)


@handled.post("/reports/<case_id>/reporter", endpoint="keep_reporter")
@requires("register:read")
def keep_reporter(case_id: str) -> ResponseReturnValue:
    """Write down who reported."""
    given = Reporter(request.form.get("name", ""), request.form.get("phone", ""))
    try:
        commands.keep_reporter(actor(), case_id, given, at=clock.now())
    except Invalid as fault:
        return _registration(case_id, faults=fault.fields), 422
    flash("举报人已登记，加密保存")
    return redirect(url_for(".open", case_id=case_id), 303)


@handled.post("/reports/<case_id>/reveal", endpoint="reveal")
@requires("register:read")
def reveal(case_id: str) -> ResponseReturnValue:
    """Show who reported, and leave a trace of it."""
    reporter = commands.reveal_reporter(actor(), case_id, at=clock.now())
    return _registration(case_id, reporter=reporter)


def _registration(
    case_id: str, *, reporter: Reporter | None = None, faults: Mapping[str, str] | None = None
) -> str:
    report = queries.readable(session(), actor(), case_id)
    return render_template(
        "reports/show.html", report=report, words=words, reporter=reporter, faults=faults or {},
        handles=queries.handles(session(), actor(), report.case), sent=request.form,
    )  # fmt: skip
