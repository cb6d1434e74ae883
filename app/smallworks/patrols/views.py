"""The pages of visits: today's list, beginning one, its sheet part by part, its conclusion."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, first_start
from app.db import session
from app.errors import Conflict, Invalid
from app.smallworks import words as names
from app.smallworks.patrols import (
    api_views,
    checklist,
    checklist_views,
    commands,
    form_views,
    parts,
    photographs,
    plan_views,
    plans,
    queries,
    sheet,
    shell_views,
    shown,
    today,
    turns,
    vacancies,
    words,
)
from app.smallworks.patrols.changes import Diverged, Unseen
from app.smallworks.patrols.commands import Begin
from app.smallworks.patrols.kind import KIND
from app.smallworks.patrols.models import Patrol
from app.web import headers
from app.web.access import actor, requires
from app.web.acting import acting
from app.workflow import commands as workflow
from app.workflow import jobs, kinds
from app.workflow.commands.tasks import Decision
from app.workflow.models import Task

bp = Blueprint("patrols", __name__, url_prefix="/patrols")
READ, REPORT = "register:read", "patrol:report"
for _name, _filter in shown.FILTERS.items():
    bp.add_app_template_filter(_filter, _name)


def install(app: Flask) -> None:
    """Put this room into the house: its kind of case, its background work, its pages."""
    kinds.register(KIND)
    jobs.handlers.update(plans.HANDLERS)
    first_start.also.append(checklist.seed)
    rooms = (checklist_views, plan_views, api_views, shell_views)
    for blueprint in (bp, *(room.bp for room in rooms)):
        app.register_blueprint(blueprint)


@bp.get("")
@requires(REPORT)
def index() -> ResponseReturnValue:
    """What this person's desks should visit, the latest first, or the nearest."""
    asked = form_views.asked()
    lines = today.lines(session(), actor(), asked, clock.now())
    page = render_template(
        "patrols/index.html",
        groups=today.by_day(lines, clock.now()),
        count=len(lines),
        asked=asked,
        filters=today.filters(asked),
        reasons=words.REASONS,
    )
    return away(page)


@bp.get("/begin")
@requires(REPORT)
def offer() -> ResponseReturnValue:
    """Begin a visit: of one work, or chosen among those of the area."""
    case_id = request.args.get("case", "")
    work, case = queries.about(session(), actor(), case_id) if case_id else (None, None)
    found = [] if case_id else queries.to_begin(session(), actor(), request.args.get("q", ""))
    return render_template(
        "patrols/begin.html", row=work, case_id=case_id, found=found, levels=words.LEVELS,
        words=names, q=request.args.get("q", ""), faults={}, client_id=secrets.token_hex(16),
        posts=form_views.posts_in(case),
    )  # fmt: skip


@bp.post("/begin")
@requires(REPORT)
def begin() -> ResponseReturnValue:
    """Begin it, or come to the one that is open."""
    wanted = Begin(**{name: request.form.get(name, "") for name in Begin.__slots__})
    try:
        patrol = commands.begin(acting(), wanted, at=clock.now())
    except Invalid as fault:
        work, case = queries.about(session(), actor(), wanted.report_case_id, wanted.work_id)
        page = render_template(
            "patrols/begin.html", row=work, case_id=wanted.report_case_id, found=[],
            levels=words.LEVELS, words=names, q="", faults=fault.fields, client_id=wanted.client_id,
            posts=form_views.posts_in(case), chosen=request.form.get("acting", ""),
        )  # fmt: skip
        return page, 422
    return redirect(url_for(".show", patrol_id=patrol.id), 303)


@bp.get("/<patrol_id>")
@requires(READ)
def show(patrol_id: str) -> ResponseReturnValue:
    """The sheet, open at the part that is not done yet."""
    patrol = turns.readable(session(), actor(), patrol_id)
    return page_of(patrol, request.args.get("part", ""))


@bp.post("/<patrol_id>/start")
@requires(REPORT)
def start(patrol_id: str) -> ResponseReturnValue:
    """Take the visit and begin."""
    commands.start(acting(), patrol_id, at=clock.now())
    return redirect(url_for(".show", patrol_id=patrol_id), 303)


@bp.post("/<patrol_id>/save")
@requires(REPORT)
def save(patrol_id: str) -> ResponseReturnValue:
    """Keep one part of the sheet, with its photos; then the next part."""
    part, me = request.form.get("part", ""), actor()
    turns.readable(session(), me, patrol_id)
    try:
        patrol = commands.save(me, patrol_id, form_views.sent(), at=clock.now())
    except Diverged as two:
        return _again(patrol_id, part, {}, two.conflicts), 409
    except Invalid as fault:
        return _again(patrol_id, part, fault.fields or {"part": fault.message}), 422
    faults = form_views.take_photos(me, patrol)
    if faults:
        return _again(patrol_id, part, faults, kept=True), 422
    following = request.form.get("go") or part
    return redirect(url_for(".show", patrol_id=patrol_id, part=following), 303)


@bp.post("/<patrol_id>/drop")
@requires(REPORT)
def drop(patrol_id: str) -> ResponseReturnValue:
    """Take a photo out."""
    photographs.drop(actor(), patrol_id, request.form.get("photo", ""), at=clock.now())
    part = request.form.get("part", "")
    return redirect(url_for(".show", patrol_id=patrol_id, part=part), 303)


@bp.get("/<patrol_id>/end")
@requires(REPORT)
def ask(patrol_id: str) -> ResponseReturnValue:
    """What a conclusion brings about, before it is drawn."""
    patrol = turns.readable(session(), actor(), patrol_id)
    return _confirm(patrol, request.args.get("outcome", ""), {})


@bp.post("/<patrol_id>/end")
@requires(REPORT)
def conclude(patrol_id: str) -> ResponseReturnValue:
    """Draw the conclusion."""
    patrol = turns.readable(session(), actor(), patrol_id)
    task, outcome = form_views.task_of(patrol), request.form.get("outcome", "")
    made = Decision(outcome, request.form, request.form.get("key", ""), form_views.revision())
    try:
        workflow.decide(acting(), task.id, made, at=clock.now())
    except Unseen as stale:
        return _confirm(patrol, outcome, {"conclusion": stale.message}), 409
    except Invalid as fault:
        faults = fault.fields or {"conclusion": fault.message}
        return _confirm(patrol, outcome, faults), 422
    flash(f"{patrol.case.title}：{words.CONCLUSIONS.get(outcome, '已下结论')}")
    return redirect(url_for("cases.show", case_id=patrol.case_id), 303)


@bp.get("/<patrol_id>/hand-over")
@requires("patrol:assign")
def choose(patrol_id: str) -> ResponseReturnValue:
    """Who takes the visit instead, and how much each has in hand."""
    patrol = turns.readable(session(), actor(), patrol_id)
    return _hand_over(patrol, {})


@bp.post("/<patrol_id>/hand-over")
@requires("patrol:assign")
def hand_over(patrol_id: str) -> ResponseReturnValue:
    """Give it to a colleague, or back to the pool."""
    patrol = turns.readable(session(), actor(), patrol_id)
    person = request.form.get("person", "")
    try:
        commands.hand_over(
            actor(), patrol_id, "" if person == "pool" else person or "nobody", at=clock.now()
        )
    except Invalid as fault:
        return _hand_over(patrol, fault.fields), 422
    flash("已放回待签收" if person == "pool" else "已改派，并通知本人")
    return redirect(url_for(".show", patrol_id=patrol_id), 303)


def page_of(patrol: Patrol, part: str, **more: Any) -> Response:
    """The sheet as a page that also works without a network."""
    me, at = actor(), clock.now()
    told = sheet.of(session(), me, patrol, at)
    shown = parts.of(told, part)
    page = render_template(
        "patrols/show.html", patrol=patrol, sheet=told, parts=shown, words=words,
        may_hand=form_views.may_hand(me, patrol), may_start=form_views.may_start(me, patrol),
        posts=form_views.posts_of(patrol),
        sent_up=vacancies.SENT_UP if vacancies.sent_up(session(), patrol.case_id) else "",
        today=clock.local(at).date(), **{"faults": {}, "conflicts": (), **more},
    )  # fmt: skip
    return away(page)


def _again(
    patrol_id: str, part: str, faults: Any, conflicts: Any = (), kept: bool = False
) -> Response:
    """The same part with what was typed; the other photos and parts are kept already."""
    patrol = turns.readable(session(), actor(), patrol_id)
    typed = {} if kept else form_views.typed()
    return page_of(patrol, part, faults=faults, conflicts=conflicts, typed=typed)


def _confirm(patrol: Patrol, outcome: str, faults: Any) -> str:
    told = sheet.of(session(), actor(), patrol, clock.now())
    if told["state"] != sheet.OPEN:
        raise Conflict("这次巡查已经下了结论")
    outcome = outcome or told["offered"]["outcome"]
    chosen = next((one for one in told["outcomes"] if one["key"] == outcome), None)
    if chosen is None:
        raise Invalid("请先选择巡查结论", {"outcome": "请先选择巡查结论"})
    return render_template(
        "patrols/conclude.html", patrol=patrol, sheet=told, chosen=chosen, faults=faults,
        missing=form_views.missing(patrol, outcome), sent=request.form, words=words,
        posts=form_views.posts_of(patrol),
        key=secrets.token_urlsafe(16),
    )  # fmt: skip


def _hand_over(patrol: Patrol, faults: Any) -> str:
    task: Task = form_views.task_of(patrol)
    commands.head_of(actor(), task)
    people = turns.colleagues(session(), task, clock.now())
    load = queries.load(session(), [task.unit_id] if task.unit_id else [])
    return render_template(
        "patrols/hand_over.html", patrol=patrol, task=task, faults=faults,
        people=[(one, load.get(one.id, 0)) for one in people],
    )  # fmt: skip


def away(page: str) -> Response:
    """A page of which a phone may keep a copy for when it has no network."""
    answer = Response(page, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = headers.AWAY_POLICY
    return answer
