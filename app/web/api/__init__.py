"""The JSON API under /api/v1: thin over the same commands and queries as the pages."""

from flask import Blueprint

from app.web.api import (
    cases,
    flow_moves,
    flow_requests,
    handing,
    openapi,
    processes,
    signers,
    steering,
    substitutes,
    talk,
    tasks,
    tokens,
)

bp = Blueprint("api", __name__, url_prefix="/api/v1")
for part in (
    tokens, processes, flow_requests, flow_moves, cases, tasks, handing, substitutes, signers,
    steering, talk, openapi,
):  # fmt: skip
    bp.register_blueprint(part.bp)
