"""Small works put into the house; the pages of the register and of limits, and one command."""

from __future__ import annotations

from typing import Any

import click
from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid
from app.identity.permissions import holds_permission
from app.identity.trades import CATEGORIES
from app.smallworks import (
    export,
    limits,
    notice_words,
    papers,
    register,
    sample,
    stages,
    words,
    work_views,
)
from app.smallworks.accidents import views as accidents
from app.smallworks.kind import FILING
from app.smallworks.limits import Typed
from app.smallworks.papers import layout
from app.smallworks.papers import views as paper_pages
from app.smallworks.patrols import views as patrols
from app.smallworks.records import views as records
from app.smallworks.rectifications import views as rectifications
from app.smallworks.register import Wanted
from app.smallworks.reports import views as reports
from app.smallworks.stops import views as stops
from app.web import sheets
from app.web.access import actor, requires
from app.workflow import jobs, kinds, notice_kinds
from app.workflow.queries.choices import units_below
from app.workflow.queries.pages import MOST_COUNTED

works = Blueprint("works", __name__)
rules = Blueprint("limits", __name__)

LOCAL = "http://127.0.0.1:8000"


def install(app: Flask) -> None:
    """Put the domain on top of the product: its kind of case, its background work, its pages."""
    config = app.extensions["config"]
    layout.set_up(config.public_url or LOCAL, config.fonts)
    papers.keep_in(config.data / "papers")
    kinds.register(FILING)
    notice_kinds.register(*notice_words.KINDS)
    patrols.install(app)
    records.install(app)
    reports.install(app)
    accidents.install(app)
    rectifications.install(app)
    stages.install(config.archive_years)
    stops.install(app)
    jobs.handlers[papers.JOB] = jobs.Handler(outside=papers.render_job)
    paper_pages.install(app)
    for blueprint in (works, work_views.bp, rules):
        app.register_blueprint(blueprint)
    app.cli.add_command(fill_sample)


@click.command("sample")
def fill_sample() -> None:
    """Fill an empty store with invented people and filings in every state."""
    sample.fill(current_app.extensions["config"].data, at=clock.now())


@works.get("/works")
@requires("register:read")
def index() -> ResponseReturnValue:
    wanted, me = _wanted(), actor()
    page = register.works(session(), me, wanted, request.args.get("after", ""))
    return render_template(
        "works/index.html",
        rows=page.rows,
        total=register.count(session(), me, wanted),
        most=MOST_COUNTED,
        filters=_filters(wanted),
        next_url=url_for(".index", **_asked(wanted), after=page.after) if page.after else "",
        first_url=url_for(".index", **_asked(wanted)) if request.args.get("after") else "",
        export_url=url_for(".excel", **_asked(wanted))
        if holds_permission(me, register.EXPORT)
        else "",
        words=words,
    )


@works.get("/works.xlsx")
@requires("register:export")
def excel() -> ResponseReturnValue:
    at = clock.now()
    book = export.export(actor(), _wanted(), at=at)
    return sheets.download(f"工程台账 {clock.local(at):%Y-%m-%d}", book)


@rules.get("/settings/limits", endpoint="index")
@requires("limits:edit")
def read_limits() -> ResponseReturnValue:
    return _limits({}, {})


@rules.post("/settings/limits")
@requires("limits:edit")
def save() -> ResponseReturnValue:
    sent = request.form
    typed = Typed(
        sent.get("investment_wan", ""),
        sent.get("area_sqm", ""),
        sent.get("mode", ""),
        sent.get("inclusive", "") == "yes",
        sent.get("effective_from", ""),
    )
    try:
        row = limits.set_limit(actor(), sent.get("unit", ""), typed, at=clock.now())
    except Invalid as fault:
        return _limits(sent, fault.fields), 422
    flash(f"限额标准已保存，{row.effective_from} 起生效")
    return redirect(url_for(".index"), 303)


def _limits(sent: Any, faults: Any) -> str:
    units = limits.editable_units(actor())
    today = clock.local(clock.now()).date()
    now = limits.all_in_force(session(), ((one.id, one.parent_id) for one in units), today)
    return render_template(
        "works/limits.html",
        units=units,
        history=limits.history(units),
        current={places[0]: limit for places, limit in now.items()},
        modes=limits.MODES,
        sent=sent,
        faults=faults,
        today=today,
    )


def _wanted() -> Wanted:
    return Wanted(**{name: request.args.get(name, "") for name in Wanted.__slots__})


def _asked(wanted: Wanted) -> dict[str, Any]:
    values = {name: getattr(wanted, name) for name in Wanted.__slots__}
    return {name: value for name, value in values.items() if value}


def _filters(wanted: Wanted) -> list[dict[str, Any]]:
    """The drop-downs above the register: name, label, options, and what is chosen."""
    areas = [(unit.id, unit.name) for unit in units_below(session(), actor())]
    choices = (
        ("unit", "地区", areas),
        ("kind", "类别", list(words.KINDS.items())),
        ("category", "项目类型", list(CATEGORIES.items())),
        ("state", "状态", list(words.STATES.items())),
        ("risk", "风险", list(words.RISKS.items())),
    )
    return [
        {"name": name, "label": label, "options": options, "value": getattr(wanted, name)}
        for name, label, options in choices
    ]
