"""The pages of a rectification: answered hazard by hazard on a phone, re-inspected, reported."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO

from flask import Blueprint, Flask, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid
from app.smallworks import papers
from app.smallworks.rectifications import commands, hazard_views, queries, shown, steps, words
from app.smallworks.rectifications.commands import Judged, Said
from app.smallworks.rectifications.kind import RECTIFICATION
from app.smallworks.rectifications.queries import Sheet
from app.web import uploads
from app.web.access import actor, signed_in
from app.web.acting import acting, posts_at
from app.workflow import commands as workflow
from app.workflow import kinds
from app.workflow.commands.tasks import Decision
from app.workflow.models import Task

bp = Blueprint("rectifications", __name__)

Faults = Mapping[str, str]


def install(app: Flask) -> None:
    """Make the kind of case known, and put its pages and those of hazards up."""
    kinds.register(RECTIFICATION)
    app.register_blueprint(bp)
    app.register_blueprint(hazard_views.bp)


@bp.get("/rectifications/<case_id>")
@signed_in
def show(case_id: str) -> ResponseReturnValue:
    """The hazards of one order: to be answered, re-inspected, or read."""
    return _page(queries.sheet(session(), actor(), case_id), {})


@bp.get("/rectifications/<case_id>/photos/<photo_id>")
@signed_in
def photo(case_id: str, photo_id: str) -> ResponseReturnValue:
    """A photo of a hazard, before, after or as the inspector saw it."""
    found = queries.photo(session(), actor(), case_id, photo_id)
    return send_file(BytesIO(found.content), found.mime, download_name=found.name)


@bp.post("/rectifications/<case_id>/hazards/<hazard_id>/answer")
@signed_in
def answer(case_id: str, hazard_id: str) -> ResponseReturnValue:
    """Save what was done about one hazard."""
    told = Said(request.form.get("text", ""), uploads.photos(), request.form.get("key", ""))
    try:
        commands.answer(actor(), case_id, hazard_id, told, at=clock.now())
    except Invalid as fault:
        return _again(case_id, hazard_id, fault)
    flash("已保存，还可以再改")
    return redirect(f"{url_for('.show', case_id=case_id)}#h-{hazard_id}", 303)


@bp.post("/rectifications/<case_id>/hazards/<hazard_id>/photos")
@signed_in
def upload(case_id: str, hazard_id: str) -> ResponseReturnValue:
    """One photo by the page's script, kept at once: its tile, or what is wrong with it."""
    told = Said(photos=uploads.photos())
    try:
        commands.answer(actor(), case_id, hazard_id, told, at=clock.now())
    except (Invalid, Conflict) as refused:
        return refused.message, 422, {"Content-Type": "text/plain; charset=utf-8"}
    sheet = queries.sheet(session(), actor(), case_id)
    after = next(one.after for one in sheet.items if one.hazard.id == hazard_id)
    tile = shown.photos(after[-1:], actor())[0]
    return render_template("rectifications/tile.html", photo=tile, case=sheet.case), 201


@bp.post("/rectifications/<case_id>/hazards/<hazard_id>/verdict")
@signed_in
def verdict(case_id: str, hazard_id: str) -> ResponseReturnValue:
    """Judge one hazard on site."""
    sent = request.form
    judged = Judged(
        sent.get("verdict", ""), sent.get("reason", ""), uploads.photos(), sent.get("key", "")
    )
    try:
        commands.verify(acting(), case_id, hazard_id, judged, at=clock.now())
    except Invalid as fault:
        return _again(case_id, hazard_id, fault)
    flash(f"已判定{words.VERDICTS[judged.verdict]}，提交复查结论前可以再改")
    return redirect(f"{url_for('.show', case_id=case_id)}#h-{hazard_id}", 303)


@bp.post("/rectifications/<case_id>/photos/<photo_id>/remove")
@signed_in
def remove(case_id: str, photo_id: str) -> ResponseReturnValue:
    """Take back a photo sent by mistake."""
    commands.remove_photo(actor(), case_id, photo_id, at=clock.now())
    flash("照片已移除")
    return redirect(url_for(".show", case_id=case_id), 303)


@bp.post("/rectifications/<case_id>/report")
@signed_in
def report(case_id: str) -> ResponseReturnValue:
    """Hand in the report, or ask for more time."""
    sheet = queries.sheet(session(), actor(), case_id)
    return _decide(sheet, sheet.report, "整改报告已提交，请等待复查")


@bp.post("/rectifications/<case_id>/conclude")
@signed_in
def conclude(case_id: str) -> ResponseReturnValue:
    """Hand in the conclusion of a re-inspection."""
    sheet = queries.sheet(session(), actor(), case_id)
    return _decide(sheet, sheet.reinspection, "复查结论已提交")


def _decide(sheet: Sheet, task: Task | None, done: str) -> ResponseReturnValue:
    """Decide the task that waits, and show the page again where something is missing."""
    sent, me = request.form, acting()
    if task is None:
        raise Conflict("该环节已经办过，请刷新后查看")
    made = Decision(sent.get("outcome", ""), sent, sent.get("key", ""))
    try:
        workflow.decide(me, task.id, made, at=clock.now())
    except Invalid as fault:
        again = queries.sheet(session(), me, sheet.case.id)
        return _page(again, fault.fields or {"": fault.message}, fault.message), 422
    flash("延期申请已提交，请等待审批" if made.outcome == "extend" else done)
    return redirect(url_for(".show", case_id=sheet.case.id), 303)


def _again(case_id: str, hazard_id: str, fault: Invalid) -> ResponseReturnValue:
    """The page with what was typed about one hazard, and what is wrong with it."""
    faults = {f"{name}_{hazard_id}": text for name, text in fault.fields.items()}
    return _page(queries.sheet(session(), actor(), case_id), faults, fault.message), 422


def _page(sheet: Sheet, faults: Faults, fault: str = "") -> str:
    me, at = actor(), clock.now()
    row, due = sheet.row, next(iter(sheet.dues), None)
    return render_template(
        "rectifications/show.html",
        side="staff" if me.staff else "public",
        sheet=sheet, case=sheet.case, row=row, faults=faults, fault=fault, sent=request.form,
        items=[shown.item(one, sheet, me, at) for one in sheet.items],
        total=len(sheet.open), done=sheet.done,
        until=words.until(row.deadline), due=words.until(due), left=words.left(due, at),
        several=len(sheet.dues) > 1, late=bool(due and due < at and row.closed_at is None),
        may_extend=_may_extend(sheet, at), waits_for_time=_waits_for_time(sheet),
        failed=sum(bool(one.answer and one.answer.verdict == words.FAIL) for one in sheet.open),
        key=secrets.token_urlsafe(12), most=commands.MOST_PHOTOS,
        posts=posts_at(sheet.reinspection) if sheet.reinspection else [],
        titles={kind: one.title for kind, one in papers.KINDS.items()},
    )  # fmt: skip


def _may_extend(sheet: Sheet, at: datetime) -> bool:
    row = sheet.row
    outcomes = sheet.report is not None and sheet.report.person_id == actor().id
    return bool(
        outcomes and row.extend_asked_at is None and row.deadline is not None and at < row.deadline
    )


def _waits_for_time(sheet: Sheet) -> bool:
    """Whether a request for more time is being decided."""
    return steps.waiting(session(), sheet.case, steps.EXTENSION) is not None
