"""The description of the API, OpenAPI 3.1, generated from its own views."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.routing import Rule

from app.web.access import declared, public
from app.web.api.operation import Operation, operation
from app.web.api.parts import TEXT, ref
from app.web.api.schemas import SCHEMAS

bp = Blueprint("openapi", __name__)
PREFIX = "/api/v1"
PROBLEM = {
    "description": "未能办理",
    "content": {"application/problem+json": {"schema": ref("Problem")}},
}


@bp.get("/openapi.json")
@public
@operation("本说明", {200: {"type": "object"}})
def show() -> ResponseReturnValue:
    """The whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in current_app.url_map.iter_rules():
        view = current_app.view_functions[rule.endpoint]
        said = getattr(view, "operation", None)
        if isinstance(said, Operation):
            method = next(m for m in (rule.methods or ()) if m not in ("HEAD", "OPTIONS")).lower()
            paths.setdefault(_path(rule), {})[method] = _operation(rule, said)
    return jsonify(
        openapi="3.1.0",
        info={"title": "安管 Anguan", "version": "1", "description": "小散工程和零星作业安全管控"},
        servers=[{"url": PREFIX}],
        paths=dict(sorted(paths.items())),
        components={
            "schemas": SCHEMAS,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    )


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(PREFIX))


def _operation(rule: Rule, said: Operation) -> dict[str, Any]:
    access = declared(current_app, rule.endpoint)
    made: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("api.").replace(".", "_"),
        "summary": said.summary,
        "parameters": _parameters(rule, said),
        "responses": {
            **{str(code): _answer(schema) for code, schema in said.answers.items()},
            "default": PROBLEM,
        },
    }
    if said.body:
        made["requestBody"] = _body(said.media, ref(said.body))
    elif said.media != "application/json":
        made["requestBody"] = _body(said.media, {"type": "object"})
    if access and access.signed_in:
        made["security"] = [{"bearer": []}]
    return made


def _body(media: str, schema: Any) -> dict[str, Any]:
    return {"required": True, "content": {media: {"schema": schema}}}


def _answer(schema: Any) -> dict[str, Any]:
    return {"description": "成功", "content": {"application/json": {"schema": schema}}}


def _parameters(rule: Rule, said: Operation) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": TEXT}
        for name in sorted(rule.arguments)
    ]
    found += [{"name": name, "in": "query", "schema": TEXT} for name in said.query]
    if said.keyed:
        found.append(
            {"name": "Idempotency-Key", "in": "header", "schema": {**TEXT, "maxLength": 80}}
        )
    return found
