"""流程草稿: drawn on a canvas, kept as it is drawn, checked, published or given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app import clock
from app.clock import local
from app.db import session
from app.errors import BrokenProcess, Conflict, Invalid
from app.web import headers, legible
from app.web.access import actor, requires
from app.web.errors import for_program
from app.web.studio.asked import asked, files_sent, onward, tell_notes
from app.workflow import commands, fallbacks, versions
from app.workflow.studio import approvals, choices, deciders, drafts, moving, proving
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.retracing import Sitting

bp = Blueprint("studio", __name__)
PUBLISH = drafts.PUBLISH


def draft_of(key: str, unit_id: str) -> FlowDraft:
    """The draft that a page is about."""
    return drafts.of_unit(session(), actor(), key, unit_id)


def revision_of(sent: Mapping[str, object]) -> int:
    """The revision that the page had before it; none of ours where it says none."""
    return number_of(sent, "revision")


def number_of(sent: Mapping[str, object], name: str) -> int:
    """A small number as it was sent; nothing where it is none."""
    said = str(sent.get(name, ""))
    return int(said) if said.isdecimal() and len(said) < 10 else 0


@bp.post("/flows/<key>/draft")
@requires(PUBLISH)
def begin(key: str) -> ResponseReturnValue:
    """Begin a draft for a unit, or go on with the one that is there."""
    made = commands.begin_flow_draft(actor(), request.form.get("unit", ""), key, at=clock.now())
    return redirect(url_for(".show", key=key, unit_id=made.unit_id), 303)


@bp.get("/flows/<key>/draft/<unit_id>")
@requires(PUBLISH)
def show(key: str, unit_id: str) -> ResponseReturnValue:
    """The draft on a canvas; without script, what can be done with it by files."""
    return _page(draft_of(key, unit_id), {})


def _page(draft: FlowDraft, faults: Mapping[str, str]) -> Response:
    offered = choices.offered(session(), draft, at=clock.now())
    answer = make_response(
        render_template(
            "studio/draft.html",
            draft=draft,
            faults=faults,
            offered=asdict(offered),
            running=moving.running(session(), draft, clock.now()),
            newer=proving.newer(session(), draft, at=clock.now()),
            above=approvals.approver(session(), actor(), draft.unit),
            handed=approvals.waits(session(), draft.unit_id, draft.key),
        )
    )
    answer.headers["Content-Security-Policy"] = headers.DRAWING_POLICY
    return answer


@bp.get("/flows/<key>/draft/<unit_id>/drawing.bpmn")
@requires(PUBLISH)
def drawing(key: str, unit_id: str) -> ResponseReturnValue:
    """The drawing as it is kept: for the canvas, and to be taken home."""
    draft = draft_of(key, unit_id)
    answer = make_response(draft.files[f"{key}.bpmn"])
    answer.mimetype = "application/xml"
    answer.headers.set("Content-Disposition", "attachment", filename=f"{key}.bpmn")
    answer.headers["X-Revision"] = str(draft.revision)
    return answer


@bp.post("/flows/<key>/draft/<unit_id>/save")
@requires(PUBLISH)
def save(key: str, unit_id: str) -> ResponseReturnValue:
    """Keep what an editor sends by itself: the files that changed, and where its sitting stands."""
    draft, sent = draft_of(key, unit_id), legible.json_body()
    files = sent.get("files") if isinstance(sent, dict) else None
    if not isinstance(sent, dict) or not isinstance(files, dict):
        raise Invalid("没有收到要保存的文件，请刷新后再试")
    bodies = {str(name): str(text).encode() for name, text in files.items()}
    try:
        sitting = Sitting(revision_of(sent), number_of(sent, "begun"))
        drawn = str(sent.get("draft", draft.id))  # another where that one has ended since
        kept = commands.keep_flow_draft(actor(), drawn, sitting, bodies, at=clock.now())
    except BrokenProcess as broken:
        raise Invalid(broken.findings[0].message if broken.findings else broken.message) from broken
    return jsonify(revision=kept.revision, saved=f"{local(kept.saved_at):%H:%M}")


@bp.post("/flows/<key>/draft/<unit_id>/open")
@requires(PUBLISH)
def keep_open(key: str, unit_id: str) -> ResponseReturnValue:
    """Say that this page is still open, and hear who else has it open and who saved last."""
    draft, other = commands.open_flow_draft(actor(), draft_of(key, unit_id).id, at=clock.now())
    saved = {"who": drafts.saver(draft, actor().id), "at": f"{local(draft.saved_at):%H:%M}"}
    return jsonify(draft=draft.id, revision=draft.revision, other=other, saved=saved)


@bp.post("/flows/<key>/draft/<unit_id>/upload")
@requires(PUBLISH)
def upload(key: str, unit_id: str) -> ResponseReturnValue:
    """Put files that were changed elsewhere into the draft."""
    draft, revision = draft_of(key, unit_id), revision_of(request.form)
    try:
        files = files_sent(request.files.getlist("files"))
        if not files:
            raise Invalid("请选择要放进草稿的文件")
        commands.save_flow_draft(actor(), draft.id, revision, files, at=clock.now())
    except BrokenProcess as broken:
        words = "；".join(finding.message for finding in broken.findings) or broken.message
        return _page(draft_of(key, unit_id), {"files": words}), 422
    except (Invalid, Conflict) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        return _page(draft_of(key, unit_id), {"files": refused.message}), status
    flash("文件已放进草稿")
    tell_notes(files, key)
    return redirect(url_for(".show", key=key, unit_id=unit_id), 303)


@bp.get("/flows/<key>/draft/<unit_id>/check")
@requires(PUBLISH)
def check(key: str, unit_id: str) -> ResponseReturnValue:
    """Everything that keeps the draft from being published."""
    draft = draft_of(key, unit_id)
    if for_program():
        revision, found = draft.revision, proving.findings(session(), draft, at=clock.now())
        return jsonify(revision=revision, findings=[asdict(finding) for finding in found])
    said = proving.verdict(session(), draft, at=clock.now())
    return render_template(
        "studio/check.html", draft=draft_of(key, unit_id), findings=said.findings,
        concerns=said.concerns, above=approvals.approver(session(), actor(), draft.unit),
    )  # fmt: skip


@bp.get("/flows/<key>/draft/<unit_id>/publish")
@requires(PUBLISH)
def ask_publish(key: str, unit_id: str) -> ResponseReturnValue:
    """What publishing it means, what is to be confirmed, and why it is done."""
    said = proving.verdict(session(), draft_of(key, unit_id), at=clock.now())
    told = "\n".join(said.concerns)
    return _asked(draft_of(key, unit_id), {}, findings=said.findings, concerns=told)


def _asked(draft: FlowDraft, faults: Mapping[str, str], **more: object) -> str:
    return render_template(
        "studio/publish.html",
        draft=draft,
        faults=faults,
        sent=request.form,
        seen=versions.standing(session(), draft.unit, draft.key, at=clock.now()),
        waiting=versions.waiting(session(), draft.unit_id, draft.key, at=clock.now()),
        falling=fallbacks.planned(session(), draft.unit_id, draft.key, at=clock.now()),
        decider=deciders.barring(session(), actor(), draft.unit, draft.key, at=clock.now()),
        running=moving.running(session(), draft, clock.now()),
        newer=proving.newer(session(), draft, at=clock.now()),
        **approvals.before_publishing(session(), actor(), draft.unit, draft.key),
        **more,
    )


@bp.post("/flows/<key>/draft/<unit_id>/publish")
@requires(PUBLISH)
def publish(key: str, unit_id: str) -> ResponseReturnValue:
    """Make a version of the draft as it was seen."""
    draft, sent = draft_of(key, unit_id), request.form
    try:
        wanted = proving.publication(draft, revision_of(sent), asked(sent))
        made = commands.hand_in(actor(), wanted, at=clock.now())
    except BrokenProcess as broken:
        return _asked(draft_of(key, unit_id), {}, findings=broken.findings), 422
    except Invalid as fault:
        return _asked(draft_of(key, unit_id), fault.fields or {"reason": fault.message}), 422
    except Conflict as refused:
        return _asked(draft_of(key, unit_id), {"draft": refused.message}), 409
    return onward(made)


@bp.post("/flows/<key>/draft/<unit_id>/discard")
@requires(PUBLISH)
def discard(key: str, unit_id: str) -> ResponseReturnValue:
    """Give the draft up; what is in force stays."""
    draft = draft_of(key, unit_id)
    commands.discard_flow_draft(actor(), draft.id, revision_of(request.form), at=clock.now())
    flash("草稿已放弃，现行版本没有改变")
    return redirect(url_for("flows.show", key=key), 303)
