"""Refusals become pages, or problem documents (RFC 9457) under /api, in one table."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from app.errors import BrokenProcess, Conflict, Finding, Forbidden, Invalid, NotFound, Refusal

log = logging.getLogger(__name__)

STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Invalid: 422,
    BrokenProcess: 500,
}
TITLES = {
    400: "请求不完整",
    401: "请先登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种访问方式",
    409: "没有办成",
    413: "内容过大",
    415: "不支持这种内容",
    422: "填写有误",
    429: "操作过于频繁",
    500: "系统出错",
}


def install(app: Flask) -> None:
    """Give every refusal and every HTTP error its page."""
    app.logger.addFilter(_not_said_twice)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, failed)


def _not_said_twice(record: logging.LogRecord) -> bool:
    """Flask logs a fault too, with an address in which anybody may write a line end."""
    return not str(record.msg).startswith("Exception on ")


def for_program() -> bool:
    """Whether a program asks, through the API or as a script of our own pages."""
    asked = request.accept_mimetypes
    return request.path.startswith("/api/") or asked.best == "application/json"


def refused(refusal: Refusal) -> ResponseReturnValue:
    """The page of one of our own refusals."""
    status = next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
    if status == 500:
        log.error("broken process at %r: %s", request.path, refusal.message)
    if for_program():
        return problem(status, refusal.message, **_members(refusal))
    return _page(status, refusal.message, refusal), status


def failed(error: HTTPException) -> ResponseReturnValue:
    """The page of an HTTP error, or of a fault of ours; a fault says nothing of its inside."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
    if isinstance(error, InternalServerError) and error.original_exception:
        log.error("fault at %r", request.path, exc_info=error.original_exception)
    message = _WORDS.get(status, "无法完成这个请求，请返回上一页再试")
    if for_program():
        spoken = error.description if status == 401 else message
        return problem(status, spoken or message)
    return _page(status, message, None), status


_WORDS = {
    400: "请求不完整或页面已过期，请返回上一页刷新后再试",
    404: "没有找到该页面，可能已被移走或地址有误",
    405: "不支持这种访问方式，请从页面上的按钮进入",
    413: "内容过大：单个文件不超过 20 MB，请压缩后再传；文字过长请精简",
    429: "操作过于频繁，请稍后再试",
    500: "系统出错，已经记录，请稍后再试",
}


def problem(status: int, detail: str, **members: object) -> Response:
    """A problem document: title, status, detail, and what else the refusal knows."""
    body = {"type": "about:blank", "title": TITLES.get(status, "无法完成"), "status": status}
    answer = jsonify({**body, "detail": detail, **members})
    answer.status_code = status
    answer.content_type = "application/problem+json"
    return answer


def _members(refusal: Refusal) -> dict[str, object]:
    if isinstance(refusal, Conflict):
        return {"who": refusal.who, "at": refusal.at.isoformat() if refusal.at else None}
    if isinstance(refusal, Invalid):
        return {"fields": refusal.fields}
    if isinstance(refusal, BrokenProcess):
        return {"findings": [_finding(found) for found in refusal.findings]}
    return {}


def _finding(found: Finding) -> dict[str, str]:
    return {"code": found.code, "element": found.element, "message": found.told}


def _page(status: int, message: str, refusal: Refusal | None) -> str:
    return render_template(
        "errors/error.html",
        status=status,
        title=TITLES.get(status, "无法完成"),
        message=message,
        findings=refusal.findings if isinstance(refusal, BrokenProcess) else (),
        fields=refusal.fields if isinstance(refusal, Invalid) else {},
    )
