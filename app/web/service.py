"""服务中心, the public side: my filings, and asking a state by number and phone."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.web.access import public, visit, visitor
from app.web.display import case_line
from app.workflow import commands
from app.workflow.queries import register

bp = Blueprint("service", __name__)


@bp.get("/service")
@public
def index() -> ResponseReturnValue:
    """The public's own page: what can be done here, and what one has filed."""
    me, at = visitor(), clock.now()
    if me is not None and me.staff:
        return redirect(url_for("tasks.index"))
    rows = []
    if me is not None:
        page = register.cases(session(), me, register.Wanted(own=True), at=at)
        rows = [case_line(line, at, me) for line in page.rows]
    return render_template("service/index.html", rows=rows, person=me)


@bp.get("/lookup")
@public
def lookup() -> ResponseReturnValue:
    """The form that asks for a number and a phone."""
    return render_template("lookup/index.html", number="", found=None, fault="")


@bp.post("/lookup")
@public
def look_up() -> ResponseReturnValue:
    """The state of one case, and nothing else of it."""
    number, phone = request.form.get("number", "").strip(), request.form.get("phone", "")
    found = commands.look_up(number, phone, visit(), at=clock.now())
    fault = "" if found else "没有找到。请核对受理号和申报时留的手机号后再试"
    return render_template("lookup/index.html", number=number, found=found, fault=fault)
