"""Processes: what can be filed, and publishing a version."""

from __future__ import annotations

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import BrokenProcess, Invalid
from app.web import errors
from app.web.access import actor, requires, signed_in
from app.web.api import flow_requests
from app.web.api.operation import key, operation
from app.web.api.parts import ref
from app.web.studio.asked import asked, files_sent
from app.workflow import commands, definitions, publishing
from app.workflow.queries import flows
from app.workflow.studio.approval_models import FlowRequest

bp = Blueprint("processes", __name__)


@bp.get("/processes")
@signed_in
@operation("可申报的事项及其表单", {200: {"type": "object"}}, query=("division_code",))
def index() -> ResponseReturnValue:
    """Every process that can be started at a place (the whole city without one)."""
    at, work = clock.now(), session()
    items = []
    for version in flows.startable(work, actor(), request.args.get("division_code", ""), at=at):
        definition = definitions.get(work, version.id)
        form = definition.form(definition.process.start_form)
        items.append(
            {
                "key": version.key, "title": version.title, "version": version.number,
                "unit": version.unit.name, "form": form.key, "schema": form.schema,
            }
        )  # fmt: skip
    return jsonify(items=items, next=None)


@bp.post("/processes/<process_key>/versions")
@requires("flow:publish")
@operation(
    "发布一个流程版本。须经上级批准的，送请批准，答 202，批准没有看 Location",
    {201: ref("Version"), 202: ref("FlowRequest"), 422: ref("Problem")},
    body="Publication",
    media="multipart/form-data",
    keyed=True,
)
def publish(process_key: str) -> ResponseReturnValue:
    """Check files and publish them as one immutable version; 422 with every finding otherwise."""
    how = asked(request.form)
    wanted = publishing.Publication(
        request.form.get("unit", ""), process_key, _files(), how.reason, key(),
        despite=how.despite, starts_on=how.starts_on,
    )  # fmt: skip
    try:
        made = commands.hand_in(actor(), wanted, at=clock.now())
    except BrokenProcess as broken:
        found = [{"code": f.code, "element": f.element, "message": f.told} for f in broken.findings]
        return errors.problem(422, broken.message, findings=found)
    if isinstance(made, FlowRequest):
        where = url_for("api.flow_requests.show", request_id=made.id)
        return jsonify(flow_requests.written(made)), 202, {"Location": where}
    body = {
        "id": made.id, "process": made.key, "unit": made.unit_id, "title": made.title,
        "number": made.number,
    }  # fmt: skip
    return jsonify(body), 201, {"Location": url_for("flows.show", key=made.key)}


def _files() -> dict[str, bytes]:
    """The files of this request by their names, under whatever names of fields they came."""
    files = files_sent(one for _field, one in request.files.items(multi=True))
    if not files:
        raise Invalid("请上传流程文件", {"files": "缺少文件"})
    return files
