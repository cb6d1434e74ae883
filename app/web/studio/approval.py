"""送审: flows that wait for approval, one of them with all that would change, and the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import BrokenProcess, Conflict, Finding, Invalid
from app.web.access import actor, requires
from app.web.attached import attached, packed
from app.web.studio.asked import since
from app.workflow import commands, fallbacks, versions
from app.workflow.studio import approvals, drafts, wording
from app.workflow.studio.approval_models import WAITING

bp = Blueprint("studio_approval", __name__)
PUBLISH = drafts.PUBLISH


@bp.get("/flows/requests")
@requires(PUBLISH)
def index() -> ResponseReturnValue:
    """What waits and what was settled in my units; for the city, whether it is asked at all."""
    work, me = session(), actor()
    rows = approvals.waiting(work, me)
    return render_template(
        "studio/requests.html",
        mine=[row for row in rows if approvals.may_settle(me, row)],
        others=[row for row in rows if not approvals.may_settle(me, row)],
        settled=approvals.settled(work, me),
        rules=approvals.kept_rules(work, me),
    )


@bp.post("/flows/requests/rule")
@requires(PUBLISH)
def rule() -> ResponseReturnValue:
    """Ask those below for nothing, or again."""
    approves = request.form.get("approves") == "yes"
    unit = request.form.get("unit", "")
    left = commands.set_flow_rule(actor(), unit, approves, at=clock.now())
    flash("已保存：下级发布流程须经批准" if approves else "已保存：下级发布流程不须批准")
    if left and not approves:
        flash(f"还有 {left} 件已经送审，仍请批准或者退回")
    return redirect(url_for(".index"), 303)


@bp.get("/flows/requests/<request_id>")
@requires(PUBLISH)
def show(request_id: str) -> ResponseReturnValue:
    """Who asked, why, and what would change against what is in force there now."""
    return _page(request_id, {})


def _page(request_id: str, faults: Mapping[str, str], findings: Sequence[Finding] = ()) -> str:
    work, me, at = session(), actor(), clock.now()
    row = approvals.shown(work, me, request_id)
    force = versions.in_force(work, row.unit, row.key, at=at)
    base = force if row.state == WAITING else row.begun_from
    return render_template(
        "studio/request.html",
        row=row, force=force, base=base, faults=faults, findings=findings, sent=request.form,
        differences=wording.differing(base.files, row.files, row.key) if base else (),
        changed=force is not None and force.id != row.begun_from_id,
        seen=versions.standing(work, row.unit, row.key, at=at),
        waiting=versions.waiting(work, row.unit_id, row.key, at=at),
        falling=fallbacks.planned(work, row.unit_id, row.key, at=at),
        late=row.starts_on is not None and approvals.begins(row, at) is None,
        begins=approvals.begins(row, at), settled=approvals.settled_words(row),
        may_settle=approvals.may_settle(me, row), may_take_back=approvals.may_take_back(me, row),
    )  # fmt: skip


@bp.get("/flows/requests/<request_id>/drawing.bpmn")
@requires(PUBLISH)
def drawing(request_id: str) -> ResponseReturnValue:
    """The drawing that was handed in."""
    row = approvals.shown(session(), actor(), request_id)
    text = row.files[f"{row.key}.bpmn"]
    return attached(text.encode(), "application/xml", f"{row.key}.bpmn")


@bp.get("/flows/requests/<request_id>/files.zip")
@requires(PUBLISH)
def download(request_id: str) -> ResponseReturnValue:
    """All files as they were handed in, whatever became of the draft since."""
    row = approvals.shown(session(), actor(), request_id)
    name = f"{row.key}-{row.unit.division_code or row.unit_id}"
    return packed(row.files, name, at=row.asked_at)


@bp.post("/flows/requests/<request_id>/approve")
@requires(PUBLISH)
def approve(request_id: str) -> ResponseReturnValue:
    """Publish it, as whoever approves has seen it."""
    sent = request.form
    words = sent.get("words", "")
    how = commands.Approval(sent.get("seen", ""), sent.get("despite") == "yes", words)
    try:
        made = commands.approve_flow(actor(), request_id, how, at=clock.now())
    except BrokenProcess as broken:
        return _page(request_id, {"approve": broken.message}, broken.findings), 422
    except Invalid as fault:
        return _page(request_id, fault.fields), 422
    except Conflict as refused:
        return _page(request_id, {"approve": refused.message}), 409
    flash(f"已批准并发布：{made.unit.name}{made.title} 第 {made.number} 版，{since(made)}")
    return redirect(url_for(".index"), 303)


@bp.post("/flows/requests/<request_id>/return")
@requires(PUBLISH)
def send_back(request_id: str) -> ResponseReturnValue:
    """Return it, saying why."""
    try:
        why = request.form.get("words", "")
        row = commands.send_back_flow(actor(), request_id, why, at=clock.now())
    except Invalid as fault:
        return _page(request_id, fault.fields), 422
    except Conflict as refused:
        return _page(request_id, {"approve": refused.message}), 409
    flash(f"已退回{row.unit.name}，现行版本没有改变")
    return redirect(url_for(".index"), 303)


@bp.post("/flows/requests/<request_id>/withdraw")
@requires(PUBLISH)
def withdraw(request_id: str) -> ResponseReturnValue:
    """Ask no longer."""
    try:
        row = commands.take_back(actor(), request_id, at=clock.now())
    except Conflict as refused:
        return _page(request_id, {"approve": refused.message}), 409
    flash("已撤回，可以改好再送；现行版本没有改变")
    return redirect(url_for("flows.show", key=row.key), 303)
