"""The pages of stops: ordering one on a phone, the list, one stop, and what breaks it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid
from app.identity.scope import holds_in, in_scope
from app.smallworks.papers.queries import extras
from app.smallworks.stops import commands, ordering, queries
from app.smallworks.stops.commands import Seen, Typed
from app.smallworks.stops.queries import BOXES, Asked
from app.smallworks.stops.steps import ORDER, SITE
from app.smallworks.stops.words import LAWS, RESULTS, SCOPES
from app.web import uploads
from app.web.access import actor, requires
from app.web.acting import acting, posts
from app.workflow.models import Case
from app.workflow.queries.choices import units_below

bp = Blueprint("stops", __name__)


def install(app: Flask) -> None:
    """Put the pages on."""
    app.register_blueprint(bp)


@bp.get("/stops")
@requires(queries.READ)
def index() -> ResponseReturnValue:
    """Stops within scope: in force, still to be confirmed, or lifted."""
    box = request.args.get("box", queries.IN_FORCE)
    asked = Asked(box if box in BOXES else queries.IN_FORCE, request.args.get("unit", ""))
    page = queries.stops(session(), actor(), asked, request.args.get("after", ""))
    kept: dict[str, Any] = {"box": asked.box, "unit": asked.unit}
    areas = [(unit.id, unit.name) for unit in units_below(session(), actor())]
    return render_template(
        "stops/index.html", lines=page.rows, at=clock.now(), scopes=SCOPES, results=RESULTS,
        filters=[
            {"name": "box", "label": "状态", "options": list(BOXES.items()), "value": asked.box},
            {"name": "unit", "label": "地区", "options": areas, "value": asked.unit},
        ],
        next_url=url_for(".index", **kept, after=page.after) if page.after else "",
        first_url=url_for(".index", **kept) if request.args.get("after") else "",
    )  # fmt: skip


@bp.get("/stops/<order_id>")
@requires(queries.READ)
def show(order_id: str) -> ResponseReturnValue:
    """One stop."""
    return _show(order_id, {}, {})


@bp.post("/stops/<order_id>/breaches")
@requires(SITE)
def report_breach(order_id: str) -> ResponseReturnValue:
    """Work goes on under this stop."""
    seen = Seen(request.form.get("fact", ""), uploads.photos())
    try:
        key = request.form.get("key", "")
        commands.report_breach(acting(), order_id, seen, key, at=clock.now())
    except Invalid as fault:
        return _show(order_id, request.form, fault.fields), 422
    flash("已记录停工期间施工，已提请记入不良档案")
    return redirect(url_for(".show", order_id=order_id), 303)


def _show(order_id: str, sent: Any, faults: Any) -> str:
    found = queries.whole(session(), actor(), order_id)
    order = found.line.order
    return render_template(
        "stops/show.html", found=found, order=order, at=clock.now(), scopes=SCOPES,
        results=RESULTS, papers=_papers(order.case),
        may_report=order.lifted_at is None and in_scope(actor(), SITE, order.case),
        sent=sent, faults=faults, key=uuid4().hex,
        posts=posts(holds_in(actor(), SITE, order.case)),
    )  # fmt: skip


@bp.get("/works/<work_id>/stop")
@requires(SITE)
def order(work_id: str) -> ResponseReturnValue:
    """The first screen of a stop: how far, why, by which law."""
    return _order(work_id, request.args, {})


@bp.get("/works/<work_id>/stop/confirm")
@requires(SITE)
def confirm(work_id: str) -> ResponseReturnValue:
    """The second: what will happen, and the photo of the stopped site."""
    faults = commands.faults_of(_typed(request.args))
    if faults:
        return _order(work_id, request.args, faults), 422
    return _confirm(work_id, request.args, {})


@bp.post("/works/<work_id>/stop")
@requires(SITE)
def stop(work_id: str) -> ResponseReturnValue:
    """Stop the work, from this moment."""
    typed, key = _typed(request.form), request.form.get("key", "")
    try:
        made = commands.order_stop(acting(), work_id, typed, key, at=clock.now())
    except Invalid as fault:
        again = _confirm if set(fault.fields) <= {"photos"} else _order
        return again(work_id, request.form, fault.fields), 422
    flash("已责令停工，即时生效。请把停工单打印或出示给现场负责人")
    return redirect(url_for(".show", order_id=made.id), 303)


def _order(work_id: str, sent: Any, faults: Any) -> str:
    row = queries.stoppable(session(), actor(), work_id)
    ordering.refuse_idle(row)
    hazards = session().scalars(commands.open_hazards(row)).all()
    return render_template(
        "stops/order.html", work=row, hazards=hazards, scopes=SCOPES, laws=LAWS,
        ticked=sent.getlist("hazard"), sent=sent, faults=faults,
    )  # fmt: skip


def _confirm(work_id: str, sent: Any, faults: Any) -> str:
    row = queries.stoppable(session(), actor(), work_id)
    ordering.refuse_idle(row)
    ticked = sent.getlist("hazard")
    hazards = [one for one in session().scalars(commands.open_hazards(row)) if one.id in ticked]
    return render_template(
        "stops/confirm.html", work=row, hazards=hazards, typed=_typed(sent), scopes=SCOPES,
        waiting=queries.to_wait(session(), row), faults=faults, key=sent.get("key") or uuid4().hex,
        posts=posts(holds_in(actor(), SITE, row.case)), acting=sent.get("acting", ""),
        formal=in_scope(actor(), ORDER, row.case),
        limit=queries.confirm_limit(session(), row, at=clock.now()),
    )  # fmt: skip


def _typed(sent: Any) -> Typed:
    return Typed(
        sent.get("scope", ""), sent.get("part", ""), sent.getlist("hazard"), sent.get("own", ""),
        sent.get("own_major") == "yes", sent.get("law") or LAWS[0], uploads.photos(),
    )  # fmt: skip


def _papers(case: Case) -> list[dict[str, str]]:
    issued = extras(session(), case, staff=True)
    return [{"name": one.title, "number": one.text, "url": one.href} for one in issued]
