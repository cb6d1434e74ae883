"""The pages of papers: one with its service, the sheets of a case, the public check, the texts."""

from __future__ import annotations

import io
import secrets
from typing import BinaryIO, cast

from flask import Blueprint, Flask, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app import clock
from app.db import session
from app.errors import Invalid, NotFound
from app.smallworks.papers import (
    blocks,
    checking,
    previews,
    queries,
    serving,
    texts,
    unnumbered,
    voiding,
)
from app.smallworks.papers.kinds import KINDS, title_of
from app.smallworks.papers.queries import Pdf
from app.smallworks.papers.texts import EDIT, Setting
from app.web.access import actor, public, requires, signed_in
from app.workflow import kinds
from app.workflow.intake import Upload

papers = Blueprint("papers", __name__)
check = Blueprint("check", __name__)
wording = Blueprint("paper_texts", __name__)


def install(app: Flask) -> None:
    """Everything that has a page here, and what its events are called in the record."""
    kinds.share_verbs(serving.VERBS)
    for blueprint in (papers, check, wording):
        app.register_blueprint(blueprint)


@papers.get("/papers/<paper_id>")
@signed_in
def show(paper_id: str) -> ResponseReturnValue:
    return _paper(paper_id, {}, "")


@papers.get("/papers/<paper_id>.pdf", endpoint="file")
@signed_in
def as_file(paper_id: str) -> ResponseReturnValue:
    return _pdf(queries.readable(actor(), paper_id))


@papers.post("/papers/<paper_id>/serve")
@requires(serving.SERVE)
def serve(paper_id: str) -> ResponseReturnValue:
    sent = request.form
    sending = serving.Sending(
        sent.get("way", ""), sent.get("to_name", ""), sent.get("remark", ""), sent.get("key", "")
    )
    try:
        serving.serve(actor(), paper_id, sending, at=clock.now())
    except Invalid as fault:
        return _paper(paper_id, fault.fields, "serve"), 422
    flash("已登记送达")
    return redirect(url_for(".show", paper_id=paper_id), 303)


@papers.post("/papers/<paper_id>/services/<service_id>")
@requires(serving.SERVE)
def note(paper_id: str, service_id: str) -> ResponseReturnValue:
    sent = request.form
    receipt = serving.Receipt(
        sent.get("receipt", ""), sent.get("name", ""), sent.get("witness", ""),
        sent.get("remark", ""), sent.get("key", ""), _upload(request.files.get("photo")),
    )  # fmt: skip
    try:
        serving.note(actor(), service_id, receipt, at=clock.now())
    except Invalid as fault:
        return _paper(paper_id, fault.fields or {"photo": fault.message}, service_id), 422
    flash("已登记送达结果")
    return redirect(url_for(".show", paper_id=paper_id), 303)


@papers.get("/papers/<paper_id>/services/<service_id>.pdf")
@signed_in
def service_receipt(paper_id: str, service_id: str) -> ResponseReturnValue:
    return _pdf(unnumbered.service_receipt(session(), actor(), paper_id, service_id))


@papers.post("/papers/<paper_id>/acknowledge")
@signed_in
def acknowledge(paper_id: str) -> ResponseReturnValue:
    serving.acknowledge(actor(), paper_id, at=clock.now())
    return redirect(url_for(".file", paper_id=paper_id), 303)


@papers.post("/papers/<paper_id>/void")
@requires(voiding.VOID)
def void(paper_id: str) -> ResponseReturnValue:
    sent = request.form
    try:
        voiding.void(actor(), paper_id, sent.get("reason", ""), sent.get("key", ""), at=clock.now())
    except Invalid as fault:
        return _paper(paper_id, fault.fields, "void"), 422
    flash("文书已作废，编号保留")
    return redirect(url_for(".show", paper_id=paper_id), 303)


@papers.get("/cases/<case_id>/application.pdf")
@signed_in
def application(case_id: str) -> ResponseReturnValue:
    return _pdf(unnumbered.application(session(), actor(), case_id))


@papers.get("/cases/<case_id>/commitment.pdf")
@signed_in
def commitment(case_id: str) -> ResponseReturnValue:
    return _pdf(unnumbered.commitment(session(), actor(), case_id))


@papers.get("/cases/<case_id>/sign-off.pdf")
@signed_in
def sign_off(case_id: str) -> ResponseReturnValue:
    return _pdf(unnumbered.sign_off(session(), actor(), case_id, at=clock.now()))


@check.get("/check", endpoint="index")
@public
def ask() -> ResponseReturnValue:
    code = request.args.get("code", "").strip().rsplit("/", 1)[-1]
    if code:
        return redirect(url_for(".show", code=code[:64]), 303)
    return render_template("papers/check.html", checked=None)


@check.get("/check/<code>", endpoint="show")
@public
def answer(code: str) -> ResponseReturnValue:
    try:
        checked = checking.check(session(), code)
    except NotFound as missing:
        return render_template("papers/check.html", checked=None, fault=missing.message), 404
    return render_template("papers/check.html", checked=checked, code=code)


@wording.get("/settings/papers", endpoint="index")
@requires(EDIT)
def kinds_of_papers() -> ResponseReturnValue:
    offered = [(kind, title_of(kind)) for kind in blocks.with_blocks()]
    return render_template("papers/kinds.html", kinds=offered)


@wording.get("/settings/papers/<kind>", endpoint="show")
@requires(EDIT)
def texts_of(kind: str) -> ResponseReturnValue:
    return _texts(kind, request.args.get("unit", ""), {}, {})


@wording.post("/settings/papers/<kind>")
@requires(EDIT)
def save(kind: str) -> ResponseReturnValue:
    setting = _setting(kind)
    try:
        texts.set_text(actor(), setting, at=clock.now())
    except Invalid as fault:
        return _texts(kind, setting.unit_id, fault.fields, {setting.block: setting.text}), 422
    flash("已保存，今后出具的文书按新文字，已出具的不变")
    return redirect(url_for(".show", kind=kind, unit=setting.unit_id), 303)


@wording.post("/settings/papers/<kind>/preview")
@requires(EDIT)
def preview(kind: str) -> ResponseReturnValue:
    setting, paper_id = _setting(kind), request.form.get("paper", "")
    try:
        return _pdf(previews.preview(session(), actor(), setting, paper_id, at=clock.now()))
    except Invalid as fault:
        return _texts(kind, setting.unit_id, fault.fields, {setting.block: setting.text}), 422


@wording.post("/settings/papers/versions/<text_id>")
@requires(EDIT)
def restore(text_id: str) -> ResponseReturnValue:
    row = texts.restore(actor(), text_id, at=clock.now())
    flash("已恢复为所选版本")
    return redirect(url_for(".show", kind=row.kind, unit=row.unit_id), 303)


def _setting(kind: str) -> Setting:
    sent = request.form
    return Setting(sent.get("unit", ""), kind, sent.get("block", ""), sent.get("text", ""))


def _texts(kind: str, unit_id: str, faults: object, typed: object) -> str:
    if kind not in blocks.with_blocks():
        raise NotFound("没有这种文书")
    units = texts.editable_units(actor())
    unit = next((one for one in units if one.id == unit_id), units[0] if units else None)
    if unit is None:
        raise NotFound("没有可以设置的区县")
    return render_template(
        "papers/texts.html",
        kind=kind, title=title_of(kind), unit=unit, units=units,
        lines=texts.standing(session(), kind, unit), holes=blocks.holes_of(kind),
        offered=previews.offered(session(), actor(), kind, unit), faults=faults, typed=typed,
    )  # fmt: skip


def _paper(paper_id: str, faults: object, form: str) -> str:
    opened = queries.opened(session(), actor(), paper_id)
    return render_template(
        "papers/show.html",
        one=opened, kind=KINDS[opened.paper.kind], ways=serving.WAYS, receipts=serving.RECEIPTS,
        by_hand=serving.BY_HAND, state=queries.standing(opened.paper, opened.services),
        faults=faults, form=form, sent=request.form, key=secrets.token_urlsafe(16),
    )  # fmt: skip


def _upload(sent: FileStorage | None) -> Upload | None:
    """The photo of a receipt, if one was chosen."""
    if sent is None or not sent.filename:
        return None
    return Upload("service", sent.filename, cast("BinaryIO", sent.stream))


def _pdf(pdf: Pdf) -> ResponseReturnValue:
    return send_file(io.BytesIO(pdf.content), "application/pdf", download_name=pdf.name)
