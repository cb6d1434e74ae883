"""Filling in and sending a start form, also for somebody who cannot; files up and down."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid
from app.web import filling, headers, uploads
from app.web.access import actor, requires, signed_in
from app.workflow import attachments, commands, drafts, kinds, places, starting
from app.workflow.attachments import Home
from app.workflow.commands import drafts as keeping
from app.workflow.commands.drafts import Screen
from app.workflow.queries import casefile, flows
from app.workflow.reach import typed_it

bp = Blueprint("apply", __name__)
may_file = requires("case:file", "case:file_on_behalf")


@bp.get("/apply")
@may_file
def choose() -> ResponseReturnValue:
    """What can be filed, and my drafts."""
    me = actor()
    titles = flows.titles(session(), me.day)
    lines = filling.draft_lines(session(), me, titles)
    mine = [(key, title) for key, title in titles.items() if starting.offered(me, key)]
    return render_template("apply/choose.html", drafts=lines, processes=mine)


@bp.get("/apply/<process>")
@signed_in
def begin(process: str) -> ResponseReturnValue:
    """Where the work is: step by step down to the community."""
    starting.refuse_unoffered(actor(), process)
    home = places.home_of(session(), actor())
    choice = filling.Choice(process=process, picked=home)
    under = request.args.get("under", places.listed_under(session(), home))
    return filling.place_page(choice, under)


@bp.post("/apply/<process>")
@signed_in
def start(process: str) -> ResponseReturnValue:
    """Begin a draft for the chosen place."""
    starting.refuse_unoffered(actor(), process)
    code = request.form.get("division_code", "")
    try:
        draft = keeping.start_draft(actor(), process, code, at=clock.now())
    except Invalid as fault:
        choice = filling.Choice(process=process, faults=fault.fields)
        return filling.place_page(choice, request.args.get("under", "")), 422
    return redirect(url_for(".fill", draft_id=draft.id), 303)


@bp.errorhandler(drafts.Submitted)
def submitted(late: drafts.Submitted) -> ResponseReturnValue:
    """Whoever comes back to a form that was sent is shown what became of it."""
    flash(late.message, "warning")
    return redirect(url_for("cases.show", case_id=late.case_id), 303)


@bp.get("/drafts")
@may_file
def index() -> ResponseReturnValue:
    """My drafts."""
    return redirect(url_for(".choose"))


@bp.get("/drafts/<draft_id>")
@signed_in
def fill(draft_id: str) -> ResponseReturnValue:
    """One screen of the form."""
    file = drafts.read(session(), actor(), draft_id, at=clock.now())
    return filling.screen_page(file, request.args.get("at", ""), {})


@bp.post("/drafts/<draft_id>")
@signed_in
def save(draft_id: str) -> ResponseReturnValue:
    """Keep one screen, right or wrong; go on if it holds."""
    me, at = actor(), clock.now()
    here, act = request.args.get("at", ""), request.form.get("_do", "next")
    sent = request.form.to_dict(flat=False)
    keeping.save_draft(me, draft_id, Screen(sent, here, act), at=at)
    faults = uploads.take(me, Home(draft_id=draft_id))
    file = drafts.read(session(), me, draft_id, at=at)
    if act == "next":
        faults = {**file.form.faults(file.values, file.asked, group=here, at=at), **faults}
    if faults:
        return filling.screen_page(file, here, faults), 422
    if act != "next":
        return redirect(url_for(".fill", draft_id=draft_id, at=here), 303)
    return redirect(filling.after(file, here), 303)


@bp.post("/drafts/<draft_id>/attachments")
@signed_in
def upload(draft_id: str) -> ResponseReturnValue:
    """One file for a draft, at once, without sending the form."""
    return _taken(
        Home(draft_id=draft_id), url_for(".fill", draft_id=draft_id, at=request.args.get("at"))
    )


@bp.post("/cases/<case_id>/attachments")
@signed_in
def upload_to_case(case_id: str) -> ResponseReturnValue:
    """One file for a case, by whoever has its open task."""
    return _taken(Home(case_id=case_id), url_for("cases.show", case_id=case_id))


def _taken(home: Home, back: str) -> ResponseReturnValue:
    """A tile for the page's script, or back to the page for a browser without."""
    names = [name for name in request.files if name.startswith(uploads.PREFIX)]
    if not names:
        raise Invalid("请选择要上传的文件")
    field, sent = names[0].removeprefix(uploads.PREFIX), request.files[names[0]]
    by_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        row = uploads.take_one(actor(), home, field, sent)
    except (Invalid, Conflict) as refused:
        if not by_script:
            raise
        return refused.message, 422, {"Content-Type": "text/plain; charset=utf-8"}
    if not by_script:
        return redirect(back, 303)
    return render_template("apply/tile.html", file=uploads.shown(row)), 201


@bp.post("/drafts/<draft_id>/discard")
@signed_in
def discard(draft_id: str) -> ResponseReturnValue:
    """Throw a draft away."""
    keeping.discard_draft(actor(), draft_id, at=clock.now())
    flash("草稿已删除")
    return redirect(url_for(".choose"), 303)


@bp.get("/drafts/<draft_id>/place")
@signed_in
def place(draft_id: str) -> ResponseReturnValue:
    """Another place for a draft."""
    file = drafts.read(session(), actor(), draft_id, at=clock.now())
    picked = file.draft.division_code or ""
    under = request.args.get("under", places.listed_under(session(), picked))
    choice = filling.Choice(process=file.draft.process_key, draft_id=draft_id, picked=picked)
    return filling.place_page(choice, under)


@bp.post("/drafts/<draft_id>/place")
@signed_in
def move(draft_id: str) -> ResponseReturnValue:
    """Keep the new place."""
    code = request.form.get("division_code", "")
    draft = keeping.move_draft(actor(), draft_id, code, at=clock.now())
    return redirect(url_for(".fill", draft_id=draft.id), 303)


@bp.get("/drafts/<draft_id>/check")
@signed_in
def check(draft_id: str) -> ResponseReturnValue:
    """Everything once more before it is sent."""
    return _check(draft_id, {}, secrets.token_urlsafe(16))


@bp.post("/drafts/<draft_id>/submit")
@signed_in
def submit(draft_id: str) -> ResponseReturnValue:
    """Send the draft: it becomes a case."""
    me, key = actor(), request.form.get("key", "")
    try:
        case = commands.file_case(me, draft_id, key, at=clock.now())
    except Invalid as fault:
        return _check(draft_id, fault.fields, secrets.token_urlsafe(16)), 422
    flash(f"已提交，受理号 {case.number}")
    to_sign = me.staff and kinds.of(case.process_key).starter == kinds.PUBLIC
    target = ".print_filing" if to_sign else "cases.show"
    return redirect(url_for(target, case_id=case.id), 303)


def _check(draft_id: str, faults: Mapping[str, str], key: str) -> str:
    at = clock.now()
    file = drafts.read(session(), actor(), draft_id, at=at)
    known = kinds.of(file.draft.process_key).faults(session(), file.values, at)
    found = {**known, **file.form.faults(file.values, file.asked, at=at), **faults}
    return filling.check_page(file, found, key)


@bp.get("/cases/<case_id>/print-filing")
@signed_in
def print_filing(case_id: str) -> ResponseReturnValue:
    """The filing on paper, for a signature; whole for whoever filed it, masked for others."""
    me = actor()
    file = casefile.read(session(), me, case_id)
    form = file.definition.form(file.definition.process.start_form)
    values = form.unseal(file.submission.values, show_secrets=typed_it(me, file.case))
    return render_template(
        "apply/print.html", case=file.case, title=form.title, filed_by=file.case.filed_by.name,
        on_behalf=file.case.applicant_id != file.case.filed_by_id,
        facts=form.facts(values), case_url=url_for("cases.show", case_id=case_id),
    )  # fmt: skip


@bp.get("/attachments/<attachment_id>")
@signed_in
def download(attachment_id: str) -> ResponseReturnValue:
    """One file: a picture to look at, anything else to keep."""
    file = attachments.open_file(session(), actor(), attachment_id)
    answer = make_response(file.content)
    answer.headers["Content-Type"] = file.mime
    headers.name_file(answer, "inline" if file.inline else "attachment", file.name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
