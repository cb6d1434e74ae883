"""Cases: open one, read one, list them; files before they are cited."""

from __future__ import annotations

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid
from app.web import uploads
from app.web.access import actor, requires, signed_in
from app.web.api import written
from app.web.api.operation import key, operation, sent
from app.web.api.parts import page_of, ref
from app.workflow import commands
from app.workflow.attachments import Home
from app.workflow.commands.filing import Filing
from app.workflow.queries import casefile, register

bp = Blueprint("cases", __name__)
ASKED = ("q", "unit", "category", "state", "light", "step", "after")


@bp.post("/attachments")
@requires("case:file", "case:file_on_behalf")
@operation(
    "上传一个附件，提交办件时引用其 id",
    {201: ref("Attachment")},
    media="multipart/form-data",
    keyed=True,
)
def attach() -> ResponseReturnValue:
    """One file, kept until a case cites it."""
    file, field = request.files.get("file"), request.form.get("field", "")
    if file is None or not field:
        raise Invalid("请上传 file，并在 field 中写明对应的表单字段", {"file": "缺少文件或字段"})
    kept = uploads.take_one(actor(), Home(), field, file)
    body = {name: getattr(kept, name) for name in ("id", "field", "name", "mime", "size")}
    return jsonify(body), 201


@bp.post("/cases")
@requires("case:file", "case:file_on_behalf")
@operation("申报一件", {201: ref("Case")}, body="Filing", keyed=True)
def file() -> ResponseReturnValue:
    """Open a case from typed values."""
    body = sent("Filing")
    filing = Filing(
        body["process"],
        body["division_code"],
        body["values"],
        tuple(body.get("attachments", ())),
        key(),
    )
    me = actor()
    case = commands.file_values(me, filing, at=clock.now())
    answer = jsonify(written.case(casefile.read(session(), me, case.id), me))
    return answer, 201, {"Location": url_for(".show", case_id=case.id)}


@bp.get("/cases/<case_id>")
@signed_in
@operation("一个办件：状态、待办环节与办理记录", {200: ref("Case")})
def show(case_id: str) -> ResponseReturnValue:
    """One case within my scope."""
    me = actor()
    return jsonify(written.case(casefile.read(session(), me, case_id), me))


@bp.get("/cases")
@signed_in
@operation("办件列表，新的在前", {200: page_of("CaseLine")}, query=ASKED)
def index() -> ResponseReturnValue:
    """One page of the cases within my scope."""
    me = actor()
    asked = {name: request.args.get(name, "") for name in ASKED if name != "after"}
    wanted = register.Wanted(own=not me.staff, **asked)
    page = register.cases(session(), me, wanted, request.args.get("after", ""), at=clock.now())
    items = [written.line(line.case, line.light) for line in page.rows]
    return jsonify(items=items, next=page.after or None)
